import { lintText } from '../../src/lint/linter';
import { rules } from '../../src/lint/rules/index';
import { WorkspaceFacts } from '../../src/reference/workspaceFacts';
import type { Kind } from '../../src/steering/kinds';
import { MemoryFiles } from '../core/memoryFiles';
import { contextText, projectText, voiceText, workspaceTexts } from './documents';
import { table } from './table';

const documents: readonly [Kind, string, (seed: number) => string][] = [
  ['project', '/w/CLAUDE.md', (seed) => projectText(2000, seed)],
  ['context', '/w/CONTEXT.md', (seed) => contextText(285, seed)],
  ['voice', '/w/VOICE.md', (seed) => voiceText(2000, seed)],
];

/** Name of a rule (or of what is not a rule's) to milliseconds. */
class Clock {
  readonly taken = new Map<string, number>();

  note(name: string, since: number): void {
    this.taken.set(name, (this.taken.get(name) ?? 0) + performance.now() - since);
  }
}

const runs = 5;
const strokes = 30;

/**
 * How long each rule takes on a document of 2,000 lines that is new, and after a keystroke in it, the dearest first. What is read before any rule
 * looks is a row of its own.
 */
export async function ruleProfile(): Promise<string> {
  const folder = Object.fromEntries(Object.entries(workspaceTexts(500)).map(([path, text]) => [`/w/${path}`, text]));
  const files = new MemoryFiles({ ...folder, '/w/.git/HEAD': '' });
  const workspace = new WorkspaceFacts(files);
  const anew = new Clock();
  const typed = new Clock();
  let clock: Clock | undefined;
  const own = rules.map((rule) => ({ rule, check: rule.check }));
  for (const { rule, check } of own) {
    rule.check = async (subject) => {
      const reading = performance.now();
      void subject.project;
      if (subject.kind === 'voice') void subject.voice;
      if (subject.kind === 'context') await subject.plan();
      clock?.note(`${subject.kind}: reading`, reading);
      const started = performance.now();
      const findings = await check.call(rule, subject);
      clock?.note(`${subject.kind}: ${rule.id}`, started);
      return findings;
    };
  }
  try {
    for (const [kind, path, text] of documents) {
      const lint = async (now: string, on?: Clock) => {
        clock = on;
        const started = performance.now();
        await lintText({ path, text: now, files, workspace });
        clock?.note(`${kind}: all together`, started);
      };
      for (let run = 0; run < 3; run++) await lint(text(run + 90));
      for (let run = 0; run < runs; run++) await lint(text(run + 50), anew);
      const written = text(70);
      await lint(written);
      for (let stroke = 1; stroke <= strokes; stroke++) {
        const at = Math.floor((written.length / (strokes + 1)) * stroke);
        await lint(`${written.slice(0, at)}x${written.slice(at)}`, typed);
      }
    }
  } finally {
    for (const { rule, check } of own) rule.check = check;
  }
  const of = (from: Clock, name: string, count: number) => (from.taken.get(name) ?? 0) / count;
  const names = [...anew.taken.keys()].sort((a, b) => of(typed, b, 1) - of(typed, a, 1));
  const shown = names.filter((name) => of(typed, name, strokes) > 0.1 || of(anew, name, runs) > 1);
  return table([
    ['2,000 lines', 'new text, ms', 'keystroke, ms'],
    ...shown.map((name) => [name, of(anew, name, runs).toFixed(1), of(typed, name, strokes).toFixed(2)]),
  ]);
}
