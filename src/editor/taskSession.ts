import * as vscode from 'vscode';
import { estimateTokens } from '../catalog/tokens';
import type { Files, Log } from '../ports';
import { currentOutputs } from '../stage/current';
import type { Engine, RunEvent } from '../stage/engine';
import { estimateStage, type StageEstimate } from '../stage/estimate';
import { estimateContext } from '../stage/runEstimate';
import type { KnownAttempt, StageHistory } from '../stage/state';
import { type Plan, type PlannedStage, planTask } from '../steering/plan';
import { taskOf } from '../steering/task';
import { toPath } from './convert';
import { currentCatalog } from './engine';
import { engineSettings } from './settings';

export type StageStatus = 'never run' | 'running' | 'passed' | 'stale' | 'failed' | 'error';

/** What a person sees of one stage. */
export interface StageView {
  planned: PlannedStage;
  status: StageStatus;
  estimate: StageEstimate;
  /** The last attempt, with its checks. */
  last?: KnownAttempt;
  /** Why it did not run to an end. */
  message?: string;
  /** What it has cost so far, over all runs, in USD. */
  usd: number;
}

/** What of a stage comes in while it runs. */
export interface LiveOutput {
  model: string;
  attempt: number;
  text: string;
}

/**
 * One CONTEXT.md as the editor shows it: plan, estimates and where each stage stands. CodeLens, tree, diagnostics and quick fixes all read
 * this, so they can't disagree. Made anew from the document and its journals whenever one of them changes.
 */
export class TaskSession implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  plan: Plan | undefined;
  stages: StageView[] = [];
  /** By slug, for stages that are running now. */
  readonly live = new Map<string, LiveOutput>();
  private readonly running = new Set<string>();
  private generation = 0;
  /** Of the open document that was read last. */
  private version: number | undefined;
  private refreshed: Promise<void> = Promise.resolve();

  constructor(
    readonly uri: vscode.Uri,
    private readonly files: Files,
    private readonly log: Log,
    private readonly project: NonNullable<Engine['project']>,
  ) {}

  get isRunning(): boolean {
    return this.running.size > 0;
  }

  /** Read everything anew. Resolves once what was asked last is shown. */
  refresh(): Promise<void> {
    const generation = ++this.generation;
    this.refreshed = this.read(generation);
    return this.refreshed;
  }

  /** Resolves once the text that stands in the editor now is shown; a text that still waits for its refresh is read at once. */
  async whenFresh(): Promise<void> {
    const open = this.openDocument();
    if (open && open.version !== this.version) void this.refresh();
    // A refresh that a newer one overtook has shown nothing.
    let awaited: Promise<void>;
    do {
      awaited = this.refreshed;
      await awaited;
    } while (awaited !== this.refreshed);
  }

  private openDocument(): vscode.TextDocument | undefined {
    return vscode.workspace.textDocuments.find((document) => document.uri.toString() === this.uri.toString());
  }

  private async read(generation: number): Promise<void> {
    try {
      const open = this.openDocument();
      this.version = open?.version;
      const path = toPath(this.uri);
      const text = open?.getText() ?? (await this.files.read(path));
      const plan = await planTask(await taskOf(path, text, this.files), this.files);
      const engine = { files: this.files, catalog: currentCatalog(), settings: engineSettings(), project: this.project };
      const { outputs, answers, state } = await currentOutputs(engine, plan);
      const context = { ...(await estimateContext(plan, { engine, answers, outputs })), countTokens: (part: string) => estimateTokens(part) };
      const stages: StageView[] = [];
      for (const planned of plan.stages) {
        const history = state.stages.get(planned.stage.slug);
        const estimate = await estimateStage(plan, planned.index, context);
        stages.push({
          planned,
          estimate,
          ...standing(history, outputs.has(planned.index) || planned.stage.each !== undefined),
          usd: history?.attempts.reduce((sum, attempt) => sum + attempt.usd, 0) ?? 0,
        });
      }
      if (generation !== this.generation) return;
      this.plan = plan;
      this.stages = stages;
    } catch (error) {
      if (generation !== this.generation) return;
      // A document that is gone or unreadable has no stages; the linter says what is wrong with it.
      this.log.debug(`${this.uri.path}: ${String(error)}`);
      this.plan = undefined;
      this.stages = [];
    }
    this.changed.fire();
  }

  statusOf(view: StageView): StageStatus {
    return this.running.has(view.planned.stage.slug) ? 'running' : view.status;
  }

  stage(number: number): StageView | undefined {
    return this.stages.find((view) => view.planned.stage.number === number);
  }

  /** Take in what a run tells. */
  follow(event: RunEvent): void {
    if (event.type === 'text') {
      const live = this.live.get(event.stage);
      if (live) live.text += event.text;
      this.changed.fire();
      return;
    }
    if (event.type !== 'record') return;
    const { record } = event;
    if (record.type === 'attempt-started') {
      this.running.add(record.stage);
      this.live.set(record.stage, { model: record.model, attempt: record.attempt, text: '' });
      this.changed.fire();
    } else if (record.type === 'stage') {
      this.running.delete(record.stage);
      void this.refresh();
    } else if (record.type === 'end') {
      this.running.clear();
      void this.refresh();
    }
  }

  /** A run is over, however it ended. */
  ended(): void {
    this.running.clear();
    void this.refresh();
  }

  dispose(): void {
    this.changed.dispose();
  }
}

function standing(history: StageHistory | undefined, upToDate: boolean): Pick<StageView, 'status' | 'last' | 'message'> {
  const last = history?.attempts.at(-1);
  const ended = history?.ended;
  if (!history || (!last && !ended)) return { status: 'never run' };
  if (ended?.status === 'failed') return { status: 'failed', last };
  if (ended?.status === 'error') return { status: 'error', last, message: ended.message };
  if (ended && upToDate) return { status: 'passed', last };
  return { status: ended ? 'stale' : 'never run', last };
}
