/**
 * A Messages API that goes wrong in ways aimock does not know: it resets, cuts, stalls and drips at a place of one's choosing, sends bytes that are
 * no HTTP and events that are no events. Written on node:http so that a test says byte for byte what comes.
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request as it arrived, and the means to answer it. */
export interface Exchange {
  /** From 0, over all requests of the server. */
  index: number;
  path: string;
  method: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
  response: ServerResponse;
  socket: Socket;
}

export type Reply = (exchange: Exchange) => void | Promise<void>;

export interface FaultServer {
  url: string;
  exchanges: Exchange[];
  /** How the next requests are answered. */
  reply: Reply;
  /** Resolves once so many requests have arrived. */
  arrived(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** The events of an answer, in order, the last but one with the stop reason. */
export function answerEvents(text = 'The whole answer.', stopReason = 'end_turn'): Record<string, unknown>[] {
  const half = Math.ceil(text.length / 2);
  return [
    {
      type: 'message_start',
      message: { id: 'msg_1', type: 'message', role: 'assistant', content: [], model: 'claude-haiku-5-5', usage: { input_tokens: 50, output_tokens: 1 } },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: text.slice(0, half) } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: text.slice(half) } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: stopReason }, usage: { output_tokens: 12 } },
    { type: 'message_stop' },
  ];
}

export function eventText(event: Record<string, unknown>): string {
  return `event: ${event.type as string}\ndata: ${JSON.stringify(event)}\n\n`;
}

export function beginStream(response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_fine', ...headers });
  response.flushHeaders();
}

/** A whole answer. */
export const answers =
  (text?: string, headers?: Record<string, string>): Reply =>
  ({ response }) => {
    beginStream(response, headers);
    response.end(answerEvents(text).map(eventText).join(''));
  };

/** An error by its status, as Anthropic writes it. */
export const refuses =
  (status: number, type: string, headers: Record<string, string> = {}, message = 'refused'): Reply =>
  ({ response }) => {
    response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_refused', ...headers });
    response.end(JSON.stringify({ type: 'error', error: { type, message } }));
  };

export async function startFaultServer(reply: Reply = answers()): Promise<FaultServer> {
  const exchanges: Exchange[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as Record<string, unknown>;
      const exchange: Exchange = {
        index: exchanges.length,
        path: request.url ?? '',
        method: request.method ?? '',
        headers: request.headers,
        body,
        response,
        socket: request.socket,
      };
      exchanges.push(exchange);
      for (const each of waiting) if (exchanges.length >= each.count) each.resolve();
      void (async () => fault.reply(exchange))().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fault: FaultServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    reply,
    arrived: (count) =>
      new Promise((resolve) => {
        if (exchanges.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
  return fault;
}

/** A port on which nothing listens. */
export async function deadPort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
