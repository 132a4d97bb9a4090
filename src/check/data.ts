import type { Verdict } from '../steering/checkTypes';
import { readFrontMatter } from '../steering/frontMatter';
import { LineIndex, plural } from '../text';
import { unfence } from './fence';
import { wrongJsonAt } from './jsonPlace';
import type { Subject } from './subject';
import { excerpt, fail, lineAt, pass } from './verdict';

/** A JSON output as a value, or the verdict that says where it is none. One code fence around all of it is taken off. */
export function readJson(text: string): { value: unknown } | { verdict: Verdict } {
  const inner = unfence(text);
  if (!inner.text.trim()) return { verdict: fail('Expected JSON, found an empty output.') };
  try {
    return { value: JSON.parse(inner.text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const wrong = wrongJsonAt(inner.text) ?? { offset: 0, expected: 'a value' };
    const at = Math.min(inner.offset + wrong.offset, text.length);
    const index = new LineIndex(text);
    const found = wrong.offset >= inner.text.length ? 'the end of the output' : excerpt(text, at, Math.min(at + 12, text.length), 0);
    return {
      verdict: fail(
        `Expected JSON; in line ${lineAt(index, at)} ${wrong.expected} was expected, found ${found}.`,
        index.range(at, Math.min(at + 1, text.length)),
      ),
    };
  }
}

export function measureJson(subject: Subject): Verdict {
  const read = readJson(subject.text);
  if ('verdict' in read) return read.verdict;
  const { value } = read;
  return pass(Array.isArray(value) ? `Found a JSON array of ${plural(value.length, 'item')}.` : 'Found valid JSON.');
}

/**
 * The output is a YAML mapping or list. Any prose is a valid YAML text too: a single value alone therefore fails.
 * One code fence around all of it is taken off.
 */
export function measureYaml(subject: Subject): Verdict {
  const inner = unfence(subject.text);
  const body = inner.text.replace(/^﻿?(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*---[ \t]*(?:\r\n|\r|\n)/, (head) => head.replace(/---[ \t]*/, ''));
  if (!body.trim()) return fail('Expected YAML, found an empty output.');
  // The one room where YAML is parsed takes front matter: so the text is put below a key of one, one column in.
  const read = readFrontMatter(`---\nvalue:\n ${body.replace(/\r\n|\r/g, '\n').replace(/\n/g, '\n ')}\n---\n`);
  if (read.problem) {
    const index = new LineIndex(subject.text);
    const line = Math.max(0, read.problem.range.start.line - 2) + index.positionAt(inner.offset).line;
    const reason = read.problem.message.replace(/^The front matter is no valid YAML: /, '').replace(/ at line \d+, column \d+[\s\S]*$/, '');
    return fail(`Expected YAML: ${reason.replace(/\.$/, '')}, near line ${line + 1}.`, {
      start: { line, character: 0 },
      end: { line, character: index.line(line).length },
    });
  }
  const { value } = read.data;
  if (typeof value !== 'object' || value === null) return fail('Expected a YAML mapping or list, found plain text.');
  return pass(Array.isArray(value) ? `Found a YAML list of ${plural(value.length, 'item')}.` : 'Found a YAML mapping.');
}
