import { LineIndex } from '../text';
import { declarationsOf, pathOf } from './declarations';

/**
 * Where a name is declared in a source file, and how far that reaches: by a parser where there is one for the language, else by the words that declare things
 * in common languages, and by indentation. What is found is always whole lines, and what can't be told apart is said instead of guessed.
 */

/** First and last line, from 1. */
export type Stretch = [from: number, to: number];

export const modifiers =
  '(?:export|default|public|private|protected|internal|static|abstract|async|final|override|virtual|sealed|readonly|declare|inline|extern|unsafe|const|open|data|suspend|pub(?:\\([^)]*\\))?|@\\w+(?:\\([^)]*\\))?)';
export const declaring =
  '(?:function\\s*\\*?|class|interface|type|enum|struct|trait|union|impl(?:<[^>]*>)?|fn|func(?:\\s*\\([^)]*\\))?|fun|def|module|namespace|protocol|extension|record|object|macro_rules!|mod|actor|(?:const|let|var|val|static)(?:\\s+mut)?)';
/** Modifiers and types that may stand before a name, with the blanks between: each word can be read in one way only, or a hostile line would take for ever. */
export const typesBefore = '(?:[\\w.:<>,*&\\[\\]?~@]+\\s+)';
/** A longer line was written by a program. Characters. */
export const longestLine = 1000;
/** Words that are followed by a bracket and a block, and declare nothing. */
export const statements = /^(?:if|for|while|switch|catch|return|await|new|throw|else|do|with|match|when|guard|assert|expect|describe|it|test)$/;
/** So many declarations of one name are no overloads any more. */
const mostDeclarations = 100;
/** A line that goes on with a declaration above it, at the same indent. */
const goesOn = /^(?:[)\]}{]|(?:else|elif|elsif|except|finally|catch|rescue|ensure|end|where|throws)\b)/;
const comment = /^\s*(?:\/\/|\/\*|\*|#(?!!)|--|@\w|\[[\w(]|"""|;;)/;

/** The lines of the one place that declares a symbol, with their text; or what is wrong, and what to do. `shown` is the file as a person knows it. */
export function cutSymbol(path: string, text: string, symbol: string, shown: string): { lines: Stretch; text: string } | { what: string; todo: string } {
  const found = symbolStretches(path, text, symbol);
  const [first] = found;
  if (!first) return { what: `${shown} declares no “${symbol}”.`, todo: `Correct the name, or name lines, such as ${shown}:10-40.` };
  if (found.length > 1) {
    const lines = found.map(([from]) => from).join(', ');
    return { what: `${shown} declares “${symbol}” ${found.length} times, in lines ${lines}.`, todo: `Name the lines: ${shown}:${first.join('-')}.` };
  }
  const [from, to] = first;
  return {
    lines: first,
    text: text
      .split('\n')
      .slice(from - 1, to)
      .join('\n'),
  };
}

/**
 * The stretches of a text that declare a symbol, comments and decorators above them included; the least indented alone, as what stands inside of
 * others is not what a bare name means. `Outer.inner` is looked for inside of `Outer`. Overloads that follow one another are one stretch.
 */
export function symbolStretches(path: string, text: string, symbol: string): Stretch[] {
  const lines = text.split('\n');
  const names = symbol.split(/\.|::|#/);
  const parsed = parsedStretches(path, text, names, lines);
  if (parsed.length) return parsed;
  // What a parser does not see may still be there: behind an error, in a macro.
  const hidden = insideOfStrings(path, lines);
  let within: Stretch[] = [[1, lines.length]];
  for (const name of names) {
    const found = within.flatMap((stretch) => declarations(lines, hidden, name, stretch));
    if (!found.length) return [];
    const least = Math.min(...found.map(({ indent }) => indent));
    within = joined(
      lines,
      found.filter(({ indent }) => indent === least).map(({ at }) => [withComments(lines, at), endOf(lines, hidden, at)]),
    );
  }
  return within;
}

function parsedStretches(path: string, text: string, names: readonly string[], lines: readonly string[]): Stretch[] {
  const found = (declarationsOf(path, text) ?? [])
    .filter(({ kind }) => kind !== 'test')
    .map((declaration) => ({ declaration, path: pathOf(declaration) }))
    .filter(({ path: own }) => names.every((name, i) => own[own.length - names.length + i] === name));
  // In C and its kin what is only announced elsewhere is announced again where it is made.
  const made = found.filter(({ declaration }) => declaration.signatureTo < declaration.to);
  const meant = made.length && /\.(?:c|cc|cpp|cxx)$/i.test(path) ? made : found;
  const least = Math.min(...meant.map(({ path: own }) => own.length));
  const index = new LineIndex(text);
  return joined(
    lines,
    meant
      .filter(({ path: own }) => own.length === least)
      .slice(0, mostDeclarations)
      .map(({ declaration: { from, to } }) => [
        withComments(lines, index.positionAt(from).line + 1),
        index.positionAt(Math.max(from, trimmedEnd(text, to) - 1)).line + 1,
      ]),
  );
}

/** Python's blocks end where the next one begins: the blank lines between belong to none. */
function trimmedEnd(text: string, to: number): number {
  let end = to;
  while (end > 0 && /\s/.test(text[end - 1] as string)) end--;
  return end;
}

function declarations(lines: readonly string[], hidden: readonly boolean[], name: string, [from, to]: Stretch): { at: number; indent: number }[] {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const named = `(?<![\\w$])${escaped}(?![\\w$])`;
  const declared = new RegExp(`^\\s*(?:${modifiers}\\s+)*${declaring}\\s+(?:self\\.)?(?:[\\w.]+\\.)?${named}`);
  // `impl Trait for Name` holds the methods, and is found with the type.
  const implemented = new RegExp(`^\\s*impl(?:<[^>]*>)?\\s.*\\bfor\\s+${named}`);
  const assigned = new RegExp(`^(?:\\s*(?:${modifiers}\\s+)*(?:this\\.|exports\\.|module\\.exports\\.)?)${named}\\s*(?::[^=()]*)?=(?!=)`);
  const method = new RegExp(`^\\s*${typesBefore}*[*&#]*(?:\\w+::)*${named}\\s*(?:<[^>]*>)?\\(`);
  const property = new RegExp(`^\\s*(['"]?)${named}\\1\\s*:\\s*(?:async\\s*)?(?:function\\b|\\([^)]*\\)\\s*(?::[^=]*)?=>|\\w+\\s*=>)`);
  const found: { at: number; indent: number }[] = [];
  for (let i = from - 1; i < to && found.length < mostDeclarations; i++) {
    const line = lines[i] as string;
    if (line.length > longestLine || !line.includes(name) || hidden[i] || /^\s*(?:\/\/|\*|#\s|--\s)/.test(line)) continue;
    const indent = indentOf(line);
    const constant = indent === 0 || indent === indentOf(lines[from] ?? '') || /=\s*(?:async\s*)?(?:function\b|\()/.test(line);
    if (
      declared.test(line) ||
      implemented.test(line) ||
      property.test(line) ||
      (constant && assigned.test(line)) ||
      (!statements.test(name) && method.test(line) && opensBody(lines, i, name))
    )
      found.push({ at: i + 1, indent });
  }
  return found;
}

/** True where the brackets after a name close, and a body follows: `name(…) {`, `name(…): T {`, `name(…)` with `{` on the next line. */
export function opensBody(lines: readonly string[], at: number, name: string): boolean {
  const first = lines[at] as string;
  const before = first.slice(0, first.indexOf(name)).trim();
  if (/(?:^|\s)(?:return|await|new|throw|else|in|of|case|yield)$/.test(before) || /[=(,!&|?+]$/.test(before)) return false;
  let depth = 0;
  for (let i = at, column = first.indexOf(`(`, first.indexOf(name)); i < Math.min(lines.length, at + 30); i++, column = 0) {
    const line = lines[i] as string;
    for (; column < line.length; column++) {
      if (line[column] === '(') depth++;
      if (line[column] === ')' && --depth === 0) {
        const rest = line.slice(column + 1).trim();
        return rest ? /^(?:[^;=]|=>)*\{/.test(rest) && !/^[).,;]/.test(rest) : /^\s*\{/.test(lines[i + 1] ?? '');
      }
    }
  }
  return false;
}

/** Which lines begin inside of a string or comment that goes over several lines: their indents and words say nothing. */
export function insideOfStrings(path: string, lines: readonly string[]): boolean[] {
  const mark = /\.(?:[cm]?[jt]sx?|go|vue|svelte)$/i.test(path) ? /(?<!\\)`/g : /\.(?:py|pyi|ex|exs|kt|swift|scala|java)$/i.test(path) ? /"""|'''/g : undefined;
  let inside = false;
  let block = false;
  return lines.map((line) => {
    const hidden = inside || block;
    if (!inside && /\/\*/.test(line) && !/\*\//.test(line.slice(line.indexOf('/*'))))
      block = !/\.(?:py|pyi|rb|sh|ya?ml|toml)$/i.test(path) && !/['"`].*\/\*/.test(line);
    else if (block && line.includes('*/')) block = false;
    if (mark && !block && !hidden && /^\s*(?:\/\/|#)/.test(line)) return hidden;
    if (mark && !block && (line.match(mark)?.length ?? 0) % 2) inside = !inside;
    return hidden;
  });
}

function endOf(lines: readonly string[], hidden: readonly boolean[], at: number): number {
  const own = indentOf(lines[at - 1] as string);
  let last = at;
  for (let i = at; i < lines.length; i++) {
    const line = lines[i] as string;
    if (!line.trim()) continue;
    const indent = indentOf(line);
    if (!hidden[i] && (indent < own || (indent === own && !goesOn.test(line.trimStart())))) break;
    last = i + 1;
    // What closes it, and opens nothing more.
    if (!hidden[i] && indent === own && /^(?:[)\]}]+[;,)]*|end\b.*)$/.test(line.trim())) break;
  }
  return last;
}

function withComments(lines: readonly string[], at: number): number {
  const own = indentOf(lines[at - 1] as string);
  let from = at;
  while (from > 1) {
    const above = lines[from - 2] as string;
    // The star lines of a comment stand one column further.
    if (!comment.test(above) || Math.abs(indentOf(above) - own) > 1) break;
    from--;
  }
  return from;
}

/** Stretches with nothing but blank lines between them are one, and one inside of another is that one. */
function joined(lines: readonly string[], stretches: readonly Stretch[]): Stretch[] {
  const found: Stretch[] = [];
  for (const [from, to] of [...stretches].sort((a, b) => a[0] - b[0])) {
    const last = found[found.length - 1];
    const between = last && lines.slice(last[1], from - 1);
    if (last && between?.every((line) => !line.trim())) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
