import type { PlannedStage } from '../steering/plan';
import { bulletsFor, playbookPath, readPlaybook } from '../steering/playbook';
import { bodyHash, strategyPath } from '../steering/strategy';
import { strategyFor, strategyReason } from '../steering/strategyUse';
import type { BundleContext, Candidate, Omitted } from './bundleTypes';
import type { Reading } from './reading';

/** The most tokens that lessons of the playbook take: they are sent with every call. */
const mostLessonTokens = 600;

/**
 * What a dear model wrote down for a stage, and the lessons of the task's playbook that concern it. A strategy that its trial rejected is left out, and
 * so is a file that is none.
 */
export async function strategyPieces(
  planned: PlannedStage,
  context: BundleContext,
  reading: Reading,
): Promise<{ candidates: Candidate[]; omitted: Omitted[] }> {
  const candidates: Candidate[] = [];
  const omitted: Omitted[] = [];
  const { stage } = planned;
  if (stage.runner.tier === 'code') return { candidates, omitted };
  const path = strategyPath(reading.task, stage);
  const source = reading.sourceOf(path);
  const leave = (reason: string) => void omitted.push({ source, heading: null, tokens: 0, reason, named: false });
  const add = (from: string, text: string, reason: string, more: Pick<Candidate, 'strategy'> = {}) =>
    void candidates.push({
      ...reading.whole(from, text, reason, { stable: true, named: true, scoped: true }),
      // Its front matter, its counts and its other lessons are for people.
      lines: null,
      whole: true,
      ...more,
    });
  if (context.strategy === undefined) {
    const read = await reading.read(path);
    if ('refused' in read) leave(read.refused);
    else if ('text' in read) {
      const standing = strategyFor(path, read.text, stage);
      if ('problem' in standing) leave(`is no strategy that could be used: ${standing.problem}`);
      else if (standing.strategy.status === 'rejected') leave('a strategy that its trial rejected');
      else add(path, standing.strategy.body, strategyReason(standing), { strategy: bodyHash(standing.strategy.body) });
    }
  } else if (context.strategy.body) add(path, context.strategy.body, 'the strategy that is tried');
  const book = await reading.read(playbookPath(reading.task));
  if ('text' in book) {
    const about = { slug: stage.slug, text: `${stage.title} ${stage.task} ${stage.checks.map(({ text }) => text).join(' ')}` };
    const bullets = bulletsFor(readPlaybook(book.text), about, mostLessonTokens, context.countTokens);
    const count = bullets.length === 1 ? '1 lesson' : `${bullets.length} lessons`;
    if (bullets.length) add(playbookPath(reading.task), bullets.map(({ text }) => `- ${text}`).join('\n'), `${count} from earlier runs that concern the stage`);
  }
  return { candidates, omitted };
}
