import type { Effort } from '../ports';

/** Adaptive thinking is on by default at medium effort and billed as output. Assumed here as a share of the visible answer. */
export const thinkingShare: Record<Effort, number> = { low: 0.2, medium: 0.5, high: 1, xhigh: 2, max: 3 };
