import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

/** The house as CONTRIBUTING.md draws it: which folders a folder may import from, besides itself. */
const below: Record<string, string[]> = {
  catalog: [],
  steering: ['catalog'],
  check: ['steering', 'catalog'],
  reference: ['steering', 'catalog'],
  model: ['check', 'steering', 'catalog'],
  bundle: ['reference', 'check', 'steering', 'catalog'],
  lint: ['reference', 'check', 'steering', 'catalog'],
  language: ['reference', 'check', 'steering', 'catalog'],
  journal: ['steering', 'catalog'],
  money: ['journal', 'steering', 'catalog'],
  stage: ['money', 'journal', 'model', 'bundle', 'reference', 'check', 'steering', 'catalog'],
  strategy: ['stage', 'money', 'journal', 'lint', 'model', 'bundle', 'reference', 'check', 'steering', 'catalog'],
  evaluate: ['strategy', 'stage', 'money', 'journal', 'lint', 'model', 'bundle', 'reference', 'check', 'steering', 'catalog'],
  node: [],
  cli: ['node', 'evaluate', 'strategy', 'stage', 'money', 'journal', 'lint', 'bundle', 'model', 'reference', 'check', 'steering', 'catalog'],
  editor: ['node', 'evaluate', 'strategy', 'stage', 'money', 'journal', 'language', 'lint', 'bundle', 'model', 'reference', 'check', 'steering', 'catalog'],
};
const folders = Object.keys(below);

/** Likewise for files that stand beside the folders; those not named are on the lowest storey, with `catalog`. */
const atTop: Record<string, string[]> = {
  'extension.ts': folders.filter((folder) => folder !== 'cli'),
  'cli.ts': folders.filter((folder) => folder !== 'editor' && folder !== 'language'),
};

/** Who may load a module from outside. */
const external: Record<string, (file: string) => boolean> = {
  vscode: (file) => file === 'extension.ts' || file.startsWith('editor/'),
  '@anthropic-ai/sdk': (file) => file === 'model/anthropic.ts',
  remark: (file) => file === 'steering/markdown.ts',
  'remark-gfm': (file) => file === 'steering/markdown.ts',
  'gray-matter': (file) => file === 'steering/frontMatter.ts',
  yaml: (file) => file === 'steering/frontMatter.ts',
  '@secretlint/secretlint-rule-preset-recommend': (file) => file === 'secrets.ts',
  'smol-toml': (file) => file.startsWith('reference/'),
  '@lezer/common': (file) => file.startsWith('bundle/'),
  '@lezer/python': (file) => file.startsWith('bundle/'),
  'node:fs': worldly,
  'node:fs/promises': worldly,
  fs: worldly,
  'node:child_process': worldly,
  child_process: worldly,
};

function worldly(file: string): boolean {
  return file === 'cli.ts' || file.startsWith('cli/') || file.startsWith('node/');
}

interface Line {
  code: string;
  allowed: boolean;
}

/** Every import a file could try, each in one of the ways there are to load a module. */
function linesFor(file: string): Line[] {
  const own = dirname(file);
  const lines: Line[] = [];
  for (const [module, allowed] of Object.entries(external)) {
    lines.push({ code: `import '${module}';`, allowed: allowed(file) });
    lines.push({ code: `void import('${module}');`, allowed: allowed(file) });
    lines.push({ code: `require('${module}');`, allowed: allowed(file) });
  }
  for (const folder of folders) {
    const allowed = own === '.' ? (atTop[file] ?? ['catalog']).includes(folder) : folder === own || (below[own] ?? []).includes(folder);
    lines.push({ code: `import '${own === '.' ? './' : '../'}${folder}/thing';`, allowed });
    if (own !== '.') lines.push({ code: `import '../../src/${folder}/thing';`, allowed });
  }
  return lines;
}

/** The numbers of the lines, from 1, that the linter refuses, by file. */
function refused(files: Record<string, Line[]>): Map<string, number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'haiku-first-walls-'));
  try {
    const configuration = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
    delete configuration.vcs;
    delete configuration.$schema;
    writeFileSync(join(folder, 'biome.json'), JSON.stringify(configuration));
    for (const [file, lines] of Object.entries(files)) {
      mkdirSync(join(folder, 'src', dirname(file)), { recursive: true });
      writeFileSync(join(folder, 'src', file), `${lines.map((line) => line.code).join('\n')}\n`);
    }
    const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
    const run = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none', 'src'], { cwd: folder, encoding: 'utf8' });
    const report = JSON.parse(run.stdout) as { diagnostics: { category: string; location: { path: string | { file: string }; start?: { line: number } } }[] };
    const found = new Map<string, number[]>();
    for (const { category, location } of report.diagnostics) {
      if (category !== 'lint/style/noRestrictedImports') continue;
      const path = (typeof location.path === 'string' ? location.path : location.path.file).replace(/\\/g, '/').replace(/^.*?src\//, '');
      found.set(path, [...(found.get(path) ?? []), location.start?.line ?? 0]);
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('walls', () => {
  it('stand around every folder of src', () => {
    const there = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    assert.deepEqual(
      there.map((entry) => entry.name).sort(),
      [...folders].sort(),
      'A folder was added or moved: give it a storey here, in biome.json and in CONTRIBUTING.md.',
    );
  });

  it('are enforced by the linter, whichever way a module is loaded', () => {
    const named = ['model/anthropic.ts', 'steering/markdown.ts', 'steering/frontMatter.ts', 'extension.ts', 'cli.ts', 'text.ts', 'ports.ts', 'secrets.ts'];
    for (const file of named) assert.ok(readFileSync(join(root, 'src', file)), `${file} is where its exception expects it`);
    const files = Object.fromEntries([...named, ...folders.map((folder) => `${folder}/anything.ts`)].map((file) => [file, linesFor(file)]));
    const found = refused(files);
    for (const [file, lines] of Object.entries(files)) {
      const wanted = lines.flatMap((line, i) => (line.allowed ? [] : [`${i + 1}: ${line.code}`]));
      const got = (found.get(file) ?? []).sort((a, b) => a - b).map((number) => `${number}: ${lines[number - 1]?.code}`);
      assert.deepEqual(got, wanted, `src/${file}`);
    }
  }).timeout(30_000);
});
