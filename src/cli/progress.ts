import { formatUsd } from '../catalog/tokens';
import type { RunEvent } from '../stage/engine';
import type { Task } from '../steering/task';
import { adviceText, relativeText } from './runReport';
import type { Surroundings } from './surroundings';

/** What goes on in a run, told on stderr while it goes on. */
export interface Progress {
  onEvent(event: RunEvent): void;
  /** Why stages broke off, as it was told: nothing that is to be said again. */
  told: ReadonlySet<string>;
}

/**
 * A line at each turn of a stage, which is named by its title, and its item by number.
 * @param resultFollows the result comes to the same terminal: why a stage broke off is left to it
 */
export function createProgress(
  around: Pick<Surroundings, 'stderr' | 'workingDirectory'>,
  task: Pick<Task, 'folder' | 'document'>,
  resultFollows: boolean,
): Progress {
  const told = new Set<string>();
  const titles = new Map(task.document.stages.map(({ slug, title }) => [slug, title]));
  const named = ({ stage, item }: { stage: string; item?: number }) => `${titles.get(stage) ?? stage}${item === undefined ? '' : `, item ${item}`}`;
  const onEvent = (event: RunEvent) => {
    if (event.type === 'note') around.stderr(`${event.message}\n`);
    if (event.type !== 'record') return;
    const { record } = event;
    if (record.type === 'attempt-started')
      around.stderr(
        `  … ${named(record)}: asking ${record.model}${record.effort ? ` at ${record.effort} effort` : ''}${record.attempt > 1 ? `, attempt ${record.attempt}` : ''}\n`,
      );
    if (record.type === 'attempt') {
      const mark = { passed: '✔', failed: '✖', error: '!' }[record.status];
      const how = record.status === 'error' ? 'broke off' : record.status;
      around.stderr(
        `  ${mark} ${named(record)}: ${how} on ${record.model} (${formatUsd(record.usd)}${adviceText(record)}, ${(record.ms / 1000).toFixed(1)} s)\n`,
      );
      if (record.status === 'failed')
        for (const check of record.checks) if (check.status !== 'pass' && check.level === 'must') around.stderr(`      ${check.text}: ${check.message}\n`);
    }
    if (record.type === 'restored' && record.why === 'compared') around.stderr(`  = ${named(record)}: compared, ${record.output} is kept\n`);
    if (record.type !== 'stage') return;
    if (record.status === 'cached') around.stderr(`  = ${named(record)}: unchanged since it passed\n`);
    if (record.status === 'cancelled') around.stderr(`  - ${named(record)}: cancelled\n`);
    if (record.status === 'error' && record.message && !resultFollows) {
      const why = relativeText(around, task, record.message);
      // Two stages that break off for the same reason, such as a server that is down, need not both explain it.
      around.stderr(`  ! ${named(record)}: ${told.has(why) ? 'the same' : why}\n`);
      told.add(why);
    }
  };
  return { onEvent, told };
}
