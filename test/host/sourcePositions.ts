/** Stack lines of bundled tests, pointed back at the TypeScript they come from. */

import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, relative, resolve } from 'node:path';

/** The line with every `file.js:line:column` that has a source map beside it replaced by its source, relative to `root`. */
export function withSourcePositions(text: string, root: string): string {
  return text.replace(/((?:[A-Za-z]:)?[^\s():]+\.js):(\d+):(\d+)/g, (whole, file: string, line: string, column: string) => {
    const path = resolve(root, file);
    if (!existsSync(`${path}.map`)) return whole;
    const map = new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8')) as SourceMapPayload);
    const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
    return 'originalSource' in entry
      ? `${relative(root, resolve(dirname(path), entry.originalSource))}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
      : whole;
  });
}
