import type { TaskState } from '../journal/state';
import { currentOutputs } from '../stage/current';
import type { Engine } from '../stage/engine';
import { listItems } from '../stage/items';
import { keptPrompt } from '../stage/keptPrompt';
import { listText } from '../stage/unit';
import type { Plan, PlannedStage } from '../steering/plan';
import { type Case, readCases } from './cases';

/** Saved inputs of so many runs are looked at, the latest first: each distinct set is a case. */
const mostRuns = 200;

/**
 * What a stage can be tried on: the cases of its task's file, each item of its list, and the inputs that its runs were given, in that
 * order. What nobody wrote as a case is one once, however often it was run.
 * @throws UserError (exit 2) for a file of cases that can't be read, with line and column
 */
export async function gatherCases(engine: Engine, plan: Plan, index: number, state: TaskState): Promise<Case[]> {
  const planned = plan.stages[index] as PlannedStage;
  const { files } = engine;
  const written = await readCases(files, plan.task, planned.stage);
  const items = await itemCases(engine, plan, index);
  const saved = planned.stage.each ? [] : await savedCases(engine, planned, state);
  const keyOf = ({ values }: Case) => JSON.stringify([...values].sort(([a], [b]) => (a < b ? -1 : 1)));
  const seen = new Set(written.map(keyOf));
  const found = [...items, ...saved].filter((each) => {
    const key = keyOf(each);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return [...written, ...found];
}

async function itemCases(engine: Engine, plan: Plan, index: number): Promise<Case[]> {
  const planned = plan.stages[index] as PlannedStage;
  const { each } = planned.stage;
  if (!each || !planned.list) return [];
  const { outputs, answers } = await currentOutputs(engine, plan, index);
  const items = listItems(await listText({ engine, plan, outputs, answers }, planned));
  return items.map((value, i) => ({ id: `item ${i + 1}`, values: new Map([[each.item.toLowerCase(), value]]) }));
}

/** The inputs that were sent in earlier runs, as the runs keep them: what a person gave, and what earlier stages had made. */
async function savedCases({ files }: Engine, planned: PlannedStage, state: TaskState): Promise<Case[]> {
  const attempts = (state.stages.get(planned.stage.slug)?.attempts ?? []).filter(({ by, sent }) => by === 'model' && sent !== undefined);
  const byNumber = new Map(planned.inputs.flatMap(({ name, source }) => (source.kind === 'stage' ? [[source.index, name.text] as const] : [])));
  const cases: Case[] = [];
  for (const attempt of attempts.slice(-mostRuns).reverse()) {
    const prompt = await keptPrompt(files, attempt.sent);
    const values = new Map<string, string>();
    for (const { source, text, outline, whole } of prompt?.pieces ?? []) {
      // A part of an input is not the input.
      if (text === undefined || outline || !whole) continue;
      const input = /^input:(.+)$/s.exec(source)?.[1];
      const name = input ?? nameOfOutput(source, planned, byNumber);
      if (name !== undefined) values.set(name.toLowerCase(), text);
    }
    if (values.size) cases.push({ id: `run ${attempt.run}`, values });
  }
  return cases.map((each, i) => (cases.findIndex(({ id }) => id === each.id) === i ? each : { ...each, id: `${each.id} (${i + 1})` }));
}

/** What the stage calls an earlier stage's output in its Input; undefined where the piece is none. */
function nameOfOutput(source: string, planned: PlannedStage, byNumber: ReadonlyMap<number, string>): string | undefined {
  const called = /^stage:\d+ (.+)$/s.exec(source)?.[1]?.toLowerCase();
  if (called === undefined) return undefined;
  const own = [...byNumber.values()];
  return own.find((name) => name.toLowerCase() === called) ?? (own.length === 1 && planned.needs.length === 1 ? own[0] : undefined);
}
