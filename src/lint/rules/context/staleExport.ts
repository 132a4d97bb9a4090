import { posix } from 'node:path';
import { UserError } from '../../../ports';
import type { Stage } from '../../../steering/contextTypes';
import { exportHash, exportKinds, exportPath, readExportMark } from '../../../steering/exportMark';
import { readStrategy, strategyPath } from '../../../steering/strategy';
import { taskSlug } from '../../../steering/task';
import type { Finding, Rule, Subject } from '../../issue';

export const staleExportRule: Rule = {
  id: 'context/stale-export',
  severity: 'warning',
  title: 'An exported copy of a stage that has fallen behind',
  kinds: ['context'],
  async check(subject) {
    const stages = subject.context.stages.filter(({ runner }) => runner.tier !== 'code');
    if (!stages.length) return [];
    const workspace = await subject.workspace.root(posix.dirname(subject.path));
    const folders = await Promise.all(['.claude/agents', '.github/prompts'].map((folder) => subject.files.stat(posix.join(workspace, folder))));
    // A document of a thousand stages asks for two thousand files else.
    if (!folders.some(Boolean)) return [];
    return (await Promise.all(stages.map((stage) => staleCopies(subject, stage, workspace)))).flat();
  },
};

async function staleCopies(subject: Subject, stage: Stage, workspace: string): Promise<Finding[]> {
  const { path } = subject;
  const task = { slug: taskSlug(path), haikuFolder: posix.join(posix.dirname(path), '.haiku') };
  const findings: Finding[] = [];
  for (const kind of exportKinds) {
    const relative = exportPath(kind, task, stage);
    const copy = posix.join(workspace, relative);
    const text = await textOf(subject, copy);
    const mark = text === undefined ? undefined : readExportMark(text);
    // Another document's, or nobody's: of those nothing is known.
    if (!mark || mark.from !== posix.relative(workspace, path) || mark.stage !== stage.slug) continue;
    if (mark.hash === exportHash(stage, await strategyOf(subject, strategyPath(task, stage)))) continue;
    const as = kind === 'subagent' ? '' : ` --as ${kind}`;
    findings.push({
      message: `${relative} was exported from this stage, which, or its strategy, has changed since: bring it up to date with haiku-first export ${posix.basename(path)} --stage ${stage.number}${as} --force, or delete it.`,
      range: stage.titleRange,
      related: [{ path: copy, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, message: 'The copy.' }],
    });
  }
  return findings;
}

/** What an export takes of a strategy: none that its trial rejected. */
async function strategyOf(subject: Subject, path: string): Promise<string | undefined> {
  const text = await textOf(subject, path);
  const strategy = text === undefined ? undefined : readStrategy(path, text).strategy;
  return strategy?.status === 'rejected' ? undefined : strategy?.body;
}

async function textOf({ files }: Subject, path: string): Promise<string | undefined> {
  if ((await files.stat(path))?.kind !== 'file') return undefined;
  try {
    return await files.read(path);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
