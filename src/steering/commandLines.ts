/** Commands that name a script or a target of the project, found in one line of shell. */

export const scriptTools = ['npm', 'pnpm', 'yarn', 'bun'] as const;
export const targetTools = ['make', 'just', 'task', 'cargo', 'deno', 'composer', 'poe', 'mise'] as const;

export interface Command {
  tool: (typeof scriptTools)[number] | (typeof targetTools)[number];
  /** The script or target. */
  name: string;
  /** Offsets in the line: from the tool to the end of the name; of the name alone for a second target of one `make`. */
  start: number;
  end: number;
  /** Offset of the name in the line. */
  nameStart: number;
  /** What the name is, where the tool has more than one sort of names. */
  sort?: 'alias' | 'bin' | 'example' | 'package';
  /** Said without `run`: a program may be meant as well. */
  short?: boolean;
  /** The package it is for, as `--filter`, `-w` or `yarn workspace` name it; '*' for all of them. */
  package?: string;
  /** The folder it runs in, by `cd` or an option, from where the line began; undefined where nothing is said, null where it can't be known. */
  folder?: string | null;
}

/** A word of a line of shell, with its offset. */
export interface Word {
  text: string;
  at: number;
}

/** Options that take the next word as their value. */
const valued = new Set([
  '--prefix',
  '-C',
  '--dir',
  '--filter',
  '-F',
  '-w',
  '--workspace',
  '--cwd',
  '--directory',
  '-j',
  '--jobs',
  '-o',
  '-W',
  '-I',
  '--parallel',
  '-f',
  '--justfile',
  '-d',
  '-t',
  '--taskfile',
  '--working-directory',
]);

const tools = new Set<string>([...scriptTools, ...targetTools]);
const mentioned = new RegExp(`\\b(?:${[...tools].join('|')})\\b`);

function isTool(name: string | undefined): name is Command['tool'] {
  return name !== undefined && tools.has(name);
}

/** The scripts and targets that a line of shell runs. What is quoted, substituted or a placeholder is passed over. `folder` is where earlier lines led. */
export function readCommands(line: string, folder?: string | null): Command[] {
  if (line.length > 2000 || !mentioned.test(line)) return [];
  let at = folder;
  return simpleCommands(line).flatMap((words) => {
    let i = words[0]?.text === '$' || words[0]?.text === '>' || words[0]?.text === '%' ? 1 : 0;
    while (/^[A-Za-z_]\w*=/.test(words[i]?.text ?? '') || /^(?:sudo|time|env|exec|nohup)$/.test(words[i]?.text ?? '')) i++;
    if (/^(?:uv|poetry|pdm|hatch)$/.test(words[i]?.text ?? '') && words[i + 1]?.text === 'run' && words[i + 2]?.text === 'poe') i += 2;
    const tool = words[i]?.text;
    if (tool === 'cd' || tool === 'pushd') at = changed(at, words[i + 1]?.text);
    if (!isTool(tool)) return [];
    const found = tool === 'make' ? makeTargets(words, i) : isScript(tool) ? scriptOf(words, i, tool) : targetOf(words, i, tool);
    return found.map((command) => (at === undefined || command.folder !== undefined ? command : { ...command, folder: at }));
  });
}

/** Where a line leaves the shell: its `cd`s followed; null where that can't be known. */
export function folderAfter(line: string, folder?: string | null): string | null | undefined {
  if (line.length > 2000 || !/\b(?:cd|pushd)\b/.test(line)) return folder;
  let at = folder;
  for (const words of simpleCommands(line)) {
    const i = words[0]?.text === '$' ? 1 : 0;
    if (words[i]?.text === 'cd' || words[i]?.text === 'pushd') at = changed(at, words[i + 1]?.text);
  }
  return at;
}

function changed(from: string | null | undefined, to: string | undefined): string | null {
  if (from === null || !to || !/^[\w.@+/-]+$/.test(to) || /^[/-]/.test(to)) return null;
  return from ? `${from}/${to}` : to;
}

function isScript(tool: Command['tool']): tool is (typeof scriptTools)[number] {
  return (scriptTools as readonly string[]).includes(tool);
}

/** The commands of a line of shell, each as its words; what is quoted stays one word, a comment ends the line. */
export function simpleCommands(line: string): Word[][] {
  const commands: Word[][] = [];
  let words: Word[] = [];
  // Words, or what stands between commands; a comment ends the line.
  for (const match of line.matchAll(/&&|\|\||[;|&()]|(?<=^|\s)#.*$|(?:[^\s;|&()"']|"[^"]*"|'[^']*'|["'])+/g)) {
    if (match[0].startsWith('#')) break;
    if (/^(?:&&|\|\||[;|&()])$/.test(match[0])) {
      commands.push(words);
      words = [];
    } else words.push({ text: match[0], at: match.index });
  }
  return [...commands, words];
}

const scriptName = /^[A-Za-z0-9][A-Za-z0-9_:.-]*$/;

/** Names that projects give to scripts, and hardly any program has. */
export const customaryScript =
  /^(?:build|dev|lint|format|fmt|typecheck|type-check|check|test|start|clean|watch|e2e|coverage|preview|serve|release|generate|codegen|ci|prepare|validate|verify|docs|compile|bundle|bench|deploy|seed|migrate|[a-z][\w-]*(?::[\w-]+)+)$/;
const builtIn: Record<(typeof scriptTools)[number], RegExp> = {
  npm: /^(?!test$|start$|t$|tst$).*$/,
  pnpm: /^(?:audit|rebuild|init|env|deploy|publish|pack|store|config|setup|prepare)$/,
  yarn: /^(?:audit|check|init|publish|pack|config|rebuild|generate-lock-entry|version)$/,
  bun: /^(?:build|test|init|publish|pm|x|run|create|install|add|audit)$/,
};

function scriptOf(words: Word[], first: number, tool: (typeof scriptTools)[number]): Command[] {
  if (words.some((word) => /^(?:--if-present|--help|-h|--version)$/.test(word.text))) return [];
  const where: Pick<Command, 'package' | 'folder'> = {};
  const option = (text: string, value: string | undefined): void => {
    if (/^(?:--filter|-F|-w|--workspace)$/.test(text)) where.package = tool === 'pnpm' && text === '-w' ? '' : (value ?? '*').replace(/^["']|["']$/g, '');
    else if (/^(?:--prefix|-C|--dir|--cwd)$/.test(text)) where.folder = value && /^[\w.@+/-]+$/.test(value) && !value.startsWith('/') ? value : null;
    else if (/^(?:-r|--recursive|-ws|--workspaces|--workspace-root)$/.test(text)) where.package = '*';
  };
  let i = first + 1;
  let run = false;
  for (; i < words.length; i++) {
    const text = words[i]?.text ?? '';
    const equals = text.startsWith('-') ? text.indexOf('=') : -1;
    if (/^(?:run|run-script)$/.test(text) && !run) run = true;
    else if (text === 'workspace' && tool === 'yarn' && !run) where.package = words[++i]?.text ?? '*';
    else if (/^(?:workspaces|foreach|recursive)$/.test(text) && !run) where.package = '*';
    else if (equals > 0) option(text.slice(0, equals), text.slice(equals + 1));
    // pnpm's -w is the workspace's root and takes no value.
    else if (text === '-w' && tool === 'pnpm') option(text, undefined);
    else if (valued.has(text)) option(text, words[++i]?.text);
    else if (text.startsWith('-')) option(text, undefined);
    else break;
  }
  const name = words[i];
  if (!name || !scriptName.test(name.text)) return [];
  const plain = /^(?:t|tst)$/.test(name.text) && tool === 'npm' && !run ? 'test' : name.text;
  if (!run && (builtIn[tool].test(name.text) || !customaryScript.test(plain))) return [];
  const command: Command = { tool, name: plain, start: (words[first] as Word).at, end: name.at + name.text.length, nameStart: name.at };
  // A second package option may follow the name; npm takes its options anywhere before `--`.
  for (let j = i + 1; j < words.length && words[j]?.text !== '--' && tool === 'npm'; j++) {
    const text = words[j]?.text ?? '';
    const equals = text.indexOf('=');
    if (/^(?:-w|--workspace|--prefix)$/.test(text)) option(text, words[j + 1]?.text);
    else if (/^(?:--workspace|--prefix)=/.test(text)) option(text.slice(0, equals), text.slice(equals + 1));
    else if (/^(?:-ws|--workspaces)$/.test(text)) option(text, undefined);
  }
  return [{ ...command, ...where, ...(run ? {} : { short: true }) }];
}

/** What follows `make` and `just` in plain English. */
const english = /^(?:sure|it|this|that|them|an?|the|your|use|using|changes?|run|like|do|in|be|one|as|for|to|of|when|if|some|sense)$/i;

function makeTargets(words: Word[], first: number): Command[] {
  const found: Command[] = [];
  let folder: string | null | undefined;
  for (let i = first + 1; i < words.length; i++) {
    const { text, at } = words[i] as Word;
    // Another makefile than the project's.
    if (/^(?:-f|--file|--makefile)/.test(text)) return [];
    if (text === '-C' || text === '--directory') folder = words[i + 1]?.text ?? null;
    if (valued.has(text)) i++;
    else if (text.startsWith('-') || /^\w+[:?+]?=/.test(text)) continue;
    else if (!/^[A-Za-z][\w-]*$/.test(text) || (!found.length && english.test(text))) break;
    else {
      const command: Command = { tool: 'make', name: text, start: found.length ? at : (words[first] as Word).at, end: at + text.length, nameStart: at };
      found.push(folder === undefined ? command : { ...command, folder });
    }
  }
  return found;
}

const targetName = /^[A-Za-z_][\w:.-]*$/;

function targetOf(words: Word[], first: number, tool: Exclude<Command['tool'], 'npm' | 'pnpm' | 'yarn' | 'bun' | 'make'>): Command[] {
  const named = (at: number, sort?: Command['sort']): Command[] => {
    const name = words[at];
    if (!name || !targetName.test(name.text) || /^(?:help|list|version)$/.test(name.text) || english.test(name.text)) return [];
    const command: Command = { tool, name: name.text, start: (words[first] as Word).at, end: name.at + name.text.length, nameStart: name.at };
    return [sort ? { ...command, sort } : command];
  };
  if (tool === 'cargo') {
    if (words[first + 1]?.text === 'xtask') return named(first + 1, 'alias');
    // What is fetched or made anew need not be here.
    if (/^(?:install|add|new|init|search|publish|remove|update|generate|binstall|uninstall)$/.test(words[first + 1]?.text ?? '')) return [];
    for (let i = first + 1; i < words.length && words[i]?.text !== '--'; i++) {
      const sort = /^--(bin|example|package)$/.exec(words[i]?.text ?? '')?.[1] ?? (words[i]?.text === '-p' ? 'package' : undefined);
      if (sort) return named(i + 1, sort as Command['sort']);
    }
    return [];
  }
  let i = first + 1;
  if (tool === 'deno' || tool === 'mise' || tool === 'composer') {
    const verb = words[i]?.text ?? '';
    if (!(tool === 'deno' ? /^task$/ : tool === 'mise' ? /^run$/ : /^(?:run|run-script)$/).test(verb)) return [];
    i++;
  }
  for (; i < words.length; i++) {
    const text = words[i]?.text ?? '';
    // Another file than the project's, a list, or what the command defines itself.
    if (
      /^(?:-f|--justfile|-t|--taskfile|-d|--dir|-g|--global|-l|--list|-c|--config|--list-all|-h|--help|-V|--version|--summary|--show|-s|--init|-C|--cwd)(?:=|$)/.test(
        text,
      )
    )
      return [];
    if (!text.startsWith('-') && !/^\w+:?=/.test(text)) return named(i);
  }
  return [];
}
