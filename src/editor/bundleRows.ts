import { posix } from 'node:path';
import type { Bundle, Omitted, Piece } from '../bundle/bundleTypes';
import { excludedBy } from '../bundle/exclusions';
import type { Name } from '../steering/contextTypes';
import type { Plan, PlannedStage, Resolved } from '../steering/plan';

/** What can be done about a row of a bundle's table, by changing `Context:` of its stage. */
export type RowAction = 'pin' | 'unpin' | 'leaveOut' | 'takeBack';

export interface Offer {
  action: RowAction;
  /** What is written to `Context:`, or taken from it. */
  name: string;
  /** The words in the table. */
  label: string;
  /** What happens, for the mouse. */
  title: string;
  /** The name in `Input` that leaving it out would contradict. */
  contradicts?: Name;
}

/** One row: a piece that is in, something that was left out, or an input that is not there yet. */
export interface BundleRow {
  /** The same for the same thing in every bundle of the stage. */
  id: string;
  kind: 'piece' | 'omitted' | 'missing';
  source: string;
  heading: string | null;
  lines: [from: number, to: number] | null;
  outline: boolean;
  tokens: number;
  reason: string;
  /** Where it can be read: a file, and its lines where that is a part of it; absolute, lines from 1. */
  place?: { path: string; lines: [from: number, to: number] | null };
  offers: Offer[];
}

/** The rows of a bundle, in the order of its pieces, with what can be done about each. */
export function bundleRows(plan: Plan, index: number, bundle: Bundle): BundleRow[] {
  const planned = plan.stages[index];
  if (!planned) return [];
  const rows = new Rows(plan, planned);
  return [
    ...bundle.pieces.map((piece) => rows.piece(piece)),
    ...bundle.omitted.map((omitted) => rows.omitted(omitted)),
    ...bundle.missing.map((name) => rows.missing(name)),
  ];
}

class Rows {
  constructor(
    private readonly plan: Plan,
    private readonly planned: PlannedStage,
  ) {}

  piece(piece: Piece): BundleRow {
    const { source, heading, outline, tokens, reason } = piece;
    // Opened with all of it selected, a whole file would be in danger at the next key.
    const lines = piece.whole ? null : piece.lines;
    const path = this.fileOf(source);
    const row = { id: idOf('piece', source, heading, lines), kind: 'piece' as const, source, heading, lines, outline, tokens, reason };
    const part = piece.whole ? '' : heading !== null ? `#${heading}` : lines ? `:${lines[0]}-${lines[1]}` : '';
    return { ...row, place: this.placeOf(source, path, lines), offers: path === undefined ? this.ofSource(source) : this.ofPiece(path, part) };
  }

  omitted({ source, heading, tokens, reason, named }: Omitted): BundleRow {
    const path = this.fileOf(source);
    const row = { id: idOf('omitted', source, heading, null), kind: 'omitted' as const, source, heading, lines: null, outline: false, tokens, reason };
    return { ...row, place: this.placeOf(source, path, null), offers: path === undefined ? [] : this.ofOmitted(path, heading, tokens, named) };
  }

  missing(name: Name): BundleRow {
    const line = name.range.start.line + 1;
    return {
      id: idOf('missing', name.text, null, null),
      kind: 'missing',
      source: name.text,
      heading: null,
      lines: null,
      outline: false,
      tokens: 0,
      reason: 'asked for when the stage is run, or made by an earlier stage',
      place: { path: this.plan.task.document.path, lines: [line, line] },
      offers: [],
    };
  }

  private ofPiece(path: string, part: string): Offer[] {
    const name = this.nameOf(path);
    if (name === undefined) return [];
    const input = this.planned.inputs.find((each) => leadsTo(each, path));
    const context = this.planned.context.find((each) => leadsTo(each, path));
    const left = part.startsWith('#') ? name + part : name;
    const leaveOut = { action: 'leaveOut' as const, name: left, label: 'leave out', title: `Write “not ${left}” into Context of the stage` };
    if (input) return [{ ...leaveOut, contradicts: input.name }];
    if (context) return [unpin(context.name), ...(context.name.text === left ? [] : [leaveOut])];
    return [{ action: 'pin', name: name + part, label: 'pin', title: `Write “${name}${part}” into Context of the stage: it is then always in` }, leaveOut];
  }

  /** Outputs and answers are in because the stage names them. */
  private ofSource(source: string): Offer[] {
    const number = /^stage:(\d+) /.exec(source)?.[1];
    const own = ({ source: known, name }: Resolved) =>
      number === undefined
        ? source === `input:${known.kind === 'declared' ? known.name : name.text.trim()}`
        : known.kind === 'stage' && this.plan.stages[known.index]?.stage.number === Number(number);
    const context = this.planned.inputs.some(own) ? undefined : this.planned.context.find(own);
    return context ? [unpin(context.name)] : [];
  }

  private ofOmitted(path: string, heading: string | null, tokens: number, named: boolean): Offer[] {
    const { exclude } = this.planned.stage.context;
    const candidate = { path, heading, source: '', lines: null, text: '', reason: '', stable: false, named, markdown: true, whole: heading === null };
    const own = exclude.find((each) => excludedBy(each, { ...candidate, names: heading === null ? [] : [heading] }, this.plan.task));
    if (own) return [{ action: 'takeBack', name: own.text, label: 'take back', title: `Take “not ${own.text}” off Context of the stage` }];
    const context = this.planned.context.find((each) => leadsTo(each, path));
    if (context) return [unpin(context.name)];
    const name = this.nameOf(path);
    // What was refused or never read would be no more in for being named.
    if (named || tokens === 0 || name === undefined) return [];
    const whole = heading === null ? name : `${name}#${heading}`;
    return [{ action: 'pin', name: whole, label: 'pin', title: `Write “${whole}” into Context of the stage: it is then always in` }];
  }

  /** What a file is called in the document; undefined where it can't be, as `#` begins the name of a section. */
  private nameOf(path: string): string | undefined {
    const name = posix.relative(this.plan.task.folder, path);
    return name && !name.includes('#') ? name : undefined;
  }

  private fileOf(source: string): string | undefined {
    return /^(?:stage|input):/.test(source) ? undefined : posix.resolve(this.plan.task.workspace, source);
  }

  private placeOf(source: string, path: string | undefined, lines: [number, number] | null): BundleRow['place'] {
    if (path !== undefined) return { path, lines };
    const number = /^stage:(\d+) /.exec(source)?.[1];
    const stage = number === undefined ? this.planned.stage : this.plan.stages.find((each) => each.stage.number === Number(number))?.stage;
    const range = number === undefined ? stage?.fields.find(({ name }) => name === 'Input')?.range : stage?.range;
    return range && { path: this.plan.task.document.path, lines: [range.start.line + 1, range.end.line + 1] };
  }
}

function leadsTo({ source }: Resolved, path: string): boolean {
  return (source.kind === 'file' && source.path === path) || (source.kind === 'glob' && source.paths.includes(path));
}

function unpin({ text }: Name): Offer {
  return { action: 'unpin', name: text, label: 'unpin', title: `Take “${text}” off Context of the stage` };
}

function idOf(kind: string, source: string, heading: string | null, lines: readonly number[] | null): string {
  return JSON.stringify([kind, source, heading, lines]);
}
