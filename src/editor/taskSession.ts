import * as vscode from 'vscode';
import { estimateTokens } from '../catalog/tokens';
import { shownAttempt } from '../journal/countingAttempt';
import type { StageEnded } from '../journal/journal';
import type { KnownAttempt, StageHistory } from '../journal/state';
import type { Files, Log } from '../ports';
import { currentOutputs } from '../stage/current';
import type { Engine, RunEvent } from '../stage/engine';
import { estimateStage, type StageEstimate } from '../stage/estimate';
import { Glance } from '../stage/glance';
import { estimateContext } from '../stage/runEstimate';
import { type Plan, type PlannedStage, planTask } from '../steering/plan';
import { readStageStrategy, type StageStrategy } from '../steering/stageStrategy';
import { taskOf } from '../steering/task';
import { toPath } from './convert';
import { currentCatalog } from './engine';
import { LiveStages } from './liveStages';
import { Pace } from './pace';
import { engineSettings } from './settings';

export type StageStatus = 'never run' | 'running' | 'passed' | 'stale' | 'failed' | 'error';

/** Between two looks at a text that is being written, in milliseconds. */
const pauseMs = 50;

/** What a person sees of one stage. */
export interface StageView {
  planned: PlannedStage;
  status: StageStatus;
  estimate: StageEstimate;
  /** What one try on Opus will take, in USD; where a stage has not failed, the estimate's own comparison. */
  escalationUsd: number;
  /** The last attempt, with its checks. */
  last?: KnownAttempt;
  /** Why it did not run to an end. */
  message?: string;
  /** What it has cost so far, over all runs, in USD. */
  usd: number;
  /** True where an attempt of its own model is on record that failed: what a strategy is for. */
  hasFailed: boolean;
  strategy?: StageStrategy;
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
  /** What runs now, and what came of it so far. */
  readonly live = new LiveStages();
  /** A document of a thousand stages takes a second to look through: while a run goes on, not after each of them. */
  private readonly pace = new Pace(() => this.refresh());
  private telling: NodeJS.Timeout | undefined;
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
    return this.live.isRunning;
  }

  /** Read everything anew. Resolves once what was asked last is shown. */
  refresh(): Promise<void> {
    const generation = ++this.generation;
    this.pace.cancel();
    const began = performance.now();
    this.refreshed = this.read(generation).finally(() => this.pace.took(performance.now() - began));
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
      // What all stages share is looked at once.
      const files = new Glance(this.files, { now: () => new Date() });
      const engine = { files, catalog: currentCatalog(), settings: engineSettings(), project: this.project };
      const { outputs, answers, state } = await currentOutputs(engine, plan);
      const context = {
        ...(await estimateContext(plan, { engine, answers, outputs, journals: state.journals })),
        countTokens: (part: string) => estimateTokens(part),
      };
      const stages: StageView[] = [];
      for (const planned of plan.stages) {
        if (generation !== this.generation) return;
        const history = state.stages.get(planned.stage.slug);
        const estimate = await estimateStage(plan, planned.index, context);
        const hasFailed = history?.attempts.some(({ by, status: how }) => by === 'model' && how === 'failed') ?? false;
        // Opus is known by its own answers: what the cheap model took says little about it.
        const escalated = hasFailed ? await estimateStage(plan, planned.index, { ...context, escalate: planned.stage.number }) : estimate;
        stages.push({
          planned,
          estimate,
          escalationUsd: escalated.allOpusUsd,
          ...standing(history, outputs.has(planned.index) || planned.stage.each !== undefined),
          usd: history?.attempts.reduce((sum, attempt) => sum + attempt.usd, 0) ?? 0,
          hasFailed,
          strategy: await readStageStrategy(files, plan.task, planned.stage),
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
    return this.live.isRunningNow(view.planned.stage.slug) ? 'running' : view.status;
  }

  stage(number: number): StageView | undefined {
    return this.stages.find((view) => view.planned.stage.number === number);
  }

  /** Take in what a run tells. */
  follow(event: RunEvent): void {
    if (!this.live.follow(event)) return;
    if (event.type === 'text') this.tellSoon();
    else if (event.type === 'record' && event.record.type === 'stage') {
      this.show(event.record);
      this.pace.soon();
    } else if (event.type === 'record' && event.record.type === 'end') void this.refresh();
    else this.changed.fire();
  }

  /** A stage that passed, as the run tells it, until all is read anew: what failed is shown once its checks can be shown with it. */
  private show({ stage, status }: StageEnded): void {
    const view = this.stages.find(({ planned }) => planned.stage.slug === stage);
    if (view && (status === 'passed' || status === 'cached')) view.status = 'passed';
    this.changed.fire();
  }

  /** Models write faster than anybody reads. */
  private tellSoon(): void {
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      this.changed.fire();
    }, pauseMs);
  }

  /** A run is over, however it ended. */
  ended(): void {
    this.live.stop();
    void this.refresh();
  }

  dispose(): void {
    this.pace.cancel();
    clearTimeout(this.telling);
    this.changed.dispose();
  }
}

function standing(history: StageHistory | undefined, upToDate: boolean): Pick<StageView, 'status' | 'last' | 'message'> {
  const last = shownAttempt(history);
  const ended = history?.ended;
  if (!history || (!last && !ended)) return { status: 'never run' };
  if (ended?.status === 'failed') return { status: 'failed', last };
  if (ended?.status === 'error') return { status: 'error', last, message: ended.message };
  if (ended && upToDate) return { status: 'passed', last };
  return { status: ended ? 'stale' : 'never run', last };
}
