import type { CatalogEntry } from '../catalog/catalog';
import type { Tier } from '../catalog/models';
import { formatTokens, formatUsd } from '../catalog/tokens';
import type { Runner } from '../steering/contextTypes';
import { defaultRunner, parseRunner } from '../steering/runner';
import { code, words } from './markdownText';
import type { DocumentReading } from './reading';

const nowhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** A runner for a list of completions: its price beside it, what it means below. */
export function describeRunner(reading: DocumentReading, name: string): { detail: string; documentation: string } {
  const runner = parseRunner(name, nowhere) ?? defaultRunner(nowhere);
  if (runner.tier === 'code') return { detail: 'free', documentation: runnerText(reading, runner) };
  const { prices } = modelOf(reading, runner.tier);
  const price = `${formatUsd(prices.input)} in, ${formatUsd(prices.output)} out`;
  return { detail: runner.escalation ? `${capitalised(runner.tier)} first: ${price}` : price, documentation: runnerText(reading, runner) };
}

function modelOf(reading: DocumentReading, tier: Tier): CatalogEntry {
  const catalog = reading.ports.catalog();
  return catalog.entry(catalog.modelFor(tier, reading.context.models));
}

/** What a runner does and costs, as Markdown. */
export function runnerText(reading: DocumentReading, runner: Runner): string {
  if (runner.tier === 'code')
    return '**Code**: the command of `Run:` does this stage on your machine. No model is asked, and it costs nothing. You are asked before it runs.';
  const lines = [`**${capitalised(runner.tier)}**: ${modelText(modelOf(reading, runner.tier))}`];
  if (runner.escalation) {
    lines.push(
      `**${capitalised(runner.escalation)} if needed**: the stage runs on ${capitalised(runner.tier)}. Where a check fails, you are offered to escalate this one stage: ${modelText(modelOf(reading, runner.escalation))}`,
    );
  }
  if (runner.effort) lines.push(`Effort **${runner.effort}**: how much the model thinks before it answers; thinking is paid as output.`);
  return lines.join('\n\n');
}

/** A model with its prices and the day they were true. */
export function modelText(entry: CatalogEntry): string {
  const { prices, longPrompt } = entry;
  const price = ({ input, output }: { input: number; output: number }) => `${formatUsd(input)} in, ${formatUsd(output)} out`;
  const name = entry.name === entry.id ? '' : `${words(entry.name)}, `;
  const long = longPrompt ? `; prompts over ${formatTokens(longPrompt.above)} tokens: ${price(longPrompt.prices)}` : '';
  const guess = entry.known ? `prices of ${entry.asOf}` : 'prices are a guess: the catalogue does not know this model';
  return `${name}${code(entry.id)}, ${price(prices)} per million tokens${long} (${guess}).`;
}

export function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
