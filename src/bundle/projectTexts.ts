import { posix } from 'node:path';
import type { Files, KeptIndexes } from '../ports';
import { isWithin } from '../steering/task';
import { decodeIndex, encodeIndex, type KnownFile } from './indexCodec';
import { byContent, type Judged, judged } from './judgedText';
import { OwnFiles } from './ownFiles';
import { ProjectIndex, type RankedPart } from './projectIndex';
import { isTranslation, speaksOfTranslations, translationReason } from './translations';

/** Larger files are data, or written by a program. Bytes. */
const largestFile = 256 * 1024;
/** With fewer files read anew, what is kept is good enough for the next time. */
const worthKeeping = 50;
/** So many texts are held at a time while a folder is read. */
const atATime = 200;

/** So often a query is asked anew because a file is another now; then that file is left out. */
const patience = 3;

/** What fits a query, as one moment saw it. */
export interface Found {
  query: string;
  /** The parts of the files that fit best, best first. */
  ranked: RankedPart[];
  /** The text of each of their files by its path from the folder, with `\n` between lines. */
  texts: ReadonlyMap<string, string>;
  /** Files that kept changing while they were read: none of their parts is among the ranked. */
  restless: string[];
}

/**
 * What a folder's own files hold, for queries. Files are read once; of what is told to have changed, only that is read again. What git ignores, binary files,
 * lock files, generated files and what looks like a secret by its name never enter, and links are not followed. Keep one for a folder, tell it what changes,
 * and ask as often as you like: texts are not kept, but read again where they are shown.
 */
export class ProjectTexts {
  private readonly index = new ProjectIndex();
  private readonly own: OwnFiles;
  /** Paths from the folder, and why each was passed over. */
  private readonly passed = new Map<string, string>();
  /** Paths from the folder that were told to have come, changed or gone. */
  private changed = new Set<string>();
  private listed = false;
  /** So many files the last query left out as they say again what others say. */
  private translations = 0;
  /** One reading at a time: the end of the last. */
  private last: Promise<unknown> = Promise.resolve();

  /**
   * @param folder absolute
   * @param kept what was read in an earlier process is not read again where it has not changed; where to keep it
   */
  constructor(
    private readonly folder: string,
    private readonly files: Files,
    private readonly kept?: KeptIndexes,
  ) {
    this.own = new OwnFiles(folder, files);
  }

  /** How many files can be asked for. */
  get size(): number {
    return this.index.size;
  }

  /** Why files and folders were passed over, and how many for each reason, most first. */
  get passedOver(): Map<string, number> {
    const counts = new Map<string, number>(this.translations ? [[translationReason, this.translations]] : []);
    for (const reason of this.passed.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    return new Map([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
  }

  /** A file or folder was made, changed or deleted, by whomever. Absolute; what lies elsewhere is no matter. Nothing is read before someone asks. */
  fileChanged(path: string): void {
    if (!this.listed) return;
    if (this.own.holds(path)) this.changed.add(posix.relative(this.folder, path));
    // An ignored file above the folder decides about what is in it.
    else if (OwnFiles.decides(path)) this.changed.add('.gitignore');
  }

  /** Read what is not known yet. */
  refresh(): Promise<void> {
    const next = this.last.then(() => this.readChanges());
    this.last = next.catch(() => undefined);
    return next;
  }

  /**
   * The parts of files that fit a query, with the texts of these files. Each is read again, and where it is another than the index knows, the index is told
   * and asked anew: parts and texts always belong together.
   */
  async find(query: string): Promise<Found> {
    const changes = new Map<string, number>();
    for (;;) {
      await this.refresh();
      const isRestless = (path: string) => (changes.get(path) ?? 0) >= patience;
      const ranked = this.index.rank(query, this.translatedFor(query)).filter(({ path }) => !isRestless(path));
      const texts = new Map<string, string>();
      const other = await this.reread([...new Set(ranked.map(({ path }) => path))], texts);
      if (!other.length) return { query, ranked, texts, restless: [...changes.keys()].filter(isRestless).sort() };
      for (const path of other) changes.set(path, (changes.get(path) ?? 0) + 1);
    }
  }

  /** The files that a query does not mean, as they are translations. */
  private translatedFor(query: string): ReadonlySet<string> {
    const found = new Set<string>();
    if (!speaksOfTranslations(query)) for (const path of this.index.paths()) if (isTranslation(path, (other) => this.index.has(other))) found.add(path);
    this.translations = found.size;
    return found;
  }

  /** Read the texts of indexed files. @returns the paths of those whose parts lie elsewhere now: judged by the text, as a file's time may lie */
  private async reread(paths: readonly string[], texts: Map<string, string>): Promise<string[]> {
    const inside = await this.inside(paths);
    const read = await this.readMany(paths.map((path) => posix.join(this.folder, path)));
    return paths.filter((path, i) => {
      const got = inside[i] ? judged(read[i]) : { reason: 'is a link' };
      if ('text' in got) texts.set(path, got.text);
      const isOther = !('text' in got && this.index.liesIn(path, got.text));
      if (isOther) this.take(path, got);
      return isOther;
    });
  }

  /** Whether each path still leads into the folder: a link may have taken its place since it was listed. */
  private async inside(paths: readonly string[]): Promise<boolean[]> {
    const folder = await this.files.realPath(this.folder).catch(() => this.folder);
    const real = await Promise.all(paths.map((path) => this.files.realPath(posix.join(this.folder, path)).catch(() => '')));
    return real.map((path) => isWithin(folder, path));
  }

  private async readChanges(): Promise<void> {
    const changed = this.changed;
    this.changed = new Set();
    try {
      if (!this.listed || [...changed].some(OwnFiles.decides)) await this.readAll(changed);
      else for (const path of changed) await this.readAt(path);
      this.listed = true;
    } catch (error) {
      for (const path of changed) this.changed.add(path);
      throw error;
    }
  }

  private async readAll(changed: ReadonlySet<string>): Promise<void> {
    const { paths, passed } = await this.own.all();
    const known = this.listed ? undefined : await this.readKept(paths);
    const kept = new Set(paths);
    for (const path of [...this.index.paths()]) if (!kept.has(path)) this.index.delete(path);
    // What is in a file was found out by reading it: such a reason stays until the file changes.
    for (const [path, reason] of this.passed) if (!kept.has(path) || !byContent.has(reason)) this.passed.delete(path);
    for (const [path, reason] of passed) this.passed.set(path, reason);
    const unread = paths.filter((path) => changed.has(path) || !(this.index.has(path) || this.passed.has(path)));
    await this.readTexts(unread);
    if (known && unread.length > Math.min(worthKeeping, paths.length / 50)) void this.keep(known);
  }

  /** Take over what was kept of files that have not changed since. @returns the stamps of all that have one, as they were before any was read */
  private async readKept(paths: readonly string[]): Promise<Map<string, string> | undefined> {
    if (!this.kept) return undefined;
    const [bytes, stamps] = await Promise.all([this.kept.read(this.folder), this.kept.stamps(paths.map((path) => posix.join(this.folder, path)))]);
    const known = bytes && decoded(bytes);
    const found = new Map<string, string>();
    paths.forEach((path, i) => {
      const stamp = stamps[i];
      if (stamp === undefined) return;
      found.set(path, stamp);
      const one = known?.get(path);
      if (one?.stamp !== stamp) return;
      if ('file' in one) this.index.put(one.file);
      else this.passed.set(path, one.reason);
    });
    return found;
  }

  private async keep(stamps: ReadonlyMap<string, string>): Promise<void> {
    const known = new Map<string, KnownFile>();
    for (const [path, stamp] of stamps) {
      const file = this.index.get(path);
      const reason = this.passed.get(path);
      if (file) known.set(path, { stamp, file });
      else if (reason !== undefined && byContent.has(reason)) known.set(path, { stamp, reason });
    }
    await this.kept?.write(this.folder, encodeIndex(known));
  }

  private async readAt(path: string): Promise<void> {
    const below = `${path}/`;
    for (const known of [...this.index.paths()]) if (known.startsWith(below)) this.index.delete(known);
    for (const known of [...this.passed.keys()]) if (known === path || known.startsWith(below)) this.passed.delete(known);
    const found = await this.own.at(path);
    if (!found.paths.includes(path)) this.index.delete(path);
    for (const [each, reason] of found.passed) this.passed.set(each, reason);
    await this.readTexts(found.paths);
  }

  private async readTexts(paths: readonly string[]): Promise<void> {
    for (let at = 0; at < paths.length; at += atATime) {
      const batch = paths.slice(at, at + atATime);
      const texts = await this.readMany(batch.map((path) => posix.join(this.folder, path)));
      batch.forEach((path, i) => {
        this.take(path, judged(texts[i]));
      });
    }
  }

  private readMany(paths: readonly string[]): Promise<(string | undefined)[]> {
    return this.files.readMany?.(paths, largestFile) ?? Promise.all(paths.map((path) => this.files.read(path, largestFile).catch(() => undefined)));
  }

  private take(path: string, got: Judged): void {
    if ('text' in got) {
      this.passed.delete(path);
      this.index.set(path, got.text);
    } else {
      this.index.delete(path);
      this.passed.set(path, got.reason);
    }
  }
}

/** What was kept, if it is whole, and made by the rules of today. */
function decoded(bytes: Uint8Array): Map<string, KnownFile> | undefined {
  try {
    return decodeIndex(bytes);
  } catch {
    // Another program's, or an older form: it is made again.
    return undefined;
  }
}
