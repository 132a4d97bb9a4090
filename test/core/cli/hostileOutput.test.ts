import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { processSurroundings } from '../../../src/cli/surroundings';
import { hidesSomething } from '../../../src/text';
import { jsonOf, Terminal } from './terminal';

describe('a question to a person', () => {
  it('shows a name from a document without what would repaint the terminal', async () => {
    const { ask } = processSurroundings(new AbortController().signal, async (question) => question);
    assert.equal(await ask('Topic\u001b[2K\u202e: '), 'Topic\\u{1b}[2K\\u{202e}: ');
  });
});

describe('JSON of what a stranger wrote', () => {
  it('reaches a terminal without what would repaint it, and a parser as it was', async () => {
    const terminal = new Terminal();
    try {
      const evil = 'a\u202eb\u0085c\u2028d\u001b]8;;http://evil.test\u0007link\u001b]8;;\u0007';
      writeFileSync(terminal.path('evil.txt'), evil);
      writeFileSync(terminal.path('CONTEXT.md'), '# T\u202e\n\n## Stage 1: List\u202e (Code)\n- Run: `cat evil.txt`\n- Output: List\n');
      for (const command of [
        ['plan', 'CONTEXT.md'],
        ['run', 'CONTEXT.md', '--allow-commands'],
        ['ledger', 'CONTEXT.md'],
        ['runs', 'CONTEXT.md'],
      ]) {
        const outcome = await terminal.run(...command, '--json');
        assert.equal(outcome.code, 0, outcome.stderr);
        assert.ok(!hidesSomething(outcome.stdout), command.join(' '));
        const json = jsonOf(outcome);
        if (command[0] === 'run') assert.equal((json.stages as { output: { text: string } }[])[0]?.output.text, evil);
      }
    } finally {
      terminal.remove();
    }
  });
});
