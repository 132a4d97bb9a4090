import { posix } from 'node:path';
import { fixAll, lintFile, lintText } from '../lint/linter';
import { githubReport } from '../lint/reports/github';
import { jsonReport } from '../lint/reports/json';
import { type LintedFile, summaryOf } from '../lint/reports/lintedFile';
import { sarifReport } from '../lint/reports/sarif';
import { textReport } from '../lint/reports/text';
import { UserError } from '../ports';
import { WorkspaceFacts } from '../reference/workspaceFacts';
import { estimateStage } from '../stage/estimate';
import { estimateContext } from '../stage/runEstimate';
import { kindOf, steeringGlobs } from '../steering/kinds';
import { planTask } from '../steering/plan';
import { globFiles, taskOf } from '../steering/task';
import { plural } from '../text';
import { parseCommand, wholeNumber, wrongUsage } from './arguments';
import { absolutePath, readingEngine, type Surroundings, shownPath } from './surroundings';

const formats = ['text', 'json', 'sarif', 'github'] as const;

export async function lint(around: Surroundings, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand('lint', args, {
    format: { type: 'string' },
    json: { type: 'boolean' },
    fix: { type: 'boolean' },
    'max-warnings': { type: 'string' },
  });
  const asked = values.json ? 'json' : (values.format ?? 'text');
  const format = formats.find((known) => known === asked);
  if (!format) throw wrongUsage('lint', `There is no format “${asked}”.`);
  const most = wholeNumber('lint', '--max-warnings', values['max-warnings']);
  const paths = await steeringFiles(around, positionals);
  const workspace = new WorkspaceFacts(around.files);
  const linted: LintedFile[] = [];
  let fixed = 0;
  for (const path of paths) {
    let { text, issues } = await lintFile({ path, files: around.files, workspace, facts: await factsOf(around, path) });
    if (values.fix && issues.some((issue) => issue.fixes.some((fix) => fix.safe))) {
      const mended = fixAll(text, issues);
      if (mended !== text) {
        await around.files.write(path, mended);
        fixed++;
        text = mended;
        issues = await lintText({ path, text, files: around.files, workspace, facts: await factsOf(around, path) });
      }
    }
    linted.push({ path: shownPath(around, path), kind: kindOf(path) ?? 'project', issues });
  }
  const summary = summaryOf(linted);
  around.stdout(await report(format, linted, around));
  if (values.fix) around.stderr(`Fixed ${plural(fixed, 'file')}.\n`);
  if (summary.errors) return 1;
  if (most !== undefined && summary.warnings > most) {
    around.stderr(`${plural(summary.warnings, 'warning')}, at most ${most} allowed.\n`);
    return 1;
  }
  return 0;
}

async function report(format: (typeof formats)[number], linted: readonly LintedFile[], around: Surroundings): Promise<string> {
  switch (format) {
    case 'json':
      return jsonReport(linted);
    case 'sarif':
      return sarifReport(linted, { version: await versionOf(around) });
    case 'github':
      return githubReport(linted);
    case 'text':
      return textReport(linted);
  }
}

async function versionOf(around: Surroundings): Promise<string> {
  return String((JSON.parse(await around.files.read(posix.join(around.templatesFolder, '..', 'package.json'))) as { version: unknown }).version);
}

/** The steering files among the paths named; a folder stands for all below it, nothing for the working directory. @throws UserError (exit 2) */
async function steeringFiles(around: Surroundings, named: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const name of named.length ? named : ['.']) {
    const path = absolutePath(around, name);
    const stat = await around.files.stat(path);
    if (!stat) throw new UserError(`${shownPath(around, path)} does not exist.`, { todo: 'Check the path.', exitCode: 2 });
    if (stat.kind === 'file') {
      if (!kindOf(path))
        throw new UserError(`${shownPath(around, path)} is no steering file.`, {
          todo: 'Steering files are CONTEXT.md, *.context.md, VOICE.md, CLAUDE.md, AGENTS.md, .claude/rules/*.md, ARCHITECTURE.md and PATTERNS.md.',
          exitCode: 2,
        });
      found.add(path);
    } else for (const file of await globFiles(around.files, path, steeringGlobs)) if (kindOf(file)) found.add(file);
  }
  return [...found].sort();
}

/** What rules want to know of a task's cost; nothing where the document can't be planned. */
async function factsOf(around: Surroundings, path: string) {
  if (kindOf(path) !== 'context') return {};
  try {
    const task = await taskOf(path, await around.files.read(path), around.files);
    const plan = await planTask(task, around.files);
    const engine = readingEngine(around);
    const context = await estimateContext(plan, { engine, answers: new Map() });
    const estimates = await Promise.all(plan.stages.map(({ index }) => estimateStage(plan, index, context)));
    return { estimate: (index: number) => estimates[index] };
  } catch (error) {
    // What can't be read is the linter's to say.
    if (error instanceof UserError) return {};
    throw error;
  }
}
