import type { Range } from '../text';

export const measures = ['words', 'characters', 'lines', 'tokens', 'items', 'headings', 'links'] as const;
export type Measure = (typeof measures)[number];

/** One thing to verify about an output, as parsed. Paths are as written, resolved from the folder of the CONTEXT.md by whoever reads them. */
export type CheckRule =
  /** Inclusive bounds; at least one is there. */
  | { kind: 'count'; measure: Measure; min?: number; max?: number }
  /** Literal, exact case; each term must be there. */
  | { kind: 'contains'; terms: string[] }
  /** Whole words, any case; none may be there. */
  | { kind: 'excludes'; terms: string[] }
  | { kind: 'matches'; pattern: string; flags: string }
  | { kind: 'json' }
  | { kind: 'yaml' }
  | { kind: 'schema'; path: string }
  | { kind: 'sections'; names: string[] }
  | { kind: 'linksResolve' }
  | { kind: 'pathsExist' }
  | { kind: 'unchanged'; path: string }
  | { kind: 'sameAs'; path: string }
  | { kind: 'command'; command: string }
  | { kind: 'voice'; path: string }
  /** A judge's rating of at least `min` of `of`. */
  | { kind: 'judge'; rubric: string; min: number; of: number }
  /** USD of all the attempts of this stage. */
  | { kind: 'cost'; max: number }
  /** At least so many of the nested checks; `any of:` is 1. */
  | { kind: 'atLeast'; count: number; of: Check[] };

export type CheckKind = CheckRule['kind'];

export interface Check {
  /** As written, without `not` and `should`; what verdicts and the plan show. */
  text: string;
  rule: CheckRule;
  /** Written `not …`: passes where the rule fails. */
  negated: boolean;
  /** `should`: reported, does not fail the stage. */
  level: 'must' | 'should';
  /** Said in Checks, or read out of Success. */
  source: 'checks' | 'success';
  range: Range;
}

/** What a check answers. `error` means it could not be run, which is no pass. */
export interface Verdict {
  status: 'pass' | 'fail' | 'error';
  /** For a person and a model: expected, found, and where in the output. */
  message: string;
  /** Where in the output, where there is one place. */
  range?: Range;
}
