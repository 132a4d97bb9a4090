import { estimateTokens } from '../catalog/tokens';
import { Cancelled, type Clock, type Files, type LanguageModel, type ModelAnswer, type ModelRequest, type Usage, UserError } from '../ports';
import { readFrontMatter } from '../steering/frontMatter';

interface Recording {
  path: string;
  text: string;
}

/** Tiers may be model ids, and these may hold what no file name can. */
function fileSafe(tier: string): string {
  return tier.replace(/[\\/:*?"<>|]+/g, '-');
}

async function find(files: Files, { label }: ModelRequest): Promise<Recording> {
  const folder = `${label.folder}/recordings/${label.task}/${label.stage}`;
  const [stem, extension] = label.purpose === 'judge' ? ['judge', 'json'] : [fileSafe(label.tier), 'md'];
  let best = 0;
  for (const { name, kind } of await files.list(folder)) {
    if (kind !== 'file' || !name.startsWith(`${stem}-`) || !name.endsWith(`.${extension}`)) continue;
    const digits = name.slice(stem.length + 1, -extension.length - 1);
    if (!/^[1-9]\d*$/.test(digits)) continue;
    // Past the last recording, the last is said again.
    if (Number(digits) <= label.attempt) best = Math.max(best, Number(digits));
  }
  if (best === 0) {
    const path = `${folder}/${stem}-${label.attempt}.${extension}`;
    throw new UserError(`There is no recorded ${label.purpose === 'judge' ? 'verdict' : 'answer'} for the stage "${label.stage}": ${path} was looked for.`, {
      todo: 'Set ANTHROPIC_API_KEY to ask the model (or ANTHROPIC_BASE_URL for a local server), or add that file.',
      path,
      exitCode: 3,
    });
  }
  const path = `${folder}/${stem}-${best}.${extension}`;
  return { path, text: await files.read(path) };
}

function textOf(blocks: readonly { text: string }[]): string {
  return blocks.map((block) => block.text).join('');
}

function usageOf(data: unknown, request: ModelRequest, answer: string): Usage {
  const given: Record<string, unknown> = typeof data === 'object' && data !== null ? { ...data } : {};
  const count = (name: string, otherwise: number): number => {
    const value = given[name];
    return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : otherwise;
  };
  const cacheReadTokens = count('cache_read_input_tokens', 0);
  const cacheWriteTokens = count('cache_creation_input_tokens', 0);
  const prompt = estimateTokens(textOf(request.system), request.model) + estimateTokens(textOf(request.user), request.model);
  return {
    inputTokens: count('input_tokens', Math.max(0, prompt - cacheReadTokens - cacheWriteTokens)),
    outputTokens: count('output_tokens', estimateTokens(answer, request.model)),
    cacheReadTokens,
    cacheWriteTokens,
  };
}

function answerOf({ path, text }: Recording, request: ModelRequest): ModelAnswer {
  // A verdict is JSON from its first character on.
  if (request.label.purpose === 'judge') return { text, stopReason: 'end_turn', model: request.model, usage: usageOf(undefined, request, text) };
  const { data, body, problem } = readFrontMatter(text);
  if (problem) throw new UserError(`A recorded answer can't be read. ${problem.message}`, { path, line: problem.range.start.line, exitCode: 3 });
  return {
    text: body,
    stopReason: typeof data.stop_reason === 'string' ? data.stop_reason : 'end_turn',
    model: typeof data.model === 'string' ? data.model : request.model,
    usage: usageOf(data.usage, request, body),
  };
}

/**
 * Answers from files beside the task, for tests, rehearsals and the sample: `recordings/<task>/<stage>/<tier>-<attempt>.md` in the `.haiku`
 * folder, for a judge `judge-<attempt>.json`. A recording may begin with front matter (`model`, `stop_reason`, `usage`); the rest is the
 * answer as it stands, said word by word. An attempt that was not recorded gets the last one before it.
 * @param clock and `paceMs`: pause so long (milliseconds) between words; no pause without them.
 */
export function createRecordedModel(files: Files, clock?: Clock, paceMs = 0): LanguageModel {
  return {
    kind: 'recorded',
    paid: false,
    async ask(request, onText, signal) {
      const stopIfAborted = (): void => {
        if (signal.aborted) throw new Cancelled();
      };
      stopIfAborted();
      const answer = answerOf(await find(files, request), request);
      for (const piece of answer.text.match(/\s*\S+|\s+$/g) ?? []) {
        stopIfAborted();
        onText(piece);
        if (clock && paceMs > 0) {
          try {
            await clock.sleep(paceMs, signal);
          } catch (error) {
            // Some clocks reject when the signal is aborted, with an error of their own.
            stopIfAborted();
            throw error;
          }
        }
      }
      stopIfAborted();
      return answer;
    },
  };
}
