import { posix } from 'node:path';
import type { ProjectDocument } from '../steering/project';
import { Certainty, optionalName } from './certainty';
import type { Departed } from './departed';
import { alternatives, doubt, isSuggestion } from './doubts';
import { Evidence } from './evidence';
import { absences, excuse, outputName } from './excuses';
import { type DocumentMentions, type Mention, readMentions } from './mentions';
import { type PathForm, pathForm, standsIn } from './pathForm';
import { Bases, depthFrom, joined, listedFolders, type Place, parent } from './places';
import type { WorkspaceFacts } from './workspaceFacts';

/** A path that a careful reader finds nothing for. */
export interface DeadPath {
  /** Offsets of exactly the path. */
  from: number;
  to: number;
  /** As written. */
  text: string;
  /** Folder it was meant from and the path it would have, both from the root. */
  base: string;
  target: string;
  /** Version control knew it. */
  known: boolean;
}

/** Why a mention is not called dead; for tests, and for whoever wonders. */
export type Verdict = { state: 'live'; at: string } | { state: 'dead'; dead: DeadPath } | { state: 'silent'; why: string };

/** Judges the paths of one document as a careful reader does: what they start from, whether that is there, and what the text says of it. */
export class PathJudge {
  readonly read: DocumentMentions;
  readonly bases: Bases;
  private readonly listed: ReturnType<typeof listedFolders>;
  private readonly certainty: Certainty;
  /** Folders that a list of a folder's contents names and that are not there, with that folder: said again below, they mean the same. */
  private readonly gone = new Map<string, string>();
  private history?: { departed: Departed; evidence: Evidence; unkept: ReadonlySet<string> };

  constructor(
    private readonly document: ProjectDocument,
    private readonly workspace: WorkspaceFacts,
    private readonly place: Place,
  ) {
    this.read = readMentions(document);
    this.bases = new Bases(document, this.read, place);
    this.listed = listedFolders(this.read, this.bases, place);
    this.certainty = new Certainty(this.read, place);
  }

  /** All mentions judged: the dead ones, the paths that the text excuses, and how many are there. */
  async all(): Promise<{ dead: DeadPath[]; excused: Set<string>; live: number }> {
    const dead: DeadPath[] = [];
    const excused = new Set<string>();
    let live = 0;
    for (const mention of this.read.mentions) {
      const verdict = await this.verdict(mention);
      if (verdict.state === 'dead') dead.push(verdict.dead);
      else if (verdict.state === 'silent' && absences.has(verdict.why)) excused.add(mention.form.path);
      else if (verdict.state === 'live' && verdict.at && (mention.form.file || mention.form.folder || mention.form.segments.length > 1)) live++;
    }
    return { dead, excused, live };
  }

  /** What becomes of one mention; in the order of the document, as what a list says counts further down. */
  async verdict(mention: Mention): Promise<Verdict> {
    const { form } = mention;
    const { index } = this.place;
    const silent = (why: string): Verdict => ({ state: 'silent', why });
    const block = mention.block === undefined ? undefined : this.read.blocks[mention.block];
    const group = mention.leads && block?.group !== undefined ? this.listed.get(block.group) : undefined;
    // What a list of one folder's contents names is meant to be in that folder, whatever has the same name elsewhere.
    const listed = group !== undefined && this.ownList(mention, group.folder) ? group.folder : undefined;
    const starts = listed === undefined ? this.starts(mention) : [...new Set([listed, ...this.place.chain])];
    if (!starts) return silent('nobody knows the folder it starts from');
    const template = this.environmentTemplate(mention);
    if (template !== undefined && !(await this.covered([joined(template, form.path)]))) {
      const dead = { from: mention.from, to: mention.to, text: form.text, base: template, target: joined(template, form.path) ?? form.path, known: false };
      return { state: 'dead', dead };
    }
    for (const folder of starts) {
      const at = joined(folder, form.path);
      if (at !== undefined && index.has(at)) return { state: 'live', at };
    }
    const { departed, evidence, unkept } = await this.past();
    const once = evidence.known(form, starts);
    // `(app)` and `[slug]` are names of folders where such are there, or were.
    if (standsIn(form) || (/[[\]()]/.test(form.path) && once === undefined && !this.isLiteral(form, starts))) return silent('a placeholder');
    if (form.segments.includes('..') && form.start !== '../') return silent('leads out of a folder nobody named');
    // An import's way of writing: the file without its ending.
    if (!form.file && !form.folder && index.hasStemAnywhere(form.path)) return silent('a file stands there without its ending');
    const elsewhere = form.start === '../' ? [] : index.basesOf(form.path);
    const again = form.folder ? this.gone.get(form.path) : undefined;
    if (elsewhere.length && listed === undefined && again === undefined) return silent('something of that name stands elsewhere');
    // In a list of a folder, a name that stands further down in it.
    if (listed !== undefined && form.segments.length === 1 && elsewhere.some((folder) => listed === '' || folder.startsWith(`${listed}/`)) && !form.folder)
      return silent('it stands deeper in the folder that is listed');
    if (again !== undefined && listed === undefined) {
      const target = joined(again, form.path) ?? form.path;
      const dead = { from: mention.from, to: mention.to, text: mention.glob ?? form.text, base: again, target, known: departed.knew(target) };
      return { state: 'dead', dead };
    }
    for (const other of alternatives(mention.before, mention.after)) if (this.stands(other, starts)) return silent('one of the alternatives is there');
    if (unkept.has(form.path) || (form.segments.length > 1 && unkept.has(form.segments[0] as string))) return silent('the name of a package');
    if (this.isSet(form)) return silent('several names in one');
    let best = this.best(starts, form, listed);
    let known = once !== undefined;
    if (once !== undefined && (listed === undefined || departed.knew(joined(listed, form.path) ?? '..')))
      best = { folder: listed ?? once, depth: depthFrom(index, listed ?? once, form.segments) };
    const single = known || listed !== undefined ? undefined : evidence.knownName(form);
    if (!best || !this.certainty.isReference(mention, best.depth, listed)) {
      if (!this.remembered(mention, known || single !== undefined, starts, departed)) return silent('it may be something else than a path of this tree');
    }
    if (single !== undefined && (form.file || !best)) {
      best = { folder: parent(single), depth: 0 };
      known = true;
    }
    if (!best) return silent('it may be something else than a path of this tree');
    const headings = (block?.headings ?? []).map((at) => this.text(at));
    const lead = (block?.parents ?? []).filter((at) => this.read.blocks[at]?.kind === 'paragraph').map((at) => this.text(at));
    const said = excuse({ before: mention.before, after: mention.after, form, place: mention.place, depth: best.depth, leads: mention.leads, headings, lead });
    if (said) return silent(said);
    const tail = form.segments.slice(best.depth);
    if (tail.some((name) => outputName.test(name)) || form.segments.some((name) => name === 'node_modules' || name === '.git')) return silent('an output');
    const target = joined(best.folder, form.path);
    if (target === undefined) return silent('above the root');
    if (await this.covered([...starts.map((folder) => joined(folder, form.path)), target])) return silent('ignored by git');
    if (form.folder && (await this.workspace.departed(this.place.root)).empties(target)) return silent('a folder that fills and empties');
    if (known && form.segments.length === 1 && isSuggestion(lead.map((text) => text.slice(-400))))
      return silent('its list is of files to make, or of examples');
    // What was there exactly was meant; what was somewhere under this name may still be said as an example.
    if (!starts.some((folder) => departed.knew(joined(folder, form.path) ?? '..'))) {
      const kin = known || evidence.kin(form, target);
      const unsure = doubt({
        before: mention.before,
        after: mention.after,
        form,
        listed: listed !== undefined,
        argument: mention.place.endsWith('argument'),
        headings: headings.map((text) => text.slice(0, 300)),
        lead: lead.map((text) => text.slice(-400)),
        title: this.isTitle(mention),
        kin,
      });
      if (unsure) return silent(unsure);
      const held = listed !== undefined && group !== undefined && group.hits >= (departed.tells ? 3 : 2);
      // What never was, in all of a history, is more often one to come, a slip of the reader, or another tree's.
      if (!held && !kin && !evidence.hasSiblings(mention, target) && (departed.tells || !this.placed(form, target)))
        return silent('nothing shows that it was ever here');
    }
    if (listed !== undefined && form.folder) this.gone.set(form.path, listed);
    return { state: 'dead', dead: { from: mention.from, to: mention.to, text: mention.glob ?? form.text, base: best.folder, target, known } };
  }

  /** History, what follows from it, and names that are no files of this tree: dependencies and submodules. */
  private async past(): Promise<{ departed: Departed; evidence: Evidence; unkept: ReadonlySet<string> }> {
    if (!this.history) {
      const departed = await this.workspace.departed(this.place.root);
      const unkept = await this.workspace.derive(`unkept ${this.place.root}`, () => this.unkept());
      this.history = { departed, evidence: new Evidence(this.place, departed, this.read.mentions), unkept };
    }
    return this.history;
  }

  private async unkept(): Promise<Set<string>> {
    const names = new Set((await this.workspace.packages(this.place.root)).flatMap(({ dependencies }) => dependencies));
    const modules = this.place.index.has('.gitmodules') ? await this.workspace.text(posix.join(this.place.root, '.gitmodules')) : undefined;
    for (const [, path] of modules?.matchAll(/^\s*path\s*=\s*(\S+)\s*$/gm) ?? []) names.add(path as string);
    return names;
  }

  /** The folder of the package that a document is of, where it sends to an `.env.example` that neither it nor a folder above has. */
  private environmentTemplate({ form, before, after, place }: Mention): string | undefined {
    const [own] = this.place.chain;
    if (
      !own ||
      place === 'prose' ||
      this.place.chain.some((folder) => this.place.index.has(joined(folder, form.path) ?? '..')) ||
      !/^\.env\.(?:example|sample|template)$/.test(form.path) ||
      !this.isPackage(own)
    )
      return undefined;
    if (/\b(?:add|create|creating|write|no|not|never|if|when|root|optional)\b|\bup to date\b/i.test(`${before.replace(/[Cc]reate `[^`]*`/g, ' ')} ${after}`))
      return undefined;
    return /\b(?:copy|use|see|from|based on|refer to|check|cp)\s+(?:the\s+)?`?$/i.test(before) ? own : undefined;
  }

  /** True where a path's folders in brackets are there as they are written. */
  private isLiteral(form: PathForm, starts: readonly string[]): boolean {
    const last = form.segments.reduce((found, name, i) => (/[[\]()]/.test(name) ? i : found), -1);
    return starts.some((folder) => depthFrom(this.place.index, folder, form.segments) > last);
  }

  /** True where something stands there that the document writes like this. */
  private stands(text: string, starts: readonly string[]): boolean {
    const form = pathForm(text);
    if (!form) return this.place.index.named(text.replace(/\/$/, '')).length > 0;
    return starts.some((folder) => this.place.index.has(joined(folder, form.path) ?? '..')) || this.place.index.basesOf(form.path, 200).length > 0;
  }

  /** `rewrite-json/yaml/xml`, `components/hooks` for two folders side by side. */
  private isSet(form: PathForm): boolean {
    if (form.file || form.folder || form.segments.length < 2) return false;
    const [first, second] = form.segments as [string, string];
    const prefix = first.slice(0, Math.max(first.lastIndexOf('-'), first.lastIndexOf('_'), first.lastIndexOf('.')) + 1);
    return (
      (prefix !== '' && this.place.index.named(prefix + second).length > 0) ||
      this.place.index.named(first).some((entry) => this.place.index.has(joined(parent(entry.path), second) ?? '..'))
    );
  }

  /** True for a block that is nothing but the path, with a fence right after it: the fence shows what to write there. */
  private isTitle(mention: Mention): boolean {
    const block = mention.block === undefined ? undefined : this.read.blocks[mention.block];
    if (!block || mention.place.endsWith('argument')) return false;
    const { text } = this.document;
    const fence = this.document.markdown.fences.find(({ from }) => from >= block.to);
    if (!fence || text.slice(block.to, fence.from).trim()) return false;
    const rest = `${text.slice(block.from, mention.from)} ${text.slice(mention.to, block.to)}`;
    return (
      rest
        .replace(/\([^)]*\)|[^\p{L}\p{N}]+/gu, ' ')
        .trim()
        .split(/\s+/)
        .filter(Boolean).length <= 3
    );
  }

  /** Without a history: all but the last name is there. */
  private placed(form: PathForm, target: string): boolean {
    return form.segments.length === 1 || this.place.index.isFolder(parent(target)) || depthFrom(this.place.index, '', target.split('/')) >= 1;
  }

  /** What once stood where a doubtful path leads was surely meant. */
  private remembered(mention: Mention, known: boolean, starts: readonly string[], departed: Departed): boolean {
    const { form } = mention;
    if (!known) return false;
    const exact = starts.some((folder) => departed.knew(joined(folder, form.path) ?? '..'));
    if (form.start === '/') return exact && form.segments.length > 1;
    if (form.segments.length > 1) return exact || form.file || (form.folder && form.start === '' && departed.endingIn(form.path).length === 1);
    if (/^\./.test(form.path) || mention.place.endsWith('argument') || optionalName.test(form.path)) return false;
    if (form.folder) return exact && form.path.length > 4 && mention.place === 'span';
    return form.file || (mention.place === 'span' && /\w\.[a-z]\w{0,6}$/.test(form.path));
  }

  /** True where git ignores one of these, or the disk has it outside the listed tree. */
  async covered(paths: readonly (string | undefined)[]): Promise<boolean> {
    for (const path of new Set(paths)) {
      if (path === undefined) continue;
      const absolute = posix.join(this.place.root, path);
      if (await this.workspace.ignored(this.place.root, absolute)) return true;
      if (await this.workspace.stat(absolute)) return true;
    }
    return false;
  }

  /** The folders a reader would start from, the likeliest first; undefined where a command has left for somewhere unknown. */
  private starts(mention: Mention): string[] | undefined {
    const { chain } = this.place;
    const { form } = mention;
    if (form.start === '/') return [''];
    const around = this.bases.of(mention.block);
    if (form.start === '../') return [...new Set([chain[0] as string, ...around])];
    if (!mention.folder) return [...new Set([...chain, ...around])];
    if (mention.folder.path === undefined) return undefined;
    if (mention.folder.path === '') return [...new Set([...chain, ...around])];
    const left = [...chain, ...around]
      .map((folder) => joined(folder, mention.folder?.path as string))
      .filter((folder) => folder !== undefined && this.place.index.isFolder(folder));
    // Lines of a fence are often alternatives, each from where people usually stand.
    return [...new Set([...(left as string[]), ...chain, ...around])];
  }

  /** A list that goes through a folder names it as its own: not what stands below a package it is about. */
  private ownList(mention: Mention, listed: string): boolean {
    return mention.form.segments.length === 1 || depthFrom(this.place.index, listed, mention.form.segments) > 0;
  }

  /** Where most of the path is there. */
  private best(starts: readonly string[], form: PathForm, listed: string | undefined): { folder: string; depth: number } | undefined {
    const { index } = this.place;
    let best: { folder: string; depth: number } | undefined;
    for (const folder of [...(listed === undefined ? [] : [listed]), ...starts]) {
      const depth = depthFrom(index, folder, form.segments);
      if (!best || depth > best.depth) best = { folder, depth };
    }
    if (best?.depth) return best;
    for (const entry of index.named(form.segments[0] as string).slice(0, 200)) {
      if (!entry.folder) continue;
      const folder = parent(entry.path);
      const depth = depthFrom(index, folder, form.segments);
      if (depth > (best?.depth ?? 0) && (depth > 1 || this.isPackage(folder))) best = { folder, depth };
    }
    return best;
  }

  private isPackage(folder: string): boolean {
    return [
      'package.json',
      'Cargo.toml',
      'pyproject.toml',
      'go.mod',
      'composer.json',
      'build.gradle',
      'build.gradle.kts',
      'Gemfile',
      'mix.exs',
      'pubspec.yaml',
    ].some((name) => this.place.index.has(joined(folder, name) ?? '..'));
  }

  private text(block: number): string {
    const { from = 0, to = 0 } = this.read.blocks[block] ?? {};
    return this.document.text.slice(from, to);
  }
}
