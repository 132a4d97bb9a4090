// Builds dist/extension.js and dist/cli.js. What is dear to load (remark, the model SDK) goes into chunks of its own that are
// required on first use, so that starting the extension reads neither.
import { rmSync } from 'node:fs';
import { context } from 'esbuild';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** Modules behind a lazy `require` or `import()` in src, and the chunk each is built into. */
const chunks = {
  remark: 'remark',
  'remark-gfm': 'remark',
  undici: 'undici',
  '@anthropic-ai/sdk': 'anthropic-sdk',
  '@secretlint/secretlint-rule-preset-recommend': 'secretlint',
};
const chunkSources = {
  remark: "export { remark } from 'remark'; export { default } from 'remark-gfm';",
  ajv: "export * from './src/check/ajv';",
  undici: "export { fetch, ProxyAgent } from 'undici';",
  secretlint: "export { rules } from '@secretlint/secretlint-rule-preset-recommend';",
  parsers: "export * from './src/bundle/parsers';",
  'anthropic-sdk': "export * from '@anthropic-ai/sdk'; export { default } from '@anthropic-ai/sdk';",
};

const lazyChunks = {
  name: 'lazy-chunks',
  setup(build) {
    build.onResolve({ filter: /^(remark|remark-gfm|undici|@anthropic-ai\/sdk|@secretlint\/secretlint-rule-preset-recommend)$/ }, ({ path, kind, importer }) => {
      if (importer.includes('node_modules')) return undefined;
      if (kind !== 'require-call' && kind !== 'dynamic-import') throw new Error(`${importer} must load ${path} lazily.`);
      return { path: `./${chunks[path]}.js`, external: true };
    });
    // A file of ours that loads seven parsers: one chunk, as they share what drives them.
    build.onResolve({ filter: /^\.\/parsers$/ }, ({ kind }) => (kind === 'require-call' ? { path: './parsers.js', external: true } : undefined));
    // Drafts and formats of JSON schemas share one copy of their compiler.
    build.onResolve({ filter: /^\.\/ajv$/ }, ({ kind }) => (kind === 'require-call' ? { path: './ajv.js', external: true } : undefined));
  },
};

/** What secretlint loads for .p12 files, which no steering file is: a whole library of cryptography. */
const withoutForge = {
  name: 'without-forge',
  setup(build) {
    build.onResolve({ filter: /^\.\/index-[\w-]+\.js$/ }, ({ kind, importer }) =>
      kind === 'dynamic-import' && importer.includes('secretlint-rule-preset-recommend') ? { path: 'forge', namespace: 'left-out' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'export default {};' }));
  },
};

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: production,
  sourcemap: production ? false : 'linked',
  // gray-matter and yaml ship better ES modules than CommonJS ones; the first found is the smaller bundle.
  mainFields: ['module', 'main'],
  outdir: 'dist',
  logLevel: 'warning',
  legalComments: 'none',
};

rmSync('dist', { recursive: true, force: true });
const builds = [
  { ...shared, entryPoints: { extension: 'src/extension.ts' }, external: ['vscode'], plugins: [lazyChunks] },
  { ...shared, entryPoints: { cli: 'src/cli.ts' }, plugins: [lazyChunks], banner: { js: '#!/usr/bin/env node' } },
  ...Object.entries(chunkSources).map(([name, contents]) => ({
    ...shared,
    outdir: undefined,
    outfile: `dist/${name}.js`,
    stdin: { contents, resolveDir: import.meta.dirname ?? '.' },
    plugins: [withoutForge],
  })),
];
for (const options of builds) {
  const build = await context(options);
  if (watch) await build.watch();
  else {
    await build.rebuild();
    await build.dispose();
  }
}
