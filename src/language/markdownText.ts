import { visible } from '../text';

/** Markdown that we show, made of words that others wrote: none of these may become a link, an image, markup or a command. */

/** Words as they stand, every mark of Markdown escaped; addresses are not made links either. Line breaks become blanks. */
export function words(text: string): string {
  return visible(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** Words in a code span; those over `most` characters are cut. */
export function code(text: string, most = 120): string {
  const flat = visible(text).replace(/\s+/g, ' ').trim();
  const shown = flat.length > most ? `${flat.slice(0, most)}…` : flat;
  if (!shown) return '';
  const fence = '`'.repeat(1 + longestRun(shown));
  const pad = /^`|`$/.test(shown) ? ' ' : '';
  return fence + pad + shown + pad + fence;
}

/** The first lines of a text as a block of code; '' where there are none. Long lines are cut. */
export function firstLines(text: string, most = 6, width = 160): string {
  const lines = visible(text.slice(0, 20_000).trim()).split('\n');
  if (!lines[0]) return '';
  const shown = lines.slice(0, most).map((line) => (line.length > width ? `${line.slice(0, width)}…` : line));
  if (lines.length > most) shown.push('…');
  const fence = '`'.repeat(Math.max(3, 1 + longestRun(shown.join('\n'))));
  return `${fence}text\n${shown.join('\n')}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
