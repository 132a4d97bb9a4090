import { createHash } from 'node:crypto';
import { secretsIn } from '../secrets';
import type { Candidate, SecretFinding } from './bundleTypes';
import type { Reading } from './reading';

/** How a decision about a secret is remembered: by its kind and value, so that nobody who does not know the secret can make it for another. */
export function secretHash(kind: string, value: string): string {
  return createHash('sha256').update(`${kind}\n${value}`).digest('hex');
}

/** The secrets in a text that nobody decided to send, with their places. `lineOf` says in which line, from 1, what stands at an offset is shown to a person. */
export async function undecidedSecrets(
  text: string,
  allowed: ReadonlySet<string>,
  place: { source: string; path?: string; lineOf: (offset: number, value: string) => number },
): Promise<SecretFinding[]> {
  const found: SecretFinding[] = [];
  for (const { from, to, kind } of await secretsIn(text)) {
    const value = text.slice(from, to);
    const hash = secretHash(kind, value);
    if (allowed.has(hash)) continue;
    found.push({ source: place.source, ...(place.path === undefined ? {} : { path: place.path }), line: place.lineOf(from, value), kind, hash });
  }
  return found;
}

/**
 * Likewise of what could become a piece. Of a file all is scanned, and counts where a line of the secret is in the piece: half a key is one, too, and the
 * line told is the file's though comments were taken out.
 */
export async function secretsOf(candidate: Candidate, allowed: ReadonlySet<string>, reading: Reading): Promise<SecretFinding[]> {
  const { source, path, text } = candidate;
  const read = path === undefined ? undefined : await reading.read(path);
  const whole = read && 'text' in read ? read.text : text;
  const found: SecretFinding[] = [];
  const lineOf = (offset: number, value: string) => {
    const isIn = value.split('\n').some((line) => line.trim().length >= leastShared && text.includes(line.trim()));
    return isIn ? lineAt(whole, offset) : 0;
  };
  for (const finding of await undecidedSecrets(whole, allowed, { source, path, lineOf })) if (finding.line) found.push(finding);
  return found;
}

/** A line that is shorter than this is no part of a secret that could be told from other text. */
const leastShared = 6;

/** Why a piece is left out that holds secrets, for a person. */
export function secretLeft(findings: readonly SecretFinding[]): string {
  const first = findings[0];
  const more = findings.length > 1 ? ` and ${findings.length - 1} more` : '';
  return `holds ${first?.kind} in line ${first?.line}${more}: not sent unless you decide so`;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
