import { enclosingLines, enclosingText } from './enclosing';
import { isMarkdown } from './parts';
import type { RankedPart } from './projectIndex';

/** Lines of one file that a bundle takes: one part of it, or several that meet. */
export type Stretch = Pick<RankedPart, 'path' | 'from' | 'to' | 'start' | 'end' | 'words'>;

/** Parts of one file that meet as one stretch, in the order of their lines; files in the order in which their first part was given. */
export function stretchesOf(parts: readonly Stretch[]): Stretch[] {
  const byFile = new Map<string, Stretch[]>();
  for (const part of parts) byFile.set(part.path, [...(byFile.get(part.path) ?? []), part]);
  return [...byFile.values()].flatMap((own) => {
    const stretches: Stretch[] = [];
    for (const part of [...own].sort((a, b) => a.from - b.from)) {
      const last = stretches[stretches.length - 1];
      if (last?.to === part.from) Object.assign(last, { to: part.to, end: part.end, words: bothWords(last.words, part.words) });
      else stretches.push({ ...part });
    }
    return stretches;
  });
}

/** What weighs most in either comes first. */
function bothWords(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a.slice(0, 2), ...b.slice(0, 2), ...a, ...b])];
}

/**
 * What a stretch of a file's text is shown as: without the blank lines at its end, its lines from 1, and the heading it begins with. One that begins inside of
 * something has the lines in front that say of what; they do not count among its lines.
 */
export function shownStretch(
  text: string,
  { path, from, start, end }: Stretch,
): { text: string; lines: [from: number, to: number]; heading: string | null; whole: boolean } {
  const own = text.slice(start, end).trimEnd();
  return {
    text: enclosingText(enclosingLines(path, text, start)) + own,
    lines: [from + 1, from + Math.max(1, own.split('\n').length)],
    heading: isMarkdown(path) ? (/^#{1,6}[ \t]+(\S.*)/.exec(own)?.[1]?.trim() ?? null) : null,
    whole: start === 0 && end >= text.length,
  };
}
