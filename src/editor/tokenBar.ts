/**
 * How much of a budget is taken, as a short bar: `▰▰▱▱▱`. What takes anything shows one sign at least, and only a full budget shows a full bar.
 * It stands beside the numbers, never in place of them: a screen reader has nothing of it.
 */
export function tokenBar(tokens: number, budget: number, width = 5): string {
  if (width < 1) return '';
  const share = tokens <= 0 ? 0 : budget > 0 ? tokens / budget : 1;
  const full = share >= 1 ? width : share > 0 ? Math.min(width - 1, Math.max(1, Math.round(share * width))) : 0;
  return '▰'.repeat(full) + '▱'.repeat(width - full);
}

/** A share in whole percents: `<1%` for less than one, `100%` only for all of it. */
export function percent(part: number, whole: number): string {
  if (part <= 0) return '0%';
  const share = whole > 0 ? (part / whole) * 100 : 100;
  if (share < 1) return '<1%';
  return `${share >= 100 ? Math.round(share) : Math.min(99, Math.round(share))}%`;
}
