/** Control characters and marks that turn the direction of writing, and line breaks that are none for JSON: written out, so that none reaches a terminal. */
const unseen = /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** One JSON document to be printed, and read by any parser as the very same value. */
export function jsonText(value: unknown): string {
  return `${escapedJson(JSON.stringify(value, null, 2))}\n`;
}

/** JSON that is written already, with what must not reach a terminal as `\u200e`: it stands in strings only, where that is the same. */
export function escapedJson(json: string): string {
  return json.replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
