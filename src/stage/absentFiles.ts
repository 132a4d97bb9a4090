import { posix } from 'node:path';
import type { Files } from '../ports';
import type { Name } from '../steering/contextTypes';
import type { Plan, PlannedStage, Resolved } from '../steering/plan';
import { resolvePath } from '../steering/task';
import { runsCommands } from './verify';

/** A file that a stage names and that is not there. */
export interface Absent {
  name: Name;
  stage: { number: number; title: string };
}

/**
 * The files that some stages name and that nobody has, each once, in their order: these stages could not be put together once others are paid. Left out is what
 * an earlier stage may yet make: any file where it runs a command, and what stands in the folder where it writes one for each item.
 * @param given names of inputs that have a value, in lower case
 */
export async function absentFiles(plan: Plan, indexes: readonly number[], given: { has(name: string): boolean }, files: Files): Promise<Absent[]> {
  const found = new Map<string, Absent>();
  for (const index of indexes) {
    const planned = plan.stages[index];
    if (!planned) continue;
    const earlier = plan.stages.slice(0, index);
    if (earlier.some(({ stage }) => runsCommands(stage))) continue;
    const inputs = [...planned.inputs, ...(planned.list ? [planned.list] : [])].filter(({ name }) => !given.has(name.text.trim().toLowerCase()));
    const named = [...inputs, ...planned.context]
      .filter(isAbsent)
      .map(({ name, source }) => ({ name, path: source.kind === 'file' ? source.path : undefined }));
    for (const { name, path } of [...named, ...(await absentMeasures(planned, plan, files))]) {
      if (found.has(name.text)) continue;
      if (path !== undefined && earlier.some((other) => writesThere(other, path, plan))) continue;
      found.set(name.text, { name, stage: { number: planned.stage.number, title: planned.stage.title } });
    }
  }
  return [...found.values()];
}

function isAbsent({ source }: Resolved): boolean {
  return source.kind === 'file' && !source.exists;
}

/** Schemas and voices that checks measure by: they are sent along. */
async function absentMeasures({ stage }: PlannedStage, plan: Plan, files: Files): Promise<{ name: Name; path: string }[]> {
  const rules = stage.checks.flatMap((check) => (check.rule.kind === 'atLeast' ? check.rule.of : [check]));
  const absent: { name: Name; path: string }[] = [];
  for (const { rule, range, negated } of rules) {
    if (rule.kind !== 'voice' && (rule.kind !== 'schema' || negated)) continue;
    const path = resolvePath(plan.task, rule.path);
    if ((await files.stat(path))?.kind !== 'file') absent.push({ name: { text: rule.path, quoted: false, range }, path });
  }
  return absent;
}

function writesThere({ stage }: PlannedStage, path: string, plan: Plan): boolean {
  const written = stage.output?.path && resolvePath(plan.task, stage.output.path);
  if (!written) return false;
  return written === path || (stage.each !== undefined && posix.dirname(written) === posix.dirname(path));
}
