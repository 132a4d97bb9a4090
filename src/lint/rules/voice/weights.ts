import type { VoiceGroup, VoicePart } from '../../../steering/voice';
import type { Finding, Fix, Rule, Subject } from '../../issue';
import { isNegative } from './negativeWeight';
import { unweightedOf } from './unweightedTrait';

function named(group: VoiceGroup): string {
  return group.heading ? `of “${group.heading}”` : 'at the top';
}

/** Headings below which percentages are the shares of one voice. */
const mixed =
  /\b(?:voices?|tones?|weights?|weighted|weighting|shares?|parts|mix(?:ture)?|blend|ratios?|proportions?|composition|recipe|ingredients|personality|persona|traits?)\b/i;
/** Headings below which each percentage stands for itself: how sure, how often, how far between two ends, or what is to be reached. */
const single =
  /\b(?:by|per|targets?|goals?|aims?|metrics?|measures?|rates?|sliders?|scales?|dials?|levels?|scores?|confidence|certainty|likelihood|probability|frequency|channels?|formality|results?|statistics|benchmarks?)\b/i;
const calledShares =
  /\b(?:weights?|weighted|shares?|mix(?:ed|ture)?|blend(?:ed)?|proportions?|add(?:s|ing)? (?:up )?to (?:100|a hundred)|parts of (?:the|one|a) (?:voice|whole))\b/i;

/** True where the percentages are plainly meant to be shares of one whole: by the heading, by what is said around them, or as they nearly are. */
function isMix({ text, markdown }: Subject, group: VoiceGroup): boolean {
  if (single.test(group.heading)) return false;
  if (mixed.test(group.heading) || (group.total >= 80 && group.total <= 120)) return true;
  const { index } = markdown;
  const at = index.offsetAt(group.headingRange.start);
  const section = markdown.sections.find(({ from, to }) => from <= at && at < to);
  if (!section) return false;
  const weighed = new Set(group.parts.map(({ range }) => range.start.line));
  return text
    .slice(section.bodyFrom, section.to)
    .split('\n')
    .some((line, i) => !weighed.has(index.positionAt(section.bodyFrom).line + i) && calledShares.test(line));
}

/** Rows of a table and items of a list in one section are two things: the weights are those that come first. */
function firstForm({ markdown }: Subject, group: VoiceGroup): VoiceGroup {
  const isRow = ({ range }: VoicePart) => markdown.index.line(range.start.line).trimStart().startsWith('|');
  const [first] = group.parts;
  const parts = first ? group.parts.filter((part) => isRow(part) === isRow(first)) : [];
  if (parts.length === group.parts.length) return group;
  return { ...group, parts, total: Math.round(parts.reduce((sum, { weight }) => sum + weight, 0) * 100) / 100 };
}

export const weightsRule: Rule = {
  id: 'voice/weights',
  severity: 'error',
  title: 'Weights that do not add to 100',
  kinds: ['voice'],
  check(subject) {
    const { voice, text, markdown } = subject;
    return voice.groups.flatMap((whole): Finding[] => {
      const group = firstForm(subject, whole);
      // A single weighted line is a statement ("80% of readers …") or a group in the making; thirds may be off by rounding.
      if (
        group.parts.length < 2 ||
        Math.abs(group.total - 100) < 0.5 ||
        group.parts.some((part) => isNegative(text, markdown.index.offsetAt(part.weightRange.start)))
      )
        return [];
      // What is left belongs to the trait that has no weight yet: that is said there.
      if (group.total < 100 && unweightedOf(subject, group).length) return [];
      const first = group.parts[0];
      const last = group.parts[group.parts.length - 1];
      if (!first || !last) return [];
      const fix = rescale(group);
      const sure = isMix(subject, group);
      const change = `${group.total > 100 ? 'take off' : 'add'} ${Math.round(Math.abs(100 - group.total) * 100) / 100}, or rescale them.`;
      return [
        {
          message: sure
            ? `The weights ${named(group)} add to ${group.total}%, not 100%: ${change}`
            : `The percentages ${named(group)} add to ${group.total}%: if they are shares of one whole, ${change}`,
          ...(!sure && { severity: 'info' as const }),
          range: { start: first.weightRange.start, end: last.range.end },
          fixes: fix ? [fix] : [],
        },
      ];
    });
  },
};

/** Whole numbers in the same proportions, by largest remainder, so that they add to 100. */
export function rescaled(weights: readonly number[]): number[] | undefined {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0) || weights.some((weight) => weight < 0)) return undefined;
  const shares = weights.map((weight) => (weight / total) * 100);
  const whole = shares.map(Math.floor);
  const order = shares.map((share, i) => ({ i, rest: share - Math.floor(share) })).sort((a, b) => b.rest - a.rest || a.i - b.i);
  const short = 100 - whole.reduce((sum, weight) => sum + weight, 0);
  for (const { i } of order.slice(0, short)) whole[i] = (whole[i] as number) + 1;
  return whole;
}

function rescale(group: VoiceGroup): Fix | undefined {
  const weights = rescaled(group.parts.map((part) => part.weight));
  if (!weights) return undefined;
  const edits = group.parts.map((part, i) => ({ range: part.weightRange, newText: `${weights[i]}%` }));
  // Not safe: which of them is wrong, or whether one was forgotten, only its author knows.
  return { title: `Rescale to ${weights.join(', ')}`, edits, safe: false };
}
