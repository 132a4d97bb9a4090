import { UserError } from '../../../src/ports';
import { MemoryFiles } from '../memoryFiles';

/** What a write does that is not let through: the process ends before it or in the middle of it, the disk is full, or it may not be written. */
export type Fault =
  | { kind: 'killed before' }
  | { kind: 'killed in the middle'; share: number | 'first record' }
  | { kind: 'full' }
  | { kind: 'half written, then full' }
  | { kind: 'read-only' };

/**
 * Files of a process that ends, or whose disk fails, at the n-th write. What is written whole or not at all stays away; what is appended may be there in
 * part. After its end a process does nothing any more: whatever it waits for never comes.
 */
export class DyingFiles extends MemoryFiles {
  /** Writes so far, those of the fault included. */
  count = 0;
  /** Resolves once the process has ended. */
  readonly death: Promise<void>;
  dead = false;
  private die: () => void = () => undefined;

  constructor(
    on: MemoryFiles,
    private readonly at: number,
    private readonly fault: Fault,
    /** Writes from `at` on that fail; all that follow where nothing is said. */
    private readonly times = Number.POSITIVE_INFINITY,
  ) {
    super();
    for (const [path, text] of on.texts) this.put(path, text);
    this.makeFolder('/w/.git');
    this.death = new Promise((resolve) => {
      this.die = resolve;
    });
  }

  /** For what a process does beside writing: nothing after its end. */
  alive<T>(work: () => Promise<T>): Promise<T> {
    return this.dead ? new Promise(() => undefined) : work();
  }

  override write(path: string, text: string, over?: string): Promise<void> {
    return this.change(
      path,
      () => super.write(path, text, over),
      () => this.put(`${path}.0a1b2c.tmp`, half(text, 0.5)),
    );
  }

  override append(path: string, text: string): Promise<void> {
    return this.change(
      path,
      () => super.append(path, text),
      (share) => this.put(path, (this.texts.get(path) ?? '') + half(text, share)),
    );
  }

  override async createNew(path: string, text: string): Promise<boolean> {
    if (this.texts.has(path)) return false;
    await this.change(
      path,
      () => super.write(path, text),
      () => undefined,
    );
    return true;
  }

  override remove(path: string): Promise<void> {
    return this.change(
      path,
      () => super.remove(path),
      () => undefined,
    );
  }

  private async change(path: string, whole: () => Promise<void>, part: (share: number | 'first record') => void): Promise<void> {
    if (this.dead) return new Promise(() => undefined);
    const n = ++this.count;
    if (n < this.at || n >= this.at + this.times) return whole();
    const { fault } = this;
    if (fault.kind === 'killed before' || fault.kind === 'killed in the middle') {
      if (fault.kind === 'killed in the middle') part(fault.share);
      this.dead = true;
      this.die();
      return new Promise(() => undefined);
    }
    if (fault.kind === 'half written, then full') part(0.5);
    const code = fault.kind === 'read-only' ? 'EROFS' : 'ENOSPC';
    throw new UserError(`${path} could not be written (${code}).`, { path, todo: 'Make room, or check who may write there.', exitCode: 2 });
  }
}

/** A part of a text, at least a character short; of several records that are written together, the first alone. */
function half(text: string, share: number | 'first record'): string {
  const lines = text.split('\n');
  if (share === 'first record') return lines.length > 2 ? `${lines[0]}\n` : (lines[0] ?? '');
  return text.slice(0, Math.min(text.length - 1, Math.floor(text.length * share)));
}
