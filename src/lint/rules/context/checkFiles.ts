import { posix } from 'node:path';
import type { Check } from '../../../steering/checkTypes';
import { schemaProblem } from '../../../steering/schemaShape';
import type { Finding, Rule, Subject } from '../../issue';
import { nearestFile } from '../reference/lookup';
import { outside, writers } from './reads';

interface CheckFile {
  check: Check;
  path: string;
  absolute: string;
}

/** The files that checks measure by, those nested in groups too. `unchanged` may name what is not there yet. */
function filesOf(subject: Subject, kinds: readonly Check['rule']['kind'][]): CheckFile[] {
  const folder = posix.dirname(subject.path);
  const below = (check: Check): Check[] => (check.rule.kind === 'atLeast' ? check.rule.of.flatMap(below) : [check]);
  return subject.context.stages
    .flatMap(({ checks }) => checks.flatMap(below))
    .flatMap((check) =>
      'path' in check.rule && kinds.includes(check.rule.kind) ? [{ check, path: check.rule.path, absolute: posix.resolve(folder, check.rule.path) }] : [],
    );
}

export const missingCheckFileRule: Rule = {
  id: 'context/missing-check-file',
  severity: 'error',
  title: 'A check by a file that does not exist',
  kinds: ['context'],
  async check(subject) {
    const findings: Finding[] = [];
    const folder = posix.dirname(subject.path);
    const written = writers(subject);
    for (const { check, path, absolute } of filesOf(subject, ['schema', 'voice', 'sameAs'])) {
      const relative = posix.relative(folder, absolute);
      if (written.has(relative) || (await subject.workspace.stat(absolute))?.kind === 'file' || (await outside(subject, relative))) continue;
      const near = await nearestFile(subject, folder, relative);
      const edit = near && replacement(subject, check, path, near);
      findings.push({
        message: `This check measures by ${path}, which does not exist, so that it can only end in an error. ${near ? `Did you mean ${near}?` : 'Correct the name, or make the file.'}`,
        range: check.range,
        fixes: near && edit ? [{ title: `Measure by ${near}`, edits: [edit], safe: false }] : [],
      });
    }
    return findings;
  },
};

function replacement({ markdown, text }: Subject, { range }: Check, path: string, near: string) {
  const from = markdown.index.offsetAt(range.start);
  const at = text.slice(from, markdown.index.offsetAt(range.end)).indexOf(path);
  return at < 0 ? undefined : { range: markdown.range(from + at, from + at + path.length), newText: near };
}

export const badSchemaRule: Rule = {
  id: 'context/bad-schema',
  severity: 'error',
  title: 'A schema that is no JSON schema',
  kinds: ['context'],
  async check(subject) {
    const findings: Finding[] = [];
    const known = new Map<string, string | undefined>();
    for (const { check, path, absolute } of filesOf(subject, ['schema'])) {
      if (!known.has(absolute)) known.set(absolute, await problemOf(subject, absolute));
      const problem = known.get(absolute);
      if (problem) findings.push({ message: `${path} ${problem}. Correct the file, or name another one.`, range: check.range });
    }
    return findings;
  },
};

async function problemOf(subject: Subject, absolute: string): Promise<string | undefined> {
  const folder = posix.dirname(subject.path);
  if ((await subject.workspace.stat(absolute))?.kind !== 'file' || (await outside(subject, posix.relative(folder, absolute)))) return undefined;
  const text = await subject.files.read(absolute).catch(() => undefined);
  return text === undefined ? undefined : schemaProblem(text);
}
