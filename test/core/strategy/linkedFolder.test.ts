import assert from 'node:assert/strict';
import { improveStrategy } from '../../../src/evaluate/improve';
import { keptStrategies } from '../../../src/evaluate/keptStrategies';
import { planTask } from '../../../src/steering/plan';
import { loadTask } from '../../../src/steering/task';
import { draftStrategy } from '../../../src/strategy/author';
import { learnLessons } from '../../../src/strategy/learn';
import { MemoryFiles } from '../memoryFiles';
import { Bench, refused, stages } from '../stage/scripted';

const document = stages('Greet (Haiku)\n- Input: Name\n- Task: Greet.\n- Output: Greeting\n- Checks:\n  - contains: "Dear"');

/** A repository whose folder of strategies is a link to somewhere else. */
class LinkedFiles extends MemoryFiles {
  override async realPath(path: string): Promise<string> {
    return path.startsWith('/w/.haiku/strategies') ? path.replace('/w/.haiku/strategies', '/home/me') : super.realPath(path);
  }
}

function bench(more: Record<string, string> = {}): Bench {
  const made = new Bench(document, () => 'Hi');
  const files = new LinkedFiles({ '/w/CONTEXT.md': document, '/w/evals/context.jsonl': '{"Name":"Ada"}\n{"Name":"Bo"}\n', ...more });
  files.makeFolder('/w/.git');
  Object.assign(made, { files });
  made.person.answers = { Name: 'Ada' };
  return made;
}

describe('a folder of strategies that is a link out of the workspace', () => {
  it('is refused before anything is sent, by all that would write there', async () => {
    const made = bench();
    const task = await made.task();
    const orders = [
      () => draftStrategy(made.engine, made.person, task, 1, made.options()),
      () => learnLessons(made.engine, made.person, task, 1, made.options()),
      () => improveStrategy(made.engine, made.person, task, { stage: 1, seed: '', maxCalls: 50, maxUsd: 1 }, made.options()),
    ];
    for (const order of orders) assert.match((await refused(order())).message, /leads outside of the workspace/);
    assert.equal(made.model.calls.length, 0);
  });

  it('is not read for a trial either', async () => {
    const made = bench({ '/w/.haiku/strategies/context/greet.md': 'whatever' });
    const plan = await planTask(await loadTask('/w/CONTEXT.md', made.files), made.files);
    assert.match((await refused(keptStrategies(made.files, plan))).message, /leads outside of the workspace/);
  });
});
