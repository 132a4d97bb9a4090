import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import type { Departure, History } from '../ports';

/** The longest that a person waits for history, in milliseconds: what was read by then counts. */
const patience = 3000;
const mostCommits = 20_000;
const longestOutput = 32 * 1024 * 1024;

/** Nothing that a repository's own configuration names is run: no hook, no monitor, no pager, no signature check, no fetch of what a partial clone lacks; and no file that it names is read. */
const guarded = [
  '-c',
  'core.fsmonitor=',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.pager=cat',
  '-c',
  'log.showSignature=false',
  '-c',
  'diff.external=',
  '-c',
  'log.mailmap=false',
  '-c',
  'mailmap.file=',
  '-c',
  'mailmap.blob=',
];
const environment = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: '',
  GIT_EXTERNAL_DIFF: '',
  GIT_PAGER: 'cat',
  LC_ALL: 'C',
};

/** History as git tells it: one read-only `git log` for a root, without a shell. Without git, or outside a repository, there is none. */
export function createGitHistory(program = 'git'): History {
  const read = (root: string, renames: string) =>
    new Promise<{ output: string; broken: boolean }>((resolve) => {
      const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^GIT_/.test(name)));
      const log = [
        'log',
        `--max-count=${mostCommits}`,
        '--diff-filter=DR',
        '--name-status',
        renames,
        '-l400',
        '-z',
        '--no-ext-diff',
        '--no-textconv',
        '-O/dev/null',
      ];
      execFile(
        program,
        [...guarded, '-C', root, ...log, '--format=//%h %cs', '--relative'],
        // Windows looks for programs in the working directory first, which may be the repository: it may bring a git.exe.
        { cwd: homedir(), timeout: patience, killSignal: 'SIGKILL', maxBuffer: longestOutput, env: { ...inherited, ...environment }, windowsHide: true },
        // An error leaves what came before it: nothing where there is no repository, the newest where time ran out.
        (error, output) => resolve({ output, broken: error !== null && !error.killed && output !== '' }),
      );
    });
  return {
    async departures(root) {
      const { output, broken } = await read(root, '-M');
      // A clone without all its contents can't compare them: files that were moved as they are can be told by their ids.
      return readLog(broken ? (await read(root, '-M100%')).output : output);
    },
  };
}

/** The entries of `git log -z --name-status --format=//%h %cs` (no path in git begins with a slash); one that breaks off at the end is left out. */
export function readLog(output: string): Departure[] {
  const found: Departure[] = [];
  const fields = output.split('\0');
  let commit = '';
  let date = '';
  for (let i = 0; i < fields.length - 1; i++) {
    let field = (fields[i] as string).replace(/^\n/, '');
    const head = /^\/\/(\S+) (\S+)$/.exec(field);
    if (head) {
      commit = head[1] as string;
      date = head[2] as string;
      continue;
    }
    field = field.trim();
    if (field === 'D' && i + 1 < fields.length - 1) found.push({ path: fields[++i] as string, commit, date });
    else if (/^R\d*$/.test(field) && i + 2 < fields.length - 1) found.push({ path: fields[++i] as string, to: fields[++i] as string, commit, date });
  }
  return found;
}
