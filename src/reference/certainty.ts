import { nearest } from '../steering/nearest';
import type { DocumentMentions, Mention } from './mentions';
import { isDocument, isSource, type PathForm } from './pathForm';
import { joined, type Place } from './places';

/** Files that tools look for, or that people keep for themselves. */
export const optionalName = /^(?:CLAUDE|AGENTS?|GEMINI|CRUSH|CURSOR|COPILOT|CONTEXT|VOICE|SKILL|MEMORY|TODO|NOTES|PLAN|CHANGELOG|SUMMARY|LEARNINGS)\b/i;

/** Settings of tools and of a person's machine, which stand elsewhere. */
const settingsName = /(?:^|[._-])(?:settings|keybindings|launch|mcp|config|credentials?|secrets?|preferences|local)\.(?:jsonc?|ya?ml|toml|ini)$/i;

/** What a definite description calls a thing that is there. */
const description =
  /^[`"'*]+\s+(?:\w+ )?(?:workflow|hook|script|module|helper|component|tests?|suite|file|configuration|config|template|document|guide|class|service|job|pipeline|schema|fixture|folder|directory|package)\b/i;

/** What makes a reader sure that a token is a path, and a path of this tree: how much of it is there, how it is said, and what else the document names. */
export class Certainty {
  private live?: number;
  private readonly counted = new Map<string, number>();

  constructor(
    private readonly read: DocumentMentions,
    private readonly place: Place,
  ) {}

  /** True where it is surely a path, and surely of this tree. */
  isReference(mention: Mention, depth: number, listed: string | undefined): boolean {
    const { form } = mention;
    if (mention.glob !== undefined) return form.start !== '/' && (form.segments.length > 1 ? depth > 0 : this.liveGlobs() > 1);
    if (form.start === '/')
      return (
        depth > 0 && form.segments.length > 1 && (form.file || depth > 1 || (form.folder && depth === form.segments.length - 1 && this.misspelt(form, depth)))
      );
    if (form.start === '../') return depth > form.segments.filter((name) => name === '..').length;
    if (listed !== undefined && (form.file || form.folder || form.segments.length > 1)) return true;
    const argument = mention.place === 'span-argument' || mention.place === 'fence-argument';
    if (form.segments.length === 1) return !argument ? this.singleIsPlaced(mention) : mention.program === 'cd' && form.folder;
    if (depth === 0) return false;
    // Bare words are a weaker sign than code: most of the path is there, or the document's other paths are.
    if (form.file || form.folder) return mention.place !== 'prose' || depth > 1 || depth === form.segments.length - 1 || this.livePaths() > 1;
    if (argument) return depth >= 1 && (form.start === './' || depth > 1 || mention.program === 'cd' || mention.program === 'go');
    // A path without an ending may be a branch, a route, a package: all but its last name must be there.
    if (mention.place !== 'span' || depth < form.segments.length - 1) return false;
    return (
      depth >= 2 ||
      this.kin(form) > 1 ||
      (/\b(?:in|under|inside|within|see|from|at)\s+(?:the\s+)?`$/i.test(mention.before) && /^[a-z][\w-]*$/.test(form.segments[1] as string))
    );
  }

  /** A single name is a path of here only where the text puts it somewhere. */
  private singleIsPlaced(mention: Mention): boolean {
    const { form, before, after } = mention;
    const name = form.segments[0] as string;
    if (form.start === './') return form.file || form.folder;
    if (!form.file && !form.folder) return false;
    if (name.startsWith('.') || optionalName.test(name) || (settingsName.test(name) && !/^tsconfig\./.test(name))) return false;
    if (/\bthe\s+[`*]+$/i.test(before) && description.test(after)) return true;
    if (isSource(name) && mention.place === 'span' && /[a-z][A-Z]|[_.-]|\w{7}/.test(name.slice(0, name.lastIndexOf('.'))) && this.bareNames(name) > 1)
      return true;
    if (form.folder) return /\b(?:in|inside|under|within|into)\s+(?:the\s+)?`$/i.test(before) && !/\b(?:its|their|any|each|every|a|an|your) `$/i.test(before);
    if (
      /^[`"')\]]*\s+(?:at|in|from) (?:the )?(?:repo(?:sitory)?|project|workspace|monorepo)(?:'s)?(?: root)?\b|^[`"')\]]*\s+(?:at|in|from) the root\b/i.test(
        after,
      )
    )
      return true;
    if (/\b(?:root|project|repo(?:sitory)?|project's|shared|top-level|workspace)\s+`$/i.test(before)) return true;
    if (isDocument(name))
      return /\b(?:see|read|refer to|consult|follow|check|documented in|described in|details in|described by|more in|covered in)\s+(?:also\s+)?(?:the\s+)?[`*"([]*$/i.test(
        before,
      );
    return (
      isSource(name) &&
      /\b(?:defined|implemented|declared|registered|located|configured|lives?|found|handled|centrali[sz]ed|kept|specified|exported|helpers?|utilit(?:y|ies)|functions?|types?|logic|code)\s+(?:in|from|by|at)\s+(?:the\s+)?`$/i.test(
        before,
      )
    );
  }

  /** True where the next name is a slip of one that stands there: `spec` beside `specs`. */
  private misspelt(form: PathForm, depth: number): boolean {
    const entries = this.place.index.in(form.segments.slice(0, depth).join('/'));
    return (
      nearest(
        form.segments[depth] as string,
        entries.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)),
      ) !== undefined
    );
  }

  /** How many paths without an ending the document has that are there and begin alike: `packages/web` beside `packages/core`. Counted up to two. */
  private kin(form: PathForm): number {
    const key = `${form.segments[0]}/${form.segments.length}`;
    const known = this.counted.get(key);
    if (known !== undefined) return known;
    const found = new Set<string>();
    for (const { form: other, place } of this.read.mentions) {
      if (place !== 'span' || other.file || other.segments.length !== form.segments.length || other.segments[0] !== form.segments[0]) continue;
      if (this.place.chain.some((folder) => this.place.index.isFolder(joined(folder, other.path) ?? '..'))) found.add(other.path);
      if (found.size > 1) break;
    }
    this.counted.set(key, found.size);
    return found.size;
  }

  /** How many globs of one folder the document has whose folder is there. */
  private liveGlobs(): number {
    const known =
      this.counted.get('*') ??
      this.read.mentions.filter(({ glob, form }) => glob !== undefined && form.segments.length === 1 && this.place.index.isFolder(form.path)).length;
    this.counted.set('*', known);
    return known;
  }

  /** How many files the document names without their folder, of the same ending, that are there. Counted up to two. */
  private bareNames(name: string): number {
    const ending = name.slice(name.lastIndexOf('.'));
    const known = this.counted.get(ending);
    if (known !== undefined) return known;
    const found = new Set<string>();
    for (const { form: other, place } of this.read.mentions) {
      if (place !== 'span' || other.segments.length > 1 || !other.path.endsWith(ending) || !this.place.index.named(other.path).length) continue;
      found.add(other.path);
      if (found.size > 1) break;
    }
    this.counted.set(ending, found.size);
    return found.size;
  }

  /** How many paths of more than one name the document has that are there, counted up to two. */
  private livePaths(): number {
    if (this.live === undefined) {
      this.live = 0;
      for (const { form, place } of this.read.mentions) {
        if (
          form.segments.length > 1 &&
          form.start !== '../' &&
          place !== 'fence-argument' &&
          this.place.chain.some((folder) => this.place.index.has(joined(folder, form.path) ?? '..'))
        )
          this.live++;
        if (this.live > 1) break;
      }
    }
    return this.live;
  }
}
