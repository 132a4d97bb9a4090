/** A `git` that only says that it was started, put before the real one: the extension host's own environment is that of the extension. */

import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export class FakeGit {
  private readonly folder = mkdtempSync(join(tmpdir(), 'haiku-first-git-'));
  private readonly path = process.env.PATH;

  constructor() {
    const program = join(this.folder, 'git');
    writeFileSync(program, `#!/bin/sh\necho started > '${join(this.folder, 'started')}'\n`);
    chmodSync(program, 0o755);
    process.env.PATH = `${this.folder}${delimiter}${this.path}`;
  }

  get started(): boolean {
    return existsSync(join(this.folder, 'started'));
  }

  leave(): void {
    process.env.PATH = this.path;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
