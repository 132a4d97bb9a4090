/**
 * Runs the mocha tests of a folder in this process (those that need no VS Code around them):
 * `tsx test/host/mochaMain.ts test/core [--timeout MS] [--grep PATTERN]`. With `HAIKU_FIRST_TEST_REPORT` it writes the report there.
 */

import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runMocha } from './mochaRun';

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { timeout: { type: 'string' }, grep: { type: 'string', short: 'g' } } });
  const files = positionals.flatMap((path) => (path.endsWith('.ts') ? [resolve(path)] : testFiles(path)));
  const host = `Node ${process.versions.node}`;
  const failures = await runMocha({ files, report: process.env.HAIKU_FIRST_TEST_REPORT, timeout: Number(values.timeout ?? 10_000), host, grep: values.grep });
  process.exit(failures > 0 ? 1 : 0);
}

function testFiles(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => resolve(join(folder, name)));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
