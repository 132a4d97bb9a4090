import { Cancelled, type Clock, type Files, type Processes, type ProcessIdentity, UserError } from '../ports';

/** Who holds a lock, as the lock's file says. */
export interface LockHolder extends ProcessIdentity {
  /** ISO 8601, UTC. By the holder's clock: for people, nothing is computed from it. */
  since: string;
  /** Tells this hold from every other one. */
  token: string;
}

/** What a lock is made of. */
export interface LockWorld {
  files: Files;
  clock: Clock;
  processes: Processes;
  /** Random letters. */
  random(): string;
}

export interface LockOptions {
  signal: AbortSignal;
  /** How to call what is locked, at the start of a message: `Another run of this task`. */
  what: string;
  /** What to do about it, beside waiting. */
  todo: string;
  /** Wait until it is free; else it is refused at once. */
  wait?: boolean;
  /** Where it is waited for: called once. */
  onWait?(message: string): void;
  /** A lock of a process that is no more was taken over. */
  onTakenOver?(holder: LockHolder): void;
}

/** How long between two looks at a lock that is waited for, in milliseconds. */
const lookMs = 250;

/** Locks that this process holds, by path: what a file says beyond that is left from a hold that could not be given back. */
const held = new Map<string, string>();

/** @param self this process: several are in one only where a test plays them */
function keyOf(path: string, self: ProcessIdentity): string {
  return `${self.pid} ${path}`;
}

/**
 * Hold a lock: a file that only one process can make. A lock whose process has ended is taken over. No clock is asked, as clocks jump and differ: what
 * counts is whether the process is there.
 * @returns what gives it back
 * @throws UserError (exit 2) saying who holds it; Cancelled while waiting
 */
export async function holdLock(path: string, world: LockWorld, options: LockOptions): Promise<() => Promise<void>> {
  const { files, clock, processes, random } = world;
  const token = random();
  const own: LockHolder = { ...processes.self, since: clock.now().toISOString(), token };
  const text = `${JSON.stringify(own)}\n`;
  const key = keyOf(path, processes.self);
  const giveBack = () => release(files, path, key, token);
  const refusal = new Refusal(path, world, options);
  for (;;) {
    if (!held.has(key)) {
      held.set(key, token);
      try {
        if (await makeNew(files, path, text)) return giveBack;
        const holder = await readHolder(files, path);
        if (holder && (await isOver(holder, path, processes)) && (await clear(path, holder, world))) {
          options.onTakenOver?.(holder);
          if (await makeNew(files, path, text)) return giveBack;
        }
      } catch (error) {
        held.delete(key);
        throw error;
      }
      held.delete(key);
    }
    await refusal.refuseOrWait();
  }
}

/** See that nobody holds a lock, without taking it: before a person is asked what they would then have been asked in vain. @throws as `holdLock` */
export async function whenFree(path: string, world: Omit<LockWorld, 'random'>, options: LockOptions): Promise<void> {
  const refusal = new Refusal(path, world, options);
  for (;;) {
    const holder = await readHolder(world.files, path);
    if (!holder || (await isOver(holder, path, world.processes))) return;
    await refusal.refuseOrWait();
  }
}

/** What becomes of who finds a lock held. */
class Refusal {
  private told = false;

  constructor(
    private readonly path: string,
    private readonly world: Pick<LockWorld, 'files' | 'clock'>,
    private readonly options: LockOptions,
  ) {}

  async refuseOrWait(): Promise<void> {
    const { signal, what, todo, wait, onWait } = this.options;
    const message = `${what} is under way${await holderText(this.world.files, this.path)}.`;
    if (!wait) throw new UserError(message, { path: this.path, todo, exitCode: 2 });
    if (!this.told) onWait?.(`${message} Waiting for its end.`);
    this.told = true;
    if (signal.aborted) throw new Cancelled();
    await this.world.clock.sleep(lookMs, signal);
    if (signal.aborted) throw new Cancelled();
  }
}

async function makeNew(files: Files, path: string, text: string): Promise<boolean> {
  if (files.createNew) return files.createNew(path, text);
  if (await files.stat(path)) return false;
  await files.write(path, text);
  return true;
}

/** True where its process is no more: another one has its number, or it is this one and does not hold it. */
async function isOver(holder: LockHolder, path: string, processes: Processes): Promise<boolean> {
  const { self } = processes;
  if (holder.host === self.host && holder.pid === self.pid && holder.start === self.start) return held.get(keyOf(path, self)) !== holder.token;
  return !(await processes.isRunning(holder));
}

/**
 * Take a dead process's lock away. Only who holds the lock of the lock may: else one that sees the dead one's could take away what a third has just made.
 * @returns false where somebody else was faster
 */
async function clear(path: string, dead: LockHolder, { files, processes, random, clock }: LockWorld): Promise<boolean> {
  const guard = `${path}.taking`;
  const own: LockHolder = { ...processes.self, since: clock.now().toISOString(), token: random() };
  if (!(await makeNew(files, guard, `${JSON.stringify(own)}\n`))) {
    const other = await readHolder(files, guard);
    // Killed in the moment between: the next look finds it gone.
    if (other && !(await processes.isRunning(other))) await files.remove(guard);
    return false;
  }
  try {
    if ((await readHolder(files, path))?.token !== dead.token) return false;
    await files.remove(path);
    return true;
  } finally {
    await files.remove(guard);
  }
}

async function release(files: Files, path: string, key: string, token: string): Promise<void> {
  if (held.get(key) !== token) return;
  held.delete(key);
  // A folder that somebody deleted meanwhile took the lock along, and another may hold it now.
  if ((await readHolder(files, path))?.token === token) await files.remove(path);
}

/** Who holds a lock; undefined where nobody does, or its file can't be read. */
export async function readHolder(files: Files, path: string): Promise<LockHolder | undefined> {
  try {
    if (!(await files.stat(path))) return undefined;
    const { pid, host, start, since, token } = JSON.parse(await files.read(path)) as Partial<LockHolder>;
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof token !== 'string') return undefined;
    return { pid, host, start: typeof start === 'string' ? start : undefined, since: typeof since === 'string' ? since : '', token };
  } catch (error) {
    // Gone since, or no lock of ours.
    if (error instanceof UserError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function holderText(files: Files, path: string): Promise<string> {
  const holder = await readHolder(files, path);
  if (!holder) return '';
  const since = holder.since.replace('T', ' ').slice(0, 16);
  return `, in process ${holder.pid} on ${holder.host}${since ? ` since ${since} UTC` : ''}`;
}
