/**
 * `npm run demo`: the main job in the terminal, on the sample, with recorded answers. Every line after a `$` is a command anyone can type;
 * each runs the built command line as a process of its own. Fails where a step does not end as it should.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const cli = resolve(__dirname, '../dist/cli.js');
const folder = join(mkdtempSync(join(tmpdir(), 'haiku-first-demo-')), 'release-notes');
const bold = (text: string) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text);

/** Without keys and base URL: the recorded answers of the sample speak. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:ANTHROPIC|HAIKU_FIRST)_/.test(name)));

function step(title: string, args: string[], expected: number, cwd = folder): void {
  console.log(`\n${bold(`── ${title}`)}\n$ haiku-first ${args.join(' ')}`);
  const { status, error } = spawnSync(process.execPath, [cli, ...args], { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) throw error;
  if (status !== expected) {
    console.error(`\nThis step should have ended with exit code ${expected}, but ended with ${status}.`);
    process.exit(1);
  }
}

function filesBelow(path: string): string[] {
  return readdirSync(path)
    .sort()
    .flatMap((name) => (statSync(join(path, name)).isDirectory() ? filesBelow(join(path, name)) : [join(path, name)]));
}

console.log(`Haiku First runs the stages of a CONTEXT.md on the cheap model, checks each output, and pays for Opus only where a check fails.
This demo writes release notes from commits and issues. Its model answers are recorded samples: no key, no network, nothing is paid.
Files: ${folder}`);

step('1. Scaffold a task into a new folder', ['scaffold', '--template', 'sample', '--dir', folder], 0, resolve(folder, '..'));
step('2. Lint its steering files (quiet means fine)', ['lint'], 0);
step('3. Plan: stages, what they need, what will be checked, what it will cost', ['plan', 'CONTEXT.md'], 0);
step('4. Run: stage 2 fails a check and passes after the feedback; stage 4 fails for good, so stage 5 waits', ['run', 'CONTEXT.md', '--allow-commands'], 1);
step('5. Escalate that one stage to Opus; stage 5 goes on with its output, on Haiku', ['escalate', 'CONTEXT.md', '--stage', '4'], 0);
step('6. Run again: everything has passed, nothing is called', ['run', 'CONTEXT.md'], 0);
step('7. Have Opus write down how Haiku does stage 4: a strategy, to be read, edited and committed', ['author', 'CONTEXT.md', '--stage', '4', '--yes'], 0);
step('8. Run again: with the strategy stage 4 passes on Haiku, and stage 5 follows', ['run', 'CONTEXT.md'], 0);
step('9. Try it with and without: one case proves nothing, and it says so', ['try', 'CONTEXT.md', '--stage', '4'], 0);
step('10. The ledger: what it cost, what all-Opus would have, and the escalations going down', ['ledger', 'CONTEXT.md'], 0);

console.log(`\n${bold('── What was made')}`);
for (const path of filesBelow(join(folder, 'out'))) console.log(`${path}`);
console.log(
  `\n${readFileSync(join(folder, 'out', 'announcement.md'), 'utf8').trim()}\n\nThe strategy is in ${join(folder, '.haiku', 'strategies')}, the journal of each run is in ${join(folder, '.haiku', 'runs')}.`,
);
