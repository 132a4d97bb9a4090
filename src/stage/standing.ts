import { passedOutput, type TaskState } from '../journal/state';
import { gatherItems } from './items';
import { UnitOutputs } from './stageOutput';
import { listUnits, ofItem, type StageOutput, type UnitSources } from './unit';

/** What a stage made when it last passed, and what says that this still is so. */
export interface Standing {
  output: StageOutput;
  /** Of the stage, or of its first item. */
  fingerprint: string;
  units: UnitOutputs;
}

/**
 * What a stage made when it last passed, all its items together, if that still stands; undefined where it has to run again.
 * All it needs must be among the outputs. @throws UserError where it can't be put together, such as for a file that is gone.
 */
export async function standingOf(sources: UnitSources, state: TaskState, index: number): Promise<Standing | undefined> {
  const { engine, plan } = sources;
  const stage = plan.stages[index]?.stage;
  const history = stage && state.stages.get(stage.slug);
  const list = await listUnits({ ...sources, allowedSecrets: state.allowedSecrets }, index);
  const units = new UnitOutputs(engine.files);
  const texts: string[] = [];
  let several = false;
  let first: string | undefined;
  // Of thousands of items the first that does not stand says it all.
  for (let at = 0; at < list.count; at++) {
    const { fingerprint, item } = await list.build(at);
    const passed = await passedOutput(engine.files, history, fingerprint, ofItem({ item }));
    if (!passed) return undefined;
    const { attempt: record, text } = passed;
    units.add(at, item, { status: 'cached', text, attempts: [{ record, text }] });
    texts.push(text);
    first ??= fingerprint;
    several = item !== undefined;
  }
  const format = stage?.output?.format;
  const text = several ? gatherItems(texts, format === 'json') : (texts[0] ?? '');
  return { output: { text, format }, fingerprint: first ?? '', units };
}
