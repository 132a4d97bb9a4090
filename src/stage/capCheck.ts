import { exactUsd, formatUsd, usdAbove } from '../catalog/tokens';
import { plural } from '../text';
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
    ...(leftUsd === cap.usd ? { whole: true as const } : {}),
    fits: most <= leftUsd && !assumed ? 'surely' : estimate.usd <= leftUsd ? 'perhaps' : 'hardly',
  }));
  const together = leasts.reduce((sum, { usd }) => sum + usd, 0);
  for (const { cap, leftUsd } of rooms) {
    const leaves = leftUsd === cap.usd ? '' : ` leaves ${formatUsd(Math.max(0, leftUsd))} and`;
    const stage = leasts.find(({ roomUsd }) => roomUsd > leftUsd);
    if (stage) {
      estimate.refusal = `${cap.name} of ${exactUsd(cap.usd)}${leaves} would be passed: one call of stage ${stage.number} “${stage.title}” can cost ${usdAbove(stage.roomUsd, leftUsd)} or more.`;
      return;
    }
    if (together > leftUsd) {
      estimate.refusal = `${cap.name} of ${exactUsd(cap.usd)}${leaves} would be passed: these stages cost ${usdAbove(together, leftUsd)} at the very least.`;
      return;
    }
  }
}

/** What there is to say of the caps before a run, a line each, with what it is that may not fit; nothing for those that it fits under for sure. */
export function capLines({ caps = [], stages, usd, atMostUsd = usd, climb }: RunEstimate): string[] {
  const mostUsd = atMostUsd + (climb?.usd ?? 0);
  const climbing = climb ? ` and stages climb to ${climb.model}` : '';
  const lists = stages.flatMap(({ number, assumedItems }) => (assumedItems === undefined ? [] : [{ number, assumedItems }]));
  return caps.flatMap(({ name, leftUsd, whole, fits }) => {
    if (fits === 'surely') return [];
    const left = `${name} leaves ${whole ? exactUsd(leftUsd) : formatUsd(Math.max(0, leftUsd))}`;
    if (fits === 'hardly') return [`${left}: the run will probably stop there.`];
    if (mostUsd > leftUsd) return [`${left}: if tries fail${climbing}, the run may stop there (all of them: at most ${usdAbove(mostUsd, leftUsd)}).`];
    return lists.map(
      ({ number, assumedItems }) =>
        `${left}: whether that is enough depends on the list of stage ${number}, which is assumed to have ${plural(assumedItems, 'item')}.`,
    );
  });
}
