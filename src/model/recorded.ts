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

/** A stage's answer is a document, in a trial too; all else is answered in JSON. */
function isStructured(purpose: ModelRequest['label']['purpose']): boolean {
  return purpose !== 'stage' && purpose !== 'trial';
}

/** True where the model is told how to do the stage. No document can open this block: what stands in one is escaped. */
function hasStrategy({ system }: ModelRequest): boolean {
  return system.some(({ text }) => /^<strategy>$/m.test(text));
}

/** What recordings of such a call may be called, without number: the better fit first. */
function stemsOf(request: ModelRequest): string[] {
  const { purpose, tier } = request.label;
  if (isStructured(purpose)) return [purpose];
  const stem = fileSafe(tier);
  return hasStrategy(request) ? [`${stem}-with-strategy`, stem] : [stem];
}

async function find(files: Files, request: ModelRequest): Promise<Recording> {
  const { label } = request;
  const folder = `${label.folder}/recordings/${label.task}/${label.stage}`;
  const extension = isStructured(label.purpose) ? 'json' : 'md';
  const names = (await files.list(folder)).flatMap(({ name, kind }) => (kind === 'file' ? [name] : []));
  const stems = stemsOf(request);
  for (const stem of stems) {
    const numbers = names.flatMap((name) => {
      if (!name.startsWith(`${stem}-`) || !name.endsWith(`.${extension}`)) return [];
      const digits = name.slice(stem.length + 1, -extension.length - 1);
      return /^[1-9]\d*$/.test(digits) ? [Number(digits)] : [];
    });
    // Past the last recording, the last is said again.
    const best = Math.max(0, ...numbers.filter((number) => number <= label.attempt));
    if (best === 0) continue;
    const path = `${folder}/${stem}-${best}.${extension}`;
    return { path, text: await files.read(path) };
  }
  const path = `${folder}/${stems.at(-1)}-${label.attempt}.${extension}`;
  throw new UserError(
    `There is no recorded ${label.purpose === 'judge' ? 'verdict' : 'answer'} for ${label.purpose === 'decompose' ? 'this document' : `the stage "${label.stage}"`}: ${path} was looked for.`,
    {
      todo: 'Set ANTHROPIC_API_KEY to ask the model (or ANTHROPIC_BASE_URL for a local server), or add that file.',
      path,
      exitCode: 3,
    },
  );
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
  if (isStructured(request.label.purpose)) return { text, stopReason: 'end_turn', model: request.model, usage: usageOf(undefined, request, text) };
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
 * folder, `<tier>-with-strategy-<attempt>.md` where the prompt holds a strategy and there is such a file, for all that answers in JSON
 * `<purpose>-<attempt>.json`: `judge`, `author`, `decompose`, `improve`, `learn`. A recording may begin with front matter (`model`, `stop_reason`,
 * `usage`); the rest is the answer as it stands, said word by word. An attempt that was not recorded gets the last one before it.
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
