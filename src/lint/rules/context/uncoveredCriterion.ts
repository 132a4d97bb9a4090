import type { Criterion, Stage } from '../../../steering/contextTypes';
import type { Finding, Fix, Rule, Subject } from '../../issue';

export const uncoveredCriterionRule: Rule = {
  id: 'context/uncovered-criterion',
  severity: 'info',
  title: 'A success criterion that nothing verifies',
  kinds: ['context'],
  check(subject) {
    const findings: Finding[] = [];
    for (const stage of subject.context.stages) {
      for (const criterion of stage.uncovered) {
        if (isJudged(stage, criterion)) continue;
        const fix = judgeFix(subject, stage, criterion);
        findings.push({
          message: `Nothing verifies “${criterion.text}”: state it so that it can be measured, or add a check to “${stage.title}”, such as a judge.`,
          range: criterion.range,
          fixes: fix ? [fix] : [],
        });
      }
    }
    return findings;
  },
};

function words(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
}

/** A judge was given this very criterion. */
function isJudged(stage: Stage, criterion: Criterion): boolean {
  const wanted = words(criterion.text);
  return stage.checks.some(({ rule }) => rule.kind === 'judge' && words(rule.rubric).includes(wanted));
}

/** A judge is a paid call, and so never a safe fix. */
function judgeFix({ context, markdown }: Subject, stage: Stage, criterion: Criterion): Fix | undefined {
  const rubric = criterion.text.replace(/\s+/g, ' ').replace(/[.;,]+$/, '');
  const eol = context.text.includes('\r\n') ? '\r\n' : '\n';
  const last = stage.fields[stage.fields.length - 1];
  if (!last) return undefined;
  const checks = stage.fields.find((field) => field.name === 'Checks');
  const line = (of: { line: number }) => markdown.index.line(of.line);
  const bullet = /^\s*(?:[-*+]|\d+[.)])\s+/.exec(line(last.range.start))?.[0] ?? '- ';
  const indent = /^\s*/.exec(bullet)?.[0] ?? '';
  const check = `judge: ${rubric}, >= 4/5`;
  const end = markdown.index.offsetAt((checks ?? last).range.end);
  const at = context.text.slice(0, end).trimEnd().length;
  const position = markdown.index.positionAt(at);
  // A list written on one line (`Checks: json; words: 3`) goes on with a semicolon.
  const nested = checks && checks.range.end.line > checks.range.start.line ? line({ line: checks.range.start.line + 1 }) : undefined;
  const nestedIndent = nested === undefined ? `${indent}  ` : (/^\s*/.exec(nested)?.[0] ?? `${indent}  `);
  const newText = !checks ? `${eol}${indent}- Checks:${eol}${indent}  - ${check}` : nested === undefined ? `; ${check}` : `${eol}${nestedIndent}- ${check}`;
  return { title: `Have a judge verify “${rubric}”`, edits: [{ range: { start: position, end: position }, newText }], safe: false };
}
