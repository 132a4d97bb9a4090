import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { toSlashes } from '../../../src/node/files';
import { type MockRequest, type MockServer, startMockServer } from '../model/mockServer';
import { judgeReply } from './judgeReply';
import { type End, realEngine, realFiles, realRun } from './killedProcess';
import { answered, killedTask, recordsOf } from './killedTask';

/** Which call a request is, as `answered` names it, and what it is answered. */
function replyTo({ system, user }: MockRequest): { call: string; text: string } {
  const again = user.includes('<failed_checks>') ? 2 : 1;
  if (system.startsWith('You rate')) {
    const better = user.includes('very good');
    return { call: `draft judge of haiku-${better ? 2 : 1}`, text: judgeReply(better ? 5 : 2) };
  }
  if (user.includes('Stage: Facts')) return { call: 'facts haiku-1', text: 'facts – told' };
  if (user.includes('Stage: Outline')) return { call: `outline haiku-${again}`, text: again === 1 ? 'nothing' : '- Point one\n- Point two\n- Point “three”\n' };
  if (user.includes('Stage: Draft')) return { call: `draft haiku-${again}`, text: again === 1 ? 'good' : 'very good' };
  const item = ['one', 'two', '“three”'].findIndex((name) => user.includes(`<each_item>\nPoint ${name}`)) + 1;
  return { call: `notes-${item} haiku-1`, text: `notes-${item} – told` };
}

const allCalls = [
  'draft haiku-1',
  'draft haiku-2',
  'draft judge of haiku-1',
  'draft judge of haiku-2',
  'facts haiku-1',
  'notes-1 haiku-1',
  'notes-2 haiku-1',
  'notes-3 haiku-1',
  'outline haiku-1',
  'outline haiku-2',
];

describe('a process that was killed with SIGKILL', () => {
  const scratch = toSlashes(mkdtempSync(join(tmpdir(), 'haiku-first-killed-')));
  const bundle = join(scratch, 'killedProcess.js');
  let server: MockServer;
  /** Of each folder's runs, by what their documents say. */
  const calls = new Map<string, string[]>();

  before(async function () {
    this.timeout(30_000);
    await build({
      entryPoints: [resolve(__dirname, 'killedProcess.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      target: 'node20',
      logLevel: 'error',
    });
    server = await startMockServer((request) => {
      const folder = /Folder \w+\./.exec(request.system + request.user)?.[0] ?? '';
      const { call, text } = replyTo(request);
      calls.get(folder)?.push(call);
      // A judge is not shown the document: what it judges says whose it is.
      return { text: call.startsWith('draft haiku') ? `${folder} ${text}` : text, usage: { inputTokens: 100, outputTokens: 10 } };
    });
  });

  after(async () => {
    await server?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  function workspace(name: string): string {
    const folder = `${scratch}/${name}`;
    mkdirSync(`${folder}/.git`, { recursive: true });
    writeFileSync(`${folder}/CONTEXT.md`, killedTask.replace('# Task\n', `# Task\n\n## Specification\n\nFolder ${name}.\n`));
    calls.set(`Folder ${name}.`, []);
    return folder;
  }

  function run(folder: string, at: number, end: End): Promise<{ signal: string | null; output: string }> {
    return new Promise((done, fail) => {
      const child = spawn(process.execPath, [bundle, folder, server.url, String(at), end], { env: { ...process.env, HAIKU_FIRST_KILLED: '1' } });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text));
      child.on('error', fail);
      child.on('close', (_, signal) => done({ signal, output }));
    });
  }

  function journals(folder: string): Map<string, string> {
    const runs = `${folder}/.haiku/runs/context`;
    const texts = new Map<string, string>();
    for (const name of existsSync(runs) ? readdirSync(runs) : []) {
      const path = `${runs}/${name}/journal.jsonl`;
      if (existsSync(path)) texts.set(path, readFileSync(path, 'utf8'));
    }
    return texts;
  }

  /** Kill a process at one write, look what is on record, and run again. Undefined where the process came to its end before. */
  async function killAt(at: number, end: End): Promise<{ repeated: number } | undefined> {
    const where = `killed ${end} write ${at} of the journal`;
    const name = `w${end.length}x${at}`;
    const folder = workspace(name);
    const first = await run(folder, at, end);
    if (first.signal === null) {
      assert.equal((JSON.parse(first.output) as { status: string }).status, 'passed', first.output);
      return undefined;
    }
    assert.equal(first.signal, 'SIGKILL', `${where}: ${first.output}`);
    const paid = recordsOf(journals(folder)).flatMap(answered);
    const before = calls.get(`Folder ${name}.`)?.length ?? 0;
    const result = await realRun(folder, realEngine(server.url, realFiles()));
    assert.equal(result.status, 'passed', `${where}: ${JSON.stringify(result.stopped)}`);
    const again = calls.get(`Folder ${name}.`)?.slice(before) ?? [];
    assert.deepEqual([...paid, ...again].sort(), allCalls, where);
    assert.equal(readFileSync(`${folder}/out/count.txt`, 'utf8').trim(), '2', where);
    assert.ok(!existsSync(`${folder}/.haiku/runs/context/lock.json`), `${where}: the lock is given back`);
    rmSync(folder, { recursive: true });
    return { repeated: again.filter((call) => paid.includes(call)).length };
  }

  // Between two records there is nothing else to be cut off at; of the middles, those of all records are gone through without processes elsewhere.
  for (const [end, step] of [
    ['before', 2],
    ['in the middle of', 6],
  ] as const) {
    it(`${end} ${end === 'before' ? 'every write' : 'every third write'} of the journal: the next run finishes, and pays nothing twice that was on record`, async function () {
      this.timeout(120_000);
      let boundaries = 0;
      let repeated = 0;
      for (let at = 1, left = true; left; at += step) {
        for (const killed of await Promise.all([killAt(at, end), killAt(at + 1, end)])) {
          if (killed) boundaries++;
          else left = false;
          repeated += killed?.repeated ?? 0;
        }
      }
      console.log(`        ${boundaries} boundaries, ${repeated} paid calls repeated`);
      assert.ok(boundaries > 20 / step);
      assert.equal(repeated, 0);
    });
  }
});
