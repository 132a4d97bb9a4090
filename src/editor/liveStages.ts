import type { RunEvent } from '../stage/engine';

/** What of a stage comes in while it runs. */
export interface LiveOutput {
  model: string;
  attempt: number;
  /** Of a stage with `Each`: the item that began last. The others write at the same time, and two texts in one could not be read. */
  item?: number;
  /** The end of what came so far. */
  text: string;
  /** How much came so far, in characters. */
  characters: number;
}

/** The end of a text that is shown while it comes, in characters: what is above has been read or scrolled away, and all of it is in the run. */
const longestText = 64 * 1024;

/** Stages of which the text is kept once they have ended. */
const mostEnded = 40;

/** What runs now and what came of it so far, by the stage's slug; bounded, however long a run is and however much its models write. */
export class LiveStages {
  readonly outputs = new Map<string, LiveOutput>();
  private readonly running = new Set<string>();
  private ended: string[] = [];

  get isRunning(): boolean {
    return this.running.size > 0;
  }

  isRunningNow(stage: string): boolean {
    return this.running.has(stage);
  }

  /** A new run begins: what came of the last one is no longer shown. */
  clear(): void {
    this.outputs.clear();
    this.ended = [];
  }

  /** Nothing runs any more. */
  stop(): void {
    this.running.clear();
  }

  /** Take in what a run tells. Returns whether anything that is shown has changed. */
  follow(event: RunEvent): boolean {
    if (event.type === 'text') return this.add(event);
    if (event.type !== 'record') return false;
    const { record } = event;
    if (record.type === 'attempt-started') {
      const { stage, model, attempt, item } = record;
      this.running.add(stage);
      this.outputs.set(stage, { model, attempt, item, text: '', characters: 0 });
      return true;
    }
    if (record.type === 'stage') {
      this.running.delete(record.stage);
      if (this.outputs.has(record.stage)) this.end(record.stage);
      return true;
    }
    if (record.type === 'end') this.running.clear();
    return record.type === 'end';
  }

  private add({ stage, item, attempt, text }: Extract<RunEvent, { type: 'text' }>): boolean {
    const live = this.outputs.get(stage);
    // Variants write at the same time, too.
    if (!live || live.item !== item || live.attempt !== attempt) return false;
    live.characters += text.length;
    live.text += text;
    if (live.text.length > 2 * longestText) live.text = live.text.slice(-longestText);
    return true;
  }

  private end(stage: string): void {
    this.ended = [...this.ended.filter((known) => known !== stage), stage];
    const oldest = this.ended.length > mostEnded ? this.ended.shift() : undefined;
    const live = oldest === undefined ? undefined : this.outputs.get(oldest);
    if (live) live.text = '';
  }
}
