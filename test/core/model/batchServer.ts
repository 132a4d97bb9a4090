import { answers, type Exchange, type FaultServer, type Reply, startFaultServer } from './faultServer';

/** One request as it was handed over. */
export interface BatchedRequest {
  custom_id: string;
  params: Record<string, unknown>;
}

export interface FakeBatch {
  id: string;
  requests: BatchedRequest[];
  state: 'in_progress' | 'canceling' | 'ended';
  /** How often its results were read. */
  read: number;
}

export type Outcome = { text: string; stopReason?: string } | 'errored' | 'expired' | 'canceled';

export interface BatchServer extends FaultServer {
  batches: FakeBatch[];
  /** What becomes of a request, by its place in its batch. */
  outcome: (request: BatchedRequest, at: number) => Outcome;
  /** How often a batch is said to be in progress before it has ended. */
  polls: number;
  /** How a request that is none of a batch's is answered. */
  other: Reply;
}

function json(exchange: Exchange, value: unknown, status = 200): void {
  exchange.response.writeHead(status, { 'content-type': 'application/json' });
  exchange.response.end(JSON.stringify(value));
}

/** The Message Batches of the API: takes them, ends them after some polls, and gives the results in another order than they were asked in. */
export async function startBatchServer(): Promise<BatchServer> {
  const server = await startFaultServer();
  const batches: FakeBatch[] = [];
  const polled = new Map<string, number>();
  const shown = (batch: FakeBatch) => {
    const ended = batch.state === 'ended';
    const count = (kind: string) => batch.requests.filter((request, at) => kindOf(fake.outcome(request, at)) === kind).length;
    return {
      id: batch.id,
      type: 'message_batch',
      processing_status: batch.state,
      created_at: '2026-11-22T08:00:00Z',
      expires_at: '2026-11-23T08:00:00Z',
      results_url: ended ? `http://elsewhere.invalid/${batch.id}` : null,
      request_counts: {
        processing: ended ? 0 : batch.requests.length,
        succeeded: ended ? count('succeeded') : 0,
        errored: ended ? count('errored') : 0,
        canceled: ended ? count('canceled') : 0,
        expired: ended ? count('expired') : 0,
      },
    };
  };
  const kindOf = (outcome: Outcome) => (typeof outcome === 'string' ? outcome : 'succeeded');
  const lineOf = (request: BatchedRequest, at: number): string => {
    const outcome = fake.outcome(request, at);
    const result =
      outcome === 'errored'
        ? { type: 'errored', error: { type: 'error', error: { type: 'invalid_request_error', message: 'no' } } }
        : typeof outcome === 'string'
          ? { type: outcome }
          : {
              type: 'succeeded',
              message: {
                model: 'claude-haiku-5-5',
                role: 'assistant',
                content: [{ type: 'text', text: outcome.text }],
                stop_reason: outcome.stopReason ?? 'end_turn',
                usage: { input_tokens: 100, output_tokens: 10, cache_read_input_tokens: null },
              },
            };
    return JSON.stringify({ custom_id: request.custom_id, result });
  };
  const handle: Reply = (exchange) => {
    const [, id, action] = /^\/v1\/messages\/batches(?:\/([^/]+))?(?:\/(\w+))?$/.exec(exchange.path) ?? [];
    if (!exchange.path.startsWith('/v1/messages/batches')) return fake.other(exchange);
    if (!id) {
      const batch: FakeBatch = { id: `msgbatch_${batches.length + 1}`, requests: exchange.body.requests as BatchedRequest[], state: 'in_progress', read: 0 };
      batches.push(batch);
      return json(exchange, shown(batch));
    }
    const batch = batches.find((each) => each.id === id);
    if (!batch) return json(exchange, { type: 'error', error: { type: 'not_found_error', message: 'no such batch' } }, 404);
    if (action === 'cancel') {
      batch.state = 'ended';
      return json(exchange, shown(batch));
    }
    if (action === 'results') {
      batch.read++;
      exchange.response.writeHead(200, { 'content-type': 'application/binary' });
      const lines = batch.requests.map(lineOf).reverse();
      exchange.response.end(`${lines.join('\n')}\n`);
      return;
    }
    const seen = (polled.get(id) ?? 0) + 1;
    polled.set(id, seen);
    if (seen > fake.polls) batch.state = 'ended';
    return json(exchange, shown(batch));
  };
  const fake: BatchServer = Object.assign(server, {
    batches,
    outcome: (_: BatchedRequest, at: number): Outcome => ({ text: `Answer ${at + 1}.` }),
    polls: 1,
    other: answers(),
  });
  server.reply = handle;
  return fake;
}
