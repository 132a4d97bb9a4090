import type { Rule } from '../../issue';

export const variantsWithoutChecksRule: Rule = {
  id: 'context/variants-without-checks',
  severity: 'warning',
  title: 'Variants with nothing to choose by',
  kinds: ['context'],
  check: ({ context }) =>
    context.stages
      .filter(({ variants, checks, runner }) => variants > 1 && !checks.length && runner.tier !== 'code')
      .map(({ title, variants, fields, headingRange }) => ({
        message: `“${title}” makes ${variants} variants and has no check to tell which is best, so that ${variants - 1} of them are paid for and dropped: add \`Checks:\`, such as a judge, or take Variants out.`,
        range: fields.find(({ name }) => name === 'Variants')?.range ?? headingRange,
      })),
};
