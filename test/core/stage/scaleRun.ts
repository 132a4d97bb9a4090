/** A run of thousands of items with little memory, as a process of its own: `scale.test.ts` starts it under a limit. Prints what came of it as JSON. */

import { MemoryFiles } from '../memoryFiles';
import { Bench, ScriptedModel } from './scripted';

const items = Number(process.argv[2]);

/** What is sent and answered stays out of memory, as it does on a disk; a file's length is remembered. */
class LeanFiles extends MemoryFiles {
  /** Each time another string, as from a disk. */
  override async read(path: string, maxBytes?: number): Promise<string> {
    return Buffer.from(await super.read(path, maxBytes)).toString();
  }

  override async write(path: string, text: string): Promise<void> {
    await super.write(path, /\/(?:prompts|calls)\//.test(path) ? '' : text);
  }
}

const paragraph = 'The parser reads each request once and names what it found before the release. '.repeat(200);
const list = JSON.stringify(Array.from({ length: items }, (_, i) => `request ${i + 1}`));
const document = `# Task

## Stage 1: Notes (Haiku)

- Each: request in requests.json
- Task: Write about request.
- Output: Notes → notes.md
- Success: 20+ words

## Stage 2: Summary (Haiku)

- Input: Notes
- Task: Sum up.
- Budget: 2000
`;

async function main(): Promise<void> {
  const files = new LeanFiles({ '/w/CONTEXT.md': document, '/w/CLAUDE.md': paragraph, '/w/requests.json': list });
  files.makeFolder('/w/.git');
  const bench = new Bench('', {}, {});
  Object.defineProperty(bench, 'files', { value: files });
  let calls = 0;
  const answer = `${'Each request is read once, and what was found is named in the report. '.repeat(12)}`;
  bench.model = new ScriptedModel(({ label }) => {
    calls++;
    // Calls are kept to be looked at; thousands would be what is measured here.
    bench.model.calls.length = 0;
    return `${label.stage}: ${answer}`;
  });
  bench.options = (options = {}) => ({ signal: new AbortController().signal, ...options });
  const result = await bench.run();
  const text = files.texts.get('/w/notes.md') ?? '';
  const found = [...text.matchAll(/notes-(\d+):/g)].map((match) => Number(match[1]));
  console.log(
    JSON.stringify({
      status: result.status,
      stopped: result.stopped?.message,
      calls,
      inOrder: found.every((number, i) => number === i + 1),
      gathered: found.length,
      heapMb: Math.round(process.memoryUsage().heapUsed / 1024 / 1024),
    }),
  );
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
