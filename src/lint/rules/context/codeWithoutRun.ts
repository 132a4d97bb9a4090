import type { Rule } from '../../issue';

export const codeWithoutRunRule: Rule = {
  id: 'context/code-without-run',
  severity: 'error',
  title: 'A Code stage without a command',
  kinds: ['context'],
  check: ({ context }) =>
    context.stages
      .filter((stage) => stage.runner.tier === 'code' && !stage.run)
      .map((stage) => ({
        message: `“${stage.title}” is a Code stage without a command: add \`- Run:\` with the command that does it.`,
        range: stage.headingRange,
      })),
};
