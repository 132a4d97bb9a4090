/** Snippets as editors of the language server family read them: `$0` is where the cursor lands, a stop can be typed over. */

/** A text as it stands, so that nothing in it is read as a stop. */
export function literal(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

/** A stop with what stands there until one types. */
export function stop(number: number, text: string): string {
  return `\${${number}:${literal(text)}}`;
}
