import { posix } from 'node:path';
import type { Check } from '../../../steering/checkTypes';
import type { Stage } from '../../../steering/contextTypes';
import { scriptFiles } from '../../../steering/scriptFiles';
import type { Range } from '../../../text';
import type { Finding, Rule, Subject } from '../../issue';
import { nearestFile } from '../reference/lookup';
import { outside, writers } from './reads';

export const missingScriptRule: Rule = {
  id: 'context/missing-script',
  severity: 'error',
  title: 'A script to run does not exist',
  kinds: ['context'],
  async check(subject) {
    const findings: Finding[] = [];
    const folder = posix.dirname(subject.path);
    const { stages } = subject.context;
    const written = writers(subject);
    for (const [index, stage] of stages.entries()) {
      for (const { command, range, who } of commandsOf(stage)) {
        for (const { path } of scriptFiles(command)) {
          const relative = posix.normalize(path);
          // What a stage writes itself is there when its checks run.
          const by = written.get(relative) ?? Number.POSITIVE_INFINITY;
          if (by < index || (by === index && who === 'check') || mentioned(stages.slice(0, index), relative)) continue;
          if (
            (await subject.workspace.stat(posix.resolve(folder, relative))) ||
            (await outside(subject, relative)) ||
            (await isIgnored(subject, folder, relative))
          )
            continue;
          const near = await nearestFile(subject, folder, relative);
          const place = placeOf(subject, range, path);
          const newText = near && (path.startsWith('./') && !near.startsWith('.') ? `./${near}` : near);
          findings.push({
            message: `${path}, which this ${who} runs, does not exist. ${near ? `Did you mean ${near}?` : 'Correct the path, or make the file.'}`,
            range: place ?? range,
            fixes: newText && place ? [{ title: `Run ${near}`, edits: [{ range: place, newText }], safe: false }] : [],
          });
        }
      }
    }
    return findings;
  },
};

function commandsOf(stage: Stage): { command: string; range: Range; who: 'stage' | 'check' }[] {
  const field = stage.fields.find(({ name }) => name === 'Run');
  const below = (check: Check): Check[] => (check.rule.kind === 'atLeast' ? check.rule.of.flatMap(below) : [check]);
  return [
    ...(stage.run && field ? [{ command: stage.run, range: field.valueRange, who: 'stage' as const }] : []),
    ...stage.checks.flatMap(below).flatMap(({ rule, range }) => (rule.kind === 'command' ? [{ command: rule.command, range, who: 'check' as const }] : [])),
  ];
}

/** An earlier stage says its name, or the folder's: it may well make it. */
function mentioned(stages: readonly Stage[], path: string): boolean {
  const folder = posix.dirname(path);
  return stages.some(({ run = '', task, output }) =>
    [run, task, output?.path ?? ''].some((text) => text.includes(posix.basename(path)) || (folder !== '.' && text.includes(`${folder}/`) && text !== run)),
  );
}

async function isIgnored(subject: Subject, folder: string, relative: string): Promise<boolean> {
  const root = await subject.workspace.root(folder);
  return subject.workspace.ignored(root, posix.resolve(folder, relative));
}

function placeOf({ markdown, text }: Subject, range: Range, path: string): Range | undefined {
  const from = markdown.index.offsetAt(range.start);
  const at = text.slice(from, markdown.index.offsetAt(range.end)).indexOf(path);
  return at < 0 ? undefined : markdown.range(from + at, from + at + path.length);
}
