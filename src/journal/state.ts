import { posix } from 'node:path';
import type { Files } from '../ports';
import { hashOf } from './hash';
import { type Journal, readJournals } from './journal';
import {
  type AttemptEnded,
  type AttemptRestored,
  isCommission,
  type JournalRecord,
  type JudgeAnswered,
  type RunStarted,
  type RunStatus,
  type StageEnded,
} from './records';
import { intentOf, type KnownAttempt, type OfItem, passedAttempt, type UnitHistory, uncheckedAnswer } from './unitHistory';

export { bestFirst, type KnownAttempt } from './unitHistory';

/** All that is known of one stage, over all runs. */
export interface StageHistory {
  attempts: KnownAttempt[];
  /** The last end of the stage in a run that was not skipped or cancelled. */
  ended?: StageEnded & { run: string };
  /** The files the stage wrote, by path from the document's folder, with the hash of what it wrote last. */
  written: Map<string, string>;
  /** What was made from one and the same, by `unitKey`: so that a stage of thousands of items is not searched for each. */
  units: Map<string, UnitHistory>;
  /** Place of the last record that says it passed or failed: a try that began later and has no end goes on. */
  closedAt: number;
}

/** A task's runs folded into what is so now. */
export interface TaskState {
  stages: Map<string, StageHistory>;
  /** The last inputs a person gave, by lower-case name. */
  answers: Map<string, string>;
  /** Hashes of secrets that the person decided to send. */
  allowedSecrets: Set<string>;
  /** What judges answered, by the hash of what they were asked. */
  judged: Map<string, JudgeAnswered>;
  lastRun?: { run: string; status?: RunStatus };
  journals: readonly Journal[];
}

/** A unit of a stage by what it is made from, and its item: not by the item's number, which is another one when the list has changed. */
export function unitKey(fingerprint: string, { item, itemKey }: OfItem): string {
  return `${itemKey ?? item ?? ''} ${fingerprint}`;
}

/** What is known of one stage or item as it is made now. */
export function unitHistory(history: StageHistory | undefined, fingerprint: string, of: OfItem = {}): UnitHistory | undefined {
  return history?.units.get(unitKey(fingerprint, of));
}

export function foldJournals(journals: readonly Journal[]): TaskState {
  const fold = new Fold(journals);
  for (const journal of journals) {
    fold.begin();
    for (const record of journal.records) fold.take(record, journal);
  }
  return fold.state;
}

function callKey({ stage, item, itemKey, tier, attempt }: Pick<AttemptEnded, 'stage' | 'item' | 'itemKey' | 'tier' | 'attempt'>, run: string): string {
  return `${run} ${stage} ${itemKey ?? item ?? ''} ${tier} ${attempt}`;
}

/** Takes records in, oldest first. */
class Fold {
  readonly state: TaskState;
  private place = 0;
  private run: RunStarted | undefined;
  /** Stages that came to an end in this run, which is under way yet. */
  private readonly closing = new Map<StageHistory, number>();
  /** By run and output: how a restored attempt is found again. */
  private readonly byOutput = new Map<string, KnownAttempt>();
  /** By call: where its prompt is kept. */
  private readonly sent = new Map<string, { folder: string; prompt: string }>();

  constructor(journals: readonly Journal[]) {
    this.state = { stages: new Map(), answers: new Map(), allowedSecrets: new Set(), judged: new Map(), journals };
  }

  /** Another run's records follow. */
  begin(): void {
    this.run = undefined;
    this.closing.clear();
  }

  take(record: JournalRecord, { run, folder }: Journal): void {
    const { state } = this;
    const place = ++this.place;
    switch (record.type) {
      case 'run':
        this.run = record;
        if (!isCommission(record)) state.lastRun = { run };
        for (const [name, value] of Object.entries(record.answers)) state.answers.set(name, value);
        break;
      case 'secret-allowed':
        state.allowedSecrets.add(record.hash);
        break;
      case 'attempt-started':
        if (record.prompt) this.sent.set(callKey(record, run), { folder, prompt: record.prompt });
        if (record.fingerprint) {
          const { tier, attempt } = record;
          this.unit(record, record.fingerprint).started.push({ tier, attempt, intent: intentOf(this.run, record.stage), place });
        }
        break;
      case 'answer':
        this.unit(record, record.fingerprint).unchecked.push({ ...record, run, folder, intent: intentOf(this.run, record.stage), place });
        break;
      case 'judge':
        if (record.error === undefined) state.judged.set(record.asked, record);
        break;
      case 'attempt':
        this.attempt({ ...record, run, folder, intent: intentOf(this.run, record.stage), place, sent: this.sentFor(record, run) });
        break;
      case 'restored':
        this.restored(record, place);
        break;
      case 'stage':
        this.stage(record, run, place);
        break;
      case 'end':
        if (state.lastRun?.run === run) state.lastRun.status = record.status;
        for (const [history, at] of this.closing) history.closedAt = at;
    }
  }

  private sentFor(record: AttemptEnded, run: string): KnownAttempt['sent'] {
    const sent = this.sent.get(callKey(record, record.answered?.run ?? run));
    if (sent && record.answered) this.sent.set(callKey(record, run), sent);
    return sent;
  }

  private history(stage: string): StageHistory {
    const known = this.state.stages.get(stage) ?? { attempts: [], written: new Map(), units: new Map(), closedAt: 0 };
    this.state.stages.set(stage, known);
    return known;
  }

  private unit({ stage, ...of }: { stage: string } & OfItem, fingerprint: string): UnitHistory {
    const { units } = this.history(stage);
    const key = unitKey(fingerprint, of);
    const known = units.get(key) ?? { attempts: [], unchecked: [], started: [] };
    units.set(key, known);
    return known;
  }

  private attempt(attempt: KnownAttempt): void {
    const unit = this.unit(attempt, attempt.fingerprint);
    this.history(attempt.stage).attempts.push(attempt);
    unit.attempts.push(attempt);
    if (attempt.output !== undefined) this.byOutput.set(`${attempt.run}/${attempt.output}`, attempt);
    // A call that broke off says nothing about an answer that came before it.
    if (attempt.status === 'error' && attempt.output === undefined) return;
    unit.unchecked = unit.unchecked.filter((answer) => answer.tier !== attempt.tier || answer.attempt !== attempt.attempt);
    const open = uncheckedAnswer(attempt);
    if (open) unit.unchecked.push(open);
  }

  private restored(record: AttemptRestored, place: number): void {
    const attempt = this.byOutput.get(`${record.run}/${record.output}`);
    if (!attempt || attempt.stage !== record.stage || attempt.item !== record.item) return;
    this.unit(record, record.fingerprint ?? attempt.fingerprint).restored = { attempt, place };
  }

  private stage(record: StageEnded, run: string, place: number): void {
    const history = this.history(record.stage);
    if (record.status !== 'skipped' && record.status !== 'cancelled') history.ended = { ...record, run };
    for (const [path, hash] of Object.entries(record.written ?? {})) history.written.set(path, hash);
    if (record.status !== 'passed' && record.status !== 'failed' && record.status !== 'cached') return;
    // Who wished for an escalation and wishes again after it was killed means the same one: it is over once its run is.
    if (intentOf(this.run, record.stage) === 'run') history.closedAt = place;
    else this.closing.set(history, place);
  }
}

export async function readState(files: Files, haikuFolder: string, task: string): Promise<TaskState> {
  return foldJournals(await readJournals(files, haikuFolder, task));
}

/** The failed attempts with this fingerprint since the last pass, oldest first. */
export function failedAttempts(history: StageHistory | undefined, fingerprint: string, of?: OfItem): KnownAttempt[] {
  const own = unitHistory(history, fingerprint, of)?.attempts ?? [];
  return own.slice(own.findLastIndex((attempt) => attempt.status === 'passed') + 1).filter((attempt) => attempt.status === 'failed');
}

/** The attempt that stands with its output; undefined where none passed, or its output was deleted or cut off since: then it has to be made again. */
export async function passedOutput(
  files: Files,
  history: StageHistory | undefined,
  fingerprint: string,
  of?: OfItem,
): Promise<{ attempt: KnownAttempt; text: string } | undefined> {
  const attempt = passedAttempt(unitHistory(history, fingerprint, of));
  if (!attempt) return undefined;
  const text = await wholeOutput(files, attempt);
  return text === undefined ? undefined : { attempt, text };
}

/** The output of an attempt as it was written; undefined where its file is gone, or is not what was written. */
export async function wholeOutput(files: Files, attempt: Pick<KnownAttempt, 'folder' | 'output' | 'outputHash'>): Promise<string | undefined> {
  let text: string;
  try {
    text = await outputOf(files, attempt);
  } catch (error) {
    if (attempt.output && !(await files.stat(posix.join(attempt.folder, attempt.output)))) return undefined;
    throw error;
  }
  return attempt.outputHash === undefined || attempt.outputHash === hashOf(text) ? text : undefined;
}

/** The output of an attempt. @throws UserError where its file is gone. */
export async function outputOf(files: Files, attempt: Pick<AttemptEnded & { folder: string }, 'folder' | 'output'>): Promise<string> {
  return attempt.output ? files.read(posix.join(attempt.folder, attempt.output), 64 * 1024 * 1024) : '';
}
