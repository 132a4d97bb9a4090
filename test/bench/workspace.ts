import { lintFile, lintText } from '../../src/lint/linter';
import { WorkspaceFacts } from '../../src/reference/workspaceFacts';
import { MemoryFiles } from '../core/memoryFiles';
import { contextText, projectText, voiceText, workspaceTexts } from './documents';
import { table } from './table';
import { ms } from './timing';

const documents = 50;

/** Steering files all over a workspace, which import one another and name its files and scripts. */
function steeringFiles(): Record<string, string> {
  const texts: Record<string, string> = {};
  for (let i = 0; i < documents; i++) {
    const next = `\n@../part${(i + 1) % documents}/notes.md\n\n@notes.md\n`;
    texts[`docs/part${i}/notes.md`] = `# Notes ${i}\n`;
    const [name, text] =
      i % 5 === 3 ? ['CONTEXT.md', contextText(12, i)] : i % 5 === 4 ? ['VOICE.md', voiceText(120, i)] : ['CLAUDE.md', projectText(250, i) + next];
    texts[`docs/part${i}/${name}`] = text;
  }
  return texts;
}

/** The first lint of a workspace of 10,000 files, then lints after a change of one of them: only that one is read again. */
export async function workspaceBench(): Promise<string> {
  const steering = steeringFiles();
  const texts = { ...workspaceTexts(10_000), ...steering, '.git/HEAD': '' };
  const files = new MemoryFiles(Object.fromEntries(Object.entries(texts).map(([path, text]) => [`/w/${path}`, text])));
  const workspace = new WorkspaceFacts(files);
  const linted = Object.keys(steering)
    .filter((path) => /[A-Z]+\.md$/.test(path))
    .map((path) => `/w/${path}`);
  let started = performance.now();
  let issues = 0;
  for (const path of linted) issues += (await lintFile({ path, files, workspace })).issues.length;
  const first = performance.now() - started;
  const firstReads = files.reads.length;
  const changed = linted[0] as string;
  const others = (reads: readonly string[]) => String(reads.filter((path) => path !== changed).length);
  const text = `${files.texts.get(changed)}\nOne more line, with \`src/gone.ts\`.\n`;
  files.reads.length = 0;
  started = performance.now();
  await lintText({ path: changed, text, files, workspace });
  const typed = performance.now() - started;
  const typedReads = [...files.reads];
  files.put(changed, text);
  files.reads.length = 0;
  started = performance.now();
  workspace.fileChanged(changed, 'changed');
  await lintFile({ path: changed, files, workspace });
  const saved = performance.now() - started;
  return table([
    [`${Object.keys(texts).length} files, ${linted.length} of them steering files`, 'time', 'files read', 'of them others'],
    [`first lint of all (${issues} issues)`, ms(first), String(firstReads), '–'],
    ['as one types in one', ms(typed), String(typedReads.length), others(typedReads)],
    ['after one was saved', ms(saved), String(files.reads.length), others(files.reads)],
  ]);
}
