import type { Stage } from '../steering/contextTypes';

/** What a stage is about, as words to rank by: its title, inputs, task, output and criteria, and the item that it works on. */
export function stageQuery(stage: Stage, item?: { value: string }): string {
  return [
    stage.title,
    ...stage.inputs.map((name) => name.text),
    stage.task,
    stage.output?.name ?? '',
    ...stage.success.map((criterion) => criterion.text),
    item?.value ?? '',
  ].join('\n');
}
