import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Agreements, UserError } from '../ports';
import { stateFolder } from './personKey';

/** What a person agreed to on the command line, one line each in their own state folder: no project can write it for them. */
export function createAgreements(folder = stateFolder()): Agreements {
  const path = join(folder, 'agreed.jsonl');
  const lineOf = (what: string) => JSON.stringify(what);
  return {
    async has(what) {
      // Where nothing can be read, nothing was agreed to: the person is asked.
      const text = await readFile(path, 'utf8').catch(() => '');
      return text.split('\n').includes(lineOf(what));
    },
    async add(what) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await appendFile(path, `${lineOf(what)}\n`, { mode: 0o600 });
      } catch (cause) {
        throw new UserError(`Your answer could not be kept in ${path}.`, { todo: 'Check who may write there.', exitCode: 2, cause });
      }
    },
  };
}
