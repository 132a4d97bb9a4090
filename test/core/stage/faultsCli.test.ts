import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Terminal } from '../cli/terminal';
import { type BatchServer, startBatchServer } from '../model/batchServer';
import { refuses } from '../model/faultServer';

const fence = '`';
const document = `# Task

## Stage 1: List (Code)
- Run: ${fence}printf 'otters\\nseals\\n' | tee made.txt${fence}
- Output: Animals

## Stage 2: Describe (Haiku)
- Input: Animals
- Each: Animal in Animals
- Task: Describe Animal.
- Output: Descriptions → all.md
`;

describe('faults on the command line', () => {
  let terminal: Terminal;
  let server: BatchServer;
  beforeEach(async () => {
    terminal = new Terminal();
    server = await startBatchServer();
    terminal.env = { ANTHROPIC_BASE_URL: server.url, PATH: process.env.PATH };
    writeFileSync(terminal.path('CONTEXT.md'), document);
  });
  afterEach(async () => {
    terminal.remove();
    await server.stop();
  });
  const run = (...more: string[]) => terminal.run('run', 'CONTEXT.md', '--yes', '--allow-commands', ...more);

  it('a base URL that is none is told once, before any stage begins', async () => {
    terminal.env.ANTHROPIC_BASE_URL = 'localhost:11434';
    const { code, stderr } = await run();
    assert.equal(code, 3);
    assert.equal(stderr.split('base URL').length - 1, 1, stderr);
    assert.match(stderr, /Write it like http:\/\/localhost:11434/);
    assert.ok(!existsSync(terminal.path('made.txt')));
    assert.ok(!existsSync(terminal.path('.haiku')));
  });

  it('silence ends a call after as long as HAIKU_FIRST_STALL_TIMEOUT says, and the next run goes on from there', async () => {
    terminal.env.HAIKU_FIRST_STALL_TIMEOUT = '0.8';
    server.other = () => undefined;
    const { code, stderr } = await run();
    assert.equal(code, 3, stderr);
    assert.match(stderr, /nothing came for 0\.8 seconds/);
    server.other = server.reply;
    terminal.env.HAIKU_FIRST_STALL_TIMEOUT = 'soon';
    const wrong = await run();
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /HAIKU_FIRST_STALL_TIMEOUT is a number of seconds/);
  });

  it('a refused key is told once, with what to do', async () => {
    server.other = refuses(401, 'authentication_error');
    const { code, stderr } = await run('--json');
    assert.equal(code, 3);
    assert.match(stderr, /does not accept the API key/);
  });

  it('--batch hands the items over at half price, and says so', async () => {
    server.polls = 0;
    const { code, stderr } = await run('--batch');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Items go through the provider’s batches at half price/);
    assert.match(stderr, /2 items are handed over as batch msgbatch_1/);
    assert.equal(readFileSync(terminal.path('all.md'), 'utf8'), 'Answer 1.\n\nAnswer 2.\n');
    assert.equal(server.batches.length, 1);
  });
});
