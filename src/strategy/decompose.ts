import { readState } from '../journal/state';
import { lintText } from '../lint/linter';
import { answerTokens } from '../money/commissionPrice';
import { type ModelAnswer, type ModelRequest, UserError } from '../ports';
import { commissioned, questionsEstimate } from '../stage/commission';
import type { Engine, Person, RunOptions } from '../stage/engine';
import { previewStage } from '../stage/preview';
import { KnownCalls, recordedAnswer } from '../stage/recordedCall';
import { planTask } from '../steering/plan';
import { type Task, taskOf } from '../steering/task';
import { applyEdits, type TextEdit } from '../text';
import { type DecomposeOrder, decomposePrompt } from './decomposePrompt';
import { DecompositionRefused, insertStages, type ProposedStage, readDecomposition, stagesMarkdown } from './decomposition';

/** Stages that were proposed for a document, not put into it yet. */
export interface Decomposition {
  stages: ProposedStage[];
  /** Puts them into the document. */
  edit: TextEdit;
  /** The document with them. */
  text: string;
  /** What the linter still says of them: nothing that keeps them from being run. */
  findings: string[];
  /** It was sent back once with what had been found in it. */
  sentBack: boolean;
  run: string;
  usd: number;
}

const maxTokens = 24_000;
const leastTokens = 2000;

/**
 * Have the dear model plan a task's stages from its parts and what a stage would be shown. What does not plan or lint clean is sent back once with the
 * findings.
 * @throws UserError (exit 2) for a document that has stages or none of the parts, and where the cost is not agreed to; (exit 1) where the second answer is
 * wrong too; DecompositionRefused
 */
export async function decomposeTask(engine: Engine, person: Person, task: Task, options: RunOptions): Promise<Decomposition> {
  const { document } = task;
  const first = document.stages[0];
  if (first) {
    throw new UserError(`This document has stages already, from “${first.title}” on.`, {
      path: document.path,
      line: first.headingRange.start.line,
      todo: 'Take them out to have it planned anew.',
      exitCode: 2,
    });
  }
  if (!Object.values(document.parts).some((part) => part.body.trim())) {
    throw new UserError('This document has none of the four parts, so there is nothing to plan from.', {
      path: document.path,
      todo: 'Write at least “## Part 1: Specification”.',
      exitCode: 2,
    });
  }
  const state = await readState(engine.files, task.haikuFolder, task.slug);
  const order: DecomposeOrder = { prompt: await materialOf(engine, task), document: document.text, inputs: [...document.inputs.keys()] };
  const model = engine.catalog.modelFor('opus', document.models);
  const asked = (of: DecomposeOrder, attempt: number): ModelRequest => ({
    ...decomposePrompt(of),
    model,
    maxTokens,
    // No stage's slug has an underscore.
    label: { folder: task.haikuFolder, task: task.slug, stage: '_task', purpose: 'decompose', tier: 'opus', attempt },
  });
  const question = asked(order, 1);
  /** What is wrong with an answer, and the question it is sent back with; nothing where it can be used as it is. */
  const look = async (answer: Pick<ModelAnswer, 'text' | 'stopReason'>) => {
    const proposal = await propose(engine, task, answer).catch((error: unknown) => {
      if (!(error instanceof DecompositionRefused) || answer.stopReason !== 'end_turn') throw error;
      return { errors: [error.reason], warnings: [] };
    });
    const findings = [...proposal.errors, ...proposal.warnings];
    return !findings.length && 'stages' in proposal ? { proposal } : { sentBack: asked({ ...order, rejected: { answer: answer.text, findings } }, 2) };
  };
  const known = await recordedAnswer(engine.files, new KnownCalls(state.journals), question);
  const sentBackBefore = known && (await look(known)).sentBack;
  const questions = [question, ...(sentBackBefore ? [sentBackBefore] : [])];
  const estimate = questionsEstimate(
    questions.map((request) => ({ request, outputTokens: answerTokens.plan })),
    { number: 0, title: 'Plan the stages', slug: '' },
    { engine, task, state },
  );
  const plan = { task, stages: [] };
  const { value, run, usd } = await commissioned({ purpose: 'decompose', plan, scope: [], estimate }, { engine, person, task, options }, async ({ ask }) => {
    const { proposal, sentBack } = await look(await ask(question, { leastTokens, isAnswer: isDecomposition }));
    if (proposal) return { ...proposal, sentBack: false };
    const isSound = async (answer: Pick<ModelAnswer, 'text' | 'stopReason'>) => isDecomposition(answer) && !(await propose(engine, task, answer)).errors.length;
    const second = await propose(engine, task, await ask(sentBack, { leastTokens, isAnswer: isSound }));
    if (second.errors.length) {
      throw new UserError(`The stages were wrong, and still were after they had been sent back: ${second.errors.join(' ')}`, {
        todo: 'Nothing was changed. Say more in the four parts, or write the stages by hand.',
        exitCode: 1,
      });
    }
    return { ...second, sentBack: true };
  });
  const { stages, edit, text, warnings, sentBack } = value;
  return { stages, edit, text, findings: warnings, sentBack, run, usd };
}

/** What a stage of the task would be sent: as a stage for planning would be, at the document's end. */
async function materialOf(engine: Engine, task: Task): Promise<DecomposeOrder['prompt']> {
  const { path, text } = task.document;
  const own = await taskOf(
    path,
    `${text.trimEnd()}\n\nStage 1: Plan the stages (Opus)\n- Task: Plan the stages of this work.\n- Output: Stages\n`,
    engine.files,
  );
  // Behind an unclosed fence or comment nothing is read: then the document alone has to do.
  if (own.document.stages.length !== 1) return { system: '', user: '' };
  const { prompt } = await previewStage(engine, await planTask(own, engine.files), 0);
  return prompt.text;
}

/** True for what can be read as stages at all: anything else is asked for anew the next time. */
function isDecomposition(answer: Pick<ModelAnswer, 'text' | 'stopReason'>): boolean {
  try {
    return readDecomposition(answer).length > 0;
  } catch (error) {
    if (error instanceof DecompositionRefused) return false;
    throw error;
  }
}

interface Proposal {
  stages: ProposedStage[];
  edit: TextEdit;
  text: string;
  /** What keeps it from being run, and what else the linter says that it did not say before. */
  errors: string[];
  warnings: string[];
}

/** The stages of an answer in the document, and what is wrong with them. @throws DecompositionRefused */
async function propose(engine: Engine, task: Task, answer: { text: string; stopReason: string }): Promise<Proposal> {
  const { path, text: before } = task.document;
  const stages = readDecomposition(answer);
  const edit = insertStages(before, stagesMarkdown(stages));
  const text = applyEdits(before, [edit]);
  const own = await taskOf(path, text, engine.files);
  const errors: string[] = [];
  if (own.document.stages.length !== stages.length) errors.push(`Of ${stages.length} stages only ${own.document.stages.length} can be read in the document.`);
  const known = new Set((await lintText({ path, text: before, files: engine.files })).map(({ rule, message }) => `${rule} ${message}`));
  const issues = (await lintText({ path, text, files: engine.files })).filter(({ rule, message }) => !known.has(`${rule} ${message}`));
  const told = (severity: string) =>
    issues.filter((issue) => issue.severity === severity).map(({ message, range }) => `Line ${range.start.line + 1}: ${message}`);
  return { stages, edit, text, errors: [...errors, ...told('error')], warnings: told('warning') };
}
