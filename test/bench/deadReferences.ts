/**
 * Dead references against a labelled corpus: `npx tsx test/bench/deadReferences.ts [CORPUS_FOLDER] [-v]`, the folder from the argument or from
 * HAIKU_FIRST_CORPUS. It holds `<owner>__<name>.labels.jsonl`, `.repo.json`, and a folder `<owner>__<name>` with `files.txt`, `symlinks.json` and what
 * was kept of the files; each tree is rebuilt in a temporary folder, with empty files for the rest.
 */

import { copyFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, resolve } from 'node:path';
import { lintText } from '../../src/lint/linter';
import { createNodeFiles } from '../../src/node/files';
import { WorkspaceFacts } from '../../src/reference/workspaceFacts';
import { LineIndex } from '../../src/text';
import { table } from './table';

interface Label {
  file: string;
  line: number;
  text: string;
  label: string;
  why?: string;
  unsure?: boolean;
}

interface Found {
  file: string;
  line: number;
  text: string;
}

interface Score {
  tp: number;
  fp: number;
  fn: number;
  dead: number;
  hit: number;
  falsePositives: (Found & { label: string })[];
  missed: Label[];
}

function lines<T>(path: string): T[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => JSON.parse(line) as T);
}

function rebuild(source: string, target: string): void {
  const links = JSON.parse(readFileSync(join(source, 'symlinks.json'), 'utf8')) as Record<string, string>;
  for (const file of readFileSync(join(source, 'files.txt'), 'utf8').split('\n').filter(Boolean)) {
    const to = join(target, file);
    mkdirSync(dirname(to), { recursive: true });
    if (lstatSync(to, { throwIfNoEntry: false })) continue;
    if (links[file] !== undefined) symlinkSync(links[file], to);
    else if (existsSync(join(source, file))) copyFileSync(join(source, file), to);
    else writeFileSync(to, '');
  }
  mkdirSync(join(target, '.git'), { recursive: true });
}

/** What counts as the same text: without quotes around it, `./` before and `/` after it, in any case. */
function normal(text: string): string {
  return text
    .trim()
    .replace(/^[`'"(@]+|[`'")]+$/g, '')
    .replace(/\\(?=[*_[\](){}])/g, '')
    .replace(/^(\.\/)+/, '')
    .replace(/\/+$/, '')
    .toLowerCase();
}

/** Containment on word boundaries. */
function within(a: string, b: string): boolean {
  for (let i = b.indexOf(a); i >= 0; i = b.indexOf(a, i + 1)) if (!/\w/.test(b[i - 1] ?? '') && !/\w/.test(b[i + a.length] ?? '')) return true;
  return false;
}

/** A finding is right where a dead label of its line has its text or a part of it; labels that are unsure count neither way. */
export function score(found: readonly Found[], labels: readonly Label[], aliases: Record<string, string> = {}): Score {
  const result: Score = { tp: 0, fp: 0, fn: 0, dead: 0, hit: 0, falsePositives: [], missed: [] };
  const hit = new Set<Label>();
  const seen = new Set<string>();
  for (const finding of found) {
    const file = aliases[finding.file] ?? finding.file;
    const text = normal(finding.text);
    const key = `${file}\0${finding.line}\0${text}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const here = labels.filter((label) => posix.normalize(label.file) === file && label.line === finding.line);
    const meets = here.filter((label) => text && normal(label.text) && (within(text, normal(label.text)) || within(normal(label.text), text)));
    const dead = meets.filter((label) => label.label === 'dead' && !label.unsure);
    if (dead.length) {
      result.tp++;
      for (const label of dead) hit.add(label);
    } else if (!meets.some((label) => label.unsure)) {
      result.fp++;
      result.falsePositives.push({ ...finding, file, label: meets[0]?.label ?? 'unlabelled' });
    }
  }
  const all = labels.filter((label) => label.label === 'dead' && !label.unsure);
  result.missed = all.filter((label) => !hit.has(label));
  return { ...result, fn: result.missed.length, dead: all.length, hit: hit.size };
}

/** What this linter reports of kind `reference/` in some files of a tree. */
async function findings(root: string, files: readonly string[]): Promise<Found[]> {
  const ports = createNodeFiles();
  const workspace = new WorkspaceFacts(ports);
  const found: Found[] = [];
  for (const file of files) {
    const path = join(root, file);
    if (!existsSync(path)) continue;
    const text = readFileSync(path, 'utf8');
    const index = new LineIndex(text);
    for (const issue of await lintText({ path, text, files: ports, workspace })) {
      if (!issue.rule.startsWith('reference/')) continue;
      const { start, end } = issue.range;
      found.push({ file, line: start.line + 1, text: text.slice(index.offsetAt(start), index.offsetAt(end)) });
    }
  }
  return found;
}

const share = (part: number, whole: number) => (whole ? (part / whole).toFixed(3) : '–');

/** The table of true and false positives, misses, precision and recall by repository, and every error; undefined where there is no corpus. */
export async function deadReferences(corpus = process.env.HAIKU_FIRST_CORPUS): Promise<string | undefined> {
  if (!corpus || !existsSync(corpus)) return undefined;
  const rows: (string | number)[][] = [['dead references', 'tp', 'fp', 'fn', 'precision', 'recall']];
  const errors: string[] = [];
  const sum = { tp: 0, fp: 0, fn: 0, dead: 0, hit: 0 };
  for (const name of readdirSync(corpus).flatMap((file) => /^(.*)\.labels\.jsonl$/.exec(file)?.[1] ?? [])) {
    const repository = JSON.parse(readFileSync(join(corpus, `${name}.repo.json`), 'utf8')) as { steering: string[]; aliases?: Record<string, string> };
    const root = mkdtempSync(join(tmpdir(), 'haiku-first-corpus-'));
    try {
      rebuild(join(corpus, name), root);
      const found = await findings(root, [...repository.steering, ...Object.keys(repository.aliases ?? {})]);
      const scored = score(found, lines<Label>(join(corpus, `${name}.labels.jsonl`)), repository.aliases);
      rows.push([name, scored.tp, scored.fp, scored.fn, share(scored.tp, scored.tp + scored.fp), share(scored.hit, scored.dead)]);
      for (const key of ['tp', 'fp', 'fn', 'dead', 'hit'] as const) sum[key] += scored[key];
      for (const wrong of scored.falsePositives) errors.push(`wrong   ${name} ${wrong.file}:${wrong.line} ${wrong.text} (${wrong.label})`);
      for (const missed of scored.missed) errors.push(`missed  ${name} ${missed.file}:${missed.line} ${missed.text} (${missed.why ?? ''})`);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }
  rows.push(['all', sum.tp, sum.fp, sum.fn, share(sum.tp, sum.tp + sum.fp), share(sum.hit, sum.dead)]);
  return [table(rows), ...errors].join('\n');
}

if (require.main === module) {
  const folder = process.argv[2];
  deadReferences(folder ? resolve(folder) : undefined).then((text) =>
    console.log(text ?? 'No corpus: name its folder as an argument or in HAIKU_FIRST_CORPUS.'),
  );
}
