import { posix } from 'node:path';
import { type Baseline, baselineText, compareWithBaseline, knownFindings, parseBaseline } from '../lint/baseline';
import { UserError } from '../ports';
import { workspaceOf } from '../steering/task';
import { plural } from '../text';
import type { FileResult } from './lintRun';
import { absolutePath, type Surroundings, shownPath } from './surroundings';

/** A baseline on the disk. Its paths count from the workspace it stands in, so that it says the same wherever the linter is started. */
export class BaselineFile {
  private constructor(
    private readonly around: Surroundings,
    private readonly path: string,
    private readonly root: string,
    private readonly baseline: Baseline,
  ) {}

  /** @throws UserError (exit 2) where there is none, unless it is to be written, and for what is no baseline. */
  static async open(around: Surroundings, name: string, options: { update: boolean }): Promise<BaselineFile> {
    const path = absolutePath(around, name);
    const there = (await around.files.stat(path))?.kind === 'file';
    if (!there && !options.update) {
      throw new UserError(`${shownPath(around, path)} does not exist.`, { todo: 'Add --update-baseline to write it with what is found now.', exitCode: 2 });
    }
    const baseline = there ? parseBaseline(await around.files.read(path, 64 * 1024 * 1024), path) : { files: new Map() };
    return new BaselineFile(around, path, await workspaceOf(posix.dirname(path), around.files), baseline);
  }

  /** The results with only what is new, and a line on stderr that says what is known and what is gone. */
  async compare(results: readonly FileResult[]): Promise<FileResult[]> {
    let [known, gone] = [0, 0];
    const fresh: FileResult[] = [];
    for (const result of results) {
      const compared = await compareWithBaseline(this.baseline.files.get(this.nameOf(result.path)) ?? [], result.text, result.issues);
      known += compared.known;
      gone += compared.gone;
      fresh.push({ ...result, issues: compared.fresh });
    }
    for (const name of await this.deleted()) for (const { count } of this.baseline.files.get(name) ?? []) gone += count;
    if (known) this.around.stderr(`${plural(known, 'finding')} of the baseline left out.\n`);
    if (gone) this.around.stderr(`${plural(gone, 'finding')} of the baseline ${gone === 1 ? 'is' : 'are'} gone: run with --update-baseline to shrink it.\n`);
    return fresh;
  }

  /** Write what is found now, after which nothing is new; what is known of files that were not linted, and are still there, is kept. */
  async update(results: readonly FileResult[]): Promise<FileResult[]> {
    const files = new Map(this.baseline.files);
    for (const name of await this.deleted()) files.delete(name);
    for (const { path, text, issues } of results) files.set(this.nameOf(path), await knownFindings(text, issues));
    await this.around.files.write(this.path, baselineText({ files }));
    const count = [...files.values()].flat().reduce((sum, finding) => sum + finding.count, 0);
    this.around.stderr(`${shownPath(this.around, this.path)} now holds ${plural(count, 'finding')}.\n`);
    return results.map((result) => ({ ...result, issues: [] }));
  }

  private nameOf(path: string): string {
    return posix.relative(this.root, path);
  }

  private async deleted(): Promise<string[]> {
    const names: string[] = [];
    for (const name of this.baseline.files.keys()) if (!(await this.around.files.stat(posix.join(this.root, name)))) names.push(name);
    return names;
  }
}
