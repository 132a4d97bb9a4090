import matter from 'gray-matter';
import { parseAllDocuments, parseDocument } from 'yaml';
import type { Range } from '../text';
import { LineIndex } from '../text';

export interface FrontMatter {
  /** The YAML mapping; empty where there is none or it can't be read. */
  data: Record<string, unknown>;
  /** The text after the front matter, and the offset where it begins. */
  body: string;
  bodyFrom: number;
  /** Where the front matter stands, fences included; undefined where there is none. */
  range?: Range;
  /** Patterns such as `*.ts` that are no YAML without quotes, and were read as if they had them. */
  unquoted?: Range[];
  /** Why it could not be read, with the place. */
  problem?: { message: string; range: Range };
}

/** Front matter is a few lines; more is an attack on the parser, which recurses. */
const largest = 64 * 1024;
const deepest = 50;

/** How deeply brackets and dashes nest, at most: an upper bound that costs one pass. */
function nesting(yaml: string): number {
  let depth = 0;
  let most = 0;
  for (const character of yaml) {
    if (character === '[' || character === '{') most = Math.max(most, ++depth);
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
  }
  return Math.max(most, ...yaml.split('\n').map((line) => (/^[ \t]*((?:[-?:][ \t]+)*)/.exec(line)?.[1] ?? '').replace(/[ \t]/g, '').length));
}

/** A pattern for files where a value stands: YAML takes its first star for an alias and its first brace for a mapping. */
const bareGlob = /^([ \t]*(?:-[ \t]+|[\w-]+[ \t]*:[ \t]+))(\*|\*[\w-]*[*./{[][^"'#\\\r\n]*|\{[^{}"'#\\\r\n]*\}[^\s"'#:\\][^"'#\\\r\n]*)$/;

/** True where it is valid, and each alias names something. */
function isReadable(document: ReturnType<typeof parseDocument>): boolean {
  if (document.errors.length) return false;
  try {
    document.toJS({ maxAliasCount: 100 });
    return true;
  } catch {
    return false;
  }
}

/** The YAML with quotes around each bare pattern, and where in the text as it is they stand. */
function withQuotes(yaml: string): { yaml: string; places: { from: number; to: number }[] } {
  const places: { from: number; to: number }[] = [];
  let at = 0;
  const lines = yaml.split('\n').map((line) => {
    const match = bareGlob.exec(line.trimEnd());
    const from = at + (match?.[1]?.length ?? 0);
    at += line.length + 1;
    if (!match) return line;
    places.push({ from, to: from + (match[2] as string).length });
    return `${match[1]}"${match[2]}"`;
  });
  return { yaml: lines.join('\n'), places };
}

/** An anchor whose value holds its own alias makes a circle, which nobody could write out. */
function holdsItself(value: unknown, around: readonly unknown[] = []): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return around.includes(value) || Object.values(value).some((item) => holdsItself(item, [...around, value]));
}

/** In place of gray-matter's own engines, of which the one for `---js` is eval: nothing but YAML is ever handed to it, and these refuse all the same. */
const refuse = {
  parse(): object {
    throw new TypeError('Only YAML front matter is read.');
  },
  stringify(): string {
    throw new TypeError('Front matter is never written.');
  },
};

/**
 * Read the YAML front matter of a document. Never throws and never evaluates: front matter in another language
 * (`---js`, `---json`, …) is a problem, and so is YAML that is wrong or no mapping; the body is found all the same.
 */
export function readFrontMatter(text: string): FrontMatter {
  const none: FrontMatter = { data: {}, body: text, bodyFrom: 0 };
  const opening = /^---([^\r\n]*)\r?\n/.exec(text);
  // `----` and longer is a thematic break, as gray-matter has it too.
  if (!opening || /^-/.test(opening[1] as string)) return none;
  const language = (opening[1] as string).trim();
  const closing = /^---[ \t]*$/m.exec(text.slice(opening[0].length));
  if (!closing) {
    // A document may begin with a thematic break; only what looks like a key makes it an unclosed front matter.
    if (!language && !/^\s*[\w-]+[ \t]*:/.test(text.slice(opening[0].length))) return none;
    const index = new LineIndex(text);
    return {
      ...none,
      problem: { message: 'The front matter is not closed: add a line of three hyphens after it.', range: index.range(0, opening[0].trimEnd().length) },
    };
  }
  const from = opening[0].length;
  const to = from + closing.index;
  const afterFence = to + closing[0].length;
  const lineBreak = /^\r?\n/.exec(text.slice(afterFence))?.[0].length ?? 0;
  const bodyFrom = afterFence + lineBreak;
  const index = new LineIndex(text);
  const read: FrontMatter = { data: {}, body: text.slice(bodyFrom), bodyFrom, range: index.range(0, afterFence) };
  const yaml = text.slice(from, to);
  // Two thematic breaks with prose between them are no front matter.
  if (!language && yaml.trim() && !/^[ \t]*(?:["'\w][^\n]*?:(?:\s|$)|-\s|\{|\[)/m.test(yaml)) return none;
  let problem: FrontMatter['problem'];
  const engine = {
    // gray-matter hands over the same text less exact about line breaks; positions need ours.
    parse(): object {
      if (yaml.length > largest || nesting(yaml) > deepest) {
        problem = {
          message: `The front matter is too large or nested too deeply to be read: at most ${largest / 1024} KB and ${deepest} levels.`,
          range: index.range(from, Math.min(to, from + 1)),
        };
        return {};
      }
      let document = parseDocument(yaml.replace(/\r$/, ''), { prettyErrors: false });
      const quoted = isReadable(document) ? undefined : withQuotes(yaml);
      if (quoted?.places.length) {
        const again = parseDocument(quoted.yaml.replace(/\r$/, ''), { prettyErrors: false });
        if (isReadable(again)) {
          document = again;
          read.unquoted = quoted.places.map((place) => index.range(from + place.from, from + place.to));
        }
      }
      const error = document.errors[0];
      if (error) {
        const at = Math.min(from + error.pos[0], Math.max(from, to - 1));
        problem = {
          message: `The front matter is no valid YAML: ${error.message}`,
          range: index.range(at, Math.min(Math.max(at + 1, from + error.pos[1]), to)),
        };
        return {};
      }
      let data: unknown;
      try {
        data = document.toJS({ maxAliasCount: 100 });
        if (holdsItself(data)) throw new TypeError('an alias names what it stands in.');
      } catch (error) {
        problem = {
          message: `The front matter cannot be read: ${error instanceof Error ? error.message : String(error)}`,
          range: index.range(from, Math.min(to, from + 1)),
        };
        return {};
      }
      if (data === null || data === undefined) return {};
      if (typeof data !== 'object' || Array.isArray(data)) {
        problem = { message: 'The front matter is no mapping: write it as `name: value` lines.', range: index.range(from, Math.max(from, to - 1)) };
        return {};
      }
      return data;
    },
    stringify: refuse.stringify,
  };
  if (language && !/^ya?ml$/i.test(language)) {
    problem = {
      message: `The front matter is in ${language}; only YAML is read, and nothing in it is ever evaluated. Begin it with three hyphens alone and write YAML.`,
      range: index.range(0, opening[0].trimEnd().length),
    };
  } else read.data = matter(text, { engines: { yaml: engine, javascript: refuse, js: refuse, json: refuse, coffee: refuse, cson: refuse, toml: refuse } }).data;
  if (problem) {
    read.problem = problem;
    read.data = {};
  }
  return read;
}

/** The data of a YAML file that is no front matter; undefined where it is no valid YAML, too large, or nested too deeply. Never throws, never evaluates. */
export function parseYaml(text: string): unknown {
  if (text.length > 4 * largest || nesting(text) > deepest) return undefined;
  try {
    const document = parseDocument(text, { prettyErrors: false });
    return document.errors.length ? undefined : document.toJS({ maxAliasCount: 100 });
  } catch {
    // Aliases of aliases of aliases.
    return undefined;
  }
}

/** Characters of a YAML text that is no front matter. */
const largestText = 512 * 1024;

/**
 * The documents of a YAML text (most have one), or what is wrong and at which offset; `refused` where it is too large or too deep to be read at all.
 * Never throws, never evaluates.
 */
export function readYaml(text: string): { values: unknown[] } | { message: string; offset: number; refused?: true } {
  if (text.length > largestText || nesting(text) > deepest)
    return { message: `it is too large or nested too deeply to be read: at most ${largestText / 1024} KB and ${deepest} levels`, offset: 0, refused: true };
  const documents = parseAllDocuments(text, { prettyErrors: false });
  const values: unknown[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const error = document.errors[0];
    if (error) return { message: error.message, offset: error.pos[0] };
    try {
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      if (holdsItself(value)) throw new TypeError('an alias names what it stands in');
      values.push(value);
    } catch (error) {
      return { message: error instanceof Error ? error.message : String(error), offset: document.range[0] };
    }
  }
  return { values };
}
