import * as vscode from 'vscode';
import { aboutUsd, formatUsd } from '../catalog/tokens';
import { Cancelled } from '../ports';
import { capLines } from '../stage/capCheck';
import type { Person, RunEstimate } from '../stage/engine';

/** What a person orders beside runs of stages, in the words of its dialog. */
export interface OrderWords {
  /** `Have Opus write a strategy for stage 4 “Release notes”`. */
  what: string;
  /** The label of the yes: `Write It`. */
  yes: string;
  /** Of the dear model: its price is worth a look even where answers are recorded and nothing is paid. */
  dear?: boolean;
}

/** The person, asked for the price of an order in its own words. */
export function orderPerson(person: Person, { what, yes, dear = false }: OrderWords): Person {
  return {
    ...person,
    async confirmSpending(estimate) {
      if (!estimate.paid && !dear) return true;
      const answer = await vscode.window.showInformationMessage(`${what} for ${aboutUsd(estimate.usd)}?`, { modal: true, detail: detailOf(estimate) }, yes);
      if (answer !== yes) throw new Cancelled();
      return true;
    },
  };
}

function detailOf(estimate: RunEstimate): string {
  const lines = estimate.stages.map(({ title, model, usd }) => `${title} on ${model}: ${aboutUsd(usd)}`);
  const recorded = estimate.paid ? [] : ['Recorded sample answers: nothing is paid.'];
  return [...lines, 'An estimate. What is on record already is not paid again.', ...capLines(estimate), ...recorded].join('\n');
}

/** What an order has cost, as it is told at its end. */
export function costText(usd: number, paid: boolean): string {
  return `${formatUsd(usd)}${paid ? '' : ' (recorded samples, nothing was paid)'}`;
}
