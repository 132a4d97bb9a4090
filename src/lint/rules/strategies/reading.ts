import { posix } from 'node:path';
import type { ContextDocument, Stage } from '../../../steering/contextTypes';
import { readStrategy, type Strategy, type StrategyDocument } from '../../../steering/strategy';
import { homeOf, type StrategyHome } from '../../../steering/strategyHome';
import type { LineIndex, Range } from '../../../text';
import type { Subject } from '../../issue';

/** A strategy with what it is for, read once for all rules. */
export interface StrategyReading {
  file: StrategyDocument;
  home: StrategyHome;
  /** The stage whose slug the file has. */
  stage?: Stage;
}

/** A strategy that is found and used for a stage a model does: what more can be wrong with it. */
export interface UsedStrategy {
  strategy: Strategy;
  stage: Stage & { runner: { tier: Exclude<Stage['runner']['tier'], 'code'> } };
  document: ContextDocument;
  /** How the task's document is called in a command. */
  shown: string;
}

const readings = new WeakMap<Subject, Promise<StrategyReading | undefined>>();
const homes = new WeakMap<Subject, Promise<StrategyHome | undefined>>();

export function homeOfSubject(subject: Subject): Promise<StrategyHome | undefined> {
  const known = homes.get(subject) ?? homeOf(subject.path, subject.files);
  homes.set(subject, known);
  return known;
}

export function strategyReading(subject: Subject): Promise<StrategyReading | undefined> {
  const known = readings.get(subject) ?? read(subject);
  readings.set(subject, known);
  return known;
}

async function read(subject: Subject): Promise<StrategyReading | undefined> {
  const home = await homeOfSubject(subject);
  if (!home) return undefined;
  const stage = home.document?.stages.find(({ slug }) => slug === home.name);
  return { file: readStrategy(subject.path, subject.text), home, stage };
}

/** Undefined where the strategy can't be read, belongs to no stage of a model, or was rejected: nobody is given it then. */
export async function usedStrategy(subject: Subject): Promise<UsedStrategy | undefined> {
  const reading = await strategyReading(subject);
  const strategy = reading?.file.strategy;
  const { stage, home } = reading ?? {};
  if (!strategy || !stage || !home?.document || stage.runner.tier === 'code' || strategy.stage !== stage.slug || strategy.status === 'rejected')
    return undefined;
  return { strategy, stage: stage as UsedStrategy['stage'], document: home.document, shown: posix.basename(home.document.path) };
}

/** Where a key of the front matter stands; the first line where it is not there. */
export function keyRange({ frontMatter, markdown }: Pick<Subject, 'frontMatter' | 'markdown'>, key: string): Range {
  const { index } = markdown;
  const last = frontMatter.range?.end.line ?? 0;
  for (let line = 0; line <= last; line++) if (index.line(line).startsWith(`${key}:`)) return wholeLine(index, line);
  return wholeLine(index, 0);
}

export function wholeLine(index: LineIndex, line: number): Range {
  return { start: { line, character: 0 }, end: { line, character: index.line(line).length } };
}

/** A range kept within the text, whatever its lines end with. */
export function within(index: LineIndex, { start, end }: Range): Range {
  const kept = ({ line, character }: Range['start']) => {
    const at = Math.min(line, index.lineCount - 1);
    return { line: at, character: Math.min(character, index.line(at).length) };
  };
  return { start: kept(start), end: kept(end) };
}

/** “stage 2 “Outline”” */
export function named({ number, title }: Pick<Stage, 'number' | 'title'>): string {
  return `stage ${number} “${title}”`;
}

export function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
