/** Documents with a cursor in them: `|` is where it stands. */

import { createCatalog } from '../../../src/catalog/catalog';
import { createLanguageService, type LanguageService } from '../../../src/language/languageService';
import type { RuleName } from '../../../src/language/reading';
import { WorkspaceFacts } from '../../../src/reference/workspaceFacts';
import { LineIndex, type Position, type Range } from '../../../src/text';
import { MemoryFiles } from '../memoryFiles';

export const rules: RuleName[] = [
  { id: 'context/missing-file', title: 'A file to read does not exist', kinds: ['context'] },
  { id: 'context/vague-instruction', title: 'A vague instruction', kinds: ['context'] },
  { id: 'voice/weights', title: 'Weights', kinds: ['voice'] },
];

/** A service over files that stand below /w, a git root. */
export function service(files: Record<string, string> = {}): LanguageService {
  const memory = new MemoryFiles(Object.fromEntries(Object.entries(files).map(([path, text]) => [`/w/${path}`, text])));
  memory.makeFolder('/w/.git');
  return createLanguageService({ files: memory, facts: new WorkspaceFacts(memory), catalog: () => createCatalog(), rules, background: () => [] });
}

/** The text without its cursor, and where that stood. The last `|` is the cursor. */
export function marked(text: string): { text: string; at: Position } {
  const offset = text.lastIndexOf('|');
  if (offset < 0) throw new Error('The text has no cursor.');
  const plain = text.slice(0, offset) + text.slice(offset + 1);
  return { text: plain, at: new LineIndex(plain).positionAt(offset) };
}

export function cut(text: string, { start, end }: Range): string {
  const index = new LineIndex(text);
  return text.slice(index.offsetAt(start), index.offsetAt(end));
}
