import { formatTokens } from '../catalog/tokens';
import { type ModelAnswer, UserError } from '../ports';
import { secretsIn } from '../secrets';
import { type Disobedience, disobedience } from '../steering/disobedience';
import { mostStrategyTokens, strategySections } from '../steering/strategy';

/** What a model that writes a strategy answers with, as a JSON schema. */
export const strategySchema = {
  type: 'object',
  properties: {
    task: { type: 'string', description: 'What the task is, in two or three sentences, for someone who has never seen it.' },
    constraints: { type: 'array', items: { type: 'string' }, description: 'What must hold of the output, one rule each.' },
    procedure: { type: 'array', items: { type: 'string' }, description: 'What to do, step by step, each step so explicit that nothing is left to guess.' },
    whenToThink: { type: 'string', description: 'At which steps to stop and think, and about what; where to simply go on.' },
    mistakes: { type: 'array', items: { type: 'string' }, description: 'What this model gets wrong here without being told, each with what to do instead.' },
    selfCheck: { type: 'array', items: { type: 'string' }, description: 'How to verify the output before answering, one check each.' },
    example: {
      type: 'object',
      properties: { input: { type: 'string' }, output: { type: 'string' } },
      required: ['input', 'output'],
      additionalProperties: false,
      description: 'One worked example, short, not taken from the material.',
    },
  },
  required: ['task', 'constraints', 'procedure', 'whenToThink', 'mistakes', 'selfCheck', 'example'],
  additionalProperties: false,
};

interface Parts {
  task: string;
  constraints: string[];
  procedure: string[];
  whenToThink: string;
  mistakes: string[];
  selfCheck: string[];
  example: { input: string; output: string };
}

/** An answer that is no strategy, or none that may be used: with the reason, for a person and for whoever is asked again. */
export class StrategyRefused extends UserError {
  constructor(readonly reason: string) {
    super(`What the model wrote is no strategy that could be used: ${reason}`, { todo: 'Nothing was kept. Ask again, or write it by hand.', exitCode: 1 });
  }
}

/**
 * The Markdown of a strategy from a model's answer.
 * @param outputPath where the stage writes, as in the document: a strategy may name that file and no other place to write to
 * @throws StrategyRefused for an answer that was cut off or refused, is none of this shape, is too long, holds a secret, or tells the model to get
 * round its checks or to write elsewhere
 */
export async function strategyBody(
  answer: Pick<ModelAnswer, 'text' | 'stopReason'>,
  countTokens: (text: string) => number,
  outputPath: string | undefined,
): Promise<string> {
  if (answer.stopReason === 'refusal') throw new StrategyRefused('the model refused to write one.');
  if (answer.stopReason === 'max_tokens') throw new StrategyRefused('the answer was cut off.');
  const parts = readParts(answer.text);
  const body = renderParts(parts);
  const tokens = countTokens(body);
  if (tokens > mostStrategyTokens)
    throw new StrategyRefused(`it takes ${formatTokens(tokens)} tokens, and ${formatTokens(mostStrategyTokens)} is the most that is sent with every call.`);
  const secret = (await secretsIn(body))[0];
  if (secret) throw new StrategyRefused(`it holds ${secret.kind}.`);
  const wrong = disobedienceOf(parts, outputPath);
  if (wrong) throw new StrategyRefused(`${wrong.why}: “${wrong.sentence}”`);
  return body;
}

/** A mistake is named so as not to be made, and then comes what to do instead. */
const instead = /[:;—–]|\.\s|\binstead\b/i;

function disobedienceOf(parts: Parts, outputPath: string | undefined): Disobedience | undefined {
  const mistakes = parts.mistakes.map((text) => {
    const at = instead.exec(text)?.index ?? text.length;
    return { made: text.slice(0, at), mended: text.slice(at) };
  });
  const orders = [parts.task, ...parts.constraints, ...parts.procedure, parts.whenToThink, ...parts.selfCheck, ...mistakes.map(({ mended }) => mended)];
  const shown = [...mistakes.map(({ made }) => made), parts.example.input, parts.example.output];
  return disobedience(orders.join('\n'), outputPath) ?? disobedience(shown.join('\n'), outputPath, ['instructions', 'judge']);
}

function readParts(text: string): Parts {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new StrategyRefused('it is no JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new StrategyRefused('it is no JSON object.');
  const given = value as Record<string, unknown>;
  const word = (key: string): string => {
    const each = given[key];
    if (typeof each !== 'string' || !each.trim()) throw new StrategyRefused(`it has no \`${key}\`.`);
    return each.trim();
  };
  const list = (key: string): string[] => {
    const each = given[key];
    if (!Array.isArray(each) || !each.every((item) => typeof item === 'string')) throw new StrategyRefused(`its \`${key}\` is no list of texts.`);
    return each.map((item) => item.trim()).filter(Boolean);
  };
  const procedure = list('procedure');
  if (!procedure.length) throw new StrategyRefused('its procedure has no steps.');
  const example = typeof given.example === 'object' && given.example !== null ? (given.example as Record<string, unknown>) : {};
  if (typeof example.input !== 'string' || typeof example.output !== 'string') throw new StrategyRefused('it has no worked example.');
  return {
    task: word('task'),
    constraints: list('constraints'),
    procedure,
    whenToThink: word('whenToThink'),
    mistakes: list('mistakes'),
    selfCheck: list('selfCheck'),
    example: { input: example.input.trim(), output: example.output.trim() },
  };
}

function renderParts(parts: Parts): string {
  const item = (mark: string) => (text: string) => `${mark} ${oneItem(text)}`;
  const bullets = (items: readonly string[]) => items.map(item('-')).join('\n');
  const contents: string[] = [
    withoutHeadings(parts.task),
    bullets(parts.constraints),
    parts.procedure.map((step, i) => item(`${i + 1}.`)(step.replace(/^\d+[.)]\s+/, ''))).join('\n'),
    withoutHeadings(parts.whenToThink),
    bullets(parts.mistakes),
    bullets(parts.selfCheck),
    `Given:\n\n${fenced(parts.example.input)}\n\nThe answer:\n\n${fenced(parts.example.output)}`,
  ];
  return contents.flatMap((content, i) => (content ? [`## ${strategySections[i]}\n\n${content}`] : [])).join('\n\n');
}

/** A text as one list item, its further lines indented. */
function oneItem(text: string): string {
  return text.replace(/^[-*+]\s+/, '').replace(/\r?\n/g, '\n   ');
}

/** A heading inside of a section would end it. */
function withoutHeadings(text: string): string {
  return text.replace(/^#{1,6}\s+/gm, '');
}

/** In a fence longer than any inside. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
