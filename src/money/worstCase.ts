import type { Billing, Catalog } from '../catalog/catalog';
import type { ModelRequest } from '../ports';

/** Tokens that the API adds around what is sent: roles, turns, the instructions that come with effort and thinking. Far more than was ever seen. */
const aroundRequest = 256;
/** What it adds to make an answer fit a schema, beside the schema itself. */
const aroundSchema = 512;
/** The definition of the advisor tool takes about 1,000 tokens, as its provider says. */
const advisorTool = 1500;

/**
 * The most input tokens a request can be billed for, without asking anybody. A token of a byte-level tokenizer stands for at least one byte, so a text
 * never has more tokens than bytes; Unicode's compatibility forms, which some tokenizers write out first, may be longer. About 2.4 times what
 * `estimateTokens` says, which can come out too low (other languages than English, hashes, numbers) and so bounds nothing.
 */
export function mostInputTokens({ system, user, schema, advisor }: Pick<ModelRequest, 'system' | 'user' | 'schema' | 'advisor'>): number {
  const texts = [...system, ...user].reduce((sum, { text }) => sum + mostBytes(text) + 1, 0);
  return texts + aroundRequest + (schema ? aroundSchema + mostBytes(JSON.stringify(schema)) : 0) + (advisor ? advisorTool : 0);
}

/** How far a count by the provider may be off: it calls it an estimate that may differ by a small amount. */
const countMargin = 0.05;

/**
 * The most input tokens a request can be billed for, as its provider counted it. The count is of what is sent, and may be off by a little; what the API
 * adds by itself, and the advisor, which is not sent to be counted, come on top.
 * @param counted tokens, as `countTokens` answers
 */
export function mostCountedTokens(request: Pick<ModelRequest, 'system' | 'user' | 'schema' | 'advisor'>, counted: number): number {
  const added = aroundRequest + (request.schema ? aroundSchema : 0) + (request.advisor ? advisorTool : 0);
  return Math.min(mostInputTokens(request), Math.ceil(counted * (1 + countMargin)) + added);
}

/** Bytes of a text, its compatibility forms written out where that makes more. ASCII has none, and normalizing all of a long prompt takes milliseconds. */
function mostBytes(text: string): number {
  const bytes = Buffer.byteLength(text);
  if (bytes === text.length) return bytes;
  let more = 0;
  for (const [run] of text.matchAll(/[^\0-\x7f]+/g)) more += Math.max(0, Buffer.byteLength(run.normalize('NFKC')) - Buffer.byteLength(run));
  return bytes + more;
}

/**
 * The most a call can cost in USD, its advisor included, where the request has at most so many input tokens and the answer at most so many.
 *
 * Each time the advisor is asked, it reads the whole conversation, and the model then goes on with all of it and the advice as its input: with n consults
 * the input is billed n + 1 times, each time with all that was said until then.
 * @throws Error for an advisor without `maxUses`, which has no worst case
 */
export function worstCost(catalog: Pick<Catalog, 'worstCase'>, request: CallShape, inputTokens: number, maxTokens: number): number {
  const { model, advisor, batch } = request;
  const billing: Billing = { batch };
  if (!advisor) return catalog.worstCase(model, inputTokens, maxTokens, billing);
  if (advisor.maxUses === undefined) throw new Error('An advisor that may be asked without limit has no worst case.');
  const uses = advisor.maxUses;
  const conversation = inputTokens + maxTokens + uses * advisor.maxTokens;
  return (
    catalog.worstCase(model, (uses + 1) * conversation, maxTokens, billing) +
    catalog.worstCase(advisor.model, uses * (conversation + aroundRequest), uses * advisor.maxTokens, billing)
  );
}

/** What of a request decides its price. */
export interface CallShape extends Pick<ModelRequest, 'model' | 'advisor'> {
  /** Through the provider's batches, at their price. */
  batch?: boolean;
}
