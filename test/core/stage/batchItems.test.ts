import assert from 'node:assert/strict';
import { createAnthropicModel } from '../../../src/model/anthropic';
import type { RunOptions } from '../../../src/stage/engine';
import { runTask } from '../../../src/stage/run';
import { type BatchServer, startBatchServer } from '../model/batchServer';
import { answers } from '../model/faultServer';
import { Bench, stages } from './scripted';

const list = (...items: string[]) => items.map((item) => `- ${item}\n`).join('');
const itemIn = (body: unknown) => /<each_item>\\n(.*?)\\n/.exec(JSON.stringify(body))?.[1] ?? '?';

describe('a batch whose list changes while it is waited for', () => {
  let server: BatchServer;
  let bench: Bench;

  beforeEach(async () => {
    server = await startBatchServer();
    server.other = answers('It swims after all.');
    bench = new Bench(
      stages('Describe (Haiku)\n- Input: animals.md\n- Each: Animal in animals.md\n- Task: Describe Animal.\n- Output: Descriptions → all.md'),
      {},
      {
        '/w/animals.md': list('otters', 'seals', 'whales'),
      },
    );
  });
  afterEach(() => server.stop());

  const run = async (options: Partial<RunOptions> = {}) => {
    const model = createAnthropicModel({ apiKey: 'k', baseURL: server.url, log: bench.engine.log, maxRetries: 0, backOffMs: 1, patienceMs: 1000 });
    return runTask({ ...bench.engine, model }, bench.person, await bench.task(), bench.options(options));
  };

  /** Handed over, cancelled, and the list another one by the time the answers are there. */
  async function changed(...items: string[]): Promise<void> {
    server.polls = 1000;
    const controller = new AbortController();
    void server.arrived(3).then(() => controller.abort());
    assert.equal((await run({ batch: true, signal: controller.signal })).status, 'cancelled');
    await bench.files.write('/w/animals.md', list(...items));
    server.polls = 0;
  }

  it('gives each answer to its item wherever that stands now, and asks for what is new alone', async () => {
    server.outcome = ({ params }) => ({ text: `The ${itemIn(params.messages)} swim.` });
    await changed('gulls', 'whales', 'otters');
    const result = await run({ batch: false });
    assert.equal(result.status, 'passed', result.stopped?.message);
    assert.equal(bench.text('/w/all.md'), 'It swims after all.\n\nThe whales swim.\n\nThe otters swim.\n');
    const alone = server.exchanges.filter(({ path }) => path === '/v1/messages').map(({ body }) => itemIn(body));
    assert.deepEqual([server.batches.length, alone], [1, ['gulls']]);
  });

  it('tells of the item that came back without an answer, and of no other that has its number now', async () => {
    server.outcome = ({ params }) => (itemIn(params.messages) === 'otters' ? 'expired' : { text: `The ${itemIn(params.messages)} swim.` });
    await changed('whales', 'seals');
    const result = await run();
    assert.equal(result.status, 'passed', result.stopped?.message);
    assert.equal(bench.text('/w/all.md'), 'The whales swim.\n\nThe seals swim.\n');
  });
});
