import type { PlannedStage } from '../steering/plan';

/**
 * What a stage is about, as words to rank by: its title, inputs, task, output and criteria, and the item that it works on. Of an input that is a file only the
 * symbol: the file is in already, and the words of its path would bring its neighbours.
 */
export function stageQuery({ stage, inputs }: PlannedStage, item?: { value: string }): string {
  return [
    stage.title,
    ...inputs.map(({ name, source }) => (source.kind === 'file' ? (source.symbol ?? '') : source.kind === 'glob' ? '' : name.text)),
    stage.task,
    stage.output?.name ?? '',
    ...stage.success.map((criterion) => criterion.text),
    item?.value ?? '',
  ].join('\n');
}
