import { declaring, insideOfStrings, longestLine, modifiers, opensBody, statements, typesBefore } from './symbols';

const source =
  /\.(?:[cm]?[jt]sx?|vue|svelte|py|pyi|rb|go|rs|java|kts?|scala|swift|cs|fs|c|h|cc|cpp|cxx|hpp|hh|m|mm|php|pl|lua|dart|exs?|erl|jl|r|sh|bash|zig|nim|groovy)$/i;
const name = '[\\p{L}_$][\\p{L}\\p{N}_$]*';
const declared = new RegExp(`^\\s*(?:${modifiers}\\s+)*(?:${declaring})\\s+(?:self\\.)?${name}`, 'u');
const variable = /^\s*(?:\w+\s+)*(?:const|let|var|val|static)\b/;
const method = new RegExp(`^\\s+${typesBefore}*[*&#]*(${name})\\s*(?:<[^>]*>)?\\(`, 'u');
/** A function of C and its kin begins with a type. */
const typed = new RegExp(`^${typesBefore}+[*&]*(?:\\w+::)*(${name})\\s*\\(`, 'u');
/** Or its type stands on the line above. */
const bare = new RegExp(`^(${name})\\s*\\(`, 'u');

/**
 * The lines of a source file that look as if they declared what others could name, from 1, without the bracket that opens their body; none for anything but
 * source code. For languages that no parser here knows: by the words that declare things, and by indentation.
 */
export function lineSignatures(path: string, text: string): { line: number; text: string }[] {
  if (!source.test(path)) return [];
  const lines = text.split('\n');
  const hidden = insideOfStrings(path, lines);
  const step = stepOf(lines);
  return lines.flatMap((line, i) => {
    if (hidden[i] || line.length > longestLine || !line.trim() || /^\s*(?:\/\/|\*|#\s|--\s)/.test(line)) return [];
    const depth = (line.length - line.trimStart().length) / step;
    // What stands deeper than in a class of a namespace is inside of a function.
    if (depth > 2 || !declares(lines, i, depth)) return [];
    return [{ line: i + 1, text: line.trimEnd().replace(/\s*(?:\{|=>\s*\{?)$/, '') }];
  });
}

function declares(lines: readonly string[], at: number, depth: number): boolean {
  const line = lines[at] as string;
  // Variables inside of anything are its own affair.
  if (declared.test(line) && !/^static\s+\w+\s*$/.test(line)) return depth === 0 || !variable.test(line);
  if (statements.test(/^\s*(\w*)/.exec(line)?.[1] ?? '')) return false;
  const called = (depth > 0 ? method.exec(line) : (typed.exec(line) ?? bare.exec(line)))?.[1];
  return called !== undefined && !statements.test(called) && opensBody(lines, at, called);
}

/** By how many characters this file indents. */
function stepOf(lines: readonly string[]): number {
  const indents = lines.flatMap((line) => (line.startsWith('\t') ? [1] : /^ {2,8}\S/.test(line) ? [line.length - line.trimStart().length] : []));
  return indents.length ? Math.max(1, Math.min(...indents)) : 2;
}
