/** Text on the screen as a person reads it, and patterns that find it there. */

/** The editor shows blanks as no-break spaces and middle dots. */
export function blanks(text: string): string {
  return text.replace(/[\u00a0\u00b7]/g, ' ');
}

/** One line, every run of blanks a single space. */
export function plain(text: string): string {
  return blanks(text).replace(/\s+/g, ' ').trim();
}

/** The text with any kind of blank for each of its spaces. */
export function spaced(text: string): RegExp {
  return new RegExp(escaped(text).replace(/ /g, '[\\s\\u00b7]'));
}

/** A label that is nothing but this text. */
export function whole(label: string | RegExp): RegExp {
  return typeof label === 'string' ? new RegExp(`^\\s*${escaped(label)}\\s*$`) : label;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
