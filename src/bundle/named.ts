import { posix } from 'node:path';
import { UserError } from '../ports';
import { findSection } from '../reference/namedSection';
import type { Name } from '../steering/contextTypes';
import { readFrontMatter } from '../steering/frontMatter';
import { kindOf } from '../steering/kinds';
import { MarkdownDocument } from '../steering/markdown';
import type { Plan, PlannedStage, Resolved, Source } from '../steering/plan';
import { resolvePath } from '../steering/task';
import { plural, type Range } from '../text';
import type { BundleContext, Candidate, Omitted } from './bundleTypes';
import { isItemwise, itemByItem } from './itemwise';
import { isMarkdown } from './parts';
import type { Reading } from './reading';
import { passedOverReason } from './refused';
import { cutSymbol } from './symbols';

/** One glob gives at most so many files; how many more it matched is said. */
const filesPerGlob = 200;

export interface Named {
  candidates: Candidate[];
  omitted: Omitted[];
  missing: Name[];
}

/** All that a stage names: its inputs, its `Context`, the schema and the voice it is checked against. In the order of naming. */
export async function namedSources(plan: Plan, planned: PlannedStage, context: BundleContext, reading: Reading): Promise<Named> {
  const named: Named = { candidates: [], omitted: [], missing: [] };
  const gather = new Gathering(plan, context, reading, named);
  for (const resolved of planned.inputs) {
    if (isItemwise(planned, resolved)) await gather.itemwise(resolved);
    else await gather.take(resolved, 'Input');
  }
  for (const resolved of planned.context) await gather.take(resolved, 'Context');
  gather.list(planned);
  await gather.checked(planned);
  return named;
}

/** The place in the CONTEXT.md that a message is about. */
type Place = Pick<Name, 'text' | 'range'>;

/** Steering files stand in front; those of the project only behind what all stages share, unless it turns out that they all get this one. */
function placeOf(path: string): Pick<Candidate, 'stable' | 'scoped'> {
  const kind = kindOf(path);
  return kind === 'project' ? { stable: true, scoped: true } : { stable: kind === 'voice' };
}

class Gathering {
  constructor(
    private readonly plan: Plan,
    private readonly context: BundleContext,
    private readonly reading: Reading,
    private readonly named: Named,
  ) {}

  async take({ name, source }: Resolved, field: 'Input' | 'Context'): Promise<void> {
    const reason = `named in ${field}`;
    const answer = this.context.answers.get(name.text.trim().toLowerCase());
    if (answer !== undefined && field === 'Input') return this.given(name.text.trim(), answer, 'given for this run');
    await this.guarded(name, async () => {
      switch (source.kind) {
        case 'declared':
          return this.given(source.name, source.value, 'declared in the front matter');
        case 'stage':
          return this.output(name, source.index, reason);
        case 'file':
          return this.file(name, source, reason);
        case 'glob':
          return this.glob(name, source.paths, reason);
        case 'part':
          return this.part(source.part, reason);
        case 'relevant':
          // Chosen once all else has its place.
          return;
        case 'asked':
          this.named.missing.push(name);
          return;
        case 'later':
          throw this.error(
            name.range,
            `“${name.text}” is made by stage ${this.plan.stages[source.index]?.stage.number}, which does not come before this one.`,
            'Name the output of an earlier stage.',
          );
        case 'ambiguous': {
          const numbers = source.indexes.map((index) => this.plan.stages[index]?.stage.number).join(' and ');
          throw this.error(name.range, `“${name.text}” fits the outputs of stages ${numbers}.`, 'Write the name of one of them in full.');
        }
      }
    });
  }

  /** The list of `Each`, named in Input as well: it has to be there, and is not sent whole. */
  async itemwise(resolved: Resolved): Promise<void> {
    const { candidates, omitted } = this.named;
    const before = candidates.length;
    await this.take(resolved, 'Input');
    for (const { source, heading, text } of candidates.splice(before))
      omitted.push({ source, heading, tokens: this.context.countTokens(text), reason: itemByItem, named: false });
  }

  /** The list of `Each` is not sent by itself, only its items, one by one; but without it there are none. */
  list({ list }: PlannedStage): void {
    if (!list || this.context.item || this.named.missing.some(({ text }) => text === list.name.text)) return;
    const { name, source } = list;
    const known =
      this.context.answers.has(name.text.trim().toLowerCase()) ||
      (source.kind === 'stage' ? this.context.outputs(source.index) !== undefined : source.kind !== 'asked');
    if (!known) this.named.missing.push(name);
  }

  /**
   * The schema that the answer must fit, and VOICE.md where a `voice:` check, a judge's rubric, a criterion or the task names it. VOICE.md is
   * sent to no other stage: one that analyses or checks writes nothing that has a voice. A stage that writes names it in its Input.
   */
  async checked({ stage }: PlannedStage): Promise<void> {
    const rules = stage.checks.flatMap((check) => (check.rule.kind === 'atLeast' ? check.rule.of : [check]));
    for (const { rule, range, text, negated } of rules) {
      if (rule.kind === 'voice') await this.guarded({ text, range }, () => this.path({ text, range }, rule.path, 'the voice it is checked against'));
      if (rule.kind === 'schema' && !negated)
        await this.guarded({ text, range }, () => this.path({ text, range }, rule.path, 'the schema it is checked against'));
    }
    const words = [
      stage.task,
      ...stage.success.map(({ text }) => text),
      ...stage.uncovered.map(({ text }) => text),
      ...rules.flatMap(({ rule }) => (rule.kind === 'judge' ? [rule.rubric] : [])),
    ];
    const mentioned = new Set(words.flatMap((text) => text.match(/(?<![\w./-])[\w./-]*VOICE\.md\b/g) ?? []));
    for (const path of mentioned) {
      if (!(await this.context.files.stat(resolvePath(this.plan.task, path)))) continue;
      const place = { text: path, range: stage.headingRange };
      await this.guarded(place, () => this.path(place, path, 'the voice that its task or criteria name'));
    }
  }

  private given(name: string, value: string, reason: string): void {
    this.add({
      source: `input:${name}`,
      heading: null,
      lines: null,
      text: value.replace(/\r\n?/g, '\n').trim(),
      reason,
      stable: false,
      named: true,
      markdown: false,
      whole: true,
      names: [name.toLowerCase()],
    });
  }

  private output(name: Name, index: number, reason: string): void {
    const stage = this.plan.stages[index]?.stage;
    const output = this.context.outputs(index);
    if (!stage || !output) {
      this.named.missing.push(name);
      return;
    }
    const called = stage.output?.name ?? stage.title;
    this.add({
      source: `stage:${stage.number} ${called}`,
      heading: null,
      lines: null,
      text: output.text.replace(/\r\n?/g, '\n').trim(),
      reason: `output of stage ${stage.number}, ${reason}`,
      stable: false,
      named: true,
      markdown: (output.format ?? stage.output?.format) !== 'json',
      whole: true,
      names: [called.toLowerCase(), stage.title.toLowerCase(), `stage ${stage.number}`, name.text.toLowerCase()],
    });
  }

  private async file(name: Place, source: Extract<Source, { kind: 'file' }>, reason: string): Promise<void> {
    const read = await this.reading.read(source.path);
    const shown = this.reading.sourceOf(source.path);
    if ('absent' in read) throw this.error(name.range, `“${name.text}” names the file ${shown}, which is not there.`, 'Make it, or name another.');
    if ('refused' in read) return this.leave(shown, read.refused);
    const more = { ...placeOf(source.path), named: true };
    if (source.section !== undefined) {
      const document = new MarkdownDocument(read.text, readFrontMatter(read.text).bodyFrom);
      const section = findSection(document, source.section);
      if (!section) throw this.error(name.range, `${shown} has no section “${source.section}”, or several that fit.`, 'Write its heading in full.');
      return this.add(this.reading.section(source.path, document, section, reason, more));
    }
    const whole = this.reading.whole(source.path, read.text, reason, more);
    if (source.symbol !== undefined) return this.symbol(name, { path: source.path, symbol: source.symbol, shown }, read.text, whole);
    if (!source.lines) return this.add(whole);
    const lines = read.text.replace(/\n$/, '').split('\n');
    const [from, to] = [source.lines[0], Math.min(source.lines[1], lines.length)];
    if (from < 1 || from > to)
      throw this.error(
        name.range,
        `${shown} has ${plural(lines.length, 'line')}: “${name.text}” names none of them.`,
        'Write the first and last line, from 1.',
      );
    return this.add({ ...whole, whole: false, lines: [from, to], text: lines.slice(from - 1, to).join('\n') });
  }

  /** What declares a symbol, or the section of that heading. */
  private symbol(name: Place, at: { path: string; symbol: string; shown: string }, text: string, whole: Candidate): void {
    const { path, symbol, shown } = at;
    if (isMarkdown(path)) {
      const document = new MarkdownDocument(text, readFrontMatter(text).bodyFrom);
      const section = findSection(document, symbol);
      if (!section) throw this.error(name.range, `${shown} has no section “${symbol}”, or several that fit.`, 'Write its heading in full.');
      this.add(this.reading.section(path, document, section, whole.reason, { ...placeOf(path), named: true }));
      return;
    }
    const cut = cutSymbol(path, text, symbol, shown);
    if ('what' in cut) throw this.error(name.range, cut.what, cut.todo);
    this.add({ ...whole, ...cut, whole: false, heading: symbol });
  }

  private path(place: Place, path: string, reason: string): Promise<void> {
    return this.file(place, { kind: 'file', path: resolvePath(this.plan.task, path), exists: true }, reason);
  }

  private async glob(name: Name, paths: readonly string[], reason: string): Promise<void> {
    if (!paths.length) throw this.error(name.range, `“${name.text}” matches no file.`, 'Make one, or name others.');
    const wanted = paths.flatMap((path) => {
      // A person may name the document itself; a pattern that happens to match it is not meant to send its other stages.
      const passedOver = path === this.plan.task.document.path ? 'is this very task: what concerns the stage is sent anyway' : passedOverReason(path);
      if (passedOver) this.named.omitted.push({ source: this.reading.sourceOf(path), heading: null, tokens: 0, reason: passedOver, named: false });
      return passedOver ? [] : [path];
    });
    for (const path of wanted.slice(0, filesPerGlob)) {
      const shown = this.reading.sourceOf(path);
      try {
        const read = await this.reading.read(path);
        if ('text' in read) this.add(this.reading.whole(path, read.text, `${reason} by ${name.text}`, { ...placeOf(path), named: true }));
        else this.leave(shown, 'refused' in read ? read.refused : 'is gone');
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        // The glob itself may lead out: then all of it does, and the person wrote it.
        if (/^(?:\.\.\/|\/|~)/.test(posix.normalize(name.text))) throw this.error(name.range, error.what, 'Name a path inside it.');
        this.leave(shown, 'is a link out of the workspace');
      }
    }
    const rest = wanted.length - filesPerGlob;
    if (rest > 0) this.leave(name.text, `matches ${plural(rest, 'more file')} than the ${filesPerGlob} that one pattern may give`);
  }

  /** The first three parts are in every prompt; the feedback loop is for people, and sent only where a stage names it. */
  private part(name: string, reason: string): void {
    const part = this.plan.task.document.parts['feedback loop'];
    if (name !== 'feedback loop' || !part) return;
    this.add({
      source: this.reading.sourceOf(this.plan.task.document.path),
      heading: part.heading,
      lines: [part.headingRange.start.line + 1, part.bodyRange.end.line + 1],
      text: part.body,
      reason,
      stable: false,
      named: true,
      markdown: true,
      whole: false,
      names: [],
    });
  }

  private leave(source: string, reason: string): void {
    this.named.omitted.push({ source, heading: null, tokens: 0, reason, named: true });
  }

  private add(candidate: Candidate): void {
    this.named.candidates.push(candidate);
  }

  private error(range: Range, what: string, todo: string): UserError {
    return new UserError(what, { todo, path: this.plan.task.document.path, line: range.start.line, exitCode: 2 });
  }

  /** Errors with the place of the name in the CONTEXT.md; where the bundle is only estimated, as something left out. */
  private async guarded(name: Place, take: () => void | Promise<void>): Promise<void> {
    try {
      await take();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (!this.context.lenient) throw error.details.line === undefined ? this.error(name.range, error.what, error.details.todo ?? '') : error;
      this.leave(name.text, error.what);
    }
  }
}
