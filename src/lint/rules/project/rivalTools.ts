import type { ProjectDocument } from '../../../steering/project';
import type { Finding, Rule } from '../../issue';
import { companionsOf } from './companions';
import { short } from './repeatedInstruction';
import { conditional, type Statement, statementsOf } from './statements';

/** What does the same job, so that a project has one of each. */
const rivals: readonly { job: string; tools: readonly string[] }[] = [
  { job: 'package manager', tools: ['npm', 'pnpm', 'yarn', 'bun'] },
  { job: 'Python package manager', tools: ['pip', 'uv', 'poetry', 'pipenv', 'conda'] },
  { job: 'test runner', tools: ['jest', 'vitest', 'mocha', 'ava'] },
  { job: 'indentation', tools: ['tabs', 'spaces', '2 spaces', '4 spaces', 'two spaces', 'four spaces'] },
  { job: 'kind of quotes', tools: ['single quotes', 'double quotes'] },
];

const names = rivals.flatMap(({ tools }) => tools).sort((a, b) => b.length - a.length);
const tool = `(${names.join('|')})`;
const scope =
  '(?: (?:as (?:the|our|your|its) package manager|for (?:all )?(?:package management|(?:managing )?dependencies|(?:package )?installs?|everything|all (?:scripts|commands)|testing|(?:all )?(?:unit )?tests|indentation|(?:all )?strings)))';
/** The whole sentence says which tool to use, and nothing else but which not to. */
const chosen = new RegExp(
  `^(?:please )?(?:you must |we |always |only |exclusively |this project )*uses? ${tool}(?: (?:only|exclusively|always))?${scope}?(?:[,;]? ?\\(?(?:and )?(?:not|never|instead of|rather than|over|don't use|do not use) ([\\w ,/]{2,40})\\)?)?$`,
);
/** Commands of a package manager that another one would be asked for. */
const everyday = /^(npm|pnpm|yarn|bun)[ \t]+(?:install|i|ci|add|run|test|start|remove|update)\b/;
const turned = /\b(?:don'?t|do not|never|avoid|instead|not|wrong|bad|legacy|deprecated|old|formerly|migrat\w*|replac\w*)\b|❌|✗|🚫/i;

/** More ways to say it than any document has. */
const mostChoices = 100;

interface Choice {
  job: string;
  tool: string;
  against: readonly string[];
  statement: Statement;
  document: ProjectDocument;
}

export const rivalToolsRule: Rule = {
  id: 'project/rival-tools',
  severity: 'warning',
  title: 'Two tools for one job',
  kinds: ['project'],
  async check(subject) {
    const own = choicesIn(subject.project);
    const known = [...(await companionsOf(subject)).flatMap(choicesIn), ...own];
    const findings: Finding[] = [];
    // The first of each tool and scope is enough to compare with.
    const firsts = new Map<string, Choice>();
    for (const choice of known) {
      const rival = [...firsts.values()].find((other) => other.job === choice.job && differ(other.tool, choice.tool) && sameScope(other, choice));
      const key = `${choice.tool}\n${choice.against.join()}\n${choice.document.path}\n${scopeOf(choice)}`;
      if (!firsts.has(key) && firsts.size < mostChoices) firsts.set(key, choice);
      if (!rival || choice.document !== subject.project) continue;
      const place = rival.document.markdown.range(rival.statement.from, rival.statement.to);
      findings.push({
        message: `“${short(choice.statement.text)}” stands against “${short(rival.statement.text)}”: name one ${choice.job}, or say where each is used.`,
        range: subject.markdown.range(choice.statement.from, choice.statement.to),
        related: [{ path: rival.document.path, range: place, message: 'The other is asked for here.' }],
      });
    }
    const ruledOut = new Map<string, { choice: Choice; places: { from: number; to: number }[] }>();
    for (const { runner, from, to, around } of commandsIn(subject.project)) {
      const choice = [...firsts.values()].find(({ job, against }) => job === 'package manager' && against.includes(runner));
      if (!choice || turned.test(around.replace(choice.statement.text, ''))) continue;
      const known = ruledOut.get(runner) ?? { choice, places: [] };
      known.places.push({ from, to });
      ruledOut.set(runner, known);
    }
    // A tool is one mistake, however often its commands are written.
    for (const [runner, { choice, places }] of ruledOut) {
      const [first, ...more] = places.sort((a, b) => a.from - b.from);
      if (!first) continue;
      const place = choice.document.markdown.range(choice.statement.from, choice.statement.to);
      const others = more.length ? `, as in ${more.length} more ${more.length > 1 ? 'places' : 'place'}` : '';
      findings.push({
        message: `\`${short(subject.text.slice(first.from, first.to))}\` is a command of ${runner}, which “${short(choice.statement.text)}” rules out${others}: write it for ${choice.tool}.`,
        range: subject.markdown.range(first.from, first.to),
        related: [
          { path: choice.document.path, range: place, message: `${choice.tool} is asked for here.` },
          ...more.map(({ from, to }) => ({
            path: subject.path,
            range: subject.markdown.range(from, to),
            message: `\`${short(subject.text.slice(from, to))}\` stands here.`,
          })),
        ],
      });
    }
    return findings;
  },
};

function choicesIn(document: ProjectDocument): Choice[] {
  return statementsOf(document).flatMap((statement) => {
    const match = chosen.exec(statement.normal);
    if (!match || conditional.test(statement.normal.replace(/\b(?:only|instead)\b/g, ''))) return [];
    const [, name = '', others = ''] = match;
    const job = rivals.find(({ tools }) => tools.includes(name))?.job ?? '';
    return [{ job, tool: name, against: others.split(/[\s,/]+(?:or\s+|and\s+)?/).filter((other) => other !== name), statement, document }];
  });
}

/** "2 spaces" and "spaces" agree. */
function differ(a: string, b: string): boolean {
  return a !== b && !a.endsWith(` ${b}`) && !b.endsWith(` ${a}`);
}

/** Below different headings of one document each may hold for its own part (a language, a package); what stands above all headings holds for all. */
function sameScope(a: Choice, b: Choice): boolean {
  return a.document !== b.document || scopeOf(a) === scopeOf(b);
}

function scopeOf({ statement }: Choice): string {
  return statement.headings.slice(1).join('\n');
}

interface RunnerCommand {
  runner: string;
  from: number;
  to: number;
  /** What may say that it is an example of what not to do: its sentence, or the lines above it in its fence. */
  around: string;
}

/** Everyday commands of package managers, in code spans and in fences. */
function commandsIn({ spans, markdown, text }: ProjectDocument): RunnerCommand[] {
  const found = spans.flatMap(({ text: code, from, sentence }) => {
    const match = everyday.exec(code);
    return match ? [{ runner: match[1] as string, from, to: from + match[0].length, around: sentence }] : [];
  });
  for (const fence of markdown.fences) {
    let from = fence.from;
    for (const line of text.slice(fence.from, fence.to).split('\n')) {
      const start = from + (/^[ \t]*(?:\$ )?/.exec(line)?.[0].length ?? 0);
      const match = everyday.exec(text.slice(start, from + line.length));
      if (match)
        found.push({
          runner: match[1] as string,
          from: start,
          to: start + match[0].length,
          around: text
            .slice(Math.max(0, fence.from - 200, from - 600), from + line.length)
            .split('\n')
            .slice(-4)
            .join('\n'),
        });
      from += line.length + 1;
    }
  }
  return found;
}
