import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import picomatch from 'picomatch';

const root = resolve(__dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('the package of the extension', () => {
  it('holds every chunk that is loaded while it runs', () => {
    const sources = /const chunkSources = \{([\s\S]*?)\n\};/.exec(read('esbuild.mjs'))?.[1] ?? '';
    const chunks = [...sources.matchAll(/^ {2}'?([\w-]+)'?: /gm)].map(([, name]) => name as string);
    assert.ok(chunks.includes('remark') && chunks.includes('parsers') && chunks.includes('secretlint'), chunks.join());
    const packed = new Set([...read('.vscodeignore').matchAll(/^!dist\/([\w-]+)\.js$/gm)].map(([, name]) => name));
    // The editor has a proxy of its own.
    assert.deepEqual(
      chunks.filter((name) => !packed.has(name)),
      ['undici'],
    );
  });

  it('holds every document that the README, the changelog and one another link to', () => {
    const matches = picomatch(
      read('.vscodeignore')
        .split('\n')
        .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : [])),
      { dot: true },
    );
    const docs = readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : []));
    assert.ok(docs.length > 8);
    const prose = (path: string) => read(path).replace(/```[\s\S]*?\n```|`[^`\n]*`/g, '');
    const targets = ['README.md', 'CHANGELOG.md', ...docs].flatMap((from) =>
      [...prose(from).matchAll(/\]\((?!https?:|#)([^)\s#]+\.md)(?:#[^)]*)?\)/g)].map(([, to]) => posix.join(posix.dirname(from), to as string)),
    );
    assert.ok(targets.includes('docs/strategies.md') && targets.includes('SECURITY.md'));
    assert.deepEqual([...new Set(targets.filter((path) => !existsSync(join(root, path))))], [], 'dead links');
    assert.deepEqual([...new Set(targets.filter((path) => !matches(path)))], [], 'not in the package');
  });
});
