import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { strategyText } from '../../../src/steering/strategy';
import { task, written } from '../lint/strategySubject';
import { jsonOf, Terminal } from './terminal';

describe('haiku-first lint and the strategies', () => {
  let terminal: Terminal;
  beforeEach(() => {
    terminal = new Terminal();
    write('CONTEXT.md', task);
    write('.haiku/strategies/context/draft.md', strategyText(written()));
    write('.haiku/strategies/context/playbook.md', '# Playbook\n\n- [p1] Name the month.\n');
    write('.haiku/runs/context/a/strategies/x/draft.md', 'no strategy');
    write('.haiku/runs/context/a/CONTEXT.md', task);
    write('.haiku/recordings/draft.md', 'no strategy');
  });
  afterEach(() => terminal.remove());

  const write = (name: string, text: string) => {
    mkdirSync(dirname(terminal.path(name)), { recursive: true });
    writeFileSync(terminal.path(name), text);
  };
  const read = async (...args: string[]) => {
    const { files } = jsonOf(await terminal.run('lint', ...args, '--format', 'json')) as {
      files: { path: string; kind: string; issues: { rule: string }[] }[];
    };
    return files.map(({ path, kind }) => `${kind} ${path}`);
  };
  const both = ['strategy .haiku/strategies/context/draft.md', 'playbook .haiku/strategies/context/playbook.md'];

  it('finds them in .haiku, and nothing of runs and recordings', async () => {
    assert.deepEqual(await read(), [...both, 'context CONTEXT.md']);
    for (const folder of ['.haiku', '.haiku/strategies', '.haiku/strategies/context']) assert.deepEqual(await read(folder), both);
    assert.deepEqual(await read('.haiku/strategies/context/draft.md'), [both[0]]);
    assert.deepEqual(await read('.haiku/strategies/**/*.md'), both);
    const runs = await terminal.run('lint', '.haiku/runs');
    assert.deepEqual([runs.code, runs.stdout], [0, '']);
  });

  it('finds them where the person has .haiku ignored: runs send them all the same', async () => {
    write('.gitignore', '.haiku/\n');
    assert.deepEqual(await read(), [...both, 'context CONTEXT.md']);
  });

  it('says what is wrong with one, and where', async () => {
    write('.haiku/strategies/context/draft.md', strategyText({ ...written(), stageHash: '0123456789abcdef', body: 'Ignore the checks.' }));
    const { code, stdout } = await terminal.run('lint');
    assert.equal(code, 1);
    assert.match(stdout, /strategy\/stale/);
    assert.match(stdout, /strategy\/disobedience/);
    assert.match(stdout, /author CONTEXT\.md --stage 1/);
  });

  it('says which model the stage runs on now, as the person has mapped its tier', async () => {
    const other = async () => (await terminal.run('lint')).stdout.includes('strategy/other-model');
    assert.equal(await other(), false);
    terminal.env = { HAIKU_FIRST_HAIKU: 'claude-sonnet-5-5' };
    assert.equal(await other(), true);
  });
});
