import { hashOf } from '../journal/hash';
import { UserError } from '../ports';
import { parseMarkdown, plainText } from '../steering/markdown';

/** The items of a list for `Each`: the elements of a JSON array, else the items of the first Markdown list, else the lines that are not blank. */
export function listItems(text: string): string[] {
  const trimmed = text.trim();
  if (trimmed.startsWith('[')) {
    try {
      const parsed: unknown = JSON.parse(trimmed);
      if (Array.isArray(parsed)) return parsed.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
    } catch {
      // Not JSON after all: a line of Markdown may begin with a bracket.
    }
  }
  const list = parseMarkdown(trimmed).children.find((node) => node.type === 'list');
  if (list?.type === 'list') return list.children.map((item) => plainText(item).trim()).filter(Boolean);
  return trimmed
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
}

/** What each item is known by, wherever it stands in the list: a hash of its value, and from the second on which of several equal ones it is. */
export function itemKeys(items: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const count = (seen.get(item) ?? 0) + 1;
    seen.set(item, count);
    const hash = hashOf(item).slice(0, 16);
    return count > 1 ? `${hash}-${count}` : hash;
  });
}

/** The outputs of all items as one: a JSON array where they are JSON, else one below the other. */
export function gatherItems(outputs: readonly string[], json: boolean): string {
  if (!json)
    return outputs
      .map((output) => output.trimEnd())
      .join('\n\n')
      .concat('\n');
  const parsed = outputs.map((output): unknown => {
    try {
      return JSON.parse(output);
    } catch {
      return output;
    }
  });
  try {
    return `${JSON.stringify(parsed, null, 2)}\n`;
  } catch (cause) {
    throw new UserError('The outputs of the items are nested too deeply to be gathered as JSON.', {
      todo: 'Ask for a flatter form, or for text.',
      exitCode: 1,
      cause,
    });
  }
}
