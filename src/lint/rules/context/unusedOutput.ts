import type { Rule } from '../../issue';

export const unusedOutputRule: Rule = {
  id: 'context/unused-output',
  severity: 'warning',
  title: 'An output that nothing uses',
  kinds: ['context'],
  async check(subject) {
    const { stages } = await subject.plan();
    const needed = new Set(stages.flatMap(({ needs }) => needs));
    // A later input that could not be settled may mean this one.
    const perhaps = new Set(stages.flatMap(({ inputs }) => inputs.flatMap(({ source }) => (source.kind === 'ambiguous' ? source.indexes : []))));
    return stages.flatMap(({ index, stage }) => {
      // A command may work by what it changes; a file is its own use.
      if (index === stages.length - 1 || !stage.output || stage.output.path || stage.runner.tier === 'code' || needed.has(index) || perhaps.has(index))
        return [];
      return [
        {
          message: `No later stage reads “${stage.output.name}” and it is written nowhere: name it in a later stage's Input, add “→ path”, or drop the stage.`,
          range: stage.output.nameRange,
        },
      ];
    });
  },
};
