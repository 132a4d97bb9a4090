import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { LintFacts } from '../lint/issue';
import { type LaunchContext, launchContext, launchFolder } from '../reference/launch';
import { kindOf } from '../steering/kinds';
import { type ProjectDocument, readProject } from '../steering/project';
import { toPath, toUri } from './convert';
import type { LintConfigurations } from './lintConfiguration';
import type { LintWorld } from './lintWorld';
import { StrategyFacts } from './strategyFacts';
import type { TaskSession } from './taskSession';
import type { TaskSessions } from './taskSessions';

/** What rules want to know of the storeys beside the linter: a stage's cost, and what every session loads. */
export class EditorFacts implements vscode.Disposable {
  /** By folder; `known` once it is there. */
  private readonly launches = new Map<string, { made: Promise<LaunchContext>; known?: LaunchContext }>();
  /** The reading of each loaded file, by its path, kept as long as its text stays. */
  private readonly readings = new Map<string, ProjectDocument>();
  private readonly estimates = new Map<string, string>();
  private readonly strategies: StrategyFacts;
  private readonly factsChanged = new vscode.EventEmitter<vscode.Uri>();
  /** A document whose estimates are others now. */
  readonly onDidChange = this.factsChanged.event;
  private readonly launchChanged = new vscode.EventEmitter<ReadonlySet<string>>();
  /** What sessions load that start in these folders may be something else now. */
  readonly onDidChangeLaunch = this.launchChanged.event;
  private readonly disposables: vscode.Disposable[];

  constructor(
    private readonly world: LintWorld,
    private readonly sessions: TaskSessions,
    private readonly configurations: LintConfigurations,
  ) {
    this.strategies = new StrategyFacts(world.disk);
    this.disposables = [
      this.factsChanged,
      this.launchChanged,
      sessions.onDidChange((session) => this.compare(session)),
      configurations.onDidChange(() => this.forget(() => true)),
      world.onDidChange((changes) => {
        const texts = new Set(changes.map(({ path }) => path));
        // What came or went can be named by an import anywhere.
        if (changes.some(({ how }) => how !== 'changed')) this.forget(() => true);
        else this.forget(({ pieces }) => pieces.some(({ path }) => texts.has(path)));
      }),
    ];
  }

  async of(uri: vscode.Uri): Promise<LintFacts> {
    const path = toPath(uri);
    const { launchBudget, agentsFile } = await this.configurations.of(path);
    const session = this.sessions.open(uri);
    const strategy = kindOf(path) === 'strategy' ? await this.strategies.of(path) : {};
    return {
      ...strategy,
      ...(session ? { estimate: (index: number) => session.stages[index]?.estimate } : {}),
      ...(launchBudget === undefined ? {} : { launchBudget }),
      ...(agentsFile === undefined ? {} : { agentsFile }),
    };
  }

  /** What every session loads that starts where this document belongs: the folder of CLAUDE.md and kin, else the document's own. */
  async launch(path: string): Promise<LaunchContext> {
    const { agentsFile } = await this.configurations.of(path);
    const folder = kindOf(path) === 'project' ? launchFolder(path) : posix.dirname(path);
    const known = this.launches.get(folder);
    if (known) return known.made;
    const { files } = this.world;
    const made = launchContext(
      folder,
      {
        read: (at) => files.read(at),
        stat: (at) => files.stat(at),
        list: (at) => files.list(at),
        realPath: (at) => files.realPath(at),
        project: (at) => this.read(at),
      },
      { agentsFile },
    );
    const launch: { made: Promise<LaunchContext>; known?: LaunchContext } = { made };
    this.launches.set(folder, launch);
    launch.known = await made;
    return made;
  }

  private forget(where: (context: LaunchContext) => boolean): void {
    const folders = new Set<string>();
    for (const [folder, { known }] of this.launches) {
      if (known && !where(known)) continue;
      this.launches.delete(folder);
      folders.add(folder);
    }
    if (folders.size) this.launchChanged.fire(folders);
  }

  private async read(path: string): Promise<ProjectDocument> {
    const text = await this.world.files.read(path);
    const known = this.readings.get(path);
    if (known?.text === text) return known;
    const reading = readProject(path, text);
    this.readings.set(path, reading);
    return reading;
  }

  /** A session tells of much, as of every word of an output that comes: only other estimates are worth a lint. */
  private compare(session: TaskSession): void {
    const key = session.uri.toString();
    const now = JSON.stringify(session.stages.map(({ estimate, usd }) => [estimate, session.isRunning ? undefined : usd]));
    if (this.estimates.get(key) === now) return;
    this.estimates.set(key, now);
    this.factsChanged.fire(session.uri);
    // What its strategies are worth goes with what was run, and their models with the settings.
    if (!session.isRunning) for (const path of this.strategies.forget(posix.dirname(toPath(session.uri)))) this.factsChanged.fire(toUri(path));
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }
}
