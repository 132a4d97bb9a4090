import { posix } from 'node:path';
import type { Purpose } from '../../../steering/coverage';
import type { Subject } from '../../issue';

/** Names of package scripts that serve a purpose, the likeliest first. */
const scripts: Record<Purpose, readonly string[]> = {
  test: ['test'],
  build: ['build', 'compile'],
  lint: ['lint'],
  typecheck: ['typecheck', 'type-check', 'check-types', 'tsc'],
};

/** Manifests of tools whose commands are the same everywhere. */
const tools: [string, Partial<Record<Purpose, string>>][] = [
  ['Cargo.toml', { test: 'cargo test', build: 'cargo build', lint: 'cargo clippy', typecheck: 'cargo check' }],
  ['go.mod', { test: 'go test ./...', build: 'go build ./...', lint: 'go vet ./...', typecheck: 'go build ./...' }],
  ['mix.exs', { test: 'mix test', build: 'mix compile' }],
];

const lockFiles: [string, string][] = [
  ['pnpm-lock.yaml', 'pnpm run'],
  ['yarn.lock', 'yarn run'],
  ['bun.lock', 'bun run'],
  ['bun.lockb', 'bun run'],
];

/** The project's command for a purpose, by what its manifest says; undefined where none says it. Commands run in the folder of the CONTEXT.md. */
export async function projectCommand({ path, files, workspace }: Subject, purpose: Purpose): Promise<string | undefined> {
  const folder = posix.dirname(path);
  const manifest = posix.join(folder, 'package.json');
  if ((await workspace.stat(manifest))?.kind === 'file') {
    const known = scriptsOf(await files.read(manifest).catch(() => ''));
    const script = scripts[purpose].find((name) => known.has(name));
    if (!script) return undefined;
    const stats = await Promise.all(lockFiles.map(([name]) => workspace.stat(posix.join(folder, name))));
    const runner = lockFiles.find((_, i) => stats[i])?.[1] ?? 'npm run';
    return runner === 'npm run' && script === 'test' ? 'npm test' : `${runner} ${script}`;
  }
  for (const [name, commands] of tools) {
    if ((await workspace.stat(posix.join(folder, name)))?.kind === 'file') return commands[purpose];
  }
  return undefined;
}

function scriptsOf(text: string): Set<string> {
  try {
    const manifest: unknown = JSON.parse(text);
    const known = typeof manifest === 'object' && manifest !== null && 'scripts' in manifest ? manifest.scripts : undefined;
    return new Set(typeof known === 'object' && known !== null ? Object.keys(known) : []);
  } catch {
    // Someone else's finding.
    return new Set();
  }
}
