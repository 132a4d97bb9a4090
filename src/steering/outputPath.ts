import { posix } from 'node:path';
import type { Files } from '../ports';
import { hidesSomething, visible } from '../text';
import { isWithin, resolvePath, type Task } from './task';

/** Why no run writes an output to a path. */
export interface OutputRefusal {
  /** `outside`: it leads out of the workspace. `hidden`: to a file that tools act on. `folder`: to no file. `form`: not everywhere to the same place. */
  kind: 'form' | 'outside' | 'folder' | 'hidden';
  /** One sentence that names the path. */
  what: string;
  todo: string;
}

/**
 * Why a path is one that not every system, or not every reader, takes for the same place; undefined where it is plain. `~` is a person's home to a shell
 * and a folder to us; `\\` and `C:` lead elsewhere on Windows, where `x.md:y` also is another stream of `x.md`.
 */
function ambiguous(path: string): string | undefined {
  if (path.startsWith('~')) return 'begins with ~, which is a home folder to some';
  if (path.includes('\\')) return 'holds a backslash, which parts folders on Windows alone';
  if (path.includes(':')) return 'holds a colon, which Windows reads otherwise';
  if (path.trim() !== path || hidesSomething(path) || path.includes('\n')) return 'holds characters that cannot be seen';
  if (/(?:^|\/)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.[^/]*)?(?:\/|$)/i.test(path)) return 'names a device on Windows';
  return undefined;
}

/**
 * Why a model's answer has no business at a path of the workspace: hidden files and folders (.git, .vscode, .github, .claude …) and workspace
 * files decide what git, editors and other tools run. Windows reads past trailing dots and blanks, and knows `.git` as `git~1`.
 * @param fromWorkspace relative to the workspace's root
 */
function hidden(path: string, fromWorkspace: string): OutputRefusal | undefined {
  const part = fromWorkspace.split('/').find((part) => /^\.(?!\.?$)|^git~\d|\.code-workspace[. ]*$/i.test(part.trim()));
  if (part === undefined) return undefined;
  return { kind: 'hidden', what: `“${path}” leads to ${part}, and such files decide what runs.`, todo: 'Name another path for the output.' };
}

function outside(path: string, workspace: string): OutputRefusal {
  return { kind: 'outside', what: `“${visible(path)}” leads outside of the workspace ${workspace}.`, todo: 'Name a path inside it.' };
}

function noFile(path: string): OutputRefusal {
  return { kind: 'folder', what: `“${path}” is a folder.`, todo: 'Name a file in it for the output.' };
}

/** Why no run writes to this path of a document, whatever stands on the disk; undefined where that alone speaks against nothing. */
export function refusedAsWritten({ folder, workspace }: Pick<Task, 'folder' | 'workspace'>, path: string): OutputRefusal | undefined {
  const odd = ambiguous(path);
  if (odd) {
    const todo = 'Name a plain path from the folder of the document, such as out/draft.md.';
    return { kind: 'form', what: `The output path “${visible(path)}” ${odd}.`, todo };
  }
  const absolute = resolvePath({ folder }, path);
  if (!isWithin(workspace, absolute)) return outside(path, workspace);
  if (/(?:^|\/)\.{0,2}$/.test(path)) return noFile(path);
  return hidden(path, posix.relative(workspace, absolute));
}

/** Where an output is written. */
export interface OutputPlace {
  absolute: string;
  /** Links followed. */
  real: string;
  /** Some file stands there. */
  exists: boolean;
}

/** Where a run writes an output, links followed, or why it refuses to: the one judge of output paths, for runs and for the linter. */
export async function judgeOutput(task: Task, path: string, files: Files): Promise<OutputPlace | OutputRefusal> {
  const refusal = refusedAsWritten(task, path);
  if (refusal) return refusal;
  const absolute = resolvePath(task, path);
  const [real, root] = await Promise.all([files.realPath(absolute), files.realPath(task.workspace)]);
  if (!isWithin(root, real)) return outside(path, task.workspace);
  const behindLink = hidden(path, posix.relative(root, real));
  if (behindLink) return behindLink;
  const found = await files.stat(real);
  return found?.kind === 'folder' ? noFile(path) : { absolute, real, exists: found !== undefined };
}
