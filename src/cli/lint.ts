import { Configurations } from '../lint/configuration';
import { fixUntilStable } from '../lint/fixes';
import { binaryIssues } from '../lint/linter';
import { type LintedFile, summaryOf } from '../lint/reports/lintedFile';
import { decode } from '../node/files';
import { UserError } from '../ports';
import { plural } from '../text';
import { parseCommand, wholeNumber, wrongUsage } from './arguments';
import { explain } from './explain';
import { BaselineFile } from './lintBaseline';
import { chosenFile, chosenFiles, noSteeringFile } from './lintFiles';
import { reportFormats, writeReport } from './lintReport';
import { type FileResult, LintRun } from './lintRun';
import { absolutePath, type Surroundings, shownPath } from './surroundings';

export async function lint(around: Surroundings, args: readonly string[]): Promise<number> {
  // Alone it asks for all rules.
  const given = args.at(-1) === '--explain' ? [...args.slice(0, -1), '--explain='] : args;
  const { values, positionals } = parseCommand('lint', given, {
    format: { type: 'string' },
    json: { type: 'boolean' },
    fix: { type: 'boolean' },
    quiet: { type: 'boolean' },
    'max-warnings': { type: 'string' },
    baseline: { type: 'string' },
    'update-baseline': { type: 'boolean' },
    'stdin-filename': { type: 'string' },
    explain: { type: 'string' },
  });
  if (values.explain !== undefined) return explain(around, values.explain);
  if (values.json && values.format !== undefined && values.format !== 'json')
    throw wrongUsage('lint', `--json and --format ${values.format} say different things.`);
  const asked = values.json ? 'json' : (values.format ?? 'text');
  const format = reportFormats.find((known) => known === asked);
  if (!format) throw wrongUsage('lint', `There is no format “${asked}”.`);
  const mostWarnings = wholeNumber('lint', '--max-warnings', values['max-warnings']);
  const update = values['update-baseline'] ?? false;
  if (update && values.baseline === undefined) throw wrongUsage('lint', '--update-baseline goes with --baseline FILE.');
  const stdinName = values['stdin-filename'];
  if (stdinName !== undefined && positionals.length) throw wrongUsage('lint', '--stdin-filename lints what comes in on stdin, and no other path.');

  if (positionals.includes('')) throw wrongUsage('lint', 'One of the paths is empty.');

  const run = new LintRun(around);
  const baseline = values.baseline === undefined ? undefined : await BaselineFile.open(around, values.baseline, { update });
  const fix = values.fix ?? false;
  const found = stdinName === undefined ? await lintPaths(around, run, positionals, fix) : await lintStdin(around, run, stdinName, fix);
  const results = baseline ? await (update ? baseline.update(found) : baseline.compare(found)) : found;

  const linted = results.map(
    ({ path, kind, issues }): LintedFile => ({ path: shownPath(around, path), kind, issues: issues.map((issue) => shownIssue(around, issue)) }),
  );
  const shown = values.quiet ? linted.map((file) => ({ ...file, issues: file.issues.filter(({ severity }) => severity === 'error') })) : linted;
  // With --fix, stdout is for the text that came in on stdin.
  await writeReport(stdinName !== undefined && fix ? { ...around, stdout: around.stderr, stdoutAsIs: around.stderr, terminal: false } : around, format, shown);
  if (fix) tellFixes(around, results);
  tellProblems(around, run);
  return exitCode(around, run, linted, mostWarnings);
}

async function lintPaths(around: Surroundings, run: LintRun, named: readonly string[], fix: boolean): Promise<FileResult[]> {
  const { files, ignored } = await chosenFiles(around, named, new Configurations(around.files));
  for (const { path, configuration } of ignored)
    around.stderr(`${shownPath(around, path)} is left out by “ignore” in ${shownPath(around, configuration.path ?? '')}.\n`);
  if (!files.length && !ignored.length) around.stderr('There is no steering file to lint here.\n');
  return fix ? run.fix(files) : run.lint(files);
}

/** Lint what comes in on stdin as if it were the file of that name, saved or not; with `--fix` the mended text goes to stdout. */
async function lintStdin(around: Surroundings, run: LintRun, name: string, fix: boolean): Promise<FileResult[]> {
  const path = absolutePath(around, name);
  const file = await chosenFile(path, new Configurations(around.files));
  if (!file) throw noSteeringFile(shownPath(around, path));
  const bytes = await around.stdin();
  let text: string;
  try {
    text = decode(path, bytes);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (fix) throw new UserError('What came in on stdin is no UTF-8 text, so nothing was fixed.', { todo: 'Save it as UTF-8.', exitCode: 2 });
    return [{ ...file, text: '', issues: binaryIssues(file.configuration.rules), fixed: 0 }];
  }
  const issues = file.configuration.ignores(path) ? [] : await run.lintText(file, text);
  if (!fix) return [{ ...file, text, issues, fixed: 0 }];
  const fixed = await fixUntilStable(text, issues, (next) => run.lintText(file, next));
  // Decoding drops a byte order mark; the text goes back as it came.
  const mark = bytes.length === Buffer.byteLength(text) + 3 ? '\uFEFF' : '';
  around.stdoutAsIs(mark + fixed.text);
  return [{ ...file, text: fixed.text, issues: fixed.issues, fixed: fixed.count }];
}

/** An issue with the other places it names shown from the working directory. */
function shownIssue(around: Surroundings, issue: FileResult['issues'][number]): FileResult['issues'][number] {
  return issue.related ? { ...issue, related: issue.related.map((each) => ({ ...each, path: shownPath(around, each.path) })) } : issue;
}

function tellFixes(around: Surroundings, results: readonly FileResult[]): void {
  const fixed = results.filter((result) => result.fixed);
  if (!fixed.length) {
    around.stderr('There was nothing to fix.\n');
    return;
  }
  const count = fixed.reduce((sum, result) => sum + result.fixed, 0);
  around.stderr(`Fixed ${plural(count, 'problem')} in ${plural(fixed.length, 'file')}:\n`);
  for (const result of fixed) around.stderr(`  ${shownPath(around, result.path)}: ${result.fixed}\n`);
}

function tellProblems(around: Surroundings, run: LintRun): void {
  for (const error of run.problems)
    around.stderr(`${error.details.path ? error.message.split(error.details.path).join(shownPath(around, error.details.path)) : error.message}\n`);
  for (const { rule, path, error } of run.faults.values()) {
    const what = error instanceof Error ? error.message : String(error);
    around.stderr(`The rule ${rule} failed on ${shownPath(around, path)} and was left out (${what}). This is a fault of haiku-first: please report it.\n`);
    if (around.env.HAIKU_FIRST_DEBUG && error instanceof Error) around.stderr(`${error.stack}\n`);
  }
}

function exitCode(around: Surroundings, run: LintRun, linted: readonly LintedFile[], mostWarnings: number | undefined): number {
  if (run.problems.length) return 2;
  const { errors, warnings } = summaryOf(linted);
  if (errors) return 1;
  if (mostWarnings === undefined || warnings <= mostWarnings) return 0;
  around.stderr(`${plural(warnings, 'warning')}, at most ${mostWarnings} allowed.\n`);
  return 1;
}
