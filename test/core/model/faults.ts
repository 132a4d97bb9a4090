import type { AnthropicOptions } from '../../../src/model/anthropic';
import { answerEvents, answers, beginStream, eventText, type Reply, refuses } from './faultServer';

/** One way in which a call can go wrong, and what has to come of it. */
export interface Fault {
  name: string;
  /** How the server answers, request by request, the last for all that follow; or where there is none. */
  server: readonly Reply[] | 'refused' | 'no such host';
  options?: Partial<AnthropicOptions>;
  /** The message; undefined where the call passes in spite of it. */
  says?: RegExp;
  /** What a call that failed is counted at. */
  counted?: 'nothing' | 'at most';
  /** Requests that one call makes of it. */
  requests: number;
}

/** What no retry may wait for in a test. */
const soon = { 'retry-after-ms': '1' };

const cut =
  (count: number, how: 'reset' | 'close'): Reply =>
  async ({ response, socket }) => {
    beginStream(response);
    for (const event of answerEvents().slice(0, count)) response.write(eventText(event));
    // Not at once: what was written would be lost with the connection.
    await new Promise((resolve) => setTimeout(resolve, 30));
    if (how === 'close') response.end();
    else socket.resetAndDestroy();
  };

const stream =
  (text: string, type = 'text/event-stream'): Reply =>
  ({ response }) => {
    response.writeHead(200, { 'content-type': type });
    response.end(text);
  };

/** An answer in which the event at a place is another text. */
const withEvent = (at: number, text: string): Reply =>
  stream(
    answerEvents()
      .map((event, i) => (i === at ? text : eventText(event)))
      .join(''),
  );

const stall =
  (count: number): Reply =>
  ({ response }) => {
    beginStream(response);
    for (const event of answerEvents().slice(0, count)) response.write(eventText(event));
  };

/** Byte for byte, slower than the whole may stall, faster than one silence may be. */
const drip =
  (pauseMs: number): Reply =>
  async ({ response }) => {
    beginStream(response);
    for (const event of answerEvents()) {
      const text = eventText(event);
      for (const part of [text.slice(0, 10), text.slice(10)]) {
        response.write(part);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
    response.end();
  };

const endlessPings: Reply = ({ response }) => {
  beginStream(response);
  response.write(eventText(answerEvents()[0] as Record<string, unknown>));
  const timer = setInterval(() => response.write(eventText({ type: 'ping' })), 10);
  response.on('close', () => clearInterval(timer));
};

const eventNames = ['the headers', ...answerEvents().map((event) => event.type as string)];

const again = (reply: Reply, times: number): Reply[] => [...Array.from({ length: times }, () => reply), answers()];

export const faults: readonly Fault[] = [
  { name: '401', server: [refuses(401, 'authentication_error')], says: /does not accept the API key.*ANTHROPIC_API_KEY/, counted: 'nothing', requests: 1 },
  { name: '402', server: [refuses(402, 'billing_error')], says: /no credit left.*console/, counted: 'nothing', requests: 1 },
  {
    name: '403',
    server: [refuses(403, 'permission_error')],
    says: /does not let this key use claude-haiku-5-5.*map the tier/,
    counted: 'nothing',
    requests: 1,
  },
  { name: '404, unknown model', server: [refuses(404, 'not_found_error')], says: /no model "claude-haiku-5-5".*settings/, counted: 'nothing', requests: 1 },
  { name: '413', server: [refuses(413, 'request_too_large')], says: /too large.*smaller Budget/, counted: 'nothing', requests: 1 },
  { name: '429 with retry-after, once', server: again(refuses(429, 'rate_limit_error', soon), 1), requests: 2 },
  { name: '429 without retry-after, three times', server: again(refuses(429, 'rate_limit_error'), 3), requests: 4 },
  {
    name: '429 with a retry-after of an hour',
    server: [refuses(429, 'rate_limit_error', { 'retry-after': '3600' })],
    says: /limits how much this key may ask.*again in 60 minutes/,
    counted: 'nothing',
    requests: 1,
  },
  { name: '500, once', server: again(refuses(500, 'api_error', soon), 1), requests: 2 },
  {
    name: '500, without end',
    server: [refuses(500, 'api_error', soon)],
    says: /failed with status 500.*again in a few minutes/,
    counted: 'nothing',
    requests: 3,
  },
  { name: '529, once', server: again(refuses(529, 'overloaded_error', soon), 1), requests: 2 },
  { name: '529, without end', server: [refuses(529, 'overloaded_error', soon)], says: /overloaded.*again in a few minutes/, counted: 'nothing', requests: 3 },
  {
    name: '529 with a retry-after of an hour',
    server: [refuses(529, 'overloaded_error', { 'retry-after': '3600' })],
    says: /overloaded/,
    counted: 'nothing',
    requests: 1,
  },
  {
    name: 'the connection is refused',
    server: 'refused',
    options: { maxRetries: 0 },
    says: /could not be reached \(ECONNREFUSED.*Check the network/,
    counted: 'nothing',
    requests: 0,
  },
  {
    name: 'the host has no address',
    server: 'no such host',
    options: { maxRetries: 0 },
    says: /could not be reached \((ENOTFOUND|EAI_AGAIN).*Check the network/,
    counted: 'nothing',
    requests: 0,
  },
  { name: 'reset before an answer, once', server: again(({ socket }) => void socket.resetAndDestroy(), 1), requests: 2 },
  {
    name: 'reset before an answer, without end',
    server: [({ socket }) => void socket.resetAndDestroy()],
    says: /was lost before an answer came.*Run it again.*counted at the most/,
    counted: 'at most',
    requests: 3,
  },
  {
    name: 'closed before an answer, without end',
    server: [({ socket }) => void socket.end()],
    says: /was lost before an answer came.*Run it again/,
    counted: 'at most',
    requests: 3,
  },
  {
    name: 'bytes that are no HTTP',
    server: [({ socket }) => void socket.end('220 smtp.test ready\r\n')],
    options: { maxRetries: 0 },
    says: /was lost before an answer came/,
    counted: 'at most',
    requests: 1,
  },
  ...eventNames.flatMap((name, count): Fault[] =>
    (['reset', 'close'] as const).map((how) => ({
      name: `the stream is ${how === 'reset' ? 'reset' : 'closed'} after ${name}${count === 5 ? ' (the second)' : ''}`,
      server: [cut(count, how)],
      // Once the API has said why it stopped, the answer is whole.
      ...(count < 7 ? { says: /stopped in the middle of the answer.*Run it again/, counted: 'at most' as const } : {}),
      requests: 1,
    })),
  ),
  {
    name: 'an event that is no JSON',
    server: [withEvent(3, 'event: content_block_delta\ndata: {"type": \n\n')],
    says: /sent what no Messages API sends: an event that is no JSON/,
    counted: 'at most',
    requests: 1,
  },
  {
    name: 'an event that is a list',
    server: [withEvent(3, 'event: content_block_delta\ndata: []\n\n')],
    says: /sent what no Messages API sends/,
    counted: 'at most',
    requests: 1,
  },
  {
    name: 'a beginning without a message',
    server: [withEvent(0, 'event: message_start\ndata: {"type":"message_start"}\n\n')],
    says: /a beginning without a message/,
    counted: 'at most',
    requests: 1,
  },
  {
    name: 'tokens that are no number',
    server: [withEvent(6, 'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":"NaN"}}\n\n')],
    says: /a number of tokens that is none/,
    counted: 'at most',
    requests: 1,
  },
  {
    name: 'a negative number of tokens',
    server: [withEvent(6, 'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":-5}}\n\n')],
    says: /a number of tokens that is none/,
    counted: 'at most',
    requests: 1,
  },
  { name: 'an event of a kind nobody knows', server: [withEvent(2, 'event: from_the_future\ndata: {"type":"from_the_future","x":1}\n\n')], requests: 1 },
  {
    name: 'an error inside the stream before it begins',
    server: [stream('event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n')],
    says: /overloaded/,
    counted: 'nothing',
    requests: 1,
  },
  {
    name: 'an error inside the stream',
    server: [withEvent(4, 'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"Internal"}}\n\n')],
    says: /failed with status 500/,
    counted: 'at most',
    requests: 1,
  },
  {
    name: 'a page of some other server',
    server: [stream('<html>Please log in</html>', 'text/html')],
    says: /no answer of a Messages API.*base URL/,
    counted: 'nothing',
    requests: 1,
  },
  { name: 'an empty 200', server: [stream('', 'application/json')], says: /no answer of a Messages API.*base URL/, counted: 'nothing', requests: 1 },
  {
    name: 'silence before the headers',
    server: [() => undefined],
    options: { stallMs: 800 },
    says: /did not answer in time: nothing came for 0\.8 seconds.*stallTimeout/,
    counted: 'at most',
    requests: 1,
  },
  {
    name: 'silence after the headers',
    server: [stall(0)],
    options: { stallMs: 800 },
    says: /did not answer in time: nothing came for/,
    counted: 'at most',
    requests: 1,
  },
  {
    name: 'silence in the middle',
    server: [stall(4)],
    options: { stallMs: 800 },
    says: /fell silent in the middle of the answer: nothing came for/,
    counted: 'at most',
    requests: 1,
  },
  { name: 'silence after the whole answer', server: [stall(8)], options: { stallMs: 800 }, requests: 1 },
  { name: 'a slow drip', server: [drip(75)], options: { stallMs: 1000 }, requests: 1 },
  {
    name: 'pings without end',
    server: [endlessPings],
    options: { stallMs: 800, longestMs: 1500 },
    says: /did not end within 1\.5 seconds.*split it/,
    counted: 'at most',
    requests: 1,
  },
];
