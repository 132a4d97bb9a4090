/** A text taken out of the code fence around it. */
export interface Unfenced {
  text: string;
  /** What stands after the opening fence, in lower case; '' where nothing does or there is no fence. */
  language: string;
  /** Where `text` begins in the original. */
  offset: number;
}

/**
 * Models like to put a whole answer into one code fence. Where a fence (``` or ~~~) is all there is but blank lines, this is what stands in it;
 * every other text comes back as it is. A fence that is never closed (an answer cut short) is left alone.
 */
export function unfence(text: string): Unfenced {
  const opening = /^\s*?(`{3,}|~{3,})([^\r\n`]*)(?:\r\n|\r|\n)/.exec(text);
  if (!opening) return { text, language: '', offset: 0 };
  const mark = opening[1] as string;
  const from = opening[0].length;
  const end = text.trimEnd();
  const lastLine = Math.max(end.lastIndexOf('\n'), end.lastIndexOf('\r')) + 1;
  const isClosing = (line: string): boolean => line.trim().length >= mark.length && line.trim() === (mark[0] as string).repeat(line.trim().length);
  if (lastLine < from || !isClosing(end.slice(lastLine))) return { text, language: '', offset: 0 };
  const inner = text.slice(from, lastLine);
  // Another closing fence before the last line: the text is two blocks, not one.
  if (inner.split(/\r\n|\r|\n/).some(isClosing) && !balanced(inner, mark)) return { text, language: '', offset: 0 };
  return { text: inner.replace(/(?:\r\n|\r|\n)$/, ''), language: (opening[2] as string).trim().toLowerCase(), offset: from };
}

/** A Markdown answer in a fence of three may hold closed fences of three itself: each bare fence then follows one with a language. */
function balanced(inner: string, mark: string): boolean {
  let open = false;
  for (const line of inner.split(/\r\n|\r|\n/)) {
    const fence = line.trim();
    if (!fence.startsWith(mark)) continue;
    const language = fence.replace(/^[`~]+/, '').trim();
    if (open === (language !== '')) return false;
    open = !open;
  }
  return !open;
}
