import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyFixes } from '../../../src/lint/linter';
import { readContext } from '../../../src/steering/context';
import { issuesOf, lintContext, parts } from './contextSubject';

const rule = 'context/not-a-stage';
const draft = 'Stage 1: Draft (Haiku)\n- Task: Draft it.\n- Output: Draft\n\n';
const fields = '- Input: Draft\n- Task: Polish it.\n- Output: Final\n';

describe('a line that is almost a stage', () => {
  const lines: [string, string][] = [
    ['### Step 2: Polish (Haiku)', 'Stage 2: Polish (Haiku)'],
    ['Step 2: Polish (Haiku)', 'Stage 2: Polish (Haiku)'],
    ['Stage Two: Polish', 'Stage 2: Polish'],
    ['Stage II: Polish (Opus if needed)', 'Stage 2: Polish (Opus if needed)'],
    ['2. Polish (Haiku)', 'Stage 2: Polish (Haiku)'],
    ['### 2. Polish (Haiku)', 'Stage 2: Polish (Haiku)'],
    ['Stage 2 (Haiku): Polish', 'Stage 2: Polish (Haiku)'],
    ['Phase 2: Polish', 'Stage 2: Polish'],
    ['Stage: Polish (Sonnet)', 'Stage 2: Polish (Sonnet)'],
    ['Stag 2: Polish', 'Stage 2: Polish'],
    ['**Polish (Haiku, high effort)**', 'Stage 2: Polish (Haiku, high effort)'],
    ['### Polish (Haiku)', 'Stage 2: Polish (Haiku)'],
    ['Stage 1a: Polish', 'Stage 2: Polish'],
    ['Stage 2 (optional): Polish (Haiku)', 'Stage 2: Polish, optional (Haiku)'],
    ['### Polish', 'Stage 2: Polish'],
    ['Step 1: Polish (Haiku)', 'Stage 2: Polish (Haiku)'],
  ];
  for (const [line, instead] of lines) {
    it(`is told, and mended: ${line}`, async () => {
      const text = `${parts}${draft}${line}\n${fields}`;
      const [issue, ...more] = await issuesOf(rule, text);
      assert.ok(issue, 'is found');
      assert.equal(more.length, 0);
      assert.equal(issue.severity, 'error');
      assert.match(issue.message, /and its Input, Task and Output are dropped: write “/);
      assert.ok(issue.message.endsWith(`write “${instead}”.`), issue.message);
      assert.equal(issue.range.start.line, text.slice(0, text.indexOf(line)).split('\n').length - 1);
      const mended = readContext(
        '/w/CONTEXT.md',
        applyFixes(
          text,
          issue.fixes.map(({ edits }) => edits),
        ),
      );
      assert.deepEqual(
        mended.stages.map(({ number, task }) => [number, task]),
        [
          [1, 'Draft it.'],
          [2, 'Polish it.'],
        ],
      );
      assert.deepEqual(await issuesOf(rule, mended.text), []);
    });
  }

  it('is counted with the others', async () => {
    const text = `${parts}${draft}Step: Polish (Haiku)\n${fields}\nStep: Proof (Haiku)\n- Task: Proof it.\n\nStage 4: Send (Code)\n- Run: x\n\nLast (Haiku)\n- Task: Rest.\n`;
    assert.deepEqual(
      (await issuesOf(rule, text)).map(({ message }) => /write “(.*)”/.exec(message)?.[1]),
      ['Stage 2: Polish (Haiku)', 'Stage 3: Proof (Haiku)', 'Stage 5: Last (Haiku)'],
    );
  });

  it('is left to a person where its list is indented too far to follow it', async () => {
    const [issue] = await issuesOf(rule, `${parts}Polish (Haiku)\n\t- Run: x\n`);
    assert.ok(issue);
    assert.deepEqual(issue.fixes, []);
  });

  it('has its list indented below a number', async () => {
    const text = `${parts}1. Draft (Haiku)\n   - Task: Draft it.\n   - Output: Draft\n2. Polish (Haiku)\n   - Input: Draft\n   - Task: Polish it.\n`;
    const issues = await issuesOf(rule, text);
    assert.equal(issues.length, 2);
    const once = applyFixes(text, issues[0]?.fixes.map(({ edits }) => edits) ?? []);
    const twice = applyFixes(once, (await issuesOf(rule, once))[0]?.fixes.map(({ edits }) => edits) ?? []);
    assert.equal(readContext('/w/CONTEXT.md', twice).stages.length, 2);
  });

  it('is what the document has instead of stages', async () => {
    const text = `${parts}Step 1: Draft (Haiku)\n${fields}`;
    const [issue] = await issuesOf('context/no-stages', text);
    assert.match(issue?.message ?? '', /“Step 1: Draft \(Haiku\)” is not read as one/);
    assert.equal(issue?.range.start.line, parts.split('\n').length - 1);
  });
});

describe('what is no stage', () => {
  const none: [string, string][] = [
    ['a stage', `${draft}Stage 2: Polish (Haiku)\n${fields}`],
    ['a stage under a heading, with prose before its list', `${draft}### Stage 2: Polish (Haiku)\n\nTake care.\n\n${fields}`],
    ['a second list of a stage', `### Stage 1: Draft (Haiku)\n${fields}\nNotes:\n\n- Input: is long\n- Output: is short\n`],
    ['an example', `${draft}\`\`\`markdown\n### Step 2: Polish (Haiku)\n${fields}\`\`\`\n`],
    ['a form to fill in', `${draft}Step N: [Title] (Haiku)\n${fields}`],
    ['a function', `${draft}### parse\n- Input: a text\n- Output: a tree\n`],
    ['a sentence with a colon', `${draft}### Notes\n\nWhat to know:\n\n- Input: comes late\n- Output: goes to the customer\n`],
    ['a line of costs', `${draft}### Cost\n\nStage 1 (Haiku): $0.02\n- Total: $0.02\n`],
    ['one field below a step', `${draft}### Step 2: Read on\n- Output: see above\n`],
    ['prose about a model', `${draft}### Notes\n\nPolish (Haiku)\n\nIt reads well.\n`],
  ];
  for (const [what, text] of none) it(`is not told: ${what}`, async () => assert.deepEqual(await issuesOf(rule, `${parts}${text}`), []));

  for (const file of ['test/fixtures/essay', 'templates/blank', 'templates/blog-post', 'templates/feature', 'templates/sample', 'templates/support-ticket']) {
    it(`is anything in ${file}/CONTEXT.md`, async () => {
      const text = readFileSync(join(__dirname, '../../..', file, 'CONTEXT.md'), 'utf8');
      assert.ok(readContext('/w/CONTEXT.md', text).stages.length);
      assert.deepEqual(await issuesOf(rule, text), []);
    });
  }

  it('is a part of the task with fields of its own', async () => {
    const text = parts.replace('Build it.', '- Task: Build it.\n- Input: a ticket\n- Output: a reply').concat(draft);
    assert.deepEqual(await issuesOf(rule, text), []);
  });

  it('is a chapter of notes that are called CONTEXT.md', async () => {
    const text = '# Compiler\n\n## Step 1: Parse\n\n- Input: source\n- Output: tree\n\n## Step 2: Emit\n\n- Input: tree\n- Output: code\n';
    assert.deepEqual(
      (await lintContext(text)).filter((issue) => issue.rule === rule),
      [],
    );
  });
});
