import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { FolderSpending } from '../../../src/money/folderSpending';
import { createNodeFiles, toSlashes } from '../../../src/node/files';

describe('processes that spend from one cap of a month at the same time', () => {
  const root = toSlashes(mkdtempSync(join(tmpdir(), 'haiku-first-caps-')));
  after(() => rmSync(root, { recursive: true, force: true }));

  it('never pass it together, use it up, and leave no lock', async function () {
    this.timeout(60_000);
    const bundle = join(root, 'spender.cjs');
    await build({ entryPoints: ['test/core/stage/spenderProcess.ts'], bundle: true, platform: 'node', outfile: bundle, logLevel: 'silent' });
    const folder = `${root}/.haiku`;
    const cap = 0.02;
    const env = { ...process.env, XDG_STATE_HOME: join(root, 'state'), LOCALAPPDATA: join(root, 'state'), HOME: root };
    const spender = async (name: string) => Number((await promisify(execFile)(process.execPath, [bundle, folder, name, String(cap)], { env })).stdout);
    const spent = await Promise.all([spender('one'), spender('two'), spender('three')]);
    const together = spent.reduce((sum, usd) => sum + usd, 0);
    assert.ok(together <= cap + 1e-12, `${spent.join(' + ')} > ${cap}`);
    // One more call of the least length would pass it.
    assert.ok(together > cap - 0.0005, `${together} of ${cap}`);
    const files = createNodeFiles();
    files.personKey = undefined;
    const seen = new FolderSpending(files, folder, '');
    await seen.refresh();
    assert.ok(Math.abs(seen.ofMonth(new Date().toISOString().slice(0, 7)) - together) < 1e-9, 'the journals say the same');
    assert.ok(!existsSync(`${folder}/runs/spending.lock.json`));
  });
});
