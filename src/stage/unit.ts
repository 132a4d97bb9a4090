import { createHash, randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import { assembleBundle } from '../bundle/bundle';
import type { Bundle } from '../bundle/bundleTypes';
import { estimateTokens } from '../catalog/tokens';
import { factsNeeded } from '../check/measure';
import { UserError } from '../ports';
import { secretReason } from '../secrets';
import type { OutputFormat } from '../steering/contextTypes';
import type { Plan, PlannedStage } from '../steering/plan';
import { pathInWorkspace } from '../steering/task';
import type { Engine } from './engine';
import { listItems } from './items';
import { rubricFiles } from './judge';
import { buildPrompt, type Prompt, type PromptOptions } from './prompt';
import { isSent, onceEach, ownSecrets, SecretsFound } from './secretGate';

/** An output that later stages read. */
export interface StageOutput {
  text: string;
  format?: OutputFormat;
}

/** One thing to run: a stage, or one item of a stage with `Each`. */
export interface Unit {
  planned: PlannedStage;
  /** Number of the item, from 1, with its value. */
  item?: { number: number; name: string; value: string };
  bundle: Bundle;
  /** Hash of all it is made from. */
  fingerprint: string;
  prompt(options?: PromptOptions): Prompt;
}

export interface UnitSources {
  engine: Pick<Engine, 'files' | 'catalog' | 'settings' | 'project'>;
  plan: Plan;
  outputs: ReadonlyMap<number, StageOutput>;
  /** By lower-case name. */
  answers: ReadonlyMap<string, string>;
  /** Hashes of secrets that the person decided to send; none where nothing is said. */
  allowedSecrets?: ReadonlySet<string>;
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
    countTokens: (text) => estimateTokens(text, model),
    outputs: (at) => outputs.get(at),
    answers,
    // A command reads its inputs as files: nothing is cut to fit a model.
    budget: stage.runner.tier === 'code' ? Number.MAX_SAFE_INTEGER : undefined,
    background: engine.settings.background,
    windowTokens: engine.catalog.entry(model).contextWindow,
    item: item && { name: item.name, value: item.value },
    project: engine.project,
    // A command runs on this machine: nothing leaves.
    allowedSecrets: isSent(stage) ? allowedSecrets : 'all',
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
    // What a command without inputs reads, nobody can know: it runs each time, which is free.
    each: stage.runner.tier === 'code' && !stage.inputs.length ? randomUUID() : undefined,
    checks: stage.checks.map((check) => [check.text, check.negated, check.level]),
    measuredBy: await checkFiles(sources, planned),
  };
  return { planned, item, bundle, fingerprint: createHash('sha256').update(JSON.stringify(made)).digest('hex'), prompt };
}

const itemsAtATime = 8;

/** The stage itself, or one unit for each item of its list. @throws UserError as `buildUnit`, and where the list has no items. */
export async function buildUnits(sources: UnitSources, index: number): Promise<Unit[]> {
  const planned = sources.plan.stages[index] as PlannedStage;
  const { each, number } = planned.stage;
  if (!each || !planned.list) return [await buildUnit(sources, index)];
  const items = listItems(await listText(sources, planned));
  if (!items.length) throw new UserError(`The list “${planned.list.name.text}” of stage ${number} has no items.`, { exitCode: 1 });
  const units: PromiseSettledResult<Unit>[] = [];
  // A few at a time: each may look through the project for what is relevant to it.
  for (let at = 0; at < items.length; at += itemsAtATime) {
    const some = items.slice(at, at + itemsAtATime);
    units.push(...(await Promise.allSettled(some.map((value, i) => buildUnit(sources, index, { number: at + i + 1, name: each.item, value })))));
  }
  const refused = units.flatMap((unit) => (unit.status === 'rejected' ? [unit.reason] : []));
  const secrets = refused.filter((reason) => reason instanceof SecretsFound);
  // Those of all items are told together: a person is asked once.
  if (secrets.length && secrets.length === refused.length) {
    throw new SecretsFound(onceEach(secrets.flatMap(({ findings }) => findings)), sources.plan.task.document.path);
  }
  return units.map((unit) => {
    if (unit.status === 'rejected') throw unit.reason;
    return unit.value;
  });
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
  const paths = [...new Set([...stage.checks.flatMap(factsNeeded), ...stage.checks.flatMap(rubricFiles)])];
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

/** How a text is recognised later: the SHA-256 of it. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
