import assert from 'node:assert/strict';
import { chmodSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeFiles, toSlashes } from '../../../src/node/files';
import { UserError } from '../../../src/ports';

describe('files on this machine', () => {
  const files = createNodeFiles();
  let folder: string;
  beforeEach(() => {
    folder = toSlashes(mkdtempSync(join(tmpdir(), 'haiku-first-files-')));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const refusals: [string, Buffer, RegExp][] = [
    ['binary', Buffer.from([65, 0, 66]), /binary/],
    ['not UTF-8', Buffer.from([0xc3, 0x28]), /not UTF-8/],
    ['too large', Buffer.alloc(600 * 1024, 'a'), /0\.6 MB/],
  ];
  for (const [name, bytes, message] of refusals) {
    it(`what is ${name} is refused with its path`, async () => {
      writeFileSync(join(folder, 'a.md'), bytes);
      await assert.rejects(files.read(`${folder}/a.md`), (error) => error instanceof UserError && message.test(error.message) && error.details.exitCode === 2);
    });
  }

  it('a byte order mark is dropped, and a folder or nothing is no text', async () => {
    writeFileSync(join(folder, 'a.md'), '\uFEFFhéllo');
    assert.equal(await files.read(`${folder}/a.md`), 'héllo');
    await assert.rejects(files.read(folder), /is a folder/);
    await assert.rejects(files.read(`${folder}/b.md`), /does not exist/);
  });

  it('that are appended to are read line by line from any line on, without what is still being written', async () => {
    const path = `${folder}/j.jsonl`;
    writeFileSync(path, 'é1\nzwei\ndrei\nvie');
    const read = (from?: number, most = 100) => files.readLines?.(path, most, from);
    assert.equal(await read(), 'é1\nzwei\ndrei\n');
    assert.deepEqual([await read(4), await read(9), await read(14), await read(99)], ['zwei\ndrei\n', 'drei\n', '', '']);
    assert.equal(await read(9, 10), 'drei\n', 'what is left out is not counted');
    await assert.rejects(async () => read(4, 10), /files of at most/);
    await assert.rejects(async () => files.readLines?.(`${folder}/none`, 100, 4), UserError);
  });

  it('are written whole with their folders, leaving nothing else behind, and appended to', async () => {
    await files.write(`${folder}/x/y/a.md`, 'one');
    await files.write(`${folder}/x/y/a.md`, 'two');
    await files.append(`${folder}/x/y/b.jsonl`, '1\n');
    await files.append(`${folder}/x/y/b.jsonl`, '2\n');
    assert.deepEqual(readdirSync(join(folder, 'x/y')), ['a.md', 'b.jsonl']);
    assert.equal(readFileSync(join(folder, 'x/y/a.md'), 'utf8'), 'two');
    assert.equal(readFileSync(join(folder, 'x/y/b.jsonl'), 'utf8'), '1\n2\n');
    await assert.rejects(files.write(`${folder}/x/y`, 'no'), UserError);
  });

  it('keep who may do what with them, and their other names', async function () {
    if (process.platform === 'win32') this.skip();
    const path = `${folder}/a.md`;
    writeFileSync(path, 'one');
    chmodSync(path, 0o664);
    const mask = process.umask(0o022);
    try {
      await files.write(path, 'two');
    } finally {
      process.umask(mask);
    }
    assert.equal(statSync(path).mode & 0o777, 0o664);
    linkSync(path, `${folder}/b.md`);
    await files.write(path, 'three');
    assert.equal(readFileSync(`${folder}/b.md`, 'utf8'), 'three');
    chmodSync(path, 0o444);
    await assert.rejects(files.write(path, 'four'), /a\.md is read-only\. Allow writing it first\.$/);
    assert.equal(readFileSync(path, 'utf8'), 'three');
    assert.deepEqual(readdirSync(folder), ['a.md', 'b.md']);
  });

  it('are not written over a text that nobody has read', async () => {
    const path = `${folder}/a.md`;
    writeFileSync(path, '\uFEFFone');
    await files.write(path, '\uFEFFtwo', 'one');
    await assert.rejects(files.write(path, 'three', 'one'), /a\.md has changed meanwhile/);
    assert.equal(readFileSync(path, 'utf8'), '\uFEFFtwo');
    assert.deepEqual(readdirSync(folder), ['a.md']);
  });

  it('say so where no folder can be made', async function () {
    if (!existsSync('/proc/self')) this.skip();
    await assert.rejects(files.write('/proc/none/of/it/a.md', 'x'), /could not be written \(ENOENT\)/);
    writeFileSync(join(folder, 'file'), '');
    await assert.rejects(files.append(`${folder}/file/x/a.md`, 'x'), /could not be written \(ENOTDIR\)/);
  });

  it('links are followed to where they lead, for what exists of a path', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    const root = await files.realPath(folder);
    assert.equal(await files.realPath(`${folder}/link/not/there.md`), `${root}/real/not/there.md`);
    assert.deepEqual(await files.list(folder), [{ name: 'real', kind: 'folder' }], 'links to folders are not walked into');
  });
});
