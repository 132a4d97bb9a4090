import type { Files } from '../ports';
import type { Name, OutputFormat } from '../steering/contextTypes';
import type { ProjectTexts } from './projectTexts';
import type { Reading } from './reading';

/** One thing a stage is shown. */
export interface Piece {
  /** A path from the workspace with `/`, or `stage:2 Outline`, `input:Blog topic`. */
  source: string;
  /** The section's heading; null where it is more or other than one section. */
  heading: string | null;
  /** First and last line in the source file, from 1; null where it is no file. */
  lines: [from: number, to: number] | null;
  /** Only headings or first lines: the whole did not fit. */
  outline: boolean;
  /** Of the piece as it is sent, tags included. */
  tokens: number;
  /** Why it is in, for a person. */
  reason: string;
  text: string;
  /** All of its file, output or input: no section, no lines of it. */
  whole: boolean;
  /**
   * Project files and VOICE.md: the same for every stage that gets them, so they belong into the cached prefix.
   * Everything else changes from stage to stage.
   */
  stable: boolean;
  /** Stable, but only some stages get it (a rule with `paths:`, a project file that the stage names): it stands behind what all stages share. */
  scoped?: boolean;
  /** Of a strategy: the hash of its text, by which evidence knows it. */
  strategy?: string;
}

/** One thing a stage is not shown, and why. */
export interface Omitted {
  source: string;
  heading: string | null;
  /** What it would have taken; 0 where it was never read. */
  tokens: number;
  reason: string;
  /** The stage asked for it by name: it will work without something it was meant to see. */
  named: boolean;
}

/** Something that looks like a secret and that nobody decided to send. The value itself is never told. */
export interface SecretFinding {
  /** As of a piece: a path from the workspace, `input:…`, `stage:…`. */
  source: string;
  /** Absolute, where it stands in a file. */
  path?: string;
  /** From 1, in the file or text. */
  line: number;
  /** With its article: "an AWS access key". */
  kind: string;
  /** Of kind and value: how a decision about it is remembered. */
  hash: string;
}

/** What one stage is shown: stable pieces first, changing ones last. The same input gives the same bundle, byte for byte. */
export interface Bundle {
  /** The stage's number as written. */
  stage: number;
  /** Tokens that `pieces` may take together; `tokens` is what they take, never more. */
  budget: number;
  tokens: number;
  pieces: Piece[];
  omitted: Omitted[];
  /** Inputs that nobody answered yet, and earlier outputs that do not exist yet. */
  missing: Name[];
  /** What keeps the stage from being sent: each is in a piece that was left out for it. */
  secrets: SecretFinding[];
}

/** What a bundle is made of, besides the plan. */
export interface BundleContext {
  files: Files;
  /** What was read for other bundles at the same moment. Each reads for itself where nothing is said. */
  reading?: Reading;
  countTokens: (text: string) => number;
  /** The output of an earlier stage, by its index in the plan; undefined where there is none yet. */
  outputs: (index: number) => { text: string; format?: OutputFormat } | undefined;
  /** What the person gave, by lower-case name. Goes before everything else of that name. */
  answers: ReadonlyMap<string, string>;
  /** Tokens, said for this very bundle: goes before every other budget. */
  budget?: number;
  /** Tokens, from settings: where neither stage nor document says anything. */
  defaultBudget?: number;
  /** File names beside ARCHITECTURE.md and PATTERNS.md that hold background, from settings. */
  background?: readonly string[];
  /** The model's context window. */
  windowTokens: number;
  /** The item an `Each` stage works on: background is ranked by it too. */
  item?: { name: string; value: string };
  /** The project's own files, for a stage that asks for relevant code; by the workspace's folder. Without it the bundle says that nobody looked. */
  project?: (workspace: string) => Pick<ProjectTexts, 'find'>;
  /** A strategy to try in place of the one that is kept; with an empty body, none at all. */
  strategy?: { body: string };
  /** From settings: stages that say nothing of relevant code get some, too. */
  relevantCode?: boolean;
  /** Hashes of secrets that the person decided to send; `all` for what is sent to nobody. None where nothing is said. */
  allowedSecrets?: ReadonlySet<string> | 'all';
  /** Say what can't be had in `omitted` instead of failing: for estimates. */
  lenient?: boolean;
}

/** Something that could become a piece. */
export interface Candidate {
  source: string;
  /** Absolute path, for files. */
  path?: string;
  heading: string | null;
  lines: [from: number, to: number] | null;
  text: string;
  reason: string;
  stable: boolean;
  scoped?: boolean;
  /** As of a piece. */
  strategy?: string;
  named: boolean;
  markdown: boolean;
  /** All of its file, or of an output or input: no section, no lines. */
  whole: boolean;
  /** Lower-case names that `Context: not …` knows it by, besides its path; of a background section, the headings above it. */
  names: string[];
}
