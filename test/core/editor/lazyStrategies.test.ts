import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(__dirname, '..', '..', '..', 'src');

/** What a file has loaded with it: its imports, but for types and for what is imported when it is first asked for. */
function loadedWith(path: string): string[] {
  const statements = readFileSync(path, 'utf8').matchAll(/^(?:import|export) (?!type\b)([^;]*?)from '(\.[^']+)';/gm);
  return [...statements].flatMap(([, names = '', from = '']) => {
    const listed = /^\{([^}]*)\}\s*$/
      .exec(names)?.[1]
      ?.split(',')
      .filter((name) => name.trim());
    const typesOnly = listed?.every((name) => /^\s*type\b/.test(name)) ?? false;
    const target = resolve(dirname(path), `${from}.ts`);
    return typesOnly || !existsSync(target) ? [] : [target];
  });
}

describe('starting the extension', () => {
  it('loads nothing that writes, tries or improves strategies: that comes with the first command that needs it', () => {
    const seen = new Set<string>();
    const open = [join(root, 'extension.ts')];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      open.push(...loadedWith(at));
    }
    const folders = new Map([...seen].map((path) => [relative(root, path), relative(root, path).split(/[\\/]/)[0]]));
    assert.ok(folders.has(join('editor', 'strategyCommands.ts')) && seen.size > 100, `Only ${seen.size} files were found.`);
    assert.deepEqual(
      [...folders].flatMap(([path, folder]) => (folder === 'strategy' || folder === 'evaluate' ? [path] : [])),
      [],
    );
  });
});
