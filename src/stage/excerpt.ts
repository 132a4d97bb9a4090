/**
 * The parts of an answer that its failed checks speak of. The messages of checks name places, as `line 12` or as words in quotation marks; what
 * stands around them goes back to the model, not the whole answer.
 */

/** More places than this are told by number: who mends so many writes it anew. */
const mostPlaces = 20;
/** Characters of the list of headings, for what is wrong with the whole and not in one place. */
const outlineCharacters = 1200;
/** Characters of the line above a passage, at most. */
const headCharacters = 100;
const markCharacters = 4;

/** A place in a text: a line from 0, and where in it something stands, where that is known. */
interface Place {
  line: number;
  column: number;
}

/**
 * The paragraphs around the places that messages name, each under a line that says which lines it is; below them the text's headings where a message
 * names no place. '' where neither can be had. Never longer than `characters` (at least 3,000); each of the first 20 places is in it.
 */
export function relevantExcerpt(text: string, messages: readonly string[], characters: number): string {
  const lines = text.split(/\r?\n/);
  const found = messages.map((message) => placesIn(message, text, lines));
  const places = [...new Map(found.flat().map((place) => [place.line * 1e6 + place.column, place])).values()].sort(
    (a, b) => a.line - b.line || a.column - b.column,
  );
  const shown = places.slice(0, mostPlaces);
  const outline = found.some((each) => !each.length) ? outlineOf(lines) : '';
  const more = places.length > shown.length ? `(${places.length - shown.length} more places are not shown)` : '';
  const room = characters - outline.length - more.length - 4;
  const each = Math.floor(room / Math.max(1, shown.length)) - headCharacters - 2;
  return [...passagesOf(lines, shown, each), more, outline].filter(Boolean).join('\n\n');
}

/** The lines that a message names; where it names none, the lines in which its quotations stand. */
function placesIn(message: string, text: string, lines: readonly string[]): Place[] {
  const places: Place[] = [];
  for (const [, first, second, column] of message.matchAll(/\blines?\s+(\d{1,7})(?:\s*[-–]\s*(\d{1,7}))?(?:,?\s+column\s+(\d{1,7}))?/gi)) {
    const from = Number(first) - 1;
    const to = Math.min(second === undefined ? from : Number(second) - 1, from + mostPlaces);
    for (let line = from; line <= to; line++) if (line >= 0 && line < lines.length) places.push({ line, column: Math.max(0, Number(column ?? 1) - 1) });
  }
  if (/\bcut off\b/.test(message)) places.push({ line: lastLine(lines), column: 0 });
  if (places.length) return places;
  for (const [, quoted = ''] of message.matchAll(/[“"`]([^”"`\n]{3,400})[”"`]/g)) {
    const words = quoted.replace(/^…|…$/g, '').trim();
    const at = words.length < 3 ? -1 : text.indexOf(words);
    if (at < 0) continue;
    const before = text.slice(0, at).split('\n');
    places.push({ line: before.length - 1, column: before[before.length - 1]?.length ?? 0 });
  }
  return places;
}

function lastLine(lines: readonly string[]): number {
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return Math.max(0, last);
}

/** The paragraph around each place, as much of it as `characters` hold; those that touch become one. */
function passagesOf(lines: readonly string[], places: readonly Place[], characters: number): string[] {
  const spans: { from: number; to: number; cut?: string }[] = [];
  for (const { line, column } of places) {
    const own = lines[line] ?? '';
    if (own.length > characters) {
      spans.push({ from: line, to: line, cut: windowOf(own, column, characters) });
      continue;
    }
    const span = grown(lines, line, characters);
    const before = spans.at(-1);
    if (before && !before.cut && span.from <= before.to + 1) before.to = Math.max(before.to, span.to);
    else spans.push(span);
  }
  return spans.map(({ from, to, cut }) => `${headOf(lines, from, to)}\n${cut ?? lines.slice(from, to + 1).join('\n')}`);
}

/** The lines of a paragraph around one of them, outwards until a blank line or until it is full. */
function grown(lines: readonly string[], line: number, characters: number): { from: number; to: number } {
  let [from, to] = [line, line];
  let left = characters - (lines[line]?.length ?? 0);
  const takes = (at: number): boolean => {
    const text = lines[at];
    if (text === undefined || !text.trim() || text.length + 1 > left) return false;
    left -= text.length + 1;
    return true;
  };
  let [up, down] = [true, true];
  while (up || down) {
    up = up && takes(from - 1);
    if (up) from--;
    down = down && takes(to + 1);
    if (down) to++;
  }
  return { from, to };
}

/** So much of a long line as fits, with what stands at the column in it. */
function windowOf(line: string, column: number, characters: number): string {
  const size = Math.max(1, characters - markCharacters);
  let start = Math.max(0, Math.min(column - Math.floor(size / 3), line.length - size));
  // Half of a pair is no character.
  if (/[\uDC00-\uDFFF]/.test(line[start] ?? '')) start++;
  let end = Math.min(line.length, start + size);
  if (/[\uDC00-\uDFFF]/.test(line[end] ?? '')) end--;
  return `${start > 0 ? '… ' : ''}${line.slice(start, end)}${end < line.length ? ' …' : ''}`;
}

/** `[lines 12-14, under “Costs”]`. */
function headOf(lines: readonly string[], from: number, to: number): string {
  const heading = lines.slice(0, from).findLast((line) => /^#{1,6}\s/.test(line));
  const under = heading === undefined ? '' : `, under “${cutTo(heading.replace(/^#+\s+/, '').trim(), 50)}”`;
  return `[${from === to ? `line ${from + 1}` : `lines ${from + 1}-${to + 1}`}${under}]`;
}

function outlineOf(lines: readonly string[]): string {
  const heads = lines.flatMap((line, i) => (/^#{1,6}\s/.test(line) ? [`${cutTo(line.trim(), 80)} (line ${i + 1})`] : []));
  if (!heads.length) return '';
  const title = '[its headings]';
  let length = title.length;
  const shown = heads.filter((head) => {
    length += head.length + 1;
    return length <= outlineCharacters;
  });
  return [title, ...shown].join('\n');
}

function cutTo(text: string, most: number): string {
  return text.length > most ? `${[...text.slice(0, most - 1)].join('').replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}
