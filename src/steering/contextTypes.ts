import type { Tier } from '../catalog/models';
import type { Effort } from '../ports';
import type { Range } from '../text';
import type { Check } from './checkTypes';

/** Something wrong that was seen while reading. The linter gives it its severity and documentation by `rule`. */
export interface Problem {
  /** `kind/name`, as the linter's rule ids. */
  rule: string;
  message: string;
  range: Range;
  /** What was most likely meant to stand at the range. */
  instead?: string;
}

export interface Runner {
  /** As written between the parentheses; `Haiku` where nothing is written. */
  text: string;
  /** Where the stage runs first. `Opus if needed` runs on haiku. */
  tier: 'code' | Tier;
  /** `Opus if needed`: escalation is expected. */
  escalation?: Tier;
  effort?: Effort;
  range: Range;
}

/** Names as written in a comma-separated field, quotes and backticks taken off. */
export interface Name {
  text: string;
  /** Stood in quotes or backticks: no matching by single words. */
  quoted: boolean;
  range: Range;
}

export const outputFormats = ['json', 'markdown', 'text'] as const;
export type OutputFormat = (typeof outputFormats)[number];

export interface Output {
  name: string;
  nameRange: Range;
  /** As written, from the folder of the CONTEXT.md. */
  path?: string;
  pathRange?: Range;
  format?: OutputFormat;
  range: Range;
}

/** One success criterion, and the checks it was read into: none means that nothing verifies it. */
export interface Criterion {
  text: string;
  range: Range;
  checks: Check[];
}

export const fieldNames = ['Input', 'Task', 'Output', 'Success', 'Checks', 'Context', 'Budget', 'Run', 'Each', 'Variants', 'Retries', 'Advisor'] as const;
export type FieldName = (typeof fieldNames)[number];

/** One item of a stage's list. */
export interface Field {
  name: FieldName;
  /** The whole item after `Name:`, nested blocks included, indentation taken off; where it is one code span, the span's content. */
  value: string;
  nameRange: Range;
  valueRange: Range;
  /** The whole list item. */
  range: Range;
}

export interface Stage {
  /** For people; identity is `slug`. */
  number: number;
  title: string;
  slug: string;
  form: 'heading' | 'paragraph';
  runner: Runner;
  /** The heading or paragraph line. */
  headingRange: Range;
  titleRange: Range;
  /** All of it, fields included. */
  range: Range;
  fields: Field[];
  inputs: Name[];
  task: string;
  output?: Output;
  success: Criterion[];
  /** Explicit checks, then those read from Success, then those of Part 3 that fall to this stage. */
  checks: Check[];
  /** Criteria, of Success and of Part 3, that no check covers. */
  uncovered: Criterion[];
  context: { include: Name[]; exclude: Name[] };
  /** Tokens for the bundle. */
  budget?: number;
  /** Shell command of a Code stage. */
  run?: string;
  each?: { item: string; list: Name };
  /** 1 where nothing is said. */
  variants: number;
  /** How often feedback goes back to the same model; 1 where nothing is said. */
  retries: number;
  advisor: boolean;
}

export const partNames = ['specification', 'constraints', 'success criteria', 'feedback loop'] as const;
export type PartName = (typeof partNames)[number];

/** One of the four parts: its heading as written and what stands below it. */
export interface Part {
  name: PartName;
  heading: string;
  headingRange: Range;
  /** Without the heading, HTML comments taken out. */
  body: string;
  bodyRange: Range;
}

/** What the document's own cost and time section says. */
export interface Estimates {
  stages: { number: number; usd?: number; minutes?: number; range: Range }[];
  total?: { usd?: number; minutes?: number };
  /** The one-shot alternative on the dear model. */
  oneShot?: { usd?: number; minutes?: number };
  range: Range;
}

/** A CONTEXT.md as read. Never fails: what could not be read is among the problems. */
export interface ContextDocument {
  /** Absolute, with `/`. */
  path: string;
  text: string;
  title: string;
  parts: Partial<Record<PartName, Part>>;
  stages: Stage[];
  /** Declared in the front matter. */
  inputs: Map<string, string>;
  /** Tier to model id, from the front matter. */
  models: Partial<Record<Tier, string>>;
  /** The whole run's: tokens of input, USD, minutes. */
  budget: { tokens?: number; usd?: number; minutes?: number };
  estimates?: Estimates;
  problems: Problem[];
}
