import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTerminalPerson } from '../../../src/cli/person';
import type { Surroundings } from '../../../src/cli/surroundings';
import type { RunEstimate } from '../../../src/stage/engine';
import { jsonOf, Terminal } from './terminal';

const document = `# Task

## Stage 1: Letters (Haiku)
- Each: Person in people.md
- Task: write to Person
- Retries: 0
- Output: Letters → out/Person.md
- Checks:
  - contains: "dear"

## Stage 2: Page (Haiku)
- Input: Letters
- Task: join them
- Output: Page → out/page.md
`;

interface Told {
  status: string;
  output: { path: string | null };
  outputs: string[];
  failedItems?: { item: number; file: string }[];
}

describe('the files of a stage with Each on the command line', () => {
  let terminal: Terminal;
  beforeEach(() => {
    terminal = new Terminal();
    writeFileSync(terminal.path('CONTEXT.md'), document);
    writeFileSync(terminal.path('people.md'), '- Ann Lee\n- Bob\n- Cy\n');
    record('letters-1', 'haiku-1', 'dear Ann');
    record('letters-2', 'haiku-1', 'dear Bob');
    record('letters-3', 'haiku-1', 'dear Cy');
    record('page', 'haiku-1', 'page');
  });
  afterEach(() => terminal.remove());

  function record(stage: string, name: string, text: string): void {
    const folder = terminal.path(`.haiku/recordings/context/${stage}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.md`), text);
  }
  const stagesOf = async (...args: string[]) => jsonOf(await terminal.run(...args, '--json')).stages as Told[];

  it('are named one by one, as they are on the disk', async () => {
    const [letters, page] = await stagesOf('run', 'CONTEXT.md');
    assert.deepEqual(letters?.outputs, ['out/ann-lee.md', 'out/bob.md', 'out/cy.md']);
    assert.ok(letters.outputs.every((path) => existsSync(terminal.path(path))));
    assert.deepEqual([page?.output.path, page?.outputs], ['out/page.md', ['out/page.md']]);
    assert.match((await terminal.run('run', 'CONTEXT.md')).stdout, /→ 3 files: out\/ann-lee\.md, out\/bob\.md, out\/cy\.md\n/);
    assert.deepEqual((await stagesOf('run', 'CONTEXT.md'))[0]?.outputs, letters.outputs, 'those of an earlier run as well');
  });

  it('are the run’s copies for items that have not passed', async () => {
    record('letters-2', 'haiku-1', 'hello Bob');
    const [letters] = await stagesOf('run', 'CONTEXT.md');
    assert.deepEqual([letters?.status, letters?.output.path, letters?.outputs], ['failed', null, []]);
    const [failed, ...others] = letters?.failedItems ?? [];
    assert.deepEqual([failed?.item, others], [2, []]);
    assert.match(failed?.file ?? '', /^\.haiku\/runs\/.*letters\.2\.haiku-1/);
    assert.ok(existsSync(terminal.path(failed?.file ?? 'none')));
    assert.match((await terminal.run('run', 'CONTEXT.md')).stdout, /\n {4}item 2 → \.haiku\/runs\/.*letters\.2\.haiku-\d/);
  });

  it('that are not what passed are all named, with what can be done here', async () => {
    await terminal.run('run', 'CONTEXT.md');
    for (const name of ['ann-lee', 'bob']) writeFileSync(terminal.path(`out/${name}.md`), 'my own');
    const { stdout } = await terminal.run('run', 'CONTEXT.md');
    assert.match(stdout, /out\/ann-lee\.md, out\/bob\.md are not what passed.* or check the stage again\./);
    assert.doesNotMatch(stdout, /in the editor/);
  });

  it('are not made again by an escalation of what has passed, unless --fresh says so', async () => {
    await terminal.run('run', 'CONTEXT.md');
    const refused = await terminal.run('escalate', 'CONTEXT.md', '--stage', '1');
    assert.deepEqual([refused.code, refused.stdout], [2, '']);
    assert.match(refused.stderr, /All items of stage 1 “Letters” have passed already/);
    for (const item of [1, 2, 3]) record(`letters-${item}`, 'opus-1', 'dear all');
    assert.equal((await terminal.run('escalate', 'CONTEXT.md', '--stage', '1', '--fresh')).code, 0);
  });
});

describe('the person at the terminal', () => {
  const estimate: RunEstimate = { paid: true, stages: [{ number: 2, title: 'A', slug: 'a', model: 'opus', usd: 1 }], usd: 1, allOpusUsd: 1, escalation: 2 };

  it('is told with the price that the stage has passed already, and asked unless they said --yes', async () => {
    const [told, questions]: [string[], string[]] = [[], []];
    const ask = async (question: string) => {
      questions.push(question);
      return 'n';
    };
    const around = { interactive: true, stderr: (text: string) => void told.push(text), ask } as unknown as Surroundings;
    const passed: RunEstimate = { ...estimate, escalates: { over: 'passed', model: 'claude-haiku-5-5' } };
    assert.equal(await createTerminalPerson(around, { yes: false, allowCommands: false }).confirmSpending(passed), false);
    assert.equal(questions.length, 1);
    assert.match(told.at(-1) ?? '', /Stage 2 has passed already, on claude-haiku-5-5/);
    assert.equal(await createTerminalPerson(around, { yes: true, allowCommands: false }).confirmSpending(passed), true);
    assert.match(told.at(-1) ?? '', /Stage 2 has passed already, on claude-haiku-5-5/);
  });

  it('is told of a stage that goes to Opus without a try on its own model', async () => {
    const told: string[] = [];
    const around = { interactive: false, stderr: (text: string) => void told.push(text) } as unknown as Surroundings;
    assert.equal(
      await createTerminalPerson(around, { yes: true, allowCommands: false }).confirmSpending({ ...estimate, escalates: { over: 'nothing' } }),
      true,
    );
    assert.match(told.join(''), /Stage 2 has not run yet as it stands/);
  });
});
