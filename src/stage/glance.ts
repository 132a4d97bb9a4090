import { posix } from 'node:path';
import { Reading } from '../bundle/reading';
import type { Clock, FileStat, Files } from '../ports';
import { isWithin, type Task } from '../steering/task';

/** How long something that was looked up counts as so, in milliseconds: a file that somebody saves during a run is seen by what begins after that. */
const lifeMs = 2000;

/** What is kept at most of texts, in characters. */
const mostKept = 32 * 1024 * 1024;

/**
 * Files as they are at a glance: what many stages look up one after the other (the project's files, folders, links) is asked of the disk every other second, not
 * once a stage. For reading what stages are made from alone: whoever writes a file, or asks whether one may be written, asks the disk itself, and says
 * here what it changed.
 */
export class Glance implements Files {
  private readonly texts = new Map<string, Promise<string>>();
  private readonly stats = new Map<string, Promise<FileStat | undefined>>();
  private readonly folders = new Map<string, ReturnType<Files['list']>>();
  private readonly realPaths = new Map<string, Promise<string>>();
  private since = Number.NEGATIVE_INFINITY;
  private kept = 0;
  private moment = 0;
  private readings: { moment: number; task: Task; reading: Reading } | undefined;

  constructor(
    private readonly files: Files,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    if (files.readMany) this.readMany = (paths, maxBytes) => files.readMany?.(paths, maxBytes) ?? Promise.resolve([]);
  }

  readMany?: Files['readMany'];

  get personKey(): Files['personKey'] {
    return this.files.personKey;
  }

  /** A file was written, made or removed: it and the folders it stands in are looked at anew. All of them where nothing is said, as after a command. */
  forget(path?: string): void {
    this.moment++;
    if (path === undefined) {
      this.forgetAll();
      return;
    }
    for (const known of [this.texts, this.stats, this.folders, this.realPaths]) {
      for (const at of known.keys()) if (isWithin(at, path) || isWithin(path, at)) known.delete(at);
    }
  }

  private forgetAll(): void {
    this.moment++;
    for (const known of [this.texts, this.stats, this.folders, this.realPaths]) known.clear();
    this.kept = 0;
  }

  private once<T>(known: Map<string, Promise<T>>, path: string, look: () => Promise<T>): Promise<T> {
    this.expire();
    const key = posix.normalize(path);
    const found = known.get(key) ?? look();
    known.set(key, found);
    return found;
  }

  private expire(): void {
    const now = this.clock.now().getTime();
    // A clock that was set back is no reason to believe old news.
    if (now - this.since < lifeMs && now >= this.since && this.kept <= mostKept) return;
    this.forgetAll();
    this.since = now;
  }

  /** While this stays the same, whoever looks again sees what was seen before. */
  now(): number {
    this.expire();
    return this.moment;
  }

  /** What is read of a task's files at this moment, for all its bundles together. */
  reading(task: Task): Reading {
    const moment = this.now();
    if (this.readings?.moment !== moment || this.readings.task !== task) this.readings = { moment, task, reading: new Reading(task, this) };
    return this.readings.reading;
  }

  read(path: string, maxBytes?: number): Promise<string> {
    // Who says how much may be read asks for large files, such as outputs: those are not kept.
    if (maxBytes !== undefined) return this.files.read(path, maxBytes);
    return this.once(this.texts, path, () => this.readWhole(path));
  }

  /** A file that is being written may be read half: what changed its size meanwhile is not kept, so that whoever compares sizes sees it. */
  private async readWhole(path: string): Promise<string> {
    const key = posix.normalize(path);
    const before = await this.files.stat(path);
    const text = await this.files.read(path);
    const after = this.files.stat(path);
    if ((await after)?.size === before?.size) this.stats.set(key, after);
    else {
      this.stats.delete(key);
      this.texts.delete(key);
    }
    this.kept += text.length;
    return text;
  }

  /** What would stand in a folder that is not there is not there. */
  stat(path: string): Promise<FileStat | undefined> {
    return this.once(this.stats, path, async () => (isRoot(path) || (await this.stat(posix.dirname(path))) ? this.files.stat(path) : undefined));
  }

  list(folder: string): ReturnType<Files['list']> {
    return this.once(this.folders, folder, () => this.files.list(folder));
  }

  realPath(path: string): Promise<string> {
    return this.once(this.realPaths, path, async () => {
      // Nearly all that is asked about is not there: the way to it is that of its folder. A link that leads nowhere is a link all the same.
      if (isRoot(path) || (await this.stat(posix.dirname(path)))) return this.files.realPath(path);
      return posix.join(await this.realPath(posix.dirname(path)), posix.basename(path));
    });
  }

  async write(path: string, text: string, over?: string): Promise<void> {
    await this.files.write(path, text, over);
    this.forget(path);
  }

  async append(path: string, text: string): Promise<void> {
    await this.files.append(path, text);
    this.forget(path);
  }

  async remove(path: string): Promise<void> {
    await this.files.remove(path);
    this.forget(path);
  }
}

function isRoot(path: string): boolean {
  return posix.dirname(path) === path;
}

/** What bundles that are put together from these files may share; undefined where each reads for itself. */
export function sharedReading(files: Files, task: Task): Reading | undefined {
  return files instanceof Glance ? files.reading(task) : undefined;
}
