import { formatUsd } from '../catalog/tokens';
import type { RunEstimate } from './engine';
import type { CapRoom } from './purse';

/** What a stage needs for certain. */
export interface Least {
  number: number;
  title: string;
  /** What a cap must leave for its first call. */
  roomUsd: number;
  /** What it costs at the very least. */
  usd: number;
}

/**
 * Compare an estimate with what the caps leave, before anything begins: whether the run fits for sure, perhaps or hardly is noted in it, and a run that can't
 * fit whatever happens gets its refusal, which names the cap.
 */
export function compareWithCaps(estimate: RunEstimate, leasts: readonly Least[], rooms: readonly CapRoom[]): void {
  if (!leasts.length) return;
  const most = (estimate.atMostUsd ?? estimate.usd) + (estimate.climb?.usd ?? 0);
  // With more items than assumed it takes more tries than were counted.
  const assumed = estimate.stages.some(({ assumedItems }) => assumedItems !== undefined);
  estimate.caps = rooms.map(({ cap, leftUsd }) => ({
    name: cap.name,
    leftUsd,
    fits: most <= leftUsd && !assumed ? 'surely' : estimate.usd <= leftUsd ? 'perhaps' : 'hardly',
  }));
  const together = leasts.reduce((sum, { usd }) => sum + usd, 0);
  for (const { cap, leftUsd } of rooms) {
    const leaves = leftUsd === cap.usd ? '' : ` leaves ${formatUsd(Math.max(0, leftUsd))} and`;
    const stage = leasts.find(({ roomUsd }) => roomUsd > leftUsd);
    if (stage) {
      estimate.refusal = `${cap.name} of ${formatUsd(cap.usd)}${leaves} would be passed: one call of stage ${stage.number} “${stage.title}” can cost ${formatUsd(stage.roomUsd)} or more.`;
      return;
    }
    if (together > leftUsd) {
      estimate.refusal = `${cap.name} of ${formatUsd(cap.usd)}${leaves} would be passed: these stages cost ${formatUsd(together)} at the very least.`;
      return;
    }
  }
}

/** What there is to say of the caps before a run, a line each; nothing for those that it fits under for sure. */
export function capLines({ caps = [], usd, atMostUsd = usd }: RunEstimate): string[] {
  return caps.flatMap(({ name, leftUsd, fits }) => {
    if (fits === 'surely') return [];
    const left = `${name} leaves ${formatUsd(Math.max(0, leftUsd))}`;
    return fits === 'perhaps'
      ? [`${left}: if tries fail, the run may stop there (all of them: at most ${formatUsd(atMostUsd)}).`]
      : [`${left}: the run will probably stop there.`];
  });
}
