import { performance } from 'node:perf_hooks';
import type { ModelAnswer, ModelRequest, Usage } from '../ports';

/** The stream holds what no Messages API sends. Says what, without quoting it. */
export class Malformed extends Error {}

/** The stream ended before the answer did. `begun` where the API had said that it was answering. */
export class CutOff extends Error {
  constructor(readonly begun: boolean) {
    super('cut off');
  }
}

/** One answer as it has been read from its events. */
export interface StreamedAnswer {
  text: string;
  stopReason: string;
  /** As the API says; '' where it does not. */
  model: string;
  usage: Usage;
  /** What the model asked its advisor. */
  advice: { consults: number; usage: Usage };
  /** The content blocks as they can be sent back. */
  blocks: Record<string, unknown>[];
}

type Json = Record<string, unknown>;

function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A count of tokens as the API sends it; what it was before where the API leaves it out. A server of another make may send anything. */
function count(value: unknown, before = 0): number {
  if (value === undefined || value === null) return before;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new Malformed('a number of tokens that is none');
  return value;
}

/** Usage as the Messages API writes it. Counts are totals: what is left out stays as it was. @throws Malformed */
export function readUsage(value: unknown, before: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }): Usage {
  const usage = object(value) ?? {};
  return {
    inputTokens: count(usage.input_tokens, before.inputTokens),
    outputTokens: count(usage.output_tokens, before.outputTokens),
    cacheReadTokens: count(usage.cache_read_input_tokens, before.cacheReadTokens),
    cacheWriteTokens: count(usage.cache_creation_input_tokens, before.cacheWriteTokens),
  };
}

/** Of `usage.iterations`, what is billed at the advisor's rates; undefined where there are none. */
export function readAdvice(value: unknown): Usage | undefined {
  const iterations = object(value)?.iterations;
  if (!Array.isArray(iterations)) return undefined;
  const sum: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  for (const each of iterations) {
    if (object(each)?.type !== 'advisor_message') continue;
    const usage = readUsage(each);
    for (const key of Object.keys(sum) as (keyof Usage)[]) sum[key] += usage[key];
  }
  return sum;
}

/** What a delta adds to its block. Unknown ones are none of our business. */
function extend(block: Json, delta: Json): void {
  const add = (to: string, piece: unknown): void => {
    block[to] = string(block[to]) + string(piece);
  };
  if (delta.type === 'text_delta') add('text', delta.text);
  else if (delta.type === 'thinking_delta') add('thinking', delta.thinking);
  else if (delta.type === 'signature_delta') block.signature = delta.signature;
  else if (delta.type === 'input_json_delta') add('inputJson', delta.partial_json);
}

/** A finished block in the form in which it is sent back. */
function closed({ inputJson, ...block }: Json): Json {
  if (inputJson === undefined || inputJson === '') return block;
  try {
    return { ...block, input: JSON.parse(inputJson as string) as unknown };
  } catch {
    throw new Malformed('the input of a tool that is no JSON');
  }
}

/** How long the end of the stream may take once the answer is whole: then the connection can be used again. */
const lingerMs = 50;

/** Reads on to the end where that is near; what comes after a whole answer is of no interest. */
async function linger(events: AsyncIterator<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<'enough'>((resolve) => {
    timer = setTimeout(resolve, lingerMs, 'enough').unref();
  });
  const until = performance.now() + lingerMs;
  const rest = (async () => {
    while (performance.now() < until) if ((await events.next()).done) return 'end';
    return 'enough';
  })().catch(() => 'end');
  if ((await Promise.race([rest, enough])) === 'enough') events.return?.(undefined)?.catch(() => undefined);
  clearTimeout(timer);
}

/**
 * Read an answer from the events of its stream. It is whole once the API has said why it stopped: what follows says nothing more.
 * @param onText Gets '' when the API begins to answer (from there on it costs), then each piece of text. What it throws comes through as it is.
 * @throws Malformed, CutOff, and what reading the stream throws
 */
export async function readAnswer(stream: AsyncIterable<unknown>, onText: (piece: string) => void): Promise<StreamedAnswer> {
  const events = stream[Symbol.asyncIterator]();
  try {
    return await fold(events, onText);
  } catch (error) {
    // Whatever else would come is of no use: the connection is let go.
    events.return?.(undefined)?.catch(() => undefined);
    throw error;
  }
}

async function fold(events: AsyncIterator<unknown>, onText: (piece: string) => void): Promise<StreamedAnswer> {
  const noTokens = readUsage(undefined);
  const answer: StreamedAnswer = { text: '', stopReason: '', model: '', usage: noTokens, advice: { consults: 0, usage: noTokens }, blocks: [] };
  const open = new Map<unknown, Json>();
  let begun = false;
  for (;;) {
    let next: IteratorResult<unknown>;
    try {
      next = await events.next();
    } catch (error) {
      // All of it had come, its price too: how the connection ended takes nothing away.
      if (answer.stopReason) return answer;
      throw error;
    }
    const { done, value } = next;
    if (done) {
      if (answer.stopReason) return answer;
      throw new CutOff(begun);
    }
    const event = object(value);
    if (!event) throw new Malformed('an event that is none');
    if (event.type === 'message_start') {
      begun = true;
      onText('');
      const message = object(event.message);
      if (!message) throw new Malformed('a beginning without a message');
      answer.model = string(message.model);
      answer.usage = readUsage(message.usage);
    } else if (event.type === 'content_block_start') {
      const block = object(event.content_block);
      if (!block) throw new Malformed('a block without content');
      open.set(event.index, { ...block });
      if (block.type === 'server_tool_use' && block.name === 'advisor') answer.advice.consults++;
      if (block.type === 'text' && string(block.text)) {
        answer.text += string(block.text);
        onText(string(block.text));
      }
    } else if (event.type === 'content_block_delta') {
      const delta = object(event.delta) ?? {};
      extend(open.get(event.index) ?? {}, delta);
      if (delta.type === 'text_delta' && string(delta.text)) {
        answer.text += string(delta.text);
        onText(string(delta.text));
      }
    } else if (event.type === 'content_block_stop') {
      const block = open.get(event.index);
      if (block) answer.blocks.push(closed(block));
      open.delete(event.index);
    } else if (event.type === 'message_delta') {
      answer.usage = readUsage(event.usage, answer.usage);
      answer.advice.usage = readAdvice(event.usage) ?? answer.advice.usage;
      answer.stopReason = string(object(event.delta)?.stop_reason) || answer.stopReason;
    } else if (event.type === 'message_stop') {
      if (!answer.stopReason) throw new Malformed('an end without a reason');
      void linger(events);
      return answer;
    }
  }
}

/** What was read as the answer to a request. */
export function toAnswer(request: ModelRequest, { text, stopReason, model, usage, advice }: StreamedAnswer, requestId: string | undefined): ModelAnswer {
  return {
    text,
    stopReason,
    usage,
    model: model || request.model,
    ...(request.advisor && { advisor: { model: request.advisor.model, consults: advice.consults, usage: advice.usage } }),
    ...(requestId !== undefined && /^[\w-]{1,80}$/.test(requestId) && { requestId }),
  };
}
