import { posix } from 'node:path';
import { readState } from '../journal/state';
import type { LintFacts } from '../lint/issue';
import { type Files, UserError } from '../ports';
import { homeOf } from '../steering/strategyHome';
import type { Worth } from '../strategy/worth';
import { currentCatalog } from './engine';

/** What the linter wants to know of a strategy's stage: its model, and what the runs on record say of the strategy's worth. */
export class StrategyFacts {
  /** By the strategy's path, until its task changes: journals are not read again at each key. */
  private readonly worths = new Map<string, Promise<{ stage: string; worth: Worth | undefined } | undefined>>();

  constructor(private readonly files: Files) {}

  async of(path: string): Promise<Pick<LintFacts, 'modelFor' | 'strategyWorth'>> {
    const known = this.worths.get(path) ?? this.read(path);
    this.worths.set(path, known);
    const found = await known;
    return {
      modelFor: (tier, own) => currentCatalog().modelFor(tier, own),
      ...(found ? { strategyWorth: (slug) => (slug === found.stage ? found.worth : undefined) } : {}),
    };
  }

  /** Runs, the document or the strategies of a folder have changed. */
  forget(folder: string): string[] {
    const gone = [...this.worths.keys()].filter((path) => path.startsWith(`${folder === '/' ? '' : folder}/.haiku/strategies/`));
    for (const path of gone) this.worths.delete(path);
    return gone;
  }

  private async read(path: string): Promise<{ stage: string; worth: Worth | undefined } | undefined> {
    try {
      const home = await homeOf(path, this.files);
      const stage = home?.document?.stages.find(({ slug }) => slug === home.name);
      if (!home || !stage) return undefined;
      const task = { haikuFolder: posix.join(home.folder, '.haiku'), slug: home.task };
      const state = await readState(this.files, task.haikuFolder, task.slug);
      // With the first strategy that is linted, not at the start.
      const { readStrategyWorth } = await import('../strategy/worthReading');
      return { stage: stage.slug, worth: await readStrategyWorth(this.files, currentCatalog(), task, stage, state.stages.get(stage.slug)) };
    } catch (error) {
      // What can't be read is said where it is needed.
      if (error instanceof UserError) return undefined;
      throw error;
    }
  }
}
