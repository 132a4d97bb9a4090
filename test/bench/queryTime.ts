import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ProjectTexts } from '../../src/bundle/projectTexts';
import { assembleForQuery } from '../../src/bundle/query';
import { estimateTokens } from '../../src/catalog/tokens';
import { createNodeFiles, toSlashes } from '../../src/node/files';
import { cached } from '../host/cache';
import { cleanEnvironment, runCommand } from '../host/command';
import { measureNode, type ProcessRun } from './processRun';
import { Random } from './random';
import { table } from './table';
import { median, ms, percentile } from './timing';

const root = resolve(__dirname, '../..');
const repomix = { version: '1.18.1', program: 'node_modules/repomix/bin/repomix.cjs' };
const limitMs = 120_000;
const query = 'retry the upload when the session token has expired';

const nouns = 'session token upload client route worker parser report cache schema queue index migration fixture bundle account invoice payment order'.split(
  ' ',
);
const verbs = 'read check build store merge send measure split render compare validate retry open close expire refresh rotate verify'.split(' ');
const places = 'core api web cli jobs billing auth search mail storage'.split(' ');
const title = (word: string) => `${word[0]?.toUpperCase()}${word.slice(1)}`;

/** A source file of functions, of 4 KB on average, few of them long: as repositories have it. */
function sourceText(random: Random): string {
  const functions = 1 + random.below(3) + (random.below(12) === 0 ? 15 : 0);
  const text = [`import { ${random.of(verbs)} } from './${random.of(nouns)}';`, ''];
  for (let i = 0; i < functions; i++) {
    const [verb, noun, other] = [random.of(verbs), random.of(nouns), random.of(nouns)];
    text.push(`/** ${title(verb)} the ${noun} of one ${other}, and say when it can't be done. */`);
    text.push(
      `export async function ${verb}${title(noun)}${random.below(90)}(${other}: ${title(other)}, limit = ${random.below(900)}): Promise<${title(noun)}> {`,
    );
    for (let line = 4 + random.below(12); line > 0; line--)
      text.push(
        `  const ${random.of(nouns)}${line} = await ${random.of(verbs)}${title(random.of(nouns))}(${other}.${random.of(nouns)}, { ${random.of(verbs)}: limit });`,
      );
    text.push(`  return ${verb}(${noun}4);`, '}', '');
  }
  return text.join('\n');
}

/** Fill a folder with a repository of so many files, and as many beside them that git ignores. @returns the paths of the source files */
export function fillRepository(folder: string, files: number, seed = 1): string[] {
  const random = new Random(seed);
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  put('.git/HEAD', 'ref: refs/heads/main\n');
  put('.gitignore', 'dist/\ncoverage/\n*.log\n.cache/\n');
  const paths: string[] = [];
  for (let i = 0; i < files; i++) {
    const kind = i % 10 === 0 ? '.md' : i % 3 === 0 ? '.test.ts' : '.ts';
    const path = `packages/${random.of(places)}/src/${random.of(nouns)}/${random.of(verbs)}${title(random.of(nouns))}${i}${kind}`;
    put(path, kind === '.md' ? `# ${title(random.of(verbs))} a ${random.of(nouns)}\n\n${sourceText(random)}` : sourceText(random));
    paths.push(path);
  }
  for (let i = 0; i < files; i += 5) put(`packages/core/dist/part${i}.js`, sourceText(random));
  for (let i = 0; i < files; i += 5) put(`node_modules/dep${i % 97}/lib/part${i}.js`, 'module.exports = 1;\n');
  return paths;
}

/** The first bundle in a repository of 5,000 files, the next ones after one file changed, and what a peer that packs everything takes beside it. */
export async function queryTimeBench(files = 5000, runs = 3): Promise<string> {
  const folder = toSlashes(mkdtempSync(join(tmpdir(), 'haiku-first-bench-')));
  try {
    const paths = fillRepository(folder, files);
    const rows: string[][] = [[`${files} files`, 'runs', 'time', 'of the processor', 'memory']];
    // An index of files that were made this very moment could not tell when they change.
    await new Promise((resume) => setTimeout(resume, 2500));
    const args = [join(root, 'dist/cli.js'), 'bundle', '--query', query];
    const cache = join(folder, '.git/cache');
    const ours: Contestant = ['haiku-first bundle --query, whole process', args, { HAIKU_FIRST_INDEX: 'off' }];
    const again: Contestant = ['the same with the index of an earlier one', args, { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache, HOME: cache }];
    const making = await measureNode(args, folder, limitMs, again[2]);
    const { peer, missing } = await installed();
    const taken = new Map<string, ProcessRun[]>();
    for (let run = 0; run < runs; run++) {
      for (const [name, args, environment] of [ours, again, ...(peer ? [peer] : [])]) {
        const own = await measureNode(args, folder, limitMs, environment);
        if (own.exitCode !== 0) throw new Error(`${name} ended with ${own.exitCode}.`);
        taken.set(name, [...(taken.get(name) ?? []), own]);
      }
    }
    for (const [name, own] of taken) {
      const middle = (of: (run: ProcessRun) => number) =>
        percentile(
          own.map(of).sort((a, b) => a - b),
          0.5,
        );
      rows.push([
        name,
        String(own.length),
        ms(middle((run) => run.ms)),
        ms(middle((run) => run.cpuMs)),
        `${middle((run) => run.peakMb).toFixed(0)} MB at most`,
      ]);
    }
    rows.push(['the one that makes that index', '1', ms(making.ms), ms(making.cpuMs), `${making.peakMb.toFixed(0)} MB at most`]);
    rows.push(...(await inProcess(folder, paths)));
    return [table(rows), ...missing].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As the editor has it: an index that is kept, and told what changes. */
async function inProcess(folder: string, paths: readonly string[]): Promise<string[][]> {
  const held = () => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  const before = held();
  const project = new ProjectTexts(folder, createNodeFiles());
  const ask = async (words: string) => assembleForQuery(await project.find(words), 16_000, estimateTokens);
  const first = await median(() => ask(query), 1);
  const kept = (held() - before) / 1024 / 1024;
  const same = await median((run) => ask(`${query} ${nouns[run % nouns.length]}`));
  const changed = await median(async (run) => {
    const path = join(folder, paths[run * 7] as string);
    writeFileSync(path, `export function retryExpiredUpload${run}() {\n  return ${run};\n}\n`);
    project.fileChanged(toSlashes(path));
    const { text } = await ask(`retryExpiredUpload${run}`);
    if (!text.includes(`retryExpiredUpload${run}(`)) throw new Error('The bundle does not hold what was changed.');
  });
  return [
    ['first bundle, in process', '1', ms(first), '', `${kept.toFixed(0)} MB kept`],
    ['next, nothing changed', '15', ms(same), '', ''],
    ['next, after one file changed', '15', ms(changed), '', ''],
  ];
}

type Contestant = readonly [name: string, args: readonly string[], environment?: Record<string, string>];

/** Repomix packs all files: it has no query. It writes its pack into nothing. */
async function installed(): Promise<{ peer?: Contestant; missing: string[] }> {
  const name = `repomix@${repomix.version}`;
  try {
    const at = await cached(`peer-repomix-${repomix.version}`, async (draft) => {
      const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', draft, name];
      await runCommand('npm', install, { env: cleanEnvironment(), cwd: draft });
    });
    return {
      peer: [`${name}, all files, whole process`, [join(at, repomix.program), '--quiet', '--output', join(tmpdir(), `pack-${process.pid}.xml`)]],
      missing: [],
    };
  } catch (error) {
    return { missing: [`${name} is left out, since it can't be installed: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`] };
  }
}
