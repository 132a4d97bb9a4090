import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startMockServer } from '../model/mockServer';

describe('Ctrl+C while an answer streams in', () => {
  it('ends at once with 130, and the journal is complete', async function () {
    this.timeout(30_000);
    const folder = mkdtempSync(join(tmpdir(), 'haiku-first-interrupt-'));
    // Says two pieces, then nothing more: only an abort ends this call.
    const server = await startMockServer({ text: 'one two three four five six seven eight', pieceSize: 4, stallAfter: 2 });
    try {
      mkdirSync(join(folder, '.git'));
      writeFileSync(join(folder, 'CONTEXT.md'), '# T\n\n## Stage 1: Draft (Haiku)\n- Task: write\n- Output: Draft → d.md\n');
      const env = { ...process.env, ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test-1234567890', NODE_OPTIONS: '' };
      const child = spawn(
        process.execPath,
        ['--import', pathToFileURL(require.resolve('tsx')).href, resolve('src/cli.ts'), 'run', 'CONTEXT.md', '--yes', '--json'],
        {
          cwd: folder,
          env,
        },
      );
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (piece: Buffer) => {
        stdout += piece;
      });
      child.stderr.on('data', (piece: Buffer) => {
        stderr += piece;
      });
      const ended = new Promise<number | null>((done) => child.on('close', done));
      while (server.requests.length === 0 && child.exitCode === null) await new Promise((next) => setTimeout(next, 20));
      // Let the first pieces arrive.
      await new Promise((next) => setTimeout(next, 300));
      const interrupted = Date.now();
      child.kill('SIGINT');
      assert.equal(await ended, 130, stderr);
      assert.ok(Date.now() - interrupted < 5000);
      await server.whenLeft();
      assert.equal((JSON.parse(stdout) as { status: string }).status, 'cancelled');
      const runs = join(folder, '.haiku/runs/context');
      const lines = readFileSync(join(runs, readdirSync(runs)[0] as string, 'journal.jsonl'), 'utf8').split('\n');
      assert.equal(lines.pop(), '');
      const records = lines.map((line) => JSON.parse(line) as { type: string; status?: string });
      assert.deepEqual(
        records.map(({ type, status }) => `${type} ${status ?? ''}`.trim()),
        ['run', 'attempt-started', 'attempt error', 'stage cancelled', 'end cancelled'],
      );
      assert.ok(!readdirSync(folder).includes('d.md'));
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
