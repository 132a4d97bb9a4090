import type { Verdict } from '../steering/checkTypes';
import { readYaml } from '../steering/frontMatter';
import { LineIndex, lineRange, plural } from '../text';
import { unfence } from './fence';
import { wrongJsonAt } from './jsonPlace';
import type { Subject } from './subject';
import { cut, excerpt, fail, lineAt, pass, unable } from './verdict';

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
    const line = lineAt(index, at);
    const lineEnd = Math.max(at + 1, index.startOf(line - 1) + index.line(line - 1).length);
    const found = wrong.offset >= inner.text.length ? 'the end of the output' : excerpt(text, at, Math.min(at + 12, lineEnd), 0);
    return {
      verdict: fail(
        `Expected JSON; in line ${line} ${wrong.expected} was expected, found ${found}.${wrapped(text) ? ' There is JSON in a code block: nothing may stand around it.' : ''}`,
        index.range(at, Math.min(at + 1, text.length)),
      ),
    };
  }
}

/** The output holds JSON in a code block, among other things: models like to say what they did. */
function wrapped(text: string): boolean {
  const block = /^`{3,}(?:json)?[ \t]*\r?\n([\s\S]*?)^`{3,}[ \t]*$/m.exec(text)?.[1];
  return block?.trim() !== undefined && /^\s*[[{]/.test(block) && wrongJsonAt(block) === undefined;
}

export function measureJson(subject: Subject): Verdict {
  const read = readJson(subject.text);
  if ('verdict' in read) return read.verdict;
  const { value } = read;
  return pass(Array.isArray(value) ? `Found a JSON array of ${plural(value.length, 'item')}.` : 'Found valid JSON.');
}

/**
 * The output is YAML, each of its documents a mapping or list. Any prose is a valid YAML text too: a single value alone therefore fails.
 * One code fence around all of it is taken off.
 */
export function measureYaml(subject: Subject): Verdict {
  const inner = unfence(subject.text);
  if (!inner.text.trim()) return fail('Expected YAML, found an empty output.');
  const read = readYaml(inner.text);
  if ('message' in read) {
    const reason = read.message.replace(/\.$/, '').slice(0, 200);
    if (read.refused) return unable(`The output cannot be checked as YAML: ${reason}.`);
    const index = new LineIndex(subject.text);
    const at = Math.min(inner.offset + read.offset, inner.offset + inner.text.trimEnd().length);
    const line = lineAt(index, at);
    return fail(`Expected YAML; in line ${line}: ${reason}; found ${excerpt(subject.text, at, at, 40)}.`, lineRange(index, line - 1));
  }
  const documents = read.values.filter((value) => value !== null && value !== undefined);
  if (!documents.length) return fail('Expected a YAML mapping or list, found only comments.');
  const plain = documents.find((value) => typeof value !== 'object');
  if (plain !== undefined) return fail(`Expected a YAML mapping or list, found plain text: “${cut(String(plain))}”.`);
  const [value] = documents;
  if (documents.length > 1) return pass(`Found ${documents.length} YAML documents.`);
  return pass(Array.isArray(value) ? `Found a YAML list of ${plural(value.length, 'item')}.` : 'Found a YAML mapping.');
}
