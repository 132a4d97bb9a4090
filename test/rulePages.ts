import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lintFacts } from '../src/cli/lintFacts';
import { Configurations } from '../src/lint/configuration';
import type { Issue } from '../src/lint/issue';
import { lintText } from '../src/lint/linter';
import { knownRules, rulePage } from '../src/lint/rules/index';
import { kindOf } from '../src/steering/kinds';
import { MemoryFiles } from './core/memoryFiles';

const root = resolve(__dirname, '..');

/** Rules whose bad document no page can show: half a megabyte, bytes that are no text, hundreds of lines, and the runs of weeks. */
export const withoutExample: readonly string[] = [
  'file/too-large',
  'file/binary',
  'project/too-long',
  'strategy/too-long',
  'strategy/costs-more',
  'playbook/too-long',
];

/** A fence of an example: the document, or another file of its workspace. */
export interface ExampleFile {
  path: string;
  text: string;
}

/** A page of docs/rules, taken apart. */
export interface RulePage {
  id: string;
  severity: string;
  title: string;
  /** The headings below the title, in order. */
  headings: string[];
  /** What it finds: the text before the first of them. */
  about: string;
  bad: ExampleFile[];
  good: ExampleFile[];
  /** What stands below a heading. */
  body(heading: string): string;
}

export const pageHeadings = ['Why', 'Bad', 'Good', 'Fix', 'Switch it off'];

/** @throws where the page does not begin as all pages do. */
export function parsePage(text: string): RulePage {
  const start = /^# (\S+)\n\n\*(error|warning|info)\* · (.+)\.\n/.exec(text);
  if (!start) throw new Error('A page begins with `# kind/name`, an empty line, and `*severity* · Title.`');
  const headings: { heading: string; from: number; to: number }[] = [];
  let fence: string | undefined;
  let offset = 0;
  for (const line of text.split('\n')) {
    const mark = /^(`{3,})/.exec(line)?.[1];
    if (fence === undefined && mark) fence = mark;
    else if (fence !== undefined && line === fence) fence = undefined;
    else if (fence === undefined && line.startsWith('## ')) headings.push({ heading: line.slice(3).trim(), from: offset, to: offset + line.length + 1 });
    offset += line.length + 1;
  }
  const body = (heading: string) => {
    const i = headings.findIndex((each) => each.heading === heading);
    return i < 0 ? '' : text.slice(headings[i]?.to, headings[i + 1]?.from ?? text.length).trim();
  };
  return {
    id: start[1] as string,
    severity: start[2] as string,
    title: start[3] as string,
    headings: headings.map(({ heading }) => heading),
    about: text.slice(start[0].length, headings[0]?.from ?? text.length).trim(),
    bad: fencesOf(body('Bad')),
    good: fencesOf(body('Good')),
    body,
  };
}

/** The fences with a path in their info string. */
function fencesOf(markdown: string): ExampleFile[] {
  return [...markdown.matchAll(/^(`{3,})\w+ (\S+)\n([\s\S]*?)^\1$/gm)].map((match) => ({ path: match[2] as string, text: match[3] as string }));
}

/** The text of a rule's page; undefined where there is none. */
export function pageText(id: string): string | undefined {
  const path = join(root, rulePage(id));
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** The page of a rule; undefined where there is none or it cannot be taken apart. */
export function pageOf(id: string): RulePage | undefined {
  const text = pageText(id);
  try {
    return text === undefined ? undefined : parsePage(text);
  } catch {
    // What is wrong with a page is told by the test of the pages.
    return undefined;
  }
}

/** The ids of all pages there are. */
export function pageIds(): string[] {
  const folder = join(root, 'docs/rules');
  const kinds = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return kinds.flatMap(({ name }) => readdirSync(join(folder, name)).map((file) => `${name}/${file.replace(/\.md$/, '')}`)).sort();
}

/** An example in a workspace of its own: its first file is the document, and what the bad one has beside it the good one has too. */
export class Example {
  readonly document: ExampleFile;
  readonly path: string;
  readonly files: MemoryFiles;

  constructor(files: readonly ExampleFile[], beside: readonly ExampleFile[] = []) {
    const [document, ...others] = files;
    if (!document) throw new Error('An example has a fence with a language and a path: ````markdown CLAUDE.md');
    this.document = document;
    this.path = `/w/${document.path}`;
    const all = [...beside.slice(1), ...others, document].map((file) => [`/w/${file.path}`, file.text] as const);
    this.files = new MemoryFiles({ '/w/.git/HEAD': 'ref: refs/heads/main\n', ...Object.fromEntries(all) });
  }

  /** The issues of the document, or of another text in its place, as the command line would find them. */
  async lint(text = this.document.text): Promise<Issue[]> {
    const { files, path } = this;
    const configuration = await new Configurations(files).of(path);
    if (configuration.problems.length) throw new Error(`${configuration.path}: ${configuration.problems[0]?.message}`);
    const kind = kindOf(path, configuration.background);
    if (!kind) throw new Error(`${this.document.path} is no steering file.`);
    const facts = await lintFacts({ files, env: {} }, { path, kind, text }, configuration);
    return lintText({ path, text, files, facts, settings: configuration.rules, background: configuration.background });
  }
}

/** The rules that have a page with an example, each with it. */
export function examples(): { id: string; bad: Example; good: Example }[] {
  return knownRules.flatMap(({ id }) => {
    const page = withoutExample.includes(id) ? undefined : pageOf(id);
    return page?.bad.length && page.good.length ? [{ id, bad: new Example(page.bad), good: new Example(page.good, page.bad) }] : [];
  });
}
