import assert from 'node:assert/strict';
import { createAnthropicModel } from '../../../src/model/anthropic';
import type { Log, ModelRequest } from '../../../src/ports';
import { answers, beginStream, eventText, type FaultServer, type Reply, startFaultServer } from './faultServer';

const never = new AbortController().signal;
const log: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const request: ModelRequest = {
  model: 'claude-haiku-5-5',
  system: [{ text: 'Ask your advisor before you decide.' }],
  user: [{ text: 'Decide.' }],
  maxTokens: 1000,
  advisor: { model: 'claude-opus-5-5', maxUses: 3, maxTokens: 2048 },
  label: { folder: '/p/.haiku', task: 'a', stage: 'b', purpose: 'stage', tier: 'haiku', attempt: 1 },
};

type Block = Record<string, unknown>;

const executor = {
  type: 'message',
  model: 'claude-haiku-5-5',
  input_tokens: 900,
  output_tokens: 20,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
};
const advising = (input: number, output: number) => ({
  type: 'advisor_message',
  model: 'claude-opus-5-5',
  input_tokens: input,
  output_tokens: output,
  cache_read_input_tokens: 7,
  cache_creation_input_tokens: 3,
});

/** One turn of these blocks; text comes in two pieces, the input of a tool as JSON in two. */
function turn(blocks: readonly Block[], stopReason: string, iterations: readonly Block[], outputTokens = 20): Reply {
  return ({ response }) => {
    beginStream(response);
    const say = (event: Block) => response.write(eventText(event));
    say({ type: 'message_start', message: { model: 'claude-haiku-5-5', content: [], usage: { input_tokens: 900, output_tokens: 1 } } });
    for (const [index, block] of blocks.entries()) {
      const { text, input, thinking, signature, ...rest } = block;
      const begins = {
        ...rest,
        ...(text !== undefined && { text: '' }),
        ...(input !== undefined && { input: {} }),
        ...(thinking !== undefined && { thinking: '', signature: '' }),
      };
      say({ type: 'content_block_start', index, content_block: begins });
      const delta = (each: Block) => say({ type: 'content_block_delta', index, delta: each });
      if (typeof text === 'string') for (const piece of [text.slice(0, 4), text.slice(4)]) delta({ type: 'text_delta', text: piece });
      if (typeof thinking === 'string') {
        delta({ type: 'thinking_delta', thinking });
        delta({ type: 'signature_delta', signature });
      }
      if (input !== undefined) {
        const json = JSON.stringify(input);
        for (const piece of [json.slice(0, 3), json.slice(3)]) delta({ type: 'input_json_delta', partial_json: piece });
      }
      say({ type: 'content_block_stop', index });
    }
    say({ type: 'message_delta', delta: { stop_reason: stopReason }, usage: { input_tokens: 900, output_tokens: outputTokens, iterations } });
    response.end(eventText({ type: 'message_stop' }));
  };
}

const asks = (id: string): Block => ({ type: 'server_tool_use', id, name: 'advisor', input: { question: 'What now?' } });
const advice = (id: string, content: Block): Block => ({ type: 'advisor_tool_result', tool_use_id: id, content });

describe('the advisor tool over HTTP', () => {
  let server: FaultServer;
  beforeEach(async () => {
    server = await startFaultServer();
  });
  afterEach(() => server.stop());

  async function ask(replies: readonly Reply[], changes: Partial<ModelRequest> = {}) {
    server.reply = (exchange) => (replies[Math.min(exchange.index, replies.length - 1)] as Reply)(exchange);
    const pieces: string[] = [];
    const client = createAnthropicModel({ apiKey: 'k', baseURL: server.url, log, maxRetries: 0, stallMs: 5000 });
    const answer = await client.ask({ ...request, ...changes }, (piece) => pieces.push(piece), never);
    return { answer, pieces };
  }

  it('is sent with its beta and its limits only where the request has one', async () => {
    await ask([turn([{ type: 'text', text: 'Decided.' }], 'end_turn', [executor])]);
    const sent = server.exchanges[0];
    assert.equal(sent?.headers['anthropic-beta'], 'advisor-tool-2026-03-01');
    assert.deepEqual(sent?.body.tools, [{ type: 'advisor_20260301', name: 'advisor', model: 'claude-opus-5-5', max_uses: 3, max_tokens: 2048 }]);
    await ask([answers()], { advisor: undefined });
    assert.equal(server.exchanges[1]?.headers['anthropic-beta'], undefined);
    assert.equal(server.exchanges[1]?.body.tools, undefined);
  });

  it('says that the model did not ask', async () => {
    const { answer } = await ask([turn([{ type: 'text', text: 'Decided.' }], 'end_turn', [executor])]);
    const none = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    assert.deepEqual(answer.advisor, { model: 'claude-opus-5-5', consults: 0, usage: none });
    assert.equal(answer.usage.outputTokens, 20);
  });

  for (const [kind, content] of [
    ['as text', { type: 'advisor_result', text: 'Go north.', stop_reason: 'end_turn' }],
    ['redacted', { type: 'advisor_redacted_result', encrypted_content: 'Zm9v', stop_reason: 'end_turn' }],
    ['as an error, which fails nothing', { type: 'advisor_tool_result_error', error_code: 'overloaded' }],
  ] as const) {
    it(`gives its advice ${kind}; its tokens are counted apart, and none of it is the answer`, async () => {
      const blocks = [{ type: 'text', text: 'Let me ask. ' }, asks('srvtoolu_1'), advice('srvtoolu_1', content), { type: 'text', text: 'Decided.' }];
      const { answer, pieces } = await ask([turn(blocks, 'end_turn', [executor, advising(2000, 300), executor])]);
      assert.equal(answer.text, 'Let me ask. Decided.');
      assert.equal(pieces.join(''), answer.text);
      assert.deepEqual(answer.usage, { inputTokens: 900, outputTokens: 20, cacheReadTokens: 0, cacheWriteTokens: 0 });
      assert.deepEqual(answer.advisor, {
        model: 'claude-opus-5-5',
        consults: 1,
        usage: { inputTokens: 2000, outputTokens: 300, cacheReadTokens: 7, cacheWriteTokens: 3 },
      });
    });
  }

  it('goes on after a pause with all that was said, unchanged, and counts every turn', async () => {
    const said = [
      { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
      { type: 'text', text: 'Let me ask. ' },
      asks('srvtoolu_1'),
      advice('srvtoolu_1', { type: 'advisor_redacted_result', encrypted_content: 'Zm9v', stop_reason: null }),
    ];
    const { answer } = await ask([
      turn(said, 'pause_turn', [executor, advising(2000, 300)]),
      turn([{ type: 'text', text: 'Decided.' }], 'end_turn', [executor, advising(100, 10)], 5),
    ]);
    const [first = {}, second = {}] = server.exchanges.map(({ body }) => body);
    assert.deepEqual(second.messages, [...(first.messages as unknown[]), { role: 'assistant', content: said }]);
    assert.deepEqual(second.system, first.system);
    assert.equal(server.exchanges[1]?.headers['anthropic-beta'], 'advisor-tool-2026-03-01');
    assert.deepEqual([answer.text, answer.stopReason], ['Let me ask. Decided.', 'end_turn']);
    assert.equal(answer.usage.inputTokens, 1800);
    assert.equal(answer.usage.outputTokens, 25);
    assert.deepEqual(answer.advisor?.usage, { inputTokens: 2100, outputTokens: 310, cacheReadTokens: 14, cacheWriteTokens: 6 });
    // Both turns together may not say more than one answer was allowed to.
    assert.deepEqual([first.max_tokens, second.max_tokens], [1000, 980]);
    assert.equal((second.tools as { max_uses: number }[])[0]?.max_uses, 2);
  });

  it('stops after a few pauses, and says so', async () => {
    const { answer } = await ask([turn([{ type: 'text', text: 'More. ' }, asks('srvtoolu_1')], 'pause_turn', [executor])]);
    assert.equal(server.exchanges.length, 4);
    assert.equal(answer.stopReason, 'pause_turn');
    assert.equal(answer.text, 'More. More. More. More. ');
    // A pause that no advice was asked in would make the conversation be read, and billed, once more than was reserved.
    await ask([turn([{ type: 'text', text: 'More. ' }], 'pause_turn', [executor])]);
    assert.equal(server.exchanges.length, 5);
  });
});
