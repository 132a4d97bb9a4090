import type { Rule } from '../../issue';

export const unusedOutputRule: Rule = {
  id: 'context/unused-output',
  severity: 'warning',
  title: 'An output that nothing uses',
  kinds: ['context'],
  async check(subject) {
    const { stages } = await subject.plan();
    return stages.flatMap(({ index, stage }) => {
      // A command may work by what it changes; a file is its own use.
      if (
        index === stages.length - 1 ||
        !stage.output ||
        stage.output.path ||
        stage.runner.tier === 'code' ||
        stages.some(({ needs }) => needs.includes(index))
      )
        return [];
      // A later input that could not be settled may mean this one.
      if (stages.some(({ inputs }) => inputs.some(({ source }) => source.kind === 'ambiguous' && source.indexes.includes(index)))) return [];
      return [
        {
          message: `No later stage reads “${stage.output.name}” and it is written nowhere: name it in a later stage's Input, add “→ path”, or drop the stage.`,
          range: stage.output.nameRange,
        },
      ];
    });
  },
};
