import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { createNodeProcesses } from '../../../src/node/processes';

describe('processes of this machine', () => {
  const processes = createNodeProcesses();

  it('tell this one from one that is no more', async () => {
    assert.equal(processes.isRunning(processes.self), true);
    const child = spawn(process.execPath, ['-e', '']);
    const pid = child.pid as number;
    await once(child, 'exit');
    assert.equal(processes.isRunning({ pid, host: hostname() }), false);
  });

  it('take one that has ended for ended, though nobody has asked how', async function () {
    if (process.platform !== 'linux') return this.skip();
    // A shell that becomes `sleep` never asks about the child it started before.
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(line.toString().trim());
      const ended = () => /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
      for (const end = Date.now() + 10_000; !ended(); ) {
        assert.ok(Date.now() < end, 'It never ended.');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      assert.equal(processes.isRunning({ pid, host: hostname() }), false);
    } finally {
      parent.kill('SIGKILL');
    }
  });
});
