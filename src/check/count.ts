import type { RootContent } from 'mdast';
import { estimateTokens } from '../catalog/tokens';
import type { CheckRule, Measure, Verdict } from '../steering/checkTypes';
import { descendants } from '../steering/markdown';
import { plural } from '../text';
import { unfence } from './fence';
import type { Subject } from './subject';
import { htmlHeadings, htmlTargets, treeOf } from './tree';
import { fail, pass } from './verdict';
import { countWords, proseOf } from './words';

type CountRule = Extract<CheckRule, { kind: 'count' }>;

const nouns: Record<Measure, string> = {
  words: 'word',
  characters: 'character',
  lines: 'line',
  tokens: 'token',
  items: 'list item',
  headings: 'heading',
  links: 'link',
};

/** The entries of a JSON output: of the array it is, or of the only array in the object it is. */
function jsonItems(text: string): number | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // No JSON: its lists are those of Markdown.
    return undefined;
  }
  if (Array.isArray(value)) return value.length;
  const arrays = Object.values(value as object).filter(Array.isArray);
  return arrays.length === 1 ? arrays[0]?.length : undefined;
}

function outermostItems(nodes: readonly RootContent[]): number {
  let items = 0;
  for (const node of nodes) {
    if (node.type === 'list') items += node.children.length;
    else if ('children' in node) items += outermostItems(node.children as RootContent[]);
  }
  return items;
}

/**
 * How much of a measure an output holds.
 * - words: of the prose (see `proseOf`); of everything where the format is json or text
 * - characters: Unicode code points of the whole text, blanks at its ends left out; a line break is one, however it is written
 * - lines: of the whole text, empty ones at its ends left out; an empty text has none
 * - tokens: an estimate
 * - items: of the outermost lists, so that supporting points nested below a point do not count; entries of the array where the output is JSON
 * - headings: of any level, `<h2>` and its like too
 * - links: in text and by reference, `<a href>`, and bare addresses; images are none
 */
export function measureOf(measure: Measure, subject: Subject): number {
  const { text } = subject;
  switch (measure) {
    case 'words': {
      const whole = unfence(text).text;
      return countWords(subject.format === 'json' || subject.format === 'text' ? whole : proseOf(whole));
    }
    case 'characters': {
      let count = 0;
      for (const _ of text.trim().replace(/\r\n/g, '\n')) count++;
      return count;
    }
    case 'lines': {
      const trimmed = text.replace(/^(?:[ \t]*(?:\r\n|\r|\n))+/, '').trimEnd();
      return trimmed ? trimmed.split(/\r\n|\r|\n/).length : 0;
    }
    case 'tokens':
      return estimateTokens(text);
    case 'items':
      return jsonItems(unfence(text).text) ?? outermostItems(treeOf(subject).children);
    case 'headings':
      return count(subject, (node) => node.type === 'heading') + htmlHeadings(treeOf(subject)).length;
    case 'links':
      return count(subject, (node) => node.type === 'link' || node.type === 'linkReference') + htmlTargets(treeOf(subject), 'links').length;
  }
}

function count(subject: Subject, wanted: (node: RootContent) => boolean): number {
  let found = 0;
  for (const node of descendants(treeOf(subject).children)) if (wanted(node)) found++;
  return found;
}

function expected({ measure, min, max }: CountRule): string {
  const noun = nouns[measure];
  if (min !== undefined && max !== undefined) return min === max ? `exactly ${plural(min, noun)}` : `${min} to ${plural(max, noun)}`;
  return min !== undefined ? `at least ${plural(min, noun)}` : `at most ${plural(max ?? 0, noun)}`;
}

/** "Expected at least 300 words, found 212." */
export function measureCount(rule: CountRule, subject: Subject): Verdict {
  const found = measureOf(rule.measure, subject);
  const short = rule.min !== undefined && found < rule.min;
  const long = rule.max !== undefined && found > rule.max;
  if (!short && !long) return pass(`Found ${plural(found, nouns[rule.measure])}.`);
  const by = short ? `${(rule.min as number) - found} too few` : `${found - (rule.max as number)} too many`;
  return fail(`Expected ${expected(rule)}, found ${found} (${by}).`);
}
