import type { CheckRule } from './checkTypes';
import { unquote } from './commas';
import { dictatesRating } from './rating';

/** What stands behind the colon of the checks that take more than a list, a file or a bound. */

/** What is wrong with a check, as one sentence; turned into a problem with its place at one point. */
export class Unparsable extends Error {}

/** `/…/flags` */
export function matches(value: string): CheckRule {
  const written = unquote(value)?.text ?? '';
  const parts = /^\/([\s\S]+)\/([a-z]*)$/i.exec(written) ?? /^\/([\s\S]+)\/([a-z]*)$/i.exec(value);
  if (!parts) throw new Unparsable('“matches” expects a regular expression between slashes, such as `matches: /^# /m`.');
  const [, pattern = '', flags = ''] = parts;
  const strange = [...flags].find((flag, i) => !'imsu'.includes(flag) || flags.indexOf(flag) !== i);
  if (strange) throw new Unparsable(`“matches” knows the flags i, m, s and u, each once; found “${flags}”.`);
  try {
    new RegExp(pattern, flags);
  } catch (error) {
    throw new Unparsable(`“matches” expects a valid regular expression: ${error instanceof Error ? error.message : String(error)}.`);
  }
  return { kind: 'matches', pattern, flags };
}

/** A rubric and the least rating; at least 4 of 5 where none is given. Percents are a scale of 100. */
export function judge(written: string): CheckRule {
  // “… (>= 4/5)” and a full stop behind the rating say the same.
  const value = written
    .trim()
    .replace(/(?<=\d|%)\.$/, '')
    .replace(/\s*\(((?:>=|≥|at least|minimum|min\.?)\s*\d[^()]{0,12}|\d+\s*(?:\/|of|out of)\s*\d+)\)$/i, ', $1');
  const rating =
    /(?:^|[,;]\s*|\s)(?:(>=|≥|at least|minimum|min\.?)\s*)(\d+(?:\.\d+)?)\s*(?:(?:\/|of|out of)\s*(\d+)|(%))?$|(?:^|[,;]\s*)(\d+(?:\.\d+)?)\s*(?:\/|of|out of)\s*(\d+)$/i.exec(
      value,
    );
  const min = Number(rating?.[2] ?? rating?.[5] ?? 4);
  const of = rating?.[4] ? 100 : Number(rating?.[3] ?? rating?.[6] ?? 5);
  const rest = (rating ? value.slice(0, rating.index) : value).replace(/(?<![,;\s])[,;\s]+$/, '').replace(/[,;]\s*(?:score|rating|rated)$/i, '');
  const whole = unquote(rest);
  const rubric = (whole?.text ?? '').trim();
  if (!rubric) throw new Unparsable('“judge” expects what is to be judged, such as `judge: reads like VOICE.md, >= 4/5`.');
  if (!whole?.quoted && /[<>≤≥=]\s*\d+(?:\.\d+)?\s*(?:\/\s*\d+|%)?$/.test(rubric)) throw new Unparsable('“judge” expects a least rating, such as `>= 4/5`.');
  if (!(of >= 2 && of <= 100 && min > 0 && min <= of))
    throw new Unparsable(`“judge” expects a rating above 0 on a scale of 2 to 100, such as \`>= 4/5\`; found ${min}/${of}.`);
  if (dictatesRating(rubric))
    throw new Unparsable(`“judge” expects what is to be judged; “${rubric.slice(0, 80)}” tells the judge what to answer, whatever the output is.`);
  return { kind: 'judge', rubric, min, of };
}

/** `<= 0.01` and its like, in US dollars. */
export function cost(value: string): CheckRule {
  const match =
    /^(?:<=?|≤|at most|max(?:imum)?\.?|up to|under|below|less than|no more than)?\s*(?:\$|USD|US\$)?\s*(\d+(?:\.\d+)?|\.\d+)\s*(?:\$|USD|dollars?)?$/i.exec(
      value.replace(/`/g, '').trim(),
    );
  const max = Number(match?.[1]);
  if (!match || !Number.isFinite(max)) throw new Unparsable(`“cost” expects the most it may cost in US dollars, such as \`cost: <= 0.01\`; found “${value}”.`);
  return { kind: 'cost', max };
}
