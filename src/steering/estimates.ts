import type { Estimates } from './contextTypes';
import type { MarkdownDocument, Section } from './markdown';

const money = /~?\$\s?(\d+(?:\.\d+)?)/;
const minutes = /~?(\d+(?:\.\d+)?)\s*(min(?:ute)?s?|h(?:ours?|rs?)?)\b/i;

/** USD and minutes as said in a stretch of text, such as `~$0.03, ~13 min`. */
export function readAmounts(text: string): { usd?: number; minutes?: number } {
  const usd = money.exec(text)?.[1];
  const time = minutes.exec(text);
  return {
    ...(usd === undefined ? {} : { usd: Number(usd) }),
    ...(time ? { minutes: Number(time[1]) * (/^h/i.test(time[2] as string) ? 60 : 1) } : {}),
  };
}

/** The document's own section about cost and time: what its author expects each stage to take. */
export function readEstimates(document: MarkdownDocument, section: Section | undefined): Estimates | undefined {
  if (!section) return undefined;
  const estimates: Estimates = { stages: [], range: document.range(section.from, section.to) };
  const first = document.index.positionAt(section.bodyFrom).line;
  const last = document.index.positionAt(section.to).line;
  for (let line = first; line <= last; line++) {
    const text = document.index.line(line);
    const from = document.index.offsetAt({ line, character: 0 });
    const stage = /^[\s*_-]*Stage\s+(\d+)\b[^:]*:\s*(.*)$/i.exec(text);
    const amounts = readAmounts(stage?.[2] ?? text);
    if (amounts.usd === undefined && amounts.minutes === undefined) continue;
    if (stage) estimates.stages.push({ number: Number(stage[1]), ...amounts, range: document.range(from, from + text.length) });
    else if (/^[\s*_-]*total\b/i.test(text)) estimates.total = amounts;
    else if (/one[- ]shot/i.test(text)) estimates.oneShot = amounts;
  }
  return estimates.stages.length || estimates.total || estimates.oneShot ? estimates : undefined;
}
