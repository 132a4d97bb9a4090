import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createAnthropicModel } from '../../../src/model/anthropic';
import { chunksOf } from '../../../src/model/batches';
import { type BatchResult, Cancelled, type Log, type ModelRequest, UserError } from '../../../src/ports';
import { type BatchServer, startBatchServer } from './batchServer';
import { refuses } from './faultServer';

const never = new AbortController().signal;
const log: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const key = 'sk-ant-test-0123456789';

const request = (text: string): ModelRequest => ({
  model: 'claude-haiku-5-5',
  effort: 'low',
  system: [{ text: 'Rate.', cache: true }],
  user: [{ text }],
  maxTokens: 500,
  label: { folder: '/p/.haiku', task: 'a', stage: 'b', purpose: 'stage', tier: 'haiku', attempt: 1 },
});
const three = ['one', 'two', 'three'].map((text, i) => ({ id: `item-${i + 1}`, request: request(text) }));

describe('Message Batches over HTTP', () => {
  let server: BatchServer;
  beforeEach(async () => {
    server = await startBatchServer();
  });
  afterEach(() => server.stop());

  /** As another process would: nothing is known but the id. */
  const batches = () => {
    const made = createAnthropicModel({ apiKey: key, baseURL: server.url, log, maxRetries: 0, stallMs: 2000, patienceMs: 0 }).batches;
    assert.ok(made);
    return made;
  };
  const resultsOf = async (id: string): Promise<BatchResult[]> => {
    const all: BatchResult[] = [];
    for await (const each of batches().results(id, never)) all.push(each);
    return all;
  };

  it('hands requests over as the API wants them, and finds the results again by the id, whatever their order', async () => {
    server.outcome = (_, at) => (at === 1 ? 'errored' : at === 2 ? 'expired' : { text: 'Yes.' });
    const id = await batches().submit(three, never);
    assert.deepEqual(server.batches[0]?.requests[0], {
      custom_id: 'item-1',
      params: {
        model: 'claude-haiku-5-5',
        max_tokens: 500,
        system: [{ type: 'text', text: 'Rate.', cache_control: { type: 'ephemeral' } }],
        messages: [{ role: 'user', content: [{ type: 'text', text: 'one' }] }],
        output_config: { effort: 'low' },
      },
    });
    assert.equal((await batches().status(id, never)).ended, false);
    const status = await batches().status(id, never);
    assert.deepEqual(status, {
      ended: true,
      counts: { processing: 0, succeeded: 1, errored: 1, canceled: 0, expired: 1 },
      expires: new Date('2026-11-23T08:00:00Z'),
    });
    const results = await resultsOf(id);
    assert.deepEqual(
      results.map((each) => each.id),
      ['item-3', 'item-2', 'item-1'],
    );
    const [expired, errored, answered] = results;
    assert.ok(answered && 'answer' in answered && errored && 'error' in errored && expired && 'error' in expired);
    assert.deepEqual(answered.answer, {
      text: 'Yes.',
      stopReason: 'end_turn',
      model: 'claude-haiku-5-5',
      usage: { inputTokens: 100, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 },
    });
    assert.match(errored.error.message, /could not answer this request \(invalid_request_error\)\. It was not paid for/);
    assert.match(expired.error.message, /24 hours.*not paid for/);
    // The key goes to the server that was set, not to the one that the batch's results_url names.
    assert.ok(server.exchanges.some(({ path }) => path === `/v1/messages/batches/${id}/results`));
  });

  it('asks the provider to stop', async () => {
    server.polls = 100;
    const id = await batches().submit(three, never);
    await batches().cancel(id);
    assert.equal((await batches().status(id, never)).ended, true);
  });

  it('hands nothing over where it was cancelled before, and gives back what was taken where it is cancelled on the way', async () => {
    await assert.rejects(batches().submit(three, AbortSignal.abort()), Cancelled);
    assert.equal(server.batches.length, 0);
    const controller = new AbortController();
    const taken = server.reply;
    server.reply = (exchange) => {
      controller.abort();
      return taken(exchange);
    };
    await assert.rejects(batches().submit(three, controller.signal), Cancelled);
    assert.equal(server.batches[0]?.state, 'ended');
  });

  it('says what went wrong, and that a batch whose handing over was cut off may be running', async () => {
    const message = async (work: Promise<unknown>): Promise<string> => {
      const error = await work.catch((reason: unknown) => reason);
      assert.ok(error instanceof UserError, String(error));
      assert.equal(error.details.exitCode, 3);
      assert.ok(!error.message.includes(key) && !error.message.includes('three'));
      return error.message;
    };
    assert.match(await message(batches().status('msgbatch_unknown', never)), /knows no such batch.*29 days/);
    server.reply = refuses(401, 'authentication_error');
    assert.match(await message(batches().submit(three, never)), /does not accept the API key/);
    server.reply = ({ socket }) => void socket.resetAndDestroy();
    assert.match(await message(batches().submit(three, never)), /may be running there\. Look in the provider’s console/);
    assert.equal(server.exchanges.length, 3);
  });

  it('takes no half results for whole ones', async () => {
    const id = await batches().submit(three, never);
    await batches().status(id, never);
    await batches().status(id, never);
    server.reply = ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/binary' });
      response.end('{"custom_id":"item-3","result":{"type":"expired"}}\n{"custom_id":"item-2","resu');
    };
    await assert.rejects(resultsOf(id), /sent what no Messages API sends: a result that is no JSON/);
  });

  it('lets no id lead anywhere else', async () => {
    for (const id of ['../messages', 'a/b', '', 'a+../x', 'a?b']) await assert.rejects(batches().status(id, never), /no id of a batch/);
    assert.equal(server.exchanges.length, 0);
  });

  it('cuts into as few batches as the limits allow, in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 40, max: 120 }),
        (sizes, requests, bytes) => {
          const chunks = chunksOf(sizes, (size) => size, { requests, bytes });
          assert.deepEqual(chunks.flat(), sizes);
          const sum = (chunk: readonly number[]) => chunk.reduce((total, size) => total + size, 0);
          for (const [i, chunk] of chunks.entries()) {
            assert.ok(chunk.length >= 1 && chunk.length <= requests && sum(chunk) <= bytes);
            const next = chunks[i + 1]?.[0];
            if (next !== undefined) assert.ok(chunk.length === requests || sum(chunk) + next > bytes);
          }
        },
      ),
    );
  });
});
