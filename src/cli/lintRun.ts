import { fixUntilStable } from '../lint/fixes';
import type { Issue } from '../lint/issue';
import { lintFile, lintText, type RuleFault } from '../lint/linter';
import { Cancelled, UserError } from '../ports';
import { WorkspaceFacts } from '../reference/workspaceFacts';
import { isWithin, workspaceOf } from '../steering/task';
import { lintFacts } from './lintFacts';
import type { ChosenFile } from './lintFiles';
import { type Surroundings, shownPath } from './surroundings';

/** A file with what was found in it. */
export interface FileResult extends ChosenFile {
  text: string;
  issues: Issue[];
  /** How many fixes were written; 0 where nothing was changed. */
  fixed: number;
}

/** Lints files of one run, which share what is known of the workspace. What goes wrong with one file costs that file alone. */
export class LintRun {
  /** Files that could not be read or written: told at the end, with exit code 2. */
  readonly problems: UserError[] = [];
  /** Rules that failed, each once. */
  readonly faults = new Map<string, RuleFault>();
  private workspace: WorkspaceFacts;

  constructor(private readonly around: Surroundings) {
    this.workspace = new WorkspaceFacts(around.files, around.history);
  }

  /** @throws Cancelled */
  async lint(files: readonly ChosenFile[]): Promise<FileResult[]> {
    const results: FileResult[] = [];
    for (const file of files) {
      if (this.around.signal.aborted) throw new Cancelled();
      await this.attempt(async () => {
        const factsOf = (text: string) => lintFacts(this.around, { ...file, text }, file.configuration);
        results.push({ ...file, ...(await lintFile({ ...this.options(file), path: file.path, factsOf })), fixed: 0 });
      });
    }
    return results;
  }

  /** Lint a text that need not be what is saved. */
  async lintText(file: ChosenFile, text: string): Promise<Issue[]> {
    return lintText({ ...this.options(file), path: file.path, text, facts: await lintFacts(this.around, { ...file, text }, file.configuration) });
  }

  /**
   * Lint, make every safe fix, and write what changed: never through a link that leads out of the workspace, and with the byte order mark it had.
   * A fix can mend or break what other files say, so afterwards all of them are linted as they are now.
   */
  async fix(files: readonly ChosenFile[]): Promise<FileResult[]> {
    const counts = new Map<string, number>();
    const found = await this.lint(files);
    for (const result of found) {
      await this.attempt(async () => {
        // A person may have saved it meanwhile; and linked to a file that was fixed a moment ago, it has another text now.
        const text = result.text ? await this.around.files.read(result.path) : result.text;
        const issues = text === result.text ? result.issues : await this.lintText(result, text);
        const fixed = await fixUntilStable(text, issues, (next) => this.lintText(result, next));
        if (!fixed.stable) this.around.stderr(`${shownPath(this.around, result.path)}: fixes undo each other, so some are left; please report it.\n`);
        if (fixed.text !== text && (await this.write(result.path, text, fixed.text))) counts.set(result.path, fixed.count);
      });
    }
    if (!counts.size) return found;
    this.workspace = new WorkspaceFacts(this.around.files, this.around.history);
    const problems = this.problems.splice(0);
    const results = await this.lint(files);
    // Both rounds say the same of a file that can't be read.
    for (const problem of problems) if (!this.problems.some(({ message }) => message === problem.message)) this.problems.push(problem);
    return results.map((result) => ({ ...result, fixed: counts.get(result.path) ?? 0 }));
  }

  private async write(path: string, before: string, after: string): Promise<boolean> {
    const { files, stderr } = this.around;
    const slash = path.lastIndexOf('/');
    const root = await workspaceOf(path.slice(0, slash) || '/', files);
    const [real, realRoot] = [await files.realPath(path), await files.realPath(root)];
    if (!isWithin(realRoot, real)) {
      stderr(`${shownPath(this.around, path)} is a link that leads out of the workspace, so it was not fixed.\n`);
      return false;
    }
    // Reading drops a byte order mark; the size of the file tells that there was one.
    const mark = (await files.stat(real))?.size === Buffer.byteLength(before) + 3 ? '\uFEFF' : '';
    await files.write(real, mark + after, before);
    return true;
  }

  private options({ configuration }: ChosenFile) {
    return {
      files: this.around.files,
      workspace: this.workspace,
      settings: configuration.rules,
      background: configuration.background,
      onFault: (fault: RuleFault) => {
        if (!this.faults.has(fault.rule)) this.faults.set(fault.rule, fault);
      },
    };
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof UserError) || error instanceof Cancelled) throw error;
      this.problems.push(error);
    }
  }
}
