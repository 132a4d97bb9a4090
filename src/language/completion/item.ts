import type { Range } from '../../text';

/** What a completion stands for: the editor chooses its icon by it. */
export type CompletionKind =
  | 'runner'
  | 'effort'
  | 'field'
  | 'check'
  | 'output'
  | 'stage'
  | 'input'
  | 'part'
  | 'file'
  | 'folder'
  | 'heading'
  | 'command'
  | 'format'
  | 'key'
  | 'model'
  | 'rule';

/** One completion, as data. */
export interface Completion {
  /** What the list shows, and what is put in where `insert` says nothing else. */
  label: string;
  kind: CompletionKind;
  /** Replaced by `insert`; on the cursor's line, around the cursor. */
  range: Range;
  insert: string;
  /** `insert` is a snippet: see snippet.ts. */
  snippet?: boolean;
  /** A few words beside the label. */
  detail?: string;
  /** Markdown; our own words, or others' made harmless. */
  documentation?: string;
  /** Where it stands in the list: lower is higher. */
  rank: number;
  /** What is typed is compared with this, where not with the label. */
  filter?: string;
  /** More can be completed once it is put in. */
  retrigger?: boolean;
}

export interface Completions {
  items: Completion[];
  /** True where there are more than are told: ask again as more is typed. */
  incomplete: boolean;
}
