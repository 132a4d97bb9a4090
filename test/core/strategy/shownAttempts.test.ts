import assert from 'node:assert/strict';
import { readState } from '../../../src/journal/state';
import { shownAttempts } from '../../../src/strategy/shownAttempts';
import { Bench, stages } from '../stage/scripted';

const document = stages(
  'Greet (Haiku)\n- Input: Name\n- Task: Greet.\n- Output: Greeting\n- Retries: 0\n- Checks:\n  - contains: "Dear"\n  - excludes: Hey\n  - words: <= 3',
);

describe('attempts that a strategy is learnt from', () => {
  it('are the latest that failed, older ones that failed at something else, and the last that passed', async () => {
    const made = new Bench(document, () => '');
    const answers = ['Dear all of you here', 'Hi', 'Dear Hey', 'Hi', 'Hi', 'Hi', 'Dear Bo'];
    for (const [i, text] of answers.entries()) {
      made.script(() => text);
      await made.run({ inputs: new Map([['name', `N${i}`]]) });
    }
    const state = await readState(made.files, '/w/.haiku', 'context');
    const shown = await shownAttempts(made.files, state.stages.get('greet'));
    assert.deepEqual(
      shown.map(({ output, status }) => [output.trim(), status]),
      [
        ['Dear all of you here', 'failed'],
        ['Dear Hey', 'failed'],
        ['Hi', 'failed'],
        ['Hi', 'failed'],
        ['Hi', 'failed'],
        ['Dear Bo', 'passed'],
      ],
    );
  });
});
