import { parseJournal } from '../../../src/journal/journal';
import { paymentsOf } from '../../../src/journal/payments';
import type { JournalRecord } from '../../../src/journal/records';
import type { ModelRequest } from '../../../src/ports';
import { judgeReply } from './judgeReply';
import { type Reply, stages } from './scripted';

/** A task with a parallel pair, a fan-out, a judge, a retry with feedback and a Code stage: what a run has to get through again after it was killed. */
export const killedTask = stages(
  'Facts (Haiku)\n- Task: collect facts\n- Output: Facts → out/facts.md',
  'Outline (Haiku)\n- Task: outline\n- Output: Outline → out/outline.md\n- Checks:\n  - contains: "Point"',
  'Notes (Haiku)\n- Each: Point in Outline\n- Task: note on Point\n- Output: Notes → out/notes.md',
  'Draft (Haiku)\n- Input: Facts, Notes\n- Task: write\n- Output: Draft → out/draft.md\n- Checks:\n  - contains: "good"\n  - judge: is clear, >= 4/5',
  'Count (Code)\n- Input: Draft\n- Run: `echo 2`\n- Output: Count → out/count.txt',
);

/** Two answers of this task fail first: the outline's, by a free check, and the draft's, by its judge. */
export function killedReply(request: Pick<ModelRequest, 'label' | 'user'>): Reply {
  const { stage, attempt, purpose } = request.label;
  if (purpose === 'judge') return judgeReply(request.user.some(({ text }) => text.includes('very good')) ? 5 : 2);
  if (stage === 'outline') return attempt === 1 ? 'nothing' : '- Point one\n- Point two\n- Point “three”\n';
  if (stage === 'draft') return attempt === 1 ? 'good' : 'very good';
  return `${stage} – told`;
}

/** What a run of it leaves in the workspace. */
export const killedOutputs = ['/w/out/facts.md', '/w/out/outline.md', '/w/out/notes.md', '/w/out/draft.md', '/w/out/count.txt'];

/** Calls that a journal has on record as answered. */
export function answered(records: readonly JournalRecord[]): string[] {
  return records.flatMap((record) => {
    const call = `${'stage' in record ? record.stage : ''}${'item' in record && record.item ? `-${record.item}` : ''}`;
    if (record.type === 'answer') return [`${call} ${record.tier}-${record.attempt}`];
    return record.type === 'judge' && record.error === undefined ? [`${call} judge of ${record.tier}-${record.attempt}`] : [];
  });
}

/** A call as `answered` names it: of a judge, the attempt it judges. */
export function callName({ label }: Pick<ModelRequest, 'label'>): string {
  return `${label.stage} ${label.purpose === 'judge' ? 'judge of ' : ''}${label.tier}-${label.attempt}`;
}

/** All records of all journals, oldest run first. @throws UserError where one cannot be read. */
export function recordsOf(texts: ReadonlyMap<string, string>): JournalRecord[][] {
  return [...texts]
    .filter(([path]) => path.endsWith('/journal.jsonl'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => parseJournal(text, path));
}

/** What the journals say was paid, calls nobody knows the end of at their worst, in USD. */
export function booked(journals: readonly (readonly JournalRecord[])[]): number {
  return journals.flatMap(paymentsOf).reduce((sum, { usd }) => sum + usd, 0);
}
