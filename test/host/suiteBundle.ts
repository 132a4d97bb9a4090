/** Bundles tests that run inside VS Code, which knows no TypeScript. */

import { readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(__dirname, '..', '..');

/** Bundles `test/editor/index.ts` and the tests of a folder below `test/` to the same place below `out/test/`, and returns the path of the index. */
export async function suiteBundle(tests: string): Promise<string> {
  const outdir = join(root, 'out', 'test', resolve(tests).slice(join(root, 'test').length + 1));
  const files = readdirSync(tests).filter((file) => file.endsWith('.test.ts'));
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: [
      { in: join(root, 'test', 'editor', 'index.ts'), out: 'index' },
      ...files.map((file) => ({ in: join(tests, file), out: file.replace(/\.ts$/, '') })),
    ],
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    sourcemap: 'linked',
    logLevel: 'warning',
    absWorkingDir: root,
  });
  return join(outdir, 'index.js');
}
