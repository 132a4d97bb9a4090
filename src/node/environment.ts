import { secretsIn } from '../secrets';

/** The variables a command gets, and the names of those that were held back. */
export interface CommandEnvironment {
  variables: Record<string, string>;
  withheld: string[];
}

/** Words of a name that say its value is a secret, wherever they stand in it. */
const secretWord = /^(?:keys?|jwt|cookies?|credentials?)$|(?:apikey|accesskey|token|secret|password|passwd|passphrase)s?$/i;
/** As the last word only: `SSH_AUTH_SOCK` is the place of a socket, `PAT_DIR` a folder. */
const secretEnd = /^(?:auth|authorization|pass|pat|pwd|dsn|sas)$/i;
/** The folder a shell works in and worked in before. */
const folders = /^(?:OLD)?PWD$/i;
/** What VS Code sets for processes of its own: with it, `code` and other Electron programs would start as something else. */
const editorsOwn = /^(?:ELECTRON_RUN_AS_NODE|VSCODE_.*)$/;

/** True where a variable's name says that its value is a secret: `GITHUB_TOKEN`, `npm_config_//host/:_authToken`, `dbPassword`. */
export function isSecretVariable(name: string): boolean {
  if (folders.test(name)) return false;
  if (/^ANTHROPIC_(?!BASE_URL$)/i.test(name)) return true;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  return words.some((word) => secretWord.test(word)) || secretEnd.test(words.at(-1) ?? '');
}

/**
 * The environment of a command: what this process has, without what looks like a secret by its name or its value, and with a PATH that leads nowhere
 * relative to the folder the command runs in. `passed` names variables that the person lets through.
 */
export async function commandEnvironment(
  inherited: NodeJS.ProcessEnv,
  passed: readonly string[] = [],
  platform: NodeJS.Platform = process.platform,
): Promise<CommandEnvironment> {
  const windows = platform === 'win32';
  const same = (name: string) => (windows ? name.toUpperCase() : name);
  const through = new Set(passed.map(same));
  const variables: Record<string, string> = {};
  const withheld: string[] = [];
  for (const [name, value] of Object.entries(inherited)) {
    if (value === undefined || editorsOwn.test(name)) continue;
    if (through.has(same(name))) variables[name] = value;
    else if (value && (isSecretVariable(name) || (await secretsIn(value)).length)) withheld.push(name);
    else variables[name] = /^path$/i.test(name) && same(name) === 'PATH' ? absoluteOnly(value, windows) : value;
  }
  // cmd.exe looks in the folder it works in before it looks in PATH, and that folder may bring an npm.cmd.
  if (windows) variables.NoDefaultCurrentDirectoryInExePath = '1';
  return { variables, withheld: withheld.sort() };
}

/** A search path without `.`, empty and other relative entries: what they find is what a repository put there. */
function absoluteOnly(path: string, windows: boolean): string {
  const [separator, absolute] = windows ? ([';', /^"?(?:[A-Za-z]:[\\/]|\\\\)/] as const) : ([':', /^\//] as const);
  return path
    .split(separator)
    .filter((entry) => absolute.test(entry))
    .join(separator);
}
