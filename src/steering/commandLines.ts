/** Commands that name a script or a target of the project, found in one line of shell. */

export interface Command {
  tool: 'npm' | 'pnpm' | 'yarn' | 'bun' | 'make';
  /** The script or target. */
  name: string;
  /** Offsets in the line: from the tool to the end of the name; of the name alone for a second target of one `make`. */
  start: number;
  end: number;
  /** Offset of the name in the line. */
  nameStart: number;
}

interface Word {
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
]);

/** The scripts and targets that a line of shell runs. What is quoted, substituted or a placeholder is passed over. */
export function readCommands(line: string): Command[] {
  if (line.length > 2000 || !/\b(?:npm|pnpm|yarn|bun|make)\b/.test(line)) return [];
  return simpleCommands(line).flatMap((words) => {
    let i = words[0]?.text === '$' || words[0]?.text === '>' || words[0]?.text === '%' ? 1 : 0;
    while (/^[A-Za-z_]\w*=/.test(words[i]?.text ?? '') || /^(?:sudo|time|env|exec|nohup)$/.test(words[i]?.text ?? '')) i++;
    const tool = words[i]?.text;
    if (tool === 'make') return makeTargets(words, i);
    return tool === 'npm' || tool === 'pnpm' || tool === 'yarn' || tool === 'bun' ? scriptOf(words, i, tool) : [];
  });
}

function simpleCommands(line: string): Word[][] {
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

function scriptOf(words: Word[], first: number, tool: Exclude<Command['tool'], 'make'>): Command[] {
  if (words.some((word) => word.text === '--if-present')) return [];
  let i = first + 1;
  for (; i < words.length; i++) {
    const text = words[i]?.text ?? '';
    if (/^(?:run|run-script)$/.test(text)) break;
    if (text === 'workspace' && tool === 'yarn') i++;
    else if (valued.has(text)) i++;
    else if (!text.startsWith('-') && !/^(?:workspaces|foreach|recursive)$/.test(text)) return [];
  }
  for (i++; i < words.length; i++) {
    const text = words[i]?.text ?? '';
    if (valued.has(text)) i++;
    else if (!text.startsWith('-')) break;
  }
  const name = words[i];
  if (!name || !scriptName.test(name.text)) return [];
  return [{ tool, name: name.text, start: (words[first] as Word).at, end: name.at + name.text.length, nameStart: name.at }];
}

function makeTargets(words: Word[], first: number): Command[] {
  const found: Command[] = [];
  for (let i = first + 1; i < words.length; i++) {
    const { text, at } = words[i] as Word;
    // Another makefile than the project's.
    if (/^(?:-f|--file|--makefile)/.test(text)) return [];
    if (valued.has(text)) i++;
    else if (text.startsWith('-') || /^\w+[:?+]?=/.test(text)) continue;
    else if (!/^[A-Za-z][\w-]*$/.test(text)) break;
    else found.push({ tool: 'make', name: text, start: found.length ? at : (words[first] as Word).at, end: at + text.length, nameStart: at });
  }
  return found;
}
