/** So many words are named for all the parts of one stretch. */
const mostWords = 5;

/** Why a stretch of a file is in, for a person: the words it shares with what was asked, those that weighed most first. */
export function sharedWords(words: readonly string[], asked: string): string {
  const named = words.filter(Boolean).slice(0, mostWords);
  return named.length ? `shares ${named.map((word) => `“${word}”`).join(', ')} with ${asked}` : `its file fits ${asked}`;
}
