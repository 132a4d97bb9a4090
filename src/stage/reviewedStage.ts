import type { SecretFinding } from '../bundle/bundleTypes';
import { countingAttempt } from '../journal/countingAttempt';
import { hashOf } from '../journal/hash';
import type { RunStarted } from '../journal/records';
import { passedOutput, readState, type StageHistory, type TaskState } from '../journal/state';
import { isSameItem, type KnownAttempt } from '../journal/unitHistory';
import { UserError } from '../ports';
import { ancestors, type Plan, type PlannedStage, planTask } from '../steering/plan';
import type { Task } from '../steering/task';
import type { AttemptResult } from './attempt';
import { lastPassed, standingOutput } from './current';
import type { Engine, Person, RunOptions, StageResult } from './engine';
import { isPathPerItem, writeOutput } from './outputFile';
import { stageResult } from './result';
import { openRun } from './runOpening';
import { indexOf } from './scope';
import { withDecisions } from './secretGate';
import { keptText, type Target, targetsOf, UnitOutputs } from './stageOutput';
import { type Item, listUnits, ofItem, runsEachTime, type StageOutput, type Unit, type UnitList } from './unit';
import type { RunContext, UnitResult } from './unitRun';

/** Who reviews what, with what. */
export interface ReviewOrder {
  engine: Engine;
  person: Person;
  task: Task;
  /** Of the stage. */
  number: number;
  /** Of a stage with `Each`, one item, from 1; all that it is about where nothing is said. */
  item?: number;
  options: RunOptions;
}

/** What a person's decision made of one unit. */
export interface Decision {
  attempt: AttemptResult;
  /** Its text stands in the stage's file already: it is the stage's own from now on. */
  inFile?: boolean;
}

/** What is known of a stage's end before its files are written. */
export interface ReviewEnd {
  /** What a person should know, a sentence each. */
  told?: readonly string[];
  written?: Record<string, string>;
}

/** A stage at which a person looks: as it would be run now, with all that is known of it. Nothing of it costs anything. */
export class ReviewedStage {
  private readonly built = new Map<number, Unit>();

  private constructor(
    readonly order: ReviewOrder,
    readonly plan: Plan,
    readonly planned: PlannedStage,
    readonly state: TaskState,
    private readonly list: UnitList,
    private readonly decided: readonly SecretFinding[],
  ) {}

  /** @throws UserError (exit 2) where there is no such stage or item, or where it can't be put together, such as for a stage it needs that has not passed. */
  static async open(order: ReviewOrder): Promise<ReviewedStage> {
    const { engine, person, task, number, item } = order;
    const plan = await planTask(task, engine.files);
    const planned = plan.stages[indexOf(plan, number)] as PlannedStage;
    const state = await readState(engine.files, task.haikuFolder, task.slug);
    const decided: SecretFinding[] = [];
    const list = await withDecisions({ person, state, record: (findings) => void decided.push(...findings) }, () =>
      unitsNow(engine, plan, planned.index, state),
    );
    if (item !== undefined && !planned.stage.each)
      throw new UserError(`Stage ${number} “${planned.stage.title}” has no items.`, { todo: 'Leave --item out.', exitCode: 2 });
    if (item !== undefined && (item < 1 || item > list.count))
      throw new UserError(`Stage ${number} has no item ${item}.`, { todo: `Name one from 1 to ${list.count}.`, exitCode: 2 });
    return new ReviewedStage(order, plan, planned, state, list, decided);
  }

  get history(): StageHistory | undefined {
    return this.state.stages.get(this.planned.stage.slug);
  }

  /** What is looked at: the item that was named, or all of them; a stage without `Each` is one unit. From 0. */
  get places(): number[] {
    const { item } = this.order;
    return item === undefined ? Array.from({ length: this.list.count }, (_, at) => at) : [item - 1];
  }

  async unit(at: number): Promise<Unit> {
    const known = this.built.get(at) ?? (await this.list.build(at));
    // What is decided about is put together once: a fingerprint may hold chance.
    if (this.list.count === 1) this.built.set(at, known);
    return known;
  }

  /** The attempt at a unit that counts, else the last that left an output, however the stage read then. */
  lastOutput(unit: Unit): KnownAttempt | undefined {
    const counts = countingAttempt(this.history, ofItem(unit));
    if (counts?.output !== undefined) return counts;
    return this.history?.attempts.findLast((attempt) => attempt.output !== undefined && isSameItem(attempt, ofItem(unit)));
  }

  passed(unit: Unit, state: TaskState = this.state) {
    const { files } = this.order.engine;
    const history = state.stages.get(this.planned.stage.slug);
    if (runsEachTime(this.planned.stage)) return lastPassed(files, history, unit);
    return passedOutput(files, history, unit.fingerprint, ofItem(unit));
  }

  /** The files that its output goes to; where the path names the item, one for each, by its place from 0. */
  async targets(): Promise<Target[]> {
    const items: (Item | undefined)[] = [];
    if (isPathPerItem(this.planned)) for (let at = 0; at < this.list.count; at++) items.push((await this.unit(at)).item);
    return targetsOf(this.planned, items);
  }

  openRun(why: RunStarted['why']): Promise<RunContext> {
    const { engine, person, options, task } = this.order;
    return openRun(
      { plan: this.plan, scope: [this.planned.index], answers: new Map(this.state.answers), why, decided: this.decided },
      { engine, person, options, task, state: this.state },
    );
  }

  /**
   * Put the stage's end on record as it is after the decisions, by unit, and write what passes to its files, by the usual rules.
   */
  async end(context: RunContext, decisions: ReadonlyMap<number, Decision>, more: ReviewEnd = {}): Promise<StageResult> {
    const { engine, task } = this.order;
    const { stage } = this.planned;
    const state = await readState(engine.files, task.haikuFolder, task.slug);
    const outputs = new UnitOutputs(context.engine.files, context.journal.folder);
    let fingerprint: string | undefined;
    for (let at = 0; at < this.list.count; at++) {
      const unit = await this.unit(at);
      fingerprint ??= unit.fingerprint;
      outputs.add(at, unit.item, await this.result(unit, state, decisions.get(at)));
    }
    const open = outputs.results.filter((result) => result.status !== 'passed' && result.status !== 'cached').length;
    const status = open ? 'failed' : 'passed';
    const written: Record<string, string> = { ...more.written };
    const [kept, decided]: [string[], string[]] = [[], []];
    const targets = outputs.targets(this.planned);
    for (const { path, item } of targets) {
      const decision = decisions.get(item ?? 0);
      const own = item === undefined ? status : outputs.results[item]?.status;
      if ((own !== 'passed' && own !== 'cached') || (item !== undefined && !decision)) continue;
      decided.push(path);
      const text = item === undefined ? await outputs.gathered(this.planned) : await outputs.text(item);
      const hash = decision?.inFile ? hashOf(text) : await writeOutput(context, stage.slug, path, text);
      if (hash) written[path] = hash;
      else kept.push(path);
    }
    const told = [...(more.told ?? [])];
    if (kept.length) told.push(`${keptText(kept)}; the output that counts is in the run.`);
    if (open && this.list.count > 1) told.push(`${open} of ${this.list.count} items have not passed.`);
    const message = told.join(' ') || undefined;
    const files = open ? decided : targets.map(({ path }) => path);
    const at = engine.clock.now().toISOString();
    await context.journal.append({ type: 'stage', at, stage: stage.slug, number: stage.number, title: stage.title, status, fingerprint, written, message });
    await context.journal.append({ type: 'end', at, status });
    const text = this.list.count === 1 || !open ? await outputs.gathered(this.planned) : '';
    return stageResult(this.planned, status, outputs.results, text, files, context.journal.folder, message);
  }

  private async result(unit: Unit, state: TaskState, decision: Decision | undefined): Promise<UnitResult> {
    if (decision) return { status: decision.attempt.record.status, text: decision.attempt.text, attempts: [decision.attempt] };
    const passed = await this.passed(unit, state);
    if (passed) return { status: 'cached', text: passed.text, attempts: [{ record: passed.attempt, text: passed.text }] };
    return { status: 'failed', text: '', attempts: [] };
  }
}

/** The stage's units as they would be run now, its needs taken from what passed. @throws UserError where an earlier stage has not passed. */
async function unitsNow(engine: Engine, plan: Plan, index: number, state: TaskState): Promise<UnitList> {
  const outputs = new Map<number, StageOutput>();
  const sources = { engine, plan, outputs, answers: state.answers, allowedSecrets: state.allowedSecrets };
  for (const need of ancestors(plan, index)) {
    const planned = plan.stages[need];
    if (!planned) continue;
    const standing = await standingOutput(sources, state, need);
    if (!standing)
      throw new UserError(`Stage ${planned.stage.number} “${planned.stage.title}” has changed or has not passed.`, { todo: 'Run it first.', exitCode: 2 });
    outputs.set(need, standing);
  }
  return listUnits(sources, index);
}
