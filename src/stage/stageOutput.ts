import { listed } from '../check/verdict';
import { outputOf } from '../journal/state';
import type { Files } from '../ports';
import type { PlannedStage } from '../steering/plan';
import { gatherItems } from './items';
import { isPathPerItem, outputPath, writeOutput } from './outputFile';
import type { Item } from './unit';
import type { RunContext, UnitResult } from './unitRun';
import { readIfThere } from './verify';

/** Of the outputs of a stage's items, so many characters are kept in memory; what comes after is read from the run's folder once all are there. */
const keptCharacters = 16 * 1024 * 1024;

const worstFirst: readonly UnitResult['status'][] = ['error', 'failed', 'passed', 'cached'];

/** What the items of a stage made, in their order, whichever ends first. A stage without `Each` has one. */
export class UnitOutputs {
  /** Without their texts: thousands of items would hold every answer and every failed try. */
  readonly results: UnitResult[] = [];
  private readonly items: (Item | undefined)[] = [];
  private readonly texts = new Map<number, string>();
  private kept = 0;

  /** @param folder of this run: what was made earlier says itself where it is */
  constructor(
    private readonly files: Files,
    private readonly folder = '',
    private readonly atMost = keptCharacters,
  ) {}

  add(at: number, item: Item | undefined, result: UnitResult): void {
    const { text, attempts, status } = result;
    this.items[at] = item;
    this.results[at] = { status, text: '', attempts: attempts.map(({ record, earlier }) => ({ record, earlier, text: '' })) };
    const onDisk = attempts.at(-1)?.record.output !== undefined;
    if (onDisk && this.kept + text.length > this.atMost) return;
    this.kept += text.length;
    this.texts.set(at, text);
  }

  /** A stage is as good as the worst of its items. */
  get status(): UnitResult['status'] {
    return worstFirst.find((status) => this.results.some((result) => result.status === status)) ?? 'error';
  }

  /** The text of one item. @throws UserError where its file in the run has gone. */
  async text(at: number): Promise<string> {
    const known = this.texts.get(at);
    if (known !== undefined) return known;
    const record = this.results[at]?.attempts.at(-1)?.record;
    if (!record) return '';
    return outputOf(this.files, { folder: this.folder, ...record });
  }

  /** All of them as the one output that later stages read. */
  async gathered(planned: PlannedStage): Promise<string> {
    if (!this.items[0]) return this.text(0);
    const texts: string[] = [];
    for (let at = 0; at < this.results.length; at++) texts.push(await this.text(at));
    return gatherItems(texts, planned.stage.output?.format === 'json');
  }

  targets(planned: PlannedStage): Target[] {
    return targetsOf(planned, this.items);
  }
}

/** A file that a stage's output goes to; that of one item has the item's place, from 0. */
export interface Target {
  path: string;
  item?: number;
}

/** The files that a stage's output goes to; where the path names the item, one for each. */
export function targetsOf(planned: PlannedStage, items: readonly (Item | undefined)[]): Target[] {
  const path = outputPath(planned);
  if (!path) return [];
  return isPathPerItem(planned) ? apart(items.map((item, i) => ({ path: outputPath(planned, item) ?? path, item: i }))) : [{ path }];
}

/** What became of the files that a stage writes: which they are, the hashes of those that were written, by path, and what a person should know. */
export interface Written {
  files: string[];
  written: Record<string, string>;
  message?: string;
}

/** Write what passed to its files. What a person wrote or edited there stays, and is told. @throws UserError where one can't be written. */
export async function writeStage(context: RunContext, planned: PlannedStage, outputs: UnitOutputs, text: string, cached: boolean): Promise<Written> {
  const { slug } = planned.stage;
  const targets = outputs.targets(planned);
  const written: Written['written'] = {};
  const kept: string[] = [];
  for (const { path, item } of targets) {
    const own = item === undefined ? text : await outputs.text(item);
    const hash = await writeOutput(context, slug, path, own, cached);
    if (hash) written[path] = hash;
    else if (!cached || (await readIfThere(context.engine.files, context.task, path)) !== own) kept.push(path);
  }
  const files = targets.map(({ path }) => path);
  if (!kept.length) return { files, written };
  const [is, it] = kept.length > 1 ? ['are', 'them'] : ['is', 'it'];
  const message = cached
    ? `${listed(kept)} ${is} not what passed: somebody edited ${it}, or ${it === 'it' ? 'it was' : 'they were'} kept. Delete ${it} to have ${it} written again, or check the stage again.`
    : `${keptText(kept)}; the new output is in the run.`;
  return { files, written, message };
}

/** Tells of files that were not written over. */
export function keptText(paths: readonly string[]): string {
  return `${listed(paths)} ${paths.length > 1 ? 'were' : 'was'} kept as somebody wrote or edited ${paths.length > 1 ? 'them' : 'it'}`;
}

/** Items whose names come to the same path get a number that makes none of the paths of the others, so that none is written over another. */
function apart<T extends { path: string }>(targets: readonly T[]): T[] {
  // Some file systems know no case.
  const known = ({ path }: T) => path.toLowerCase();
  const taken = new Set(targets.map(known));
  const seen = new Map<string, number>();
  return targets.map((target) => {
    let count = seen.get(known(target)) ?? 0;
    let own = target;
    do {
      count++;
      if (count > 1) own = { ...target, path: target.path.replace(/(\.[^./]*)?$/, `-${count}$1`) };
    } while (count > 1 && taken.has(known(own)));
    seen.set(known(target), count);
    taken.add(known(own));
    return own;
  });
}
