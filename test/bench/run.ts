/**
 * `npm run bench`: figures as ratios within one run, since machines are noisy, and sizes in bytes. Build and package first for the sizes.
 */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lintText } from '../../src/lint/linter';
import { createNodeFiles } from '../../src/node/files';
import { readContext } from '../../src/steering/context';
import { MarkdownDocument, parseMarkdown } from '../../src/steering/markdown';

const root = resolve(__dirname, '../..');
const essay = readFileSync(join(root, 'test/fixtures/essay/CONTEXT.md'), 'utf8');

/** The median of some runs, in milliseconds. */
async function median(work: (run: number) => unknown, runs = 15): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    await work(run);
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
}

/** A document of 2,000 lines, its text different in each run so that nothing is kept from the one before. */
function longDocument(run: number): string {
  const copies = Math.ceil(2000 / essay.split('\n').length);
  return Array.from({ length: copies }, (_, i) => essay.replace(/^(#+ .*)$/gm, `$1, copy ${i} of ${run}`).replace(/^- /gm, `- ${i}.${run} `)).join('\n');
}

async function main(): Promise<void> {
  parseMarkdown('# warm up');
  const rows: [string, string][] = [];
  const whole = await median((run) => parseMarkdown(longDocument(run)));
  const documents = Array.from({ length: 15 }, (_, run) => longDocument(run + 100));
  for (const text of documents) for (const section of new MarkdownDocument(text).sections) new MarkdownDocument(text).blocksOf(section);
  const keystroke = await median((run) => {
    const changed = documents[run]?.replace('copy 7 of', 'copy 7, edited, of') ?? '';
    const document = new MarkdownDocument(changed);
    for (const section of document.sections) document.blocksOf(section);
  });
  rows.push([
    'parse of a 2,000-line document, whole : after a keystroke',
    `${(whole / keystroke).toFixed(0)} : 1 (${whole.toFixed(0)} ms : ${keystroke.toFixed(1)} ms)`,
  ]);
  const files = createNodeFiles();
  const path = join(root, 'test/fixtures/essay/CONTEXT.md');
  const first = await median((run) => lintText({ path, text: essay.replace('Analysis', `Analysis ${run}`), files }), 15);
  const read = await median((run) => readContext(path, `${essay}\n${run}`));
  rows.push(["lint of the essay's CONTEXT.md : reading it", `${(first / read).toFixed(1)} : 1 (${first.toFixed(1)} ms : ${read.toFixed(1)} ms)`]);
  for (const name of existsSync(join(root, 'dist')) ? readdirSync(join(root, 'dist')).filter((file) => file.endsWith('.js')) : []) {
    rows.push([`dist/${name}`, `${(statSync(join(root, 'dist', name)).size / 1024).toFixed(0)} KB`]);
  }
  const vsix = join(root, 'out/haiku-first.vsix');
  if (existsSync(vsix)) rows.push(['out/haiku-first.vsix', `${(statSync(vsix).size / 1024).toFixed(0)} KB`]);
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);
}

void main();
