// A stand-in for the Messages API in a process of its own: plain node:http, an event stream of a few pieces (or JSON for who does not stream) after so many
// milliseconds. Tells its parent its port, and when asked how many calls came, the most at once and when the first one came. Usage: engineServer.mjs <ms>

import { createServer } from 'node:http';

const latencyMs = Number(process.argv[2] ?? 0);
const words = 'The parser reads each request once and the report names what it found before the release goes out. ';
/** About 60 words: what a short stage answers. */
const pieces = [words, words, words];
const usage = { input_tokens: 400, output_tokens: 60, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };

let seen = { calls: 0, underWay: 0, mostAtOnce: 0, firstAt: 0 };

function events(model) {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null, usage };
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...pieces.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 60 } },
    { type: 'message_stop' },
  ];
}

function answer(body, response) {
  seen.underWay--;
  const { model, stream } = JSON.parse(body);
  if (!stream) {
    response.writeHead(200, { 'content-type': 'application/json' });
    const content = [{ type: 'text', text: pieces.join('') }];
    response.end(JSON.stringify({ id: 'msg_1', type: 'message', role: 'assistant', model, content, stop_reason: 'end_turn', stop_sequence: null, usage }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events(model)) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
}

const server = createServer((request, response) => {
  seen.firstAt ||= Date.now();
  seen.calls++;
  seen.underWay++;
  seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.underWay);
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    if (latencyMs) setTimeout(() => answer(body, response), latencyMs);
    else answer(body, response);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

process.on('message', (told) => {
  const { calls, mostAtOnce, firstAt } = seen;
  if (told === 'forget') seen = { calls: 0, underWay: 0, mostAtOnce: 0, firstAt: 0 };
  process.send({ calls, mostAtOnce, firstAt });
});
process.on('disconnect', () => process.exit(0));
