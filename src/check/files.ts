import type { Verdict } from '../steering/checkTypes';
import { unfence } from './fence';
import type { Subject } from './subject';
import { fail, pass, unable } from './verdict';

/** A file is as it was before the run. */
export function measureUnchanged(path: string, subject: Subject): Verdict {
  const unchanged = subject.facts.unchanged(path);
  if (unchanged === undefined)
    return unable(`Whether ${path} changed is not known: there was no such file when the run began, or none that can be read as text.`);
  return unchanged ? pass(`${path} is unchanged.`) : fail(`Expected ${path} to stay as it was; it has changed.`);
}

/** Lines without the kind of their breaks, blanks at their ends, and empty ones at the end of the text. */
function linesOf(text: string): string[] {
  return text.trimEnd().split(/\r\n|\r|\n/);
}

/** The output equals a file; the kind of line breaks and blank lines at the end do not count. */
export function measureSameAs(path: string, subject: Subject): Verdict {
  const source = subject.facts.file(path);
  if (source === undefined) return unable(`${path} could not be read, so there is nothing to compare with.`);
  const wanted = linesOf(source);
  // A fence around all of it is no part of the answer, unless the file has one.
  const own = /^\s*(?:`{3}|~{3})/.test(source) ? { text: subject.text, offset: 0 } : unfence(subject.text);
  const above = own.offset ? subject.text.slice(0, own.offset).split(/\r\n|\r|\n/).length - 1 : 0;
  const found = linesOf(own.text);
  const line = wanted.findIndex((text, i) => text !== found[i]);
  const at = line >= 0 ? line : found.length > wanted.length ? wanted.length : -1;
  if (at < 0) return pass(`Is the same as ${path}.`);
  const show = (text: string | undefined): string => (text === undefined ? 'the end of the text' : text === '' ? 'an empty line' : `“${text.slice(0, 120)}”`);
  return fail(`Expected the same as ${path}; line ${above + at + 1} should be ${show(wanted[at])}, found ${show(found[at])}.`, {
    start: { line: above + at, character: 0 },
    end: { line: above + at, character: (found[at] ?? '').length },
  });
}
