import { win32 } from 'node:path';

/** A program with its arguments that runs one command text. */
export interface ShellCall {
  program: string;
  args: string[];
  /** The arguments are a command line already: nothing is quoted. Windows only. */
  verbatim: boolean;
}

/**
 * The shell of a platform, by its absolute path, so that no program of that name in a folder or in PATH is taken for it: `/bin/sh` on Linux and macOS,
 * `cmd.exe` on Windows (`ComSpec` where that is an absolute path, else the one in the system's folder), without its AutoRun commands.
 */
export function shellCall(command: string, platform: NodeJS.Platform = process.platform, env: NodeJS.ProcessEnv = process.env): ShellCall {
  if (platform !== 'win32') return { program: '/bin/sh', args: ['-c', command], verbatim: false };
  const named = variable(env, 'ComSpec');
  const program = named && isWindowsPath(named) && /\\cmd\.exe$/i.test(named) ? named : systemProgram('cmd.exe', env);
  // As Node quotes it: /s takes off the outer pair of quotes and leaves the rest as written.
  return { program, args: ['/d', '/s', '/c', `"${command}"`], verbatim: true };
}

/** A program of Windows itself, absolute. */
export function systemProgram(name: string, env: NodeJS.ProcessEnv = process.env): string {
  const root = variable(env, 'SystemRoot');
  return win32.join(root && isWindowsPath(root) ? root : 'C:\\Windows', 'System32', name);
}

/** With its drive: `\x` is a place on whichever drive one happens to be. */
function isWindowsPath(path: string): boolean {
  return /^[A-Za-z]:\\/.test(path);
}

/** Windows does not mind the case of a variable's name; a copy of its environment does. */
function variable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return Object.entries(env).find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
}
