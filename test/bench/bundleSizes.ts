import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { table } from './table';

const root = resolve(__dirname, '../..');

/** What is installed and loaded, in KB. Build and package first. */
export function bundleSizes(): string {
  const kilobytes = (path: string) => `${(statSync(path).size / 1024).toFixed(0)} KB`;
  const dist = join(root, 'dist');
  const files = existsSync(dist) ? readdirSync(dist).filter((file) => file.endsWith('.js')) : [];
  const vsix = join(root, 'out/haiku-first.vsix');
  return table([
    ['built', 'size'],
    ...files.map((name) => [`dist/${name}`, kilobytes(join(dist, name))]),
    ...(existsSync(vsix) ? [['out/haiku-first.vsix', kilobytes(vsix)]] : []),
  ]);
}
