// The least that a program can do: so many calls with the SDK alone, a few at a time, each streamed and gathered; nothing is read, checked or kept.
// Usage: bareSdk.mjs <the SDK's file> <base URL> <calls> <at once> <file with the prompt>

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [sdk, baseURL, calls, atOnce, promptFile] = process.argv.slice(2);
const { Anthropic } = createRequire(import.meta.url)(sdk);
const client = new Anthropic({ apiKey: 'none', baseURL });
const content = readFileSync(promptFile, 'utf8');
const texts = [];

async function ask(at) {
  const stream = await client.messages.create({ model: 'claude-haiku-5-5', max_tokens: 16_000, messages: [{ role: 'user', content }], stream: true });
  let text = '';
  for await (const event of stream) if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text;
  texts[at] = text;
}

let next = 0;
async function worker() {
  while (next < Number(calls)) await ask(next++);
}
await Promise.all(Array.from({ length: Number(atOnce) }, worker));
