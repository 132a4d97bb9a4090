import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readContext } from '../../../src/steering/context';

const task = (criteria: string, success = '') =>
  `# T\n\n## Success criteria\n\n${criteria}\n\nStage 1: Draft the answer (Haiku)\n- Task: x\n- Output: Reply\n\nStage 2: Sum up (Haiku)\n- Input: Reply\n- Task: x\n- Output: Summary → out/summary.md\n${success}\n`;

const checksOf = (text: string) => readContext('/w/CONTEXT.md', text).stages.map(({ checks }) => checks.map((check) => check.text));

describe('a criterion that names what it is about', () => {
  const first = [
    '- Reply is under 200 words',
    '- Reply: under 200 words',
    '- **Reply:** under 200 words',
    '- The reply has at most 199 words',
    '- Draft the answer: under 200 words',
  ];
  for (const criterion of first) it(`belongs to the first stage: ${criterion}`, () => assert.deepEqual(checksOf(task(criterion)), [['words: <= 199'], []]));

  const last = [
    '- Under 200 words',
    '- Summary is under 200 words',
    '- The summary stays under 200 words',
    '- summary.md: under 200 words',
    '- Answer under 200 words',
  ];
  for (const criterion of last) it(`belongs to the last stage: ${criterion}`, () => assert.deepEqual(checksOf(task(criterion)), [[], ['words: <= 199']]));

  it('is the last stage’s where two stages could be meant, and where the name is only a word of it', () => {
    assert.deepEqual(
      checksOf(task('- Reply is under 200 words').replace('Summary →', 'Reply →')).map(({ length }) => length),
      [0, 1],
    );
    const { stages } = readContext('/w/CONTEXT.md', task('- Reply time goes down'));
    assert.deepEqual(
      stages.map(({ uncovered }) => uncovered.length),
      [0, 1],
    );
  });

  it('is read through the name of the output', () => {
    assert.deepEqual(checksOf(task('- Summary is at most 3 bullets')), [[], ['items: <= 3']]);
    assert.deepEqual(checksOf(task('- Valid JSON', '- Success: Summary has at most 3 bullets\n')), [[], ['items: <= 3', 'json']]);
    assert.deepEqual(checksOf(task('- Valid JSON', '- Success: Summary title is at most 3 words\n')), [[], ['json']]);
  });

  for (const file of ['test/fixtures/essay/CONTEXT.md', 'templates/sample/CONTEXT.md']) {
    it(`moves nothing in ${file}`, () => {
      const path = join(__dirname, '../../..', file);
      const { stages } = readContext(path, readFileSync(path, 'utf8'));
      const ofPart = stages.map(({ checks, success }) => checks.filter(({ source }) => source === 'success').length - success.flatMap((c) => c.checks).length);
      assert.deepEqual(
        ofPart.slice(0, -1),
        ofPart.slice(0, -1).map(() => 0),
      );
    });
  }
});
