import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeCommands } from '../../../src/node/commands';

describe('commands on this machine', () => {
  const commands = createNodeCommands();
  const node = (script: string) => `"${process.execPath}" -e "${script}"`;
  const options = { cwd: tmpdir(), timeoutMs: 20_000 };

  it('give what they print, and their exit code', async () => {
    const result = await commands.run(node("console.log('out'); console.error('err'); process.exit(3)"), options);
    assert.deepEqual(result, { exitCode: 3, ended: undefined, stdout: 'out\n', stderr: 'err\n' });
  });

  it('run in their folder with their input and variables', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'haiku-first-command-'));
    try {
      const script = "process.stdin.on('data', (d) => console.log(String(d) + process.env.HAIKU_FIRST_INPUTS + process.cwd()))";
      const { stdout } = await commands.run(node(script), { ...options, cwd: folder, input: 'in ', env: { HAIKU_FIRST_INPUTS: '/inputs ' } });
      assert.match(stdout, /^in \/inputs .*haiku-first-command-/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('never see the keys that pay for models', async () => {
    const before = process.env.ANTHROPIC_API_KEY;
    process.env.ANTHROPIC_API_KEY = 'sk-secret';
    try {
      const { stdout } = await commands.run(node('console.log(JSON.stringify(process.env))'), options);
      assert.ok(stdout.includes('PATH') && !stdout.includes('sk-secret'));
    } finally {
      if (before === undefined) delete process.env.ANTHROPIC_API_KEY;
      else process.env.ANTHROPIC_API_KEY = before;
    }
  });

  it('are ended with all they started when their time is up, or when they are cancelled', async () => {
    const forever = `${node('setInterval(() => {}, 1000)')} | ${node('setInterval(() => {}, 1000)')}`;
    assert.equal((await commands.run(forever, { ...options, timeoutMs: 200 })).ended, 'timeout');
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 200);
    assert.equal((await commands.run(forever, { ...options, signal: abort.signal })).ended, 'cancelled');
  });
});
