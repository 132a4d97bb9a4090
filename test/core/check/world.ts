import assert from 'node:assert/strict';
import { type Facts, measure, type Subject } from '../../../src/check/measure';
import { parseCheck } from '../../../src/steering/checks';
import type { Check, Verdict } from '../../../src/steering/checkTypes';
import type { OutputFormat } from '../../../src/steering/contextTypes';

const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };

export function check(text: string): Check {
  const parsed = parseCheck(text, range);
  if ('problem' in parsed) assert.fail(`${text}: ${parsed.problem.message}`);
  return parsed.check;
}

/** What checks are told of the workspace. */
export interface World {
  files?: Record<string, string>;
  changed?: Record<string, boolean>;
  costUsd?: number;
  format?: OutputFormat;
  headings?: Record<string, string[]>;
}

export function subject(text: string, world: World = {}): Subject {
  const facts: Facts = {
    file: (path) => world.files?.[path],
    exists: (path) => world.files?.[path] !== undefined,
    headingsOf: (path) => world.headings?.[path],
    unchanged: (path) => (world.changed?.[path] === undefined ? undefined : !world.changed[path]),
    costUsd: world.costUsd,
  };
  return { text, format: world.format, facts };
}

export function ask(rule: string, text: string, world?: World): Verdict {
  return measure(check(rule), subject(text, world));
}
