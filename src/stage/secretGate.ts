import { posix } from 'node:path';
import type { Bundle, SecretFinding } from '../bundle/bundleTypes';
import { undecidedSecrets } from '../bundle/secretFindings';
import type { TaskState } from '../journal/state';
import { type Files, type LanguageModel, type ModelRequest, UserError } from '../ports';
import type { Stage } from '../steering/contextTypes';
import type { Plan } from '../steering/plan';
import { pathInWorkspace } from '../steering/task';
import type { Person } from './engine';
import { rubricFiles } from './judge';
import { buildPrompt } from './prompt';

/** What would be sent holds secrets that nobody decided to send. Says where and of what kind, never the value. */
export class SecretsFound extends UserError {
  constructor(
    readonly findings: readonly SecretFinding[],
    /** Absolute; of the CONTEXT.md, for what stands in no file. */
    document?: string,
  ) {
    const [first] = findings;
    const places = findings.map(({ source, line, kind }) => `${source}:${line} holds ${kind}`);
    super(`Nothing was sent: ${places.slice(0, 10).join('; ')}${places.length > 10 ? `; and ${places.length - 10} more` : ''}.`, {
      path: first?.path ?? document,
      line: first?.path === undefined ? undefined : first.line - 1,
      todo: `Take it out, or leave the file out with “Context: not …”; to send it all the same, decide so (on the command line: --allow-secret ${first?.source}:${first?.line}).`,
      exitCode: 2,
    });
  }
}

/** The secrets in what a stage sends beside its bundle: the document's parts, its own fields, the item of `Each`, and the files of its judges' rubrics. */
export async function ownSecrets(
  plan: Plan,
  index: number,
  context: { files: Files; bundle: Bundle; allowed: ReadonlySet<string>; item?: { name: string; value: string } },
): Promise<SecretFinding[]> {
  const { document, workspace } = plan.task;
  const { files, allowed, item } = context;
  const { text } = buildPrompt(plan, index, { ...context.bundle, pieces: [] }, { item });
  const source = posix.relative(workspace, document.path);
  const found = await undecidedSecrets(`${text.system}\n${text.user}`, allowed, {
    source,
    path: document.path,
    lineOf: (_, value) => lineIn(document.text, value) ?? 0,
  });
  // What the document does not hold came with the item.
  const placed = found.map((finding) => (finding.line ? finding : { source: `item:${item?.name}`, line: 1, kind: finding.kind, hash: finding.hash }));
  for (const name of new Set((plan.stages[index]?.stage.checks ?? []).flatMap(rubricFiles))) {
    try {
      const path = await pathInWorkspace(plan.task, name, files);
      const rubric = await files.read(path);
      placed.push(
        ...(await undecidedSecrets(rubric, allowed, { source: posix.relative(workspace, path), path, lineOf: (_, value) => lineIn(rubric, value) ?? 1 })),
      );
    } catch (error) {
      // A rubric's words may look like a file and be none.
      if (!(error instanceof UserError)) throw error;
    }
  }
  return placed;
}

function lineIn(text: string, value: string): number | undefined {
  const at = text.indexOf(value);
  return at < 0 ? undefined : text.slice(0, at).split('\n').length;
}

/** Each secret once, in the order given. */
export function onceEach(findings: readonly SecretFinding[]): SecretFinding[] {
  return findings.filter(
    ({ hash, source, line }, i) => findings.findIndex((other) => other.hash === hash && other.source === source && other.line === line) === i,
  );
}

/** Where decisions about secrets are made and remembered. */
export interface SecretDesk {
  person: Pick<Person, 'allowSecrets'>;
  state: Pick<TaskState, 'allowedSecrets'>;
  /** Put on record what the person decided to send. */
  record(findings: readonly SecretFinding[]): Promise<void> | void;
  /** The end of the last question, while runs of several stages share a desk. */
  asking?: Promise<void>;
}

/** Do some work, asking the person about each secret it meets; what they decide to send is put on record, and the work begun anew. @throws SecretsFound where they decide against it */
export async function withDecisions<T>(desk: SecretDesk, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SecretsFound)) throw error;
      // One question at a time: what is decided while this one waits is not asked about again.
      const decision = (desk.asking ?? Promise.resolve()).then(() => decide(desk, error));
      desk.asking = decision.catch(() => undefined);
      await decision;
    }
  }
}

async function decide(desk: SecretDesk, error: SecretsFound): Promise<void> {
  const undecided = error.findings.filter(({ hash }) => !desk.state.allowedSecrets.has(hash));
  if (!undecided.length) return;
  if (!(await desk.person.allowSecrets(undecided))) throw error;
  for (const { hash } of undecided) desk.state.allowedSecrets.add(hash);
  await desk.record(undecided);
}

/**
 * The model behind a last look at all that is sent: a strategy, an earlier answer that goes back or an output that is judged may hold what no file did.
 * `ask` is refused with SecretsFound before anything leaves.
 */
export function guardedModel(model: LanguageModel, desk: SecretDesk): LanguageModel {
  const guard = (request: ModelRequest) =>
    withDecisions(desk, async () => {
      const text = [...request.system, ...request.user].map((block) => block.text).join('\n\n');
      const source = `prompt:${request.label.stage}`;
      const findings = await undecidedSecrets(text, desk.state.allowedSecrets, { source, lineOf: (offset) => text.slice(0, offset).split('\n').length });
      if (findings.length) throw new SecretsFound(findings);
    });
  return {
    kind: model.kind,
    paid: model.paid,
    async ask(request, onText, signal) {
      await guard(request);
      return model.ask(request, onText, signal);
    },
    // To be counted, a prompt is sent as well.
    async countTokens(request, signal) {
      await guard(request);
      return model.countTokens?.(request, signal);
    },
    batches: model.batches && {
      ...model.batches,
      async submit(requests, signal) {
        for (const { request } of requests) await guard(request);
        return model.batches?.submit(requests, signal) ?? '';
      },
    },
  };
}

/** What a stage is shown in place of a secret, where a person looks at its prompt. */
export function withoutSecrets(text: string, hidden: ReadonlyMap<string, string>): string {
  let shown = text;
  for (const [value, kind] of hidden) shown = shown.split(value).join(`[${kind}: not sent]`);
  return shown;
}

/** Whether a stage sends anything to a model. */
export function isSent(stage: Stage): boolean {
  return stage.runner.tier !== 'code';
}
