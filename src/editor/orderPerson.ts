import * as vscode from 'vscode';
import { formatUsd } from '../catalog/tokens';
import { Cancelled } from '../ports';
import { capLines } from '../stage/capCheck';
import type { Person, RunEstimate } from '../stage/engine';

/** What a person orders beside runs of stages, in the words of its dialog. */
export interface OrderWords {
  /** `Have Opus write a strategy for stage 4 “Release notes”`. */
  what: string;
  /** The label of the yes: `Write It`. */
  yes: string;
}

/** The person, asked for the price of an order in its own words. A rehearsal with recorded answers costs nothing, and nothing is asked. */
export function orderPerson(person: Person, { what, yes }: OrderWords): Person {
  return {
    ...person,
    async confirmSpending(estimate) {
      if (!estimate.paid) return true;
      const answer = await vscode.window.showInformationMessage(
        `${what} for about ${formatUsd(estimate.usd)}?`,
        { modal: true, detail: detailOf(estimate) },
        yes,
      );
      if (answer !== yes) throw new Cancelled();
      return true;
    },
  };
}

function detailOf(estimate: RunEstimate): string {
  const lines = estimate.stages.map(({ title, model, usd }) => `${title} on ${model}: about ${formatUsd(usd)}`);
  return [...lines, 'An estimate. What is on record already is not paid again.', ...capLines(estimate)].join('\n');
}
