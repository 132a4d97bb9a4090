import { describeCheck, parseCheck } from '../../../steering/checks';
import type { Check } from '../../../steering/checkTypes';
import type { Criterion, Stage } from '../../../steering/contextTypes';
import { Kept } from '../../../steering/kept';

const nowhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export function wordsOf(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
}

/** The words of all judges of a stage: read once, however many criteria ask. */
const rubrics = new WeakMap<Stage, string>();

/** True where a judge was given this very criterion. */
export function isJudged(stage: Stage, criterion: Criterion): boolean {
  const judged = rubrics.get(stage) ?? stage.checks.flatMap(({ rule }) => (rule.kind === 'judge' ? [wordsOf(rule.rubric)] : [])).join('\n');
  rubrics.set(stage, judged);
  return judged.includes(wordsOf(criterion.text));
}

/** A judge with a criterion's own words, written so that it is read back as that; undefined where no way of writing it is. */
export function judgeText(criterion: string): { rubric: string; check: string } | undefined {
  return judges.of(criterion, () => ({ judge: written(criterion) })).judge;
}

const judges = new Kept<{ judge?: { rubric: string; check: string } }>(500);

function written(criterion: string): { rubric: string; check: string } | undefined {
  const rubric = criterion
    .replace(/\s+/g, ' ')
    .replace(/;/g, ',')
    .replace(/(?<![.,\s])[.,\s]+$/, '')
    .trim();
  // What begins a comment, a tag or a table would be something else in the document.
  if (!rubric || rubric.length > 300 || /<!--|[\\<>|\p{Cc}]/u.test(rubric)) return undefined;
  const quoted: Check = { rule: { kind: 'judge', rubric, min: 4, of: 5 }, text: '', negated: false, level: 'must', source: 'checks', range: nowhere };
  const check = [`judge: ${rubric}, >= 4/5`, describeCheck(quoted)].find((text) => {
    const parsed = parseCheck(text, nowhere);
    return (
      'check' in parsed &&
      !parsed.check.negated &&
      parsed.check.rule.kind === 'judge' &&
      parsed.check.rule.min === 4 &&
      parsed.check.rule.of === 5 &&
      wordsOf(parsed.check.rule.rubric) === wordsOf(rubric)
    );
  });
  return check && wordsOf(rubric) ? { rubric, check } : undefined;
}
