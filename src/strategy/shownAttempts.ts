import { type KnownAttempt, type StageHistory, wholeOutput } from '../journal/state';
import type { Files } from '../ports';
import { relevantExcerpt } from '../stage/excerpt';
import type { ShownAttempt } from './authorPrompt';

/** Characters of an output that a model is shown to learn from: enough to see how it was done, whoever did it. */
const shownCharacters = 6000;
/** The latest so many that failed, and older ones up to so many where they failed at something else. */
const latestFailed = 3;
const mostFailed = 8;

/**
 * What a model that writes a strategy learns from: the last failed attempts, and older ones that failed at something else, the last that passed, and the last that a dear model did
 * well after an escalation. Oldest first. Outputs that are gone are passed over; long ones are shown in part.
 */
export async function shownAttempts(files: Files, history: StageHistory | undefined): Promise<ShownAttempt[]> {
  const judged = (history?.attempts ?? []).filter(({ by, status, output }) => by === 'model' && status !== 'error' && output !== undefined);
  const last = (of: (attempt: KnownAttempt) => boolean, count: number) => judged.filter(of).slice(-count);
  const dear = ({ tier }: KnownAttempt) => tier === 'opus';
  const chosen = new Set([
    ...instructive(judged.filter(({ status }) => status === 'failed')),
    ...last((attempt) => attempt.status === 'passed' && !dear(attempt), 1),
    ...last((attempt) => attempt.status === 'passed' && dear(attempt), 1),
  ]);
  const shown: ShownAttempt[] = [];
  for (const attempt of judged) {
    const text = chosen.has(attempt) ? await wholeOutput(files, attempt) : undefined;
    if (text === undefined) continue;
    const failures = attempt.checks.filter(({ level, status }) => level === 'must' && status !== 'pass');
    shown.push({
      model: attempt.model,
      status: attempt.status === 'passed' ? 'passed' : 'failed',
      failures: failures.map((check) => ({ text: check.text, message: check.message })),
      output: excerptOf(text, failures),
    });
  }
  return shown;
}

/** The latest failed attempts, then each older one that failed at a check none of those chosen did: one input seldom shows all that can go wrong. */
function instructive(failed: readonly KnownAttempt[]): KnownAttempt[] {
  const chosen = failed.slice(-latestFailed);
  const missed = ({ checks }: KnownAttempt) => checks.filter(({ level, status }) => level === 'must' && status !== 'pass').map(({ text }) => text);
  const seen = new Set(chosen.flatMap(missed));
  for (const attempt of failed.slice(0, -latestFailed).reverse()) {
    if (chosen.length >= mostFailed) break;
    const own = missed(attempt);
    if (own.every((text) => seen.has(text))) continue;
    chosen.push(attempt);
    for (const text of own) seen.add(text);
  }
  return chosen;
}

/** An output whole where it is short; else its beginning, and what stands around the places that its failed checks name. */
export function excerptOf(text: string, failures: readonly { message: string }[]): string {
  if (text.length <= shownCharacters) return text;
  const places = failures.length
    ? relevantExcerpt(
        text,
        failures.map(({ message }) => message),
        shownCharacters / 2,
      )
    : '';
  return `${text.slice(0, shownCharacters - places.length)}\n\n[${text.length} characters in all; the rest is not shown${places ? ', but for what the failed checks speak of' : ''}]${places ? `\n\n${places}` : ''}`;
}
