import { isMarkdown } from './parts';
import type { RankedPart } from './projectIndex';

/** Lines of one file that a bundle takes: one part of it, or several that meet. */
export type Stretch = Pick<RankedPart, 'path' | 'from' | 'to' | 'start' | 'end'>;

/** Parts of one file that meet as one stretch, in the order of their lines; files in the order in which their first part was given. */
export function stretchesOf(parts: readonly Stretch[]): Stretch[] {
  const byFile = new Map<string, Stretch[]>();
  for (const part of parts) byFile.set(part.path, [...(byFile.get(part.path) ?? []), part]);
  return [...byFile.values()].flatMap((own) => {
    const stretches: Stretch[] = [];
    for (const part of [...own].sort((a, b) => a.from - b.from)) {
      const last = stretches[stretches.length - 1];
      if (last?.to === part.from) Object.assign(last, { to: part.to, end: part.end });
      else stretches.push({ ...part });
    }
    return stretches;
  });
}

/** What a stretch of a file's text is shown as: without the blank lines at its end, its lines from 1, and the heading it begins with. */
export function shownStretch(
  text: string,
  { path, from, start, end }: Stretch,
): { text: string; lines: [from: number, to: number]; heading: string | null; whole: boolean } {
  const own = text.slice(start, end).trimEnd();
  return {
    text: own,
    lines: [from + 1, from + Math.max(1, own.split('\n').length)],
    heading: isMarkdown(path) ? (/^#{1,6}[ \t]+(\S.*)/.exec(own)?.[1]?.trim() ?? null) : null,
    whole: start === 0 && end >= text.length,
  };
}
