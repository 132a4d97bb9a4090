import { createHash, randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import { assembleBundle } from '../bundle/bundle';
import type { Bundle, BundleContext, SecretFinding } from '../bundle/bundleTypes';
import { undecidedSecrets } from '../bundle/secretFindings';
import { estimateTokens } from '../catalog/tokens';
import { hashOf } from '../journal/hash';
import type { OfItem } from '../journal/unitHistory';
import { UserError } from '../ports';
import { secretReason } from '../secrets';
import type { OutputFormat } from '../steering/contextTypes';
import type { Plan, PlannedStage } from '../steering/plan';
import { pathInWorkspace } from '../steering/task';
import { measuringFiles } from './checkFacts';
import type { Engine } from './engine';
import { sharedReading } from './glance';
import { itemKeys, listItems } from './items';
import { rubricFiles } from './judge';
import { buildPrompt, type Prompt, type PromptOptions } from './prompt';
import { isSent, onceEach, ownSecrets, SecretsFound } from './secretGate';

/** An output that later stages read. */
export interface StageOutput {
  text: string;
  format?: OutputFormat;
}

/** One of the list of `Each`: its number, from 1, what it is called, and its value. */
export interface Item {
  number: number;
  name: string;
  value: string;
  /** As of an attempt: it is the same item wherever it stands in the list. */
  key?: string;
}

/** One thing to run: a stage, or one item of a stage with `Each`. */
export interface Unit {
  planned: PlannedStage;
  item?: Item;
  bundle: Bundle;
  /** Hash of all it is made from. */
  fingerprint: string;
  prompt(options?: PromptOptions): Prompt;
}

/** A unit's item as records know it; of a stage without `Each` nothing. */
export function ofItem({ item }: Pick<Unit, 'item'>): OfItem {
  return item ? { item: item.number, itemKey: item.key } : {};
}

/** What a command without inputs reads, nobody can know: it runs each time, which is free. */
export function runsEachTime(stage: Pick<PlannedStage['stage'], 'runner' | 'inputs'>): boolean {
  return stage.runner.tier === 'code' && !stage.inputs.length;
}

export interface UnitSources {
  engine: Pick<Engine, 'files' | 'catalog' | 'settings' | 'project'>;
  plan: Plan;
  outputs: ReadonlyMap<number, StageOutput>;
  /** By lower-case name. */
  answers: ReadonlyMap<string, string>;
  /** Hashes of secrets that the person decided to send; none where nothing is said. */
  allowedSecrets?: ReadonlySet<string>;
  /** A strategy to try in place of the one that is kept. */
  strategy?: BundleContext['strategy'];
}

/**
 * All that one stage is made from, now.
 * @throws UserError (exit 2) where a named file is missing or leads out of the workspace, or an input has no value; SecretsFound where it would send one.
 */
export async function buildUnit(sources: UnitSources, index: number, item?: Unit['item']): Promise<Unit> {
  const { engine, plan, outputs, answers, allowedSecrets = new Set<string>() } = sources;
  const planned = plan.stages[index] as PlannedStage;
  const { stage } = planned;
  const { document } = plan.task;
  const model = stage.runner.tier === 'code' ? 'code' : engine.catalog.modelFor(stage.runner.tier, document.models);
  const bundle = await assembleBundle(plan, index, {
    files: engine.files,
    reading: sharedReading(engine.files, plan.task),
    countTokens: (text) => estimateTokens(text, model),
    outputs: (at) => outputs.get(at),
    answers,
    // A command reads its inputs as files: nothing is cut to fit a model.
    budget: stage.runner.tier === 'code' ? Number.MAX_SAFE_INTEGER : undefined,
    background: engine.settings.background,
    relevantCode: engine.settings.relevantCode,
    windowTokens: engine.catalog.entry(model).contextWindow,
    item: item && { name: item.name, value: item.value },
    project: engine.project,
    // A command runs on this machine: nothing leaves.
    allowedSecrets: isSent(stage) ? allowedSecrets : 'all',
    strategy: sources.strategy,
  });
  const missing = bundle.missing[0];
  if (missing) {
    throw new UserError(`Stage ${stage.number} “${stage.title}” has no value for its input “${missing.text}”.`, {
      path: document.path,
      line: missing.range.start.line,
      todo: `Give it with --input "${missing.text}=…", or declare it under \`inputs:\` in the front matter.`,
      exitCode: 2,
    });
  }
  if (isSent(stage)) {
    const own = await ownSecrets(plan, index, { files: engine.files, bundle, allowed: allowedSecrets, item });
    const findings = onceEach([...bundle.secrets, ...own]);
    if (findings.length) throw new SecretsFound(findings, document.path);
  }
  const prompt = (options: PromptOptions = {}) => buildPrompt(plan, index, bundle, { ...options, item: item && { name: item.name, value: item.value } });
  const { text } = prompt();
  const made = {
    version: 1,
    ...text,
    model,
    effort: stage.runner.effort,
    run: stage.run,
    advisor: stage.advisor || undefined,
    each: runsEachTime(stage) ? randomUUID() : undefined,
    checks: stage.checks.map((check) => [check.text, check.negated, check.level]),
    measuredBy: await checkFiles(sources, planned),
  };
  return { planned, item, bundle, fingerprint: createHash('sha256').update(JSON.stringify(made)).digest('hex'), prompt };
}

/** What a stage is to do: itself once, or once for each item of its list. A unit is put together when it is asked for, and kept by nobody here. */
export interface UnitList {
  readonly count: number;
  /** From 0. @throws UserError as `buildUnit` */
  build(at: number): Promise<Unit>;
}

const atATime = 8;

/**
 * The stage itself, or one unit for each item of its list.
 * @throws UserError where the list has no items; SecretsFound for those of all items together, so that a person is asked once.
 */
export async function listUnits(sources: UnitSources, index: number): Promise<UnitList> {
  const planned = sources.plan.stages[index] as PlannedStage;
  const { each, number } = planned.stage;
  if (!each || !planned.list) return { count: 1, build: () => buildUnit(sources, index) };
  const items = listItems(await listText(sources, planned));
  if (!items.length) throw new UserError(`The list “${planned.list.name.text}” of stage ${number} has no items.`, { exitCode: 1 });
  const keys = itemKeys(items);
  const build = (at: number) => buildUnit(sources, index, { number: at + 1, name: each.item, value: items[at] ?? '', key: keys[at] });
  if (isSent(planned.stage)) await refuseItems(items, build, sources);
  return { count: items.length, build };
}

/** @throws SecretsFound for all items that hold one: only these are put together for it. */
async function refuseItems(items: readonly string[], build: UnitList['build'], { plan, allowedSecrets = new Set() }: UnitSources): Promise<void> {
  const found: SecretFinding[] = [];
  for (const [at, item] of items.entries()) {
    if (!(await undecidedSecrets(item, allowedSecrets, { source: 'item', lineOf: () => 1 })).length) continue;
    const [built] = await Promise.allSettled([build(at)]);
    if (built.status === 'rejected' && built.reason instanceof SecretsFound) found.push(...built.reason.findings);
  }
  if (found.length) throw new SecretsFound(onceEach(found), plan.task.document.path);
}

/** All units of a stage at once: for looking at them, not for running thousands. @throws UserError as `listUnits` and `buildUnit` */
export async function buildUnits(sources: UnitSources, index: number): Promise<Unit[]> {
  const list = await listUnits(sources, index);
  const units: Unit[] = [];
  // A few at a time: each may look through the project for what is relevant to it.
  for (let at = 0; at < list.count; at += atATime)
    units.push(...(await Promise.all(Array.from({ length: Math.min(atATime, list.count - at) }, (_, i) => list.build(at + i)))));
  return units;
}

/** The text of the list an `Each` goes through; '' where it is not there yet. @throws UserError where its file may not be read or sent. */
export async function listText({ engine, plan, outputs, answers }: UnitSources, planned: PlannedStage): Promise<string> {
  const source = planned.list?.source;
  if (source?.kind === 'stage') return outputs.get(source.index)?.text ?? '';
  if (source?.kind === 'declared') return source.value;
  const sendable = async (path: string) => {
    const absolute = await pathInWorkspace(plan.task, path, engine.files);
    const secret = secretReason(absolute);
    if (secret) throw new UserError(`The list “${planned.list?.name.text}” ${secret}.`, { path: plan.task.document.path, exitCode: 2 });
    return absolute;
  };
  if (source?.kind === 'file') return engine.files.read(await sendable(source.path));
  if (source?.kind === 'glob') return (await Promise.all(source.paths.map(sendable))).map((path) => posix.relative(plan.task.folder, path)).join('\n');
  return answers.get(planned.list?.name.text.toLowerCase() ?? '') ?? '';
}

/** The files that checks measure by (schemas, voices): an output that passed by one of them has not passed by another. */
async function checkFiles({ engine, plan }: UnitSources, { stage }: PlannedStage): Promise<[string, string | null][]> {
  const measuring = await measuringFiles(stage.checks, engine.files, plan.task);
  const paths = [...new Set([...measuring.keys(), ...stage.checks.flatMap(rubricFiles)])];
  return Promise.all(
    paths.map(async (path): Promise<[string, string | null]> => {
      try {
        return [path, hashOf(await engine.files.read(await pathInWorkspace(plan.task, path, engine.files)))];
      } catch (error) {
        // The check itself says that its file can't be read.
        if (error instanceof UserError) return [path, null];
        throw error;
      }
    }),
  );
}

export { hashOf } from '../journal/hash';
