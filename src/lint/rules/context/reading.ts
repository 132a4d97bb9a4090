import type { Rule, Severity } from '../../issue';

/** Rules whose findings the reader makes: what it could not read as it stands, under the rule's id. */
function readerRule(id: string, severity: Severity, title: string): Rule {
  return {
    id,
    severity,
    title,
    kinds: ['context'],
    check: ({ context }) =>
      context.problems
        .filter((problem) => problem.rule === id)
        .map(({ message, range, instead }) => ({
          message,
          range,
          fixes: instead === undefined ? [] : [{ title: `Change to “${instead}”`, edits: [{ range, newText: instead }], safe: false }],
        })),
  };
}

export const readerRules: readonly Rule[] = [
  readerRule('context/front-matter', 'error', 'Front matter that cannot be read'),
  readerRule('context/unknown-runner', 'error', 'A runner that does not exist'),
  readerRule('context/unparsable-check', 'error', 'A check that cannot be read'),
  readerRule('context/bad-value', 'error', 'A value that a field cannot have'),
  readerRule('context/unknown-field', 'warning', 'A field that does not exist'),
  readerRule('context/duplicate-field', 'warning', 'A field that stands twice'),
];
