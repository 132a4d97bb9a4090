import { secretsIn } from '../secrets';
import { LineIndex } from '../text';
import type { Omitted } from './bundleTypes';
import { enclosingLines } from './enclosing';
import type { RankedPart } from './projectIndex';
import type { Found } from './projectTexts';
import { assembleForQuery, type QueryBundle } from './query';

/** A secret by its lines, from 0. */
interface SecretLines {
  kind: string;
  from: number;
  to: number;
}

/**
 * The bundle for a query without the parts that hold a secret: they are named among what is left out, with kind and line, and what comes next takes their
 * room. Whole files are scanned, as half a key is one, too; only those of which something would be shown. A larger budget still only adds.
 */
export async function assembleWithoutSecrets(
  found: Found,
  budget: number,
  countTokens: (text: string) => number,
  shown?: (path: string) => string,
): Promise<QueryBundle> {
  const scanned = new Map<string, SecretLines[]>();
  const withheld: Omitted[] = [];
  for (let { ranked } = found; ; ) {
    const own = assembleForQuery({ ...found, ranked }, budget, countTokens, shown);
    const fresh = [...new Set(own.pieces.map(({ source }) => source))].filter((path) => !scanned.has(path));
    for (const path of fresh) scanned.set(path, await secretLines(found.texts.get(path) ?? ''));
    const holding = (part: RankedPart) => {
      const secrets = scanned.get(part.path) ?? [];
      // The lines that say what a part stands in are shown with it.
      const around = secrets.length ? enclosingLines(part.path, found.texts.get(part.path) ?? '', part.start) : [];
      return secrets.find(({ from, to }) => (from < part.to && part.from <= to) || around.some((line) => from < line.to && line.line - 1 <= to));
    };
    if (!fresh.some((path) => scanned.get(path)?.length)) return { ...own, omitted: [...withheld, ...own.omitted] };
    for (const part of ranked) {
      const secret = holding(part);
      if (secret) withheld.push(withheldFor(part.path, secret, countTokens(found.texts.get(part.path)?.slice(part.start, part.end) ?? '')));
    }
    ranked = ranked.filter((part) => !holding(part));
  }
}

async function secretLines(text: string): Promise<SecretLines[]> {
  const secrets = await secretsIn(text);
  if (!secrets.length) return [];
  const index = new LineIndex(text);
  return secrets.map(({ kind, from, to }) => ({ kind, from: index.positionAt(from).line, to: index.positionAt(to).line }));
}

function withheldFor(source: string, secret: SecretLines, tokens: number): Omitted {
  return { source, heading: null, tokens, reason: `holds ${secret.kind} in line ${secret.from + 1}`, named: false };
}
