import type { Parser, PartialParse, Tree } from '@lezer/common';

export type Language = keyof typeof import('./parsers');

/** Longer texts are data, or written by a program. Characters. */
const longest = 512 * 1024;
/**
 * A parser's time grows with the depth of what it has open, and with the steps it takes in search of a way on after an error. Real files have up to some
 * hundred of the first (in lezer's numbers) and some thousand of the second; a text with more was made to be parsed for ever. Bounds of steps, not of time: the
 * same text gives the same outline on each machine.
 */
const deepest = 2000;
const mostRecovery = 10_000;
const mostUnclosed = 20;
/** What begins in a line may be looked for to its end, again and again. Characters. */
const longestLine = 5000;

const endings: readonly [RegExp, Language][] = [
  [/\.(?:[cm]?[jt]s|[jt]sx)$/i, 'javascript'],
  [/\.pyi?$/i, 'python'],
  [/\.rs$/i, 'rust'],
  [/\.go$/i, 'go'],
  [/\.java$/i, 'java'],
  [/\.(?:c|h|cc|hh|cpp|hpp|cxx|hxx)$/i, 'cpp'],
  [/\.php$/i, 'php'],
];

/**
 * The tree of a source file; where the file is in error, of what can be told of it. Undefined where no parser knows its language, or where parsing would
 * take too long: what is so large or so nested is no person's writing.
 */
export function syntaxOf(path: string, text: string): { language: Language; tree: Tree } | undefined {
  const language = endings.find(([ending]) => ending.test(path))?.[1];
  if (!language || text.length > longest || isUnclosed(text) || hasLongLine(text)) return undefined;
  const tree = parsed(parser(path, language), text);
  return tree && { language, tree };
}

/** What lezer's parses tell of themselves beyond what is documented. Were it gone, the bounds would not hold, and a test would say so. */
interface Work {
  recovering?: number;
  stacks?: readonly { stack: readonly number[] }[];
}

function parsed(parser: Parser, text: string): Tree | undefined {
  const parse: PartialParse & Work = parser.startParse(text);
  try {
    for (let recovery = 0; ; ) {
      const tree = parse.advance();
      if (tree) return tree;
      if (parse.recovering && ++recovery > mostRecovery) return undefined;
      if ((parse.stacks?.[0]?.stack.length ?? 0) > deepest) return undefined;
    }
  } catch (error) {
    // Trees are put together by recursion: a sum of ten thousand terms is too deep for it.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

let parsers: typeof import('./parsers') | undefined;

function parser(path: string, language: Language): Parser {
  parsers ??= require('./parsers') as typeof import('./parsers');
  if (language !== 'javascript') return parsers[language];
  // In plain TypeScript `<T>value` is no element.
  return parsers.javascript.configure({ dialect: /\.[cm]?ts$/i.test(path) ? 'ts' : /\.tsx$/i.test(path) ? 'ts jsx' : 'jsx' });
}

/** Each comment that is not closed is looked through to the end of the text, again and again. */
function isUnclosed(text: string): boolean {
  return text.slice(text.lastIndexOf('*/') + 2).split('/*', mostUnclosed + 2).length > mostUnclosed + 1;
}

function hasLongLine(text: string): boolean {
  for (let at = 0; at + longestLine < text.length; ) {
    const end = text.lastIndexOf('\n', at + longestLine);
    if (end < at) return true;
    at = end + 1;
  }
  return false;
}
