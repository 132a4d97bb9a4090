import assert from 'node:assert/strict';
import { lintText } from '../../../src/lint/linter';
import { MemoryFiles } from '../memoryFiles';

async function found(text: string, path = '/w/CLAUDE.md'): Promise<string[]> {
  const lines = text.split('\n');
  return (await lintText({ path, text, files: new MemoryFiles({ '/w/.git/HEAD': '', [path]: text }) }))
    .filter(({ rule }) => rule.endsWith('/placeholder'))
    .map(({ range: { start, end } }) => (lines[start.line] as string).slice(start.character, end.character));
}

describe('what nobody filled in', () => {
  const open: [string, string][] = [
    ['- TODO', 'TODO'],
    ['1. **Owner:** TBD.', 'TBD'],
    ['- <your project>', '<your project>'],
    ['- Name: <name of the service>', '<name of the service>'],
    ['# {{PROJECT}}', '{{PROJECT}}'],
    ['This is {{ PROJECT_NAME }}, a shop.', '{{ PROJECT_NAME }}'],
    ['- [your rules here]', '[your rules here]'],
  ];
  for (const [line, text] of open) it(`is told in a CLAUDE.md: ${line}`, async () => assert.deepEqual(await found(`# P\n\n${line}\n`), [text]));

  const fine = [
    '- TODO comments name an issue.',
    'TODO',
    '- `TODO`',
    '- No TODO',
    '- `{{PROJECT}}` is put in by the generator.',
    '- Pages hold {{title}}.',
    '- Run it with df = mo.sql(<your query>) for this.',
    '- <details>',
    '- <project/>',
    '```\n- TODO\n{{PROJECT}}\n```',
  ];
  for (const line of fine) it(`is not: ${line.replace(/\n/g, '⏎')}`, async () => assert.deepEqual(await found(`# P\n\n${line}\n`), []));

  it('is a template’s variable in a task: it is what is asked for', async () => assert.deepEqual(await found('# T\n\n- {{PROJECT}}\n', '/w/CONTEXT.md'), []));
});
