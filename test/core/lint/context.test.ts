import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Issue, LintFacts } from '../../../src/lint/issue';
import { applyFixes, fixAll, lintText, type RuleSettings } from '../../../src/lint/linter';
import { MemoryFiles } from '../memoryFiles';

const parts =
  '# Task\n\n## Specification\n\nBuild it.\n\n## Constraints\n\n- Time budget: 2 hours\n\n## Success criteria\n\n- 300 words max\n\n## Feedback loop\n\nFails when it is dull.\n\n';
const oneStage = 'Stage 1: Draft (Haiku)\n- Task: Write the text.\n- Output: Text\n- Success: 300 words max\n';

async function lint(text: string, more: Record<string, string> = {}, facts: LintFacts = {}, settings: RuleSettings = {}): Promise<Issue[]> {
  const files = new MemoryFiles({ '/w/.git/HEAD': '', ...more });
  files.forbidWrites = true;
  return lintText({ path: '/w/CONTEXT.md', text, files, facts, settings });
}

/** `rule@text` of each issue of a rule. */
async function found(rule: string, text: string, more: Record<string, string> = {}): Promise<string[]> {
  const lines = text.split(/\r?\n/);
  return (await lint(text, more))
    .filter((issue) => issue.rule === rule)
    .map(({ range: { start, end } }) => (lines[start.line] as string).slice(start.character, start.line === end.line ? end.character : undefined));
}

describe('rules for CONTEXT.md', () => {
  it('find nothing in a complete task', async () => {
    assert.deepEqual(await lint(parts + oneStage), []);
  });

  it('find a missing part and put it where it belongs', async () => {
    const text = (parts + oneStage).replace('## Constraints\n\n- Time budget: 2 hours\n\n', '');
    const issues = await lint(text);
    assert.deepEqual(
      issues.map(({ rule, severity }) => [rule, severity]),
      [['context/missing-part', 'error']],
    );
    const fixed = applyFixes(text, [issues[0]?.fixes[0]?.edits ?? []]);
    assert.match(fixed, /Build it\.\n\n## Constraints\n\n\[List .*\]\n\n## Success/);
    assert.deepEqual(
      (await lint(fixed)).map(({ rule }) => rule),
      ['context/placeholder'],
    );
  });

  it('find all four parts missing as one issue', async () => {
    for (const text of ['# Task\n\nprose\n', oneStage, 'x']) {
      const issues = (await lint(text)).filter(({ rule }) => rule === 'context/missing-part');
      assert.equal(issues.length, 1, text);
      const fixed = applyFixes(text, [issues[0]?.fixes[0]?.edits ?? []]);
      assert.deepEqual(await found('context/missing-part', fixed), [], fixed);
    }
  });

  it('take notes that happen to be called CONTEXT.md for what they are: one info', async () => {
    const notes =
      '# Ordering\n\nThe bounded context of orders.\n\n## Language\n\n- Order: what a customer wants.\n\n## Relations\n\n- Billing reads its events.\n';
    assert.deepEqual(
      (await lint(notes)).map(({ rule, severity }) => [rule, severity]),
      [['context/no-stages', 'info']],
    );
    const fixed = applyFixes(notes, [(await lint(notes))[0]?.fixes[0]?.edits ?? []]);
    assert.deepEqual(await found('context/missing-part', fixed), [], 'the fix makes it a task');
    for (const task of [`${notes}\nStage 1: Draft\n`, `---\ninputs:\n  a: b\n---\n${notes}`])
      assert.equal((await found('context/missing-part', task)).length, 1, 'one that was begun');
    const chapters = ['Vision', 'Types', 'Constraints', 'Queries'].map((name) => `\n## ${name}\n\nText.\n`).join('');
    assert.deepEqual(await found('context/missing-part', notes + chapters), [], 'a chapter with the name of a part makes no task');
    assert.equal((await found('context/missing-part', notes + chapters.replace('Constraints', 'Part 2: Constraints'))).length, 3);
    assert.equal((await found('context/missing-part', `${notes}\n## Constraints\n\n- One day.\n`)).length, 3);
  });

  it('find parts that are empty or only ask', async () => {
    const text = (parts + oneStage).replace('Build it.', 'What is the problem you are solving?').replace('Fails when it is dull.', '');
    assert.deepEqual(await found('context/empty-part', text), ['## Specification', '## Feedback loop']);
    assert.deepEqual(await found('context/empty-part', (parts + oneStage).replace('Build it.', 'What is it?\nA blog post.')), []);
  });

  it('find placeholders of templates, in the front matter too, and no links or boxes', async () => {
    const text = `---\ninputs:\n  topic: "[name the topic]"\n---\n${parts}${oneStage}\n[write what to do] [write](x.md) [x] [list] \`[write what]\`\n`;
    assert.deepEqual(await found('context/placeholder', text), ['[name the topic]', '[write what to do]']);
  });

  it('renumber the second of two stages of one number', async () => {
    const text = `${parts}${oneStage}\nStage 1: Polish (Haiku)\n- Input: Text\n- Task: Polish it.\n- Output: Final\n\nStage 2: Send (Haiku)\n- Input: Final\n- Task: Write a mail.\n- Output: Mail\n`;
    const issues = (await lint(text)).filter(({ rule }) => rule === 'context/duplicate-stage-number');
    assert.equal(issues.length, 1);
    const fixed = fixAll(text, issues);
    assert.match(fixed, /Stage 3: Polish/);
    assert.deepEqual(await found('context/duplicate-stage-number', fixed), []);
    assert.equal(fixAll(fixed, await lint(fixed)), fixed);
  });

  it('renumber nothing unasked that the text speaks of', async () => {
    const stages = `${parts}${oneStage}\nStage 1: Polish (Haiku)\n- Input: Text\n- Task: Polish it.\n- Output: Final\n`;
    for (const said of ['See [polish](#stage-1-polish).', 'Keep what Stage 1 said.', 'Stages 2 and 1 share a tone.']) {
      const text = `${stages}\n## Notes\n\n${said}\n`;
      const issues = (await lint(text)).filter(({ rule }) => rule === 'context/duplicate-stage-number');
      assert.deepEqual([issues.length, issues[0]?.fixes.length, fixAll(text, issues)], [1, 1, text], said);
    }
  });

  it('find two stages of one title', async () => {
    assert.deepEqual(await found('context/duplicate-stage-title', `${parts}${oneStage}\nStage 2: draft (Opus)\n- Task: Do more.\n- Input: Text\n`), ['draft']);
  });

  it('find a stage that needs itself or a later one', async () => {
    const text = `${parts}Stage 1: A (Haiku)\n- Input: Second\n- Task: Do a.\n- Output: First\n\nStage 2: B (Haiku)\n- Input: First, Second\n- Task: Do b.\n- Output: Second\n`;
    assert.deepEqual(await found('context/later-input', text), ['Second', 'Second']);
  });

  it('find stages without command or task, and no stages', async () => {
    assert.deepEqual(await found('context/code-without-run', `${parts}Stage 1: Count (Code)\n- Task: Count.\n`), ['Stage 1: Count (Code)']);
    assert.deepEqual(await found('context/no-task', `${parts}Stage 1: Count (Haiku)\n- Output: x\n`), ['Stage 1: Count (Haiku)']);
    assert.deepEqual(await found('context/no-task', `${parts}Stage 1: Count (Code)\n- Run: wc\n`), []);
    assert.deepEqual(await found('context/no-stages', parts), ['# Task']);
  });

  it('find missing files and sections, but not what an earlier stage writes', async () => {
    const stage = (input: string) =>
      `${parts}Stage 1: A (Haiku)\n- Task: Do a.\n- Output: First → out/first.md\n\nStage 2: B (Haiku)\n- Input: ${input}\n- Task: Do b.\n`;
    const more = { '/w/VOICE.md': '# Voice\n\n## Cadence & Delivery\n', '/w/docs/style.md': '' };
    assert.deepEqual(await found('context/missing-file', stage('VOICE.md, out/first.md, ./out/first.md, VOIC.md, Blog topic'), more), ['VOIC.md']);
    assert.deepEqual(await found('context/missing-section', stage('VOICE.md#cadence, VOICE.md#tone'), more), ['VOICE.md#tone']);
    assert.deepEqual(await found('context/empty-glob', stage('docs/*.md, out/*.md, src/*.ts'), more), ['src/*.ts']);
    const issues = await lint(stage('VOIC.md'), more);
    const fix = issues.find(({ rule }) => rule === 'context/missing-file')?.fixes[0];
    assert.equal(fix?.title, 'Read VOICE.md');
    assert.match(applyFixes(stage('VOIC.md'), [fix?.edits ?? []]), /Input: VOICE\.md\n/);
  });

  it('find paths that lead out of the workspace', async () => {
    const text = `${parts}Stage 1: A (Haiku)\n- Input: ../secret.md, inside.md\n- Task: Do a.\n- Output: First → /etc/x.md\n`;
    assert.deepEqual(await found('context/outside-workspace', text, { '/w/inside.md': '', '/secret.md': '' }), ['../secret.md', '/etc/x.md']);
    assert.deepEqual(await found('context/missing-file', text, { '/w/inside.md': '' }), []);
  });

  it('find inputs that are ambiguous or asked for, each once', async () => {
    const text = `${parts}Stage 1: A (Haiku)\n- Input: Blog topic\n- Task: Do a.\n- Output: First draft\n\nStage 2: B (Haiku)\n- Input: Blog topic\n- Task: Do b.\n- Output: Second draft\n\nStage 3: C (Haiku)\n- Input: draft\n- Task: Do c.\n`;
    assert.deepEqual(await found('context/ambiguous-input', text), ['draft']);
    assert.deepEqual(await found('context/asked-input', text), ['Blog topic']);
    assert.deepEqual(await found('context/unused-output', text), []);
    assert.deepEqual(await found('context/unused-output', text.replace('draft\n- Task: Do c', 'First draft\n- Task: Do c')), ['Second draft']);
    assert.deepEqual(
      await found('context/unused-output', text.replace('draft\n- Task: Do c', 'First draft\n- Task: Do c').replace('Second draft', 'Second draft → b.md')),
      [],
    );
  });

  it('find vague words in Task and Success, not in quotes, code or other words', async () => {
    const text = `${parts}Stage 1: A (Haiku)\n- Task: Format dates, names, etc. and shorten as needed. Never say "and so on" or \`properly\`; call it improperly-made.\n- Success: works properly\n`;
    assert.deepEqual(await found('context/vague-instruction', text), ['etc.', 'as needed', 'properly']);
  });

  it('offer a judge for a criterion that nothing verifies, below what is there', async () => {
    for (const checks of ['', '- Checks:\n  - words: 3-5\n', '- Checks: words: 3-5\n']) {
      const text = `${parts}Stage 1: A (Haiku)\n- Task: Do a.\n- Success: Reads like you\n${checks}`;
      const issue = (await lint(text)).find(({ rule }) => rule === 'context/uncovered-criterion');
      assert.equal(issue?.severity, 'info');
      const fix = issue?.fixes[0];
      assert.equal(fix?.safe, false, 'a judge costs money');
      const fixed = applyFixes(text, [fix?.edits ?? []]);
      assert.deepEqual(
        (await lint(fixed)).map(({ rule }) => rule),
        [],
        fixed,
      );
    }
  });

  it('find tasks on a dearer tier than they need, and only sure ones', async () => {
    const stage = (runner: string, task: string) => `${parts}Stage 1: A (${runner})\n- Task: ${task}\n`;
    assert.deepEqual(await found('context/wrong-tier', stage('Opus', 'Extract all dates from the text.')), ['Opus']);
    assert.deepEqual(await found('context/wrong-tier', stage('Haiku', 'Sort the list by date.')), ['Haiku']);
    for (const [runner, task] of [
      ['Opus if needed', 'Extract all dates.'],
      ['Opus', 'Extract the argument. Then refute it.'],
      ['Haiku', 'Sort the arguments by importance, the most important first.'],
      ['Haiku', 'Summarize the text.'],
    ] as const) {
      assert.deepEqual(await found('context/wrong-tier', stage(runner, task)), [], task);
    }
  });

  it('compare estimates with the budget, where both are there', async () => {
    const text = `---\nbudget:\n  usd: 0.01\n---\n${parts}${oneStage}`;
    const facts = { estimate: () => ({ inputTokens: 100, outputTokens: 10, usd: 0.02 }) };
    const issues = await lint(text, {}, facts);
    assert.deepEqual(
      issues.map(({ rule, range }) => [rule, range.start.line]),
      [['context/over-budget', 2]],
    );
    assert.deepEqual(await lint(text), []);
  });

  it('keep CRLF in fixes', async () => {
    const text = (parts + oneStage).replace('## Constraints\n\n- Time budget: 2 hours\n\n', '').replace(/\n/g, '\r\n');
    const fixed = applyFixes(
      text,
      (await lint(text)).map((issue) => issue.fixes[0]?.edits ?? []),
    );
    assert.ok(!/[^\r]\n/.test(fixed));
    assert.deepEqual(await found('context/missing-part', fixed), []);
  });

  it('find in the essay what a person agrees with, and no error', async () => {
    const folder = join(__dirname, '../../fixtures/essay');
    const text = readFileSync(join(folder, 'CONTEXT.md'), 'utf8');
    const issues = await lint(text, { '/w/VOICE.md': readFileSync(join(folder, 'VOICE.md'), 'utf8') });
    assert.deepEqual([...new Set(issues.map(({ rule, severity }) => `${severity} ${rule}`))].sort(), [
      'info context/asked-input',
      'info context/uncovered-criterion',
    ]);
  });
});
