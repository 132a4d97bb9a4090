import assert from 'node:assert/strict';
import { measure } from '../../../src/check/measure';
import { gatherFacts, measuringFiles } from '../../../src/stage/checkFacts';
import { planTask } from '../../../src/steering/plan';
import { taskOf } from '../../../src/steering/task';
import { MemoryFiles } from '../memoryFiles';

/** A task in a folder of a repository, one stage that writes to `site/posts/new.md`, and the verdicts of its checks on an output. */
async function verdicts(checks: readonly string[], output: string, disk: Record<string, string>, before: Record<string, string> = {}) {
  const files = new MemoryFiles({ '/w/.git/HEAD': 'ref', ...disk });
  const text = `# Task\n\nStage 1: Draft (Haiku)\n- Task: Write.\n- Output: Post → site/posts/new.md\n- Checks:\n${checks.map((check) => `  - ${check}\n`).join('')}`;
  const task = await taskOf('/w/tasks/CONTEXT.md', text, files);
  const planned = (await planTask(task, files)).stages[0];
  assert.ok(planned);
  const facts = await gatherFacts(planned.stage.checks, output, { engine: { files }, task, planned, before: new Map(Object.entries(before)), costUsd: 0 });
  return planned.stage.checks.map((check) => {
    const { status, message } = measure(check, { text: output, facts });
    return `${status}: ${message}`;
  });
}

describe('what checks are told of the workspace', () => {
  it('finds what links lead to beside the document, beside the file that is written, and in the workspace', async () => {
    const disk = {
      '/w/tasks/near.md': '# Near\n\n## A part\n',
      '/w/tasks/site/posts/sibling.md': '# Sibling',
      '/w/tasks/site/page/index.md': '',
      '/w/static/img/a.png': '',
      '/etc/passwd.md': '# no',
    };
    const output = ['[a](near.md#a-part) [b](sibling.md) [c](../page/) ![d](/img/a.png) [e](new.md#top-of-it) [f](/posts/route)', '', '# Top of it'].join('\n');
    assert.deepEqual(await verdicts(['links resolve'], output, disk), ['pass: All 6 links resolve (web addresses were not fetched).']);
    const wrong = await verdicts(
      ['links resolve'],
      '[a](near.md#no-part)\n[b](gone.md)\n[c](/img/b.png)\n[d](../../../etc/passwd.md)\n[e](../../../../etc/passwd.md)',
      disk,
    );
    for (const part of [
      'near.md#no-part names no heading of that file (line 1)',
      'gone.md does not exist',
      '/img/b.png does not exist',
      '/etc/passwd.md does not exist (line 4)',
      '/etc/passwd.md does not exist (line 5)',
    ])
      assert.ok(wrong[0]?.includes(part), `${part}: ${wrong[0]}`);
  });

  it('knows files that stayed, changed, went, came, or never were', async () => {
    const checks = ['a', 'b', 'c', 'd', 'e'].map((name) => `unchanged: ${name}.txt`);
    const disk = { '/w/tasks/a.txt': 'same', '/w/tasks/b.txt': 'new', '/w/tasks/d.txt': 'came' };
    const told = await verdicts(checks, 'x', disk, { 'a.txt': 'same', 'b.txt': 'old', 'c.txt': 'gone' });
    assert.deepEqual(
      told.map((line) => line.split(':')[0]),
      ['pass', 'fail', 'fail', 'fail', 'error'],
    );
    assert.match(told[4] ?? '', /e\.txt/);
  });

  it('reads schemas with the files they refer to, inside the workspace only', async () => {
    const disk = {
      '/w/tasks/schemas/a.json': '{"$ref": "b.json"}',
      '/w/tasks/schemas/b.json': '{"properties": {"c": {"$ref": "../../shared/c.json"}}}',
      '/w/shared/c.json': '{"type": "string"}',
      '/w/tasks/out.json': '{"$ref": "../../outside.json"}',
      '/outside.json': '{}',
    };
    const told = await verdicts(['schema: schemas/a.json', 'schema: out.json', 'schema: none.json'], '{"c": 1}', disk);
    assert.match(told[0] ?? '', /^fail: .*at \/c it must be string, found 1/);
    assert.match(told[1] ?? '', /^error: \.\.\/\.\.\/outside\.json, which the schema out\.json refers to, could not be read/);
    assert.match(told[2] ?? '', /^error: The schema none\.json could not be read/);
    const files = new MemoryFiles({ '/w/.git/HEAD': 'ref', ...disk });
    const task = await taskOf('/w/tasks/CONTEXT.md', '# T\n\nStage 1: A\n- Task: x\n- Checks:\n  - schema: schemas/a.json\n', files);
    assert.deepEqual(
      [...(await measuringFiles(task.document.stages[0]?.checks ?? [], files, task)).keys()],
      ['schemas/a.json', 'schemas/b.json', '../shared/c.json'],
    );
  });
});
