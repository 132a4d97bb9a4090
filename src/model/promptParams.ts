import { knownModel } from '../catalog/models';
import type { Effort, ModelRequest, PromptBlock } from '../ports';

export interface TextBlock {
  type: 'text';
  text: string;
  cache_control?: { type: 'ephemeral' };
}

/** What the Messages API is told of a request, whether it is to answer it or to count it. */
export interface PromptParams {
  model: string;
  system?: TextBlock[];
  messages: { role: 'user'; content: TextBlock[] }[];
  output_config?: { effort?: Effort; format?: { type: 'json_schema'; schema: Record<string, unknown> } };
}

/** The API takes this many cache breakpoints in one request. */
const maxBreakpoints = 4;

/** The API refuses empty blocks. A breakpoint after one belongs to the text before it. */
function withoutEmpty(blocks: readonly PromptBlock[]): PromptBlock[] {
  const kept: PromptBlock[] = [];
  for (const block of blocks) {
    const last = kept.at(-1);
    if (block.text) kept.push({ ...block });
    else if (block.cache && last) last.cache = true;
  }
  return kept;
}

/**
 * A request in the words of the Messages API. No temperature and no prefill, which the 5.5 models refuse; thinking stays as the model has it
 * by default; effort is left away for a model that is known to take none. Of more than four cache breakpoints the last four are kept: they
 * cover the longest prefixes.
 */
export function promptParams(request: ModelRequest): PromptParams {
  const system = withoutEmpty(request.system);
  const user = withoutEmpty(request.user);
  const breakpoints = new Set([...system, ...user].filter((block) => block.cache).slice(-maxBreakpoints));
  const toBlock = (block: PromptBlock): TextBlock => ({
    type: 'text',
    text: block.text,
    ...(breakpoints.has(block) && { cache_control: { type: 'ephemeral' } }),
  });
  const effort = knownModel(request.model)?.takesEffort === false ? undefined : request.effort;
  const outputConfig: PromptParams['output_config'] = {
    ...(effort && { effort }),
    ...(request.schema && { format: { type: 'json_schema', schema: request.schema } }),
  };
  return {
    model: request.model,
    messages: [{ role: 'user', content: user.map(toBlock) }],
    ...(system.length > 0 && { system: system.map(toBlock) }),
    ...(Object.keys(outputConfig).length > 0 && { output_config: outputConfig }),
  };
}
