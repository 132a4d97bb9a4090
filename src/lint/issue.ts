import type { Tier } from '../catalog/models';
import type { Files } from '../ports';
import type { AgentsFile } from '../reference/launch';
import type { WorkspaceFacts } from '../reference/workspaceFacts';
import type { ContextDocument } from '../steering/contextTypes';
import type { FrontMatter } from '../steering/frontMatter';
import type { Kind } from '../steering/kinds';
import type { MarkdownDocument } from '../steering/markdown';
import type { Plan } from '../steering/plan';
import type { ProjectDocument } from '../steering/project';
import type { VoiceDocument } from '../steering/voice';
import type { Range, TextEdit } from '../text';

export const severities = ['error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

export interface Fix {
  title: string;
  /** Edits of the issue's own document. */
  edits: TextEdit[];
  /** It can be applied without a person looking: it changes nothing that was meant. */
  safe: boolean;
}

export interface Related {
  /** Absolute. */
  path: string;
  range: Range;
  message: string;
}

/** What a rule reports; the linter adds the rule's id and severity. */
export interface Finding {
  /** One sentence that names the thing, and one that says what to do. */
  message: string;
  range: Range;
  /** Where it is less certain than what the rule mostly finds. */
  severity?: Severity;
  fixes?: Fix[];
  related?: Related[];
}

export interface Issue {
  /** `kind/name`. */
  rule: string;
  severity: Severity;
  message: string;
  range: Range;
  fixes: Fix[];
  related?: Related[];
}

/** What rules need of the storeys beside and above them. Rules that need a fact stay silent where it is missing. */
export interface LintFacts {
  /** What one call of a stage is expected to take, by the stage's index. */
  estimate?(stageIndex: number): { inputTokens: number; outputTokens: number; usd: number } | undefined;
  /** The most tokens that every session should load with this file, imports included. */
  launchBudget?: number;
  /** When AGENTS.md is loaded: where no CLAUDE.md stands beside it (as where nothing is said), always, or never. */
  agentsFile?: AgentsFile;
  /** The model id a tier stands for; a document's own mapping goes before the person's. */
  modelFor?(tier: Tier, own: Partial<Record<Tier, string>>): string;
  /** What a stage's strategy adds to each call and what it saves, by the stage's slug; undefined where too little is on record to tell. */
  strategyWorth?(stage: string): StrategyWorth | undefined;
}

/** What a strategy is worth for each time its stage is done, in USD. */
export interface StrategyWorth {
  /** What its tokens add. */
  costUsd: number;
  /** What it spares in further tries and escalations; below 0 where there were more of them with it. */
  savesUsd: number;
  /** What that was worked out from, as a sentence for people. */
  basis: string;
}

/** One document under lint. What is read of it is read once, when a rule asks first. */
export interface Subject {
  readonly path: string;
  readonly text: string;
  readonly kind: Kind;
  readonly files: Files;
  readonly facts: LintFacts;
  readonly workspace: WorkspaceFacts;
  readonly frontMatter: FrontMatter;
  readonly markdown: MarkdownDocument;
  readonly context: ContextDocument;
  readonly voice: VoiceDocument;
  readonly project: ProjectDocument;
  plan(): Promise<Plan>;
}

export interface Rule {
  /** `kind/name`; its documentation is the page `docs/rules/kind/name.md`. */
  id: string;
  severity: Severity;
  /** A few words, as a heading. */
  title: string;
  /** Which documents it looks at. */
  kinds: readonly Kind[];
  check(subject: Subject): Finding[] | Promise<Finding[]>;
}
