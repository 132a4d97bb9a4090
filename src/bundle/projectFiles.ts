import { posix } from 'node:path';
import { type Files, UserError } from '../ports';
import { followImport, mostHops } from '../reference/imports';
import { rulesBelow, scopePatterns } from '../reference/launch';
import { globMatcher } from '../steering/glob';
import type { PlannedStage } from '../steering/plan';
import { type ProjectDocument, readProject } from '../steering/project';
import { resolvePath } from '../steering/task';
import type { Candidate, Omitted } from './bundleTypes';
import type { Reading } from './reading';

/**
 * What every model must know of the project, broad to specific: in each folder from the workspace down to the task's, CLAUDE.md (or
 * .claude/CLAUDE.md), else AGENTS.md, then the rules of .claude/rules and CLAUDE.local.md; each followed by what it imports. Of rules with `paths:`, those
 * that match a file of the stage; as other stages do not get them, they stand behind what all share.
 */
export async function projectFiles(planned: PlannedStage, reading: Reading, files: Files): Promise<{ candidates: Candidate[]; omitted: Omitted[] }> {
  const load = new ProjectLoad(reading, files);
  const reason = 'what every model must know of the project';
  const scoped: { path: string; reason: string }[] = [];
  const concerned = filesOf(planned, reading);
  for (const folder of reading.foldersDown()) {
    const own = [await load.top(posix.join(folder, 'CLAUDE.md'), reason), await load.top(posix.join(folder, '.claude/CLAUDE.md'), reason)];
    if (!own.includes(true)) await load.top(posix.join(folder, 'AGENTS.md'), `${reason} (there is no CLAUDE.md beside it)`);
    for (const path of await rulesBelow(posix.join(folder, '.claude/rules'), files)) {
      const patterns = await load.scopeOf(path);
      if (!patterns) await load.top(path, `${reason} (a rule without paths)`);
      else {
        const matches = globMatcher(patterns);
        const match = concerned.find((file) => matches(posix.relative(folder, file)));
        if (match) scoped.push({ path, reason: `a rule for ${reading.sourceOf(match)}` });
      }
    }
    await load.top(posix.join(folder, 'CLAUDE.local.md'), reason);
  }
  load.scoped = true;
  for (const rule of scoped) await load.top(rule.path, rule.reason);
  const taken = new Set(load.candidates.map(({ source }) => source));
  return { candidates: load.candidates, omitted: load.omitted.filter(({ source }) => !taken.has(source)) };
}

/** The files that a stage reads and writes, absolute: what a rule's `paths:` may match. */
function filesOf({ inputs, context, list, stage }: PlannedStage, reading: Reading): string[] {
  const read = [...inputs, ...context, ...(list ? [list] : [])].flatMap(({ source }) =>
    source.kind === 'file' ? [source.path] : source.kind === 'glob' ? source.paths : [],
  );
  return [...read, ...(stage.output?.path ? [resolvePath(reading.task, stage.output.path)] : [])];
}

class ProjectLoad {
  readonly candidates: Candidate[] = [];
  readonly omitted: Omitted[] = [];
  /** What is loaded now is for this stage alone. */
  scoped = false;
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly reading: Reading,
    private readonly files: Files,
  ) {}

  /** Load a file by its own name; false where there is none. */
  async top(path: string, reason: string): Promise<boolean> {
    try {
      return await this.load(path, reason, 0);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.leave(this.reading.sourceOf(path), 'is a link out of the workspace');
      return true;
    }
  }

  /** The patterns of a rule; undefined where it has none, or can't be read: then loading it says why. */
  async scopeOf(path: string): Promise<string[] | undefined> {
    try {
      const read = await this.reading.read(path);
      return 'text' in read ? scopePatterns(readProject(path, read.text).frontMatter.data) : undefined;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return undefined;
    }
  }

  private async load(path: string, reason: string, hops: number): Promise<boolean> {
    const known = this.seen.get(path);
    // Reached on a shorter way, its own imports may be near enough now.
    if (known !== undefined && known <= hops) return true;
    const read = await this.reading.read(path);
    if ('absent' in read) return false;
    this.seen.set(path, hops);
    const source = this.reading.sourceOf(path);
    if ('refused' in read) {
      if (known === undefined) this.leave(source, read.refused);
      return true;
    }
    const candidate = this.reading.whole(path, read.text, reason, { stable: true, named: false, ...(this.scoped ? { scoped: true } : {}) });
    if (candidate.text && known === undefined) this.candidates.push(candidate);
    // What is written the same leads to the same.
    const imports = new Map(readProject(path, read.text).imports.map((item) => [item.text, item]));
    for (const item of imports.values()) await this.follow(item, path, hops + 1);
    return true;
  }

  private async follow(item: ProjectDocument['imports'][number], from: string, hops: number): Promise<void> {
    const importer = this.reading.sourceOf(from);
    const end = await followImport(from, item, this.reading.task.workspace, this.files);
    if (end.kind === 'outside') {
      const written = item.text.slice(1);
      const source = written.startsWith('~') ? written : this.reading.sourceOf(posix.resolve(posix.dirname(from), written));
      return this.leave(source, `imported by ${importer}, but outside of the workspace`);
    }
    // A handle or a package scope is no import: only what can be nothing but a file is missed.
    if (end.kind === 'missing' && end.sure) return this.leave(this.reading.sourceOf(end.path), `imported by ${importer}, but not there`);
    if (end.kind !== 'file') return;
    if (hops > mostHops) {
      if (!this.seen.has(end.path)) this.leave(this.reading.sourceOf(end.path), `imported by ${importer}, more than ${mostHops} imports deep`);
    } else await this.load(end.path, `imported by ${importer}`, hops);
  }

  private leave(source: string, reason: string): void {
    if (!this.omitted.some((known) => known.source === source && known.reason === reason))
      this.omitted.push({ source, heading: null, tokens: 0, reason, named: false });
  }
}
