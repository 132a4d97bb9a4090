/** Whether an offset lies in one of many stretches that stand in order and do not overlap; each question takes logarithmic time. */
export function insideAny(spans: readonly { start: number; end: number }[]): (offset: number) => boolean {
  return (offset) => {
    let low = 0;
    let high = spans.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const { start, end } = spans[middle] as { start: number; end: number };
      if (offset < start) high = middle - 1;
      else if (offset >= end) low = middle + 1;
      else return true;
    }
    return false;
  };
}
