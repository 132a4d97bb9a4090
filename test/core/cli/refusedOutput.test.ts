import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { jsonOf, Terminal } from './terminal';

describe('an output that a run refuses, on the command line', () => {
  it('is told by lint and plan before run ends there', async () => {
    const terminal = new Terminal();
    try {
      writeFileSync(
        terminal.path('CONTEXT.md'),
        '# T\n\n## Stage 1: Hook (Haiku)\n- Task: write\n- Output: Hook → .git/hooks/x\n\n## Stage 2: Text (Haiku)\n- Task: write\n- Output: Text → t.md\n',
      );
      const refusal = /“\.git\/hooks\/x” leads to \.git, and such files decide what runs/;
      const lint = await terminal.run('lint', 'CONTEXT.md');
      assert.equal(lint.code, 1);
      assert.match(lint.stdout, refusal);
      const plan = await terminal.run('plan', 'CONTEXT.md');
      assert.match(plan.stdout, /output {2}Hook → \.git\/hooks\/x\n {2}refused “\.git\/hooks\/x” leads to \.git/);
      const { stages } = jsonOf(await terminal.run('plan', 'CONTEXT.md', '--json')) as { stages: { outputRefused?: string }[] };
      assert.match(stages[0]?.outputRefused ?? '', refusal);
      assert.equal(stages[1]?.outputRefused, undefined);
      const run = await terminal.run('run', 'CONTEXT.md', '--yes');
      assert.equal(run.code, 2);
      assert.match(run.stderr, refusal);
    } finally {
      terminal.remove();
    }
  });
});
