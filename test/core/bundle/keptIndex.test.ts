import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { decodeIndex, encodeIndex, type KnownFile } from '../../../src/bundle/indexCodec';
import { indexedFile } from '../../../src/bundle/indexedFile';
import { ProjectTexts } from '../../../src/bundle/projectTexts';
import { assembleForQuery } from '../../../src/bundle/query';
import { estimateTokens } from '../../../src/catalog/tokens';
import { cacheFolder, createKeptIndexes } from '../../../src/node/indexFolder';
import type { KeptIndexes } from '../../../src/ports';
import { MemoryFiles } from '../memoryFiles';

/** As on a disk: what was written, and a stamp for each text. */
class MemoryIndexes implements KeptIndexes {
  bytes?: Uint8Array;
  private written?: () => void;

  constructor(private readonly files: MemoryFiles) {}

  async read() {
    return this.bytes;
  }

  async write(_folder: string, bytes: Uint8Array) {
    this.bytes = bytes;
    this.written?.();
  }

  async stamps(paths: readonly string[]) {
    return paths.map((path) => this.files.texts.get(path));
  }

  onceWritten(): Promise<void> {
    return this.bytes ? Promise.resolve() : new Promise((resume) => (this.written = resume));
  }
}

const ask = async (files: MemoryFiles, kept: KeptIndexes | undefined, query: string) =>
  assembleForQuery(await new ProjectTexts('/repo', files, kept).find(query), 4000, estimateTokens).text;

function repository(): MemoryFiles {
  const texts = Array.from({ length: 8 }, (_, i) => [
    `/repo/src/part${i}.ts`,
    `import './part${i + 1}';\nexport function lift${i}() {\n  return 'bridge ${i}';\n}\n`,
  ]);
  const files = new MemoryFiles({
    ...Object.fromEntries(texts),
    '/repo/made.ts': '// @generated\nlift\n',
    '/repo/.gitignore': 'out/\n',
    '/repo/out/a.ts': 'lift',
  });
  files.makeFolder('/repo/.git');
  return files;
}

describe('an index that outlives a process', () => {
  it('spares reading what has not changed, and gives the same bundle as without it', async () => {
    const files = repository();
    const kept = new MemoryIndexes(files);
    const first = await ask(files, kept, 'lift3');
    await kept.onceWritten();
    files.reads.length = 0;
    assert.equal(await ask(files, kept, 'lift3'), first);
    assert.ok(!files.reads.includes('/repo/made.ts'), 'passed over for what it holds, and not read again');
    // What is shown is read again; what is not, is not.
    files.put('/repo/src/other.ts', 'export const other = 1;\n');
    files.put('/repo/src/part5.ts', 'export function tunnel() {\n  return 5;\n}\n');
    assert.equal(await ask(files, kept, 'tunnel'), await ask(files, undefined, 'tunnel'));
    assert.match(await ask(files, kept, 'tunnel'), /part5/);
    files.texts.delete('/repo/src/part5.ts');
    assert.equal(await ask(files, kept, 'tunnel'), '');
    files.put('/repo/.gitignore', 'out/\nsrc/part3.ts\n');
    assert.doesNotMatch(await ask(files, kept, 'lift3'), /part3\.ts:/);
  });

  it('is made again where it is cut off, foreign or made by other rules', async () => {
    const files = repository();
    const kept = new MemoryIndexes(files);
    const first = await ask(files, kept, 'lift3');
    await kept.onceWritten();
    const good = Buffer.from(kept.bytes ?? []);
    const spoilt = [
      good.subarray(0, 100),
      Buffer.alloc(0),
      Buffer.from('no index at all'),
      Buffer.concat([good, Buffer.from('x')]),
      Buffer.from(good).fill(7, 200, 220),
    ];
    for (const bytes of spoilt) {
      assert.equal(decodeIndex(bytes), undefined);
      kept.bytes = bytes;
      assert.equal(await ask(files, kept, 'lift3'), first);
    }
  });

  it('holds no text, and what it holds comes back as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 12 }), fc.string({ maxLength: 300 })), { maxLength: 8 }), (texts) => {
        const known = new Map<string, KnownFile>(
          texts.map(([path, text], i) => [path, i % 3 ? { stamp: `s${i}`, file: indexedFile(path, text) } : { stamp: `s${i}`, reason: 'is empty' }]),
        );
        const back = decodeIndex(encodeIndex(known));
        assert.deepEqual([...(back ?? [])].sort(), [...known].sort());
      }),
    );
    const file = indexedFile('a.ts', "const password = 'swordfish-9931';\n");
    assert.ok(!encodeIndex(new Map([['a.ts', { stamp: '', file }]])).includes('swordfish'));
  });

  it('lies in the cache folder of the platform, readable by its owner, of a bounded number of folders', async () => {
    assert.equal(cacheFolder({ XDG_CACHE_HOME: '/x' }, 'linux', '/h').replace(/\\/g, '/'), '/x/haiku-first');
    assert.equal(cacheFolder({ XDG_CACHE_HOME: 'relative' }, 'linux', '/h').replace(/\\/g, '/'), '/h/.cache/haiku-first');
    assert.equal(cacheFolder({}, 'darwin', '/h').replace(/\\/g, '/'), '/h/Library/Caches/haiku-first');
    const folder = mkdtempSync(join(tmpdir(), 'haiku-first-index-'));
    try {
      const kept = createKeptIndexes(join(folder, 'deep'));
      assert.equal(await kept.read('/a'), undefined);
      for (let i = 0; i < 25; i++) await kept.write(`/w/${i}`, Buffer.from([i]));
      assert.equal(readdirSync(join(folder, 'deep')).length, 20);
      const [name = ''] = readdirSync(join(folder, 'deep'));
      if (process.platform !== 'win32') assert.equal(statSync(join(folder, 'deep', name)).mode & 0o077, 0);
      const path = join(folder, 'a.ts');
      writeFileSync(path, 'a');
      assert.deepEqual(await kept.stamps([path, join(folder, 'none'), folder]), [undefined, undefined, undefined], 'Too fresh to tell.');
      utimesSync(path, 1, 1);
      assert.deepEqual(await kept.stamps([path]), [undefined], 'A time that was set back hides nothing.');
      // A folder that can't be made is as if there were nothing.
      await createKeptIndexes(join(path, 'x')).write('/w', Buffer.from([1]));
      assert.equal(await createKeptIndexes(join(path, 'x')).read('/w'), undefined);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
