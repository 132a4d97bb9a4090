import type { OutputFormat } from '../steering/contextTypes';

/** What checks need to know beyond the text; read beforehand by the caller. Paths are as written in the check or the output. */
export interface Facts {
  /** The text of a schema, a file to compare with, or VOICE.md; undefined where it could not be read. See `factsNeeded`. */
  file(path: string): string | undefined;
  /** Whether something stands at a path that the output names. See `pathsMentioned`. */
  exists(path: string): boolean;
  /** The headings of a Markdown file a link leads into; undefined where nobody looked: then its anchors are not judged. */
  headingsOf?(path: string): string[] | undefined;
  /** Whether a file is as it was before the run; undefined where that is not known. */
  unchanged(path: string): boolean | undefined;
  /** USD of all attempts of the stage so far; undefined where that is not known. */
  costUsd?: number;
}

/** One output to be checked. */
export interface Subject {
  text: string;
  /** As the stage says; read as Markdown where it says nothing. */
  format?: OutputFormat;
  facts: Facts;
}
