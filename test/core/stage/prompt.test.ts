import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { assembleBundle } from '../../../src/bundle/bundle';
import { estimateTokens } from '../../../src/catalog/tokens';
import { buildPrompt, type PromptOptions } from '../../../src/stage/prompt';
import { planTask } from '../../../src/steering/plan';
import { strategyText } from '../../../src/steering/strategy';
import { taskOf } from '../../../src/steering/task';
import { MemoryFiles } from '../memoryFiles';

const essay = (name: string) => readFileSync(`test/fixtures/essay/${name}`, 'utf8');
const essayFiles = { '/w/CONTEXT.md': essay('CONTEXT.md'), '/w/VOICE.md': essay('VOICE.md'), '/w/CLAUDE.md': essay('CLAUDE.md') };

async function prompt(stage: number, files: Record<string, string>, options: PromptOptions = {}, output = 'What came before.') {
  const memory = new MemoryFiles(files);
  memory.makeFolder('/w/.git');
  const plan = await planTask(await taskOf('/w/CONTEXT.md', files['/w/CONTEXT.md'] as string, memory), memory);
  const index = plan.stages.findIndex((planned) => planned.stage.number === stage);
  const bundle = await assembleBundle(plan, index, {
    files: memory,
    countTokens: (text) => estimateTokens(text),
    outputs: () => ({ text: output }),
    answers: new Map(),
    windowTokens: 200_000,
    item: options.item,
  });
  return buildPrompt(plan, index, bundle, options);
}

const strategyOf = { stage: 'sort', targetModel: 'cheap', authorModel: 'dear', date: '2026-11-22', stageHash: 'x', status: 'unproven' as const };
const one = (fields: string) => ({ '/w/CONTEXT.md': `# T\n\n## Stage 1: Sort (Haiku)\n${fields}\n` });

describe('buildPrompt', () => {
  it('ends with the Task, word for word, whatever else is sent', async () => {
    const options: PromptOptions = {
      item: { name: 'Point', value: 'the second' },
      feedback: { previousOutput: 'Too short.', failures: [{ text: 'words: >= 3000', message: 'expected 3000, found 2' }] },
      escalation: { attempts: [{ by: 'Haiku', failures: [{ text: 'words: >= 3000', message: 'found 2' }] }] },
    };
    for (const given of [{}, options]) {
      const { user, text } = await prompt(3, essayFiles, given);
      assert.ok(text.user.endsWith('\n\nThe task:\nWrite each section in order'));
      assert.ok(user.at(-1)?.text.endsWith('Write each section in order'));
    }
    const odd = 'Sort `a`, then:\n1. **b**\n2. </stage> <task>';
    assert.ok((await prompt(1, one(`- Task: ${odd.replace(/\n/g, '\n  ')}`))).text.user.endsWith(`\n\nThe task:\n${odd}`));
  });

  it('has the first three parts, once, and neither the feedback loop nor other stages', async () => {
    const { text } = await prompt(3, essayFiles);
    const all = text.system + text.user;
    for (const said of ['What is the problem you are solving?', 'Time budget: 2 hours', 'Quality bar: Matches VOICE.md tone'])
      assert.equal(all.split(said).length, 2, said);
    for (const said of ['What indicates failure', 'Break down the topic', 'Refine unclear sections', 'One-shot Opus']) assert.ok(!all.includes(said), said);
    assert.match(text.user, /Stage: Draft\nOutput: Raw draft\n/);
    assert.match(text.user, /It succeeds when:\n- 3000\+ words\n- all sections covered/);
    assert.match(text.user, /What will be verified:\n- The answer has at least 3000 words\./);
  });

  it('has the strategy behind what all stages share, and spares the dear model the help for the cheap one', async () => {
    const strategy = { '/w/.haiku/strategies/context/sort.md': strategyText({ ...strategyOf, body: '## Procedure\n\n1. Read twice.' }) };
    const files = { ...one('- Task: Sort'), '/w/CLAUDE.md': 'Rules.', ...strategy };
    const plain = await prompt(1, { ...one('- Task: Sort'), '/w/CLAUDE.md': 'Rules.' });
    const helped = await prompt(1, files);
    assert.deepEqual(helped.system[0], plain.system[0]);
    assert.equal(helped.system[1]?.cache, true);
    assert.match(helped.system[1]?.text ?? '', /come first where they differ:\n<strategy>\n## Procedure\n\n1\. Read twice\.\n<\/strategy>$/);
    assert.deepEqual(helped.user, plain.user);
    const escalated = await prompt(1, files, { escalation: { attempts: [] } });
    assert.doesNotMatch(escalated.text.system, /Read twice/);
  });

  it('shares its cached beginning among stages, and keeps it when an attempt is repeated', async () => {
    const [first, second, third] = [await prompt(1, essayFiles), await prompt(2, essayFiles), await prompt(3, essayFiles)];
    assert.equal(first.system[0]?.cache, true);
    assert.deepEqual([second.system[0], third.system], [first.system[0], first.system]);
    assert.equal(second.system.length, 2, 'VOICE.md comes in a block of its own');
    assert.ok(second.system[1]?.text.includes('Steady, authoritative guide'));
    assert.deepEqual(
      second.system.map((block) => block.cache),
      [true, true],
    );
    const again = await prompt(2, essayFiles, { feedback: { failures: [{ text: 'x', message: 'y' }] } });
    assert.deepEqual(again.system, second.system);
    assert.equal(again.user[0]?.text, second.user[0]?.text);
    assert.deepEqual(
      second.user.map((block) => block.cache),
      [undefined, undefined],
    );
  });

  it('caches the documents of a stage that is asked once per item', async () => {
    const files = { ...one('- Input: a.md\n- Each: Point in list.md\n- Task: Answer the Point'), '/w/a.md': 'a', '/w/list.md': '- p' };
    const { user } = await prompt(1, files, { item: { name: 'Point', value: 'p </each_item>' } });
    assert.equal(user[0]?.cache, true);
    assert.match(user[1]?.text ?? '', /<each_item>\np &lt;\/each_item>\n<\/each_item>/);
  });

  it('numbers documents on through system and user, and sends no empty block', async () => {
    const { text, system, user } = await prompt(2, essayFiles);
    assert.deepEqual(
      [...(text.system + text.user).matchAll(/<document index="(\d+)">/g)].map((match) => match[1]),
      ['1', '2', '3'],
    );
    const bare = await prompt(1, one('- Task: Sort'));
    for (const block of [...system, ...user, ...bare.system, ...bare.user]) assert.ok(block.text.trim());
    assert.deepEqual([bare.system.length, bare.user.length], [1, 1]);
  });

  it('asks for JSON where the output or a check does', async () => {
    const json = /Format: one JSON value and nothing else, without a code fence/;
    assert.match((await prompt(1, one('- Task: x\n- Output: List as json'))).text.user, json);
    assert.match((await prompt(1, one('- Task: x\n- Checks:\n  - json'))).text.user, json);
    assert.doesNotMatch((await prompt(1, one('- Task: x\n- Checks:\n  - not json'))).text.user, json);
    assert.match((await prompt(1, one('- Task: x\n- Output: List as text'))).text.user, /Format: plain text/);
  });

  it('says every check in words', async () => {
    const files = {
      ...one(
        '- Task: x\n- Checks:\n  - words: 300-800\n  - excludes: hype, leverage\n  - not contains: "TODO"\n  - should links: >= 1\n  - command: npm test\n  - voice: VOICE.md\n  - judge: is kind, >= 4/5\n  - cost: <= 0.01\n  - any of:\n    - sections: Intro\n    - yaml',
      ),
      '/w/VOICE.md': 'calm',
    };
    const { text } = await prompt(1, files);
    assert.deepEqual(/What will be verified:\n([\s\S]*?)\n<\/stage>/.exec(text.user)?.[1]?.split('\n'), [
      '- The answer has 300 to 800 words.',
      '- The answer uses none of these words: “hype”, “leverage”.',
      '- This must not be so: The answer contains, letter for letter: “TODO”.',
      '- Wanted, not required: The answer has at least 1 link.',
      '- This command, given the answer as its input, succeeds: npm test',
      '- The answer keeps to what VOICE.md asks for.',
      '- A reader rates it at least 4 of 5 for: is kind',
      '- At least 1 of these 2 hold:',
      '  - The answer has a section with each of these headings: “Intro”.',
      '  - The answer is valid YAML.',
    ]);
  });

  it('sends a small failed answer back with what it failed, a large one not', async () => {
    const failures = [{ text: 'words: <= 5', message: 'expected at most 5 words, found 9' }];
    const small = (await prompt(1, one('- Task: x'), { feedback: { previousOutput: 'Nine words.', failures } })).text.user;
    assert.match(
      small,
      /<previous_output>\nNine words\.\n<\/previous_output>\n\nIt failed these checks:\n<failed_checks>\n- words: <= 5: expected at most 5 words, found 9\n<\/failed_checks>/,
    );
    const large = (await prompt(1, one('- Task: x'), { feedback: { previousOutput: 'nine words '.repeat(3000), failures } })).text.user;
    assert.ok(!large.includes('nine words nine') && large.includes('found 9'));
  });

  it('tells the dearer model what every attempt failed at', async () => {
    const { text } = await prompt(1, one('- Task: x'), {
      escalation: {
        attempts: [
          { by: 'Haiku', failures: [{ text: 'json', message: 'no JSON' }] },
          { by: 'Haiku', failures: [{ text: 'json', message: 'cut off' }] },
        ],
      },
    });
    assert.match(text.user, /Attempt 1, by Haiku:\n- json: no JSON\n\nAttempt 2, by Haiku:\n- json: cut off/);
  });

  it('lets neither documents nor feedback nor parts open or close a block', async () => {
    const evil = fc.string({
      maxLength: 12,
      unit: fc.constantFrom(
        '</document_content>',
        '</documents>',
        '<stage>',
        '</stage>',
        '</previous_output>',
        '</strategy>',
        '<specification>',
        '</failed_checks>',
        'x',
        '\n',
        '&lt;',
        '<',
      ),
    });
    const tag =
      /<\/?(?:documents|document|document_content|specification|constraints|success_criteria|strategy|stage|each_item|failed_checks|previous_output)\b/g;
    const files = (text: string) => ({
      '/w/CONTEXT.md': `# T\n\n## Specification\n\nA ${text.replace(/\n/g, ' ')}.\n\n## Plan\n\n### Stage 1: Sort\n- Input: a.md\n- Task: Sort\n`,
      '/w/a.md': `a${text}`,
      '/w/.haiku/strategies/context/playbook.md': `- Sort ${text.replace(/\s+/g, ' ')} twice.\n`,
      '/w/CLAUDE.md': `b${text}`,
    });
    const tags = async (text: string) => {
      const made = await prompt(1, files(text), {
        feedback: { previousOutput: `p${text}`, failures: [{ text: `c${text}`, message: text }] },
      });
      return (made.text.system + made.text.user).match(tag);
    };
    const calm = await tags('quiet');
    await fc.assert(
      fc.asyncProperty(evil, async (text) => assert.deepEqual(await tags(text), calm)),
      { numRuns: 60 },
    );
  });
});
