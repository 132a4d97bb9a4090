import { posix } from 'node:path';
import { LineIndex, type Range } from '../text';
import { lessonWords, likeness, sharedPart } from './likeness';
import type { Task } from './task';

/**
 * The playbook of a task: small lessons learnt from its runs, one list item each, in `.haiku/strategies/<task>/playbook.md`. After ACE
 * (arXiv 2510.04618): lessons are added, merged and counted one by one and never rewritten as a whole, so that no detail wears away. A person can edit
 * or delete any line; what they write without brackets is a lesson too.
 */
export interface Bullet {
  /** Short and unique in the file; '' for one that a person wrote without. */
  id: string;
  text: string;
  /** Slugs of the stages it is for; all where there are none. */
  stages: string[];
  /** How often a look at runs found that it helped, and that it did harm. */
  helpful: number;
  harmful: number;
  /** The run it was learnt from, and in a few words from what; '' where a person wrote it. */
  origin: string;
  /** From 0. */
  line: number;
}

export interface Playbook {
  text: string;
  bullets: Bullet[];
  /** Lines of the list that could not be read as they were meant. */
  problems: { message: string; range: Range }[];
}

export function playbookPath(task: Pick<Task, 'haikuFolder' | 'slug'>): string {
  return posix.join(task.haikuFolder, 'strategies', task.slug, 'playbook.md');
}

/** What an empty playbook begins with. */
export const playbookHead = `# Playbook

Lessons from runs, for the cheap model. Each stage is given those that concern it. Edit or delete any line.

`;

const lead = /^[-*+]\s+(?:\[([\w-]{1,24})\]\s+)?/;

/** The parts of a lesson's line; undefined where it is none. By hand: a pattern for all of it would try every blank with every other. */
function readItem(content: string): { id: string; text: string; parts: string } | undefined {
  const match = lead.exec(content);
  if (!match) return undefined;
  const rest = content.slice(match[0].length).trimEnd();
  const open = rest.endsWith(')*') ? rest.lastIndexOf('*', rest.length - 2) : -1;
  const counted = open >= 0 && rest[open + 1] === '(';
  const text = (counted ? rest.slice(0, open) : rest).trim();
  return text ? { id: match[1] ?? '', text, parts: counted ? rest.slice(open + 2, -2) : '' } : undefined;
}

/** Read a playbook. Never fails; what is no list item at the margin is text for people. */
export function readPlaybook(text: string): Playbook {
  const index = new LineIndex(text);
  const bullets: Bullet[] = [];
  const problems: Playbook['problems'] = [];
  const lines = new Map<string, number>();
  let fence = '';
  for (let line = 0; line < index.lineCount; line++) {
    const content = index.line(line);
    const mark = /^\s*(`{3,}|~{3,})/.exec(content)?.[1];
    if (mark) fence = fence ? (mark.startsWith(fence) ? '' : fence) : mark;
    const read = fence ? undefined : readItem(content);
    if (!read) continue;
    const range = { start: { line, character: 0 }, end: { line, character: content.length } };
    const bullet: Bullet = { id: read.id, text: read.text, stages: [], helpful: 0, harmful: 0, origin: '', line };
    for (const part of read.parts.split(';').map((each) => each.trim())) {
      const count = /^(helpful|harmful) (\d{1,6})$/.exec(part);
      if (count) bullet[count[1] as 'helpful' | 'harmful'] = Number(count[2]);
      else if (part.startsWith('stages: '))
        bullet.stages = part
          .slice(8)
          .split(',')
          .map((each) => each.trim())
          .filter(Boolean);
      else if (part.startsWith('from ')) bullet.origin = part.slice(5);
      else if (part)
        problems.push({
          message: `“${part}” is no part of a lesson: write \`stages: …\`, \`helpful N\`, \`harmful N\` or \`from …\`, with semicolons between them.`,
          range,
        });
    }
    const before = bullet.id ? lines.get(bullet.id) : undefined;
    if (before !== undefined) problems.push({ message: `The id [${bullet.id}] is there twice: first in line ${before + 1}. Give one of them another.`, range });
    else if (bullet.id) lines.set(bullet.id, line);
    bullets.push(bullet);
  }
  return { text, bullets, problems };
}

function bulletLine({ id, text, stages, helpful, harmful, origin }: Bullet): string {
  const parts = [stages.length ? `stages: ${stages.join(', ')}` : '', `helpful ${helpful}`, `harmful ${harmful}`, origin ? `from ${origin}` : ''];
  return `- ${id ? `[${id}] ` : ''}${text} *(${parts.filter(Boolean).join('; ')})*`;
}

/** What is learnt: a lesson that is new or said before, and which known ones helped or did harm. */
export interface Lessons {
  add: { text: string; stages: string[] }[];
  helpful: string[];
  harmful: string[];
  origin: string;
}

/** Two lessons that share so much of their words are one. */
export const sameLesson = 0.7;

/**
 * The text with the lessons in it: new ones at the end of the list, one that says what another says counted to that one, and counts raised. Every line
 * that nothing was learnt about stays as it is, byte for byte; line ends are the text's own.
 */
export function withLessons(text: string, lessons: Lessons): string {
  const start = text.trim() ? text : playbookHead;
  const eol = start.includes('\r\n') ? '\r\n' : '\n';
  const { bullets } = readPlaybook(start);
  const changed = new Map<number, Bullet>();
  const current = (bullet: Bullet) => changed.get(bullet.line) ?? bullet;
  for (const kind of ['helpful', 'harmful'] as const) {
    for (const id of new Set(lessons[kind])) {
      const bullet = bullets.find((each) => each.id === id && id !== '');
      if (bullet) changed.set(bullet.line, { ...current(bullet), [kind]: current(bullet)[kind] + 1 });
    }
  }
  const added: Bullet[] = [];
  for (const lesson of lessons.add) {
    const said = oneLine(lesson.text);
    if (!said) continue;
    const known = bullets.find((bullet) => likeness(bullet.text, said) >= sameLesson);
    if (known) {
      const before = current(known);
      const stages = before.stages.length ? [...new Set([...before.stages, ...lesson.stages])] : [];
      changed.set(known.line, { ...before, stages, helpful: before.helpful + 1 });
    } else if (!added.some((bullet) => likeness(bullet.text, said) >= sameLesson)) {
      const id = freeId([...bullets, ...added]);
      added.push({
        id,
        text: said,
        stages: [...new Set(lesson.stages)],
        helpful: 0,
        harmful: 0,
        origin: oneLine(lessons.origin)
          .replace(/[;*()]/g, ' ')
          .trim(),
        line: -1,
      });
    }
  }
  // Cut by line feeds alone, so that each line keeps the end it has.
  const lines = start.split('\n').map((line, i) => {
    const bullet = changed.get(i);
    return bullet ? `${bulletLine(bullet)}${line.endsWith('\r') ? '\r' : ''}` : line;
  });
  const last = bullets.at(-1)?.line;
  const fresh = added.map((bullet) => `${bulletLine(bullet)}${eol === '\r\n' ? '\r' : ''}`);
  if (!fresh.length) return lines.join('\n');
  if (last !== undefined) {
    const end = lines[last] as string;
    if (eol === '\r\n' && !end.endsWith('\r')) lines[last] = `${end}\r`;
    lines.splice(last + 1, 0, ...fresh);
    return last + 1 + fresh.length === lines.length ? `${lines.join('\n')}\n` : lines.join('\n');
  }
  const body = lines.join('\n').trimEnd();
  return `${body}${eol}${eol}${fresh.join('\n')}\n`;
}

/** The text without a lesson; the same text where no line has that id. */
export function withoutBullet(text: string, id: string): string {
  const bullet = readPlaybook(text).bullets.find((each) => each.id === id);
  if (!bullet) return text;
  const lines = text.split('\n');
  lines.splice(bullet.line, 1);
  return lines.join('\n');
}

function freeId(bullets: readonly Bullet[]): string {
  const highest = bullets.reduce((most, { id }) => Math.max(most, Number(/^p(\d{1,6})$/.exec(id)?.[1] ?? 0)), 0);
  return `p${highest + 1}`;
}

function oneLine(text: string): string {
  // A star before a parenthesis would be read as the beginning of the counts.
  return text
    .replace(/\s+/g, ' ')
    .replace(/\*\(/g, '(')
    .replace(/^[-*+]\s+/, '')
    .replace(/^\[[\w-]{1,24}\]\s+/, '')
    .trim();
}

/** One that says what to do, and one that says what not to do, are not the same for all the words they share. */
const denial = /\b(?:not|never|no|don['’]?t|doesn['’]?t|avoid|without|cannot|can['’]?t)\b/i;

/** Lessons that say what one before them says already, each with that one. Of more than five hundred, the first are looked at. */
export function repeatedLessons(playbook: Pick<Playbook, 'bullets'>): { bullet: Bullet; of: Bullet }[] {
  const said: { bullet: Bullet; words: Set<string>; denies: boolean }[] = [];
  const found: { bullet: Bullet; of: Bullet }[] = [];
  for (const bullet of playbook.bullets.slice(0, 500)) {
    const [own, denies] = [lessonWords(bullet.text.slice(0, 1000)), denial.test(bullet.text)];
    const same = said.find((each) => each.denies === denies && sharedPart(own, each.words) >= sameLesson);
    if (same) found.push({ bullet, of: same.bullet });
    else said.push({ bullet, words: own, denies });
  }
  return found;
}

/** A lesson that did harm at least twice, and more often than it helped, is not given to anybody. */
export function isHarmful({ helpful, harmful }: Bullet): boolean {
  return harmful >= 2 && harmful > helpful;
}

/**
 * The lessons that concern a stage, the most helpful first and never more than so many tokens: those for this stage, and those for all. Of those for all
 * only such as share a word with the stage's own text.
 */
export function bulletsFor(playbook: Playbook, stage: { slug: string; text: string }, tokens: number, countTokens: (text: string) => number): Bullet[] {
  const own = lessonWords(stage.text);
  const concern = playbook.bullets.filter((bullet) => {
    if (isHarmful(bullet)) return false;
    if (bullet.stages.length) return bullet.stages.includes(stage.slug);
    return [...lessonWords(bullet.text)].some((word) => own.has(word));
  });
  const ranked = concern.sort((a, b) => b.helpful - b.harmful - (a.helpful - a.harmful) || a.line - b.line);
  const taken: Bullet[] = [];
  let used = 0;
  for (const bullet of ranked) {
    const takes = countTokens(`- ${bullet.text}\n`);
    if (used + takes > tokens) continue;
    used += takes;
    taken.push(bullet);
  }
  return taken;
}
