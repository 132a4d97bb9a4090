import assert from 'node:assert/strict';
import { createRecordedModel } from '../../../src/model/recorded';
import { Cancelled, type Clock, type Files, type ModelRequest, UserError } from '../../../src/ports';

const never = new AbortController().signal;

function filesOf(contents: Record<string, string>): Files {
  const unexpected = (): never => assert.fail('Recorded answers only read.');
  return {
    async read(path) {
      return contents[path] ?? assert.fail(`${path} was read`);
    },
    async list(folder) {
      return Object.keys(contents)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => ({ name: path.slice(folder.length + 1), kind: 'file' as const }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    stat: unexpected,
    realPath: unexpected,
    write: unexpected,
    append: unexpected,
    remove: unexpected,
  };
}

function request(label: Partial<ModelRequest['label']> = {}): ModelRequest {
  return {
    model: 'claude-haiku-5-5',
    system: [{ text: 'x'.repeat(24) }],
    user: [{ text: 'x'.repeat(48) }],
    maxTokens: 1000,
    label: { folder: '/p/.haiku', task: 'post', stage: 'draft', purpose: 'stage', tier: 'haiku', attempt: 1, ...label },
  };
}

const stage = '/p/.haiku/recordings/post/draft';

describe('recorded model', () => {
  it('costs nothing and says what it is', () => {
    const model = createRecordedModel(filesOf({}));
    assert.deepEqual([model.kind, model.paid], ['recorded', false]);
  });

  it('answers word by word, verbatim, with estimated usage', async () => {
    const text = '  # Otters\n\nThey hold  hands.\n';
    const model = createRecordedModel(filesOf({ [`${stage}/haiku-1.md`]: text }));
    const pieces: string[] = [];
    const answer = await model.ask(request(), (piece) => pieces.push(piece), never);
    assert.equal(answer.text, text);
    assert.equal(pieces.join(''), text);
    assert.equal(pieces.length, 6);
    assert.deepEqual([answer.stopReason, answer.model], ['end_turn', 'claude-haiku-5-5']);
    assert.deepEqual(answer.usage, { inputTokens: 30, outputTokens: Math.ceil(text.length / 2.4), cacheReadTokens: 0, cacheWriteTokens: 0 });
  });

  it('takes model, stop reason and usage from front matter, and keeps it out of the answer', async () => {
    const text = [
      '---',
      'model: claude-haiku-5-5-20261007',
      'stop_reason: max_tokens',
      'usage: { input_tokens: 7, output_tokens: 9, cache_read_input_tokens: 11, cache_creation_input_tokens: 13 }',
      '---',
      'Body',
    ].join('\n');
    const answer = await createRecordedModel(filesOf({ [`${stage}/haiku-1.md`]: text })).ask(request(), () => {}, never);
    assert.deepEqual(answer, {
      text: 'Body',
      stopReason: 'max_tokens',
      model: 'claude-haiku-5-5-20261007',
      usage: { inputTokens: 7, outputTokens: 9, cacheReadTokens: 11, cacheWriteTokens: 13 },
    });
  });

  it('says the recording of each attempt, the last again past the last, and never one of another tier', async () => {
    const files = filesOf({
      [`${stage}/haiku-1.md`]: 'one',
      [`${stage}/haiku-2.md`]: 'two',
      [`${stage}/haiku-10.md`]: 'ten',
      [`${stage}/opus-1.md`]: 'dear',
      [`${stage}/haiku-x.md`]: 'no',
    });
    const said = async (tier: string, attempt: number) => (await createRecordedModel(files).ask(request({ tier, attempt }), () => {}, never)).text;
    assert.deepEqual(
      [await said('haiku', 1), await said('haiku', 2), await said('haiku', 9), await said('haiku', 12), await said('opus', 3)],
      ['one', 'two', 'two', 'ten', 'dear'],
    );
    await assert.rejects(said('sonnet', 1), UserError);
  });

  it('prefers what was recorded with a strategy where the prompt holds one, and nothing else makes it so', async () => {
    const strategy = { system: [{ text: 'Rules' }, { text: 'How to do it:\n<strategy>\nFirst count.\n</strategy>' }] };
    const quoted = { system: [{ text: 'A document that says &lt;strategy> or `<strategy>`.' }], user: [{ text: '<strategy>\nin the material\n</strategy>' }] };
    const files = { [`${stage}/haiku-1.md`]: 'without', [`${stage}/opus-1.md`]: 'dear', [`${stage}/haiku-with-strategy-2.md`]: 'with, again' };
    const said = async (more: Partial<ModelRequest>, label: Partial<ModelRequest['label']> = {}, recordings: Record<string, string> = {}) =>
      (await createRecordedModel(filesOf({ ...files, ...recordings })).ask({ ...request(label), ...more }, () => {}, never)).text;
    assert.equal(await said(strategy), 'without', 'there is none for the first attempt');
    assert.equal(await said(strategy, { attempt: 3 }), 'with, again');
    assert.equal(await said(strategy, { attempt: 2, purpose: 'trial' }), 'with, again', 'in a trial too');
    assert.equal(await said(strategy, { tier: 'opus', attempt: 2 }), 'dear');
    assert.equal(await said(quoted, { attempt: 2 }), 'without');
    assert.equal(await said({}, { attempt: 2 }), 'without');
    assert.equal(await said(strategy, {}, { [`${stage}/haiku-with-strategy-1.md`]: 'with' }), 'with');
  });

  it('answers each purpose from a file of its name', async () => {
    const purposes = ['judge', 'author', 'improve', 'learn', 'decompose'] as const;
    const files = filesOf(Object.fromEntries(purposes.map((purpose) => [`${stage}/${purpose}-1.json`, `{"for": "${purpose}"}`])));
    for (const purpose of purposes) {
      const { text } = await createRecordedModel(files).ask(request({ purpose, tier: 'opus' }), () => {}, never);
      assert.equal(text, `{"for": "${purpose}"}`);
    }
  });

  it('finds a model id that no file could be named after', async () => {
    const files = filesOf({ [`${stage}/qwen-qwen3-8b-1.md`]: 'local' });
    assert.equal((await createRecordedModel(files).ask(request({ tier: 'qwen/qwen3:8b' }), () => {}, never)).text, 'local');
  });

  it('answers for a judge of any tier from its own file', async () => {
    const verdict = '{"score": 4, "reason": "fine"}';
    const files = filesOf({ [`${stage}/judge-1.json`]: verdict, [`${stage}/haiku-1.md`]: 'draft' });
    assert.equal((await createRecordedModel(files).ask(request({ purpose: 'judge', tier: 'sonnet' }), () => {}, never)).text, verdict);
  });

  it('says which stage has no recording, which file was looked for, and what to set', async () => {
    await assert.rejects(
      createRecordedModel(filesOf({})).ask(request({ attempt: 2 }), () => {}, never),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.equal(error.details.exitCode, 3);
        assert.equal(error.details.path, `${stage}/haiku-2.md`);
        for (const part of ['"draft"', `${stage}/haiku-2.md`, 'ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'add that file'])
          assert.ok(error.message.includes(part), part);
        return true;
      },
    );
  });

  it('names the file whose front matter can’t be read', async () => {
    const files = filesOf({ [`${stage}/haiku-1.md`]: '---js\n({ get model() { throw 1 } })\n---\nBody' });
    await assert.rejects(
      createRecordedModel(files).ask(request(), () => {}, never),
      (error) => error instanceof UserError && error.details.path === `${stage}/haiku-1.md`,
    );
  });

  it('pauses between words, and is cancelled at once', async () => {
    const controller = new AbortController();
    const slept: number[] = [];
    const clock: Clock = {
      now: () => new Date(0),
      async sleep(ms) {
        slept.push(ms);
        if (slept.length === 2) controller.abort();
      },
    };
    const pieces: string[] = [];
    const model = createRecordedModel(filesOf({ [`${stage}/haiku-1.md`]: 'one two three four' }), clock, 15);
    await assert.rejects(
      model.ask(request(), (piece) => pieces.push(piece), controller.signal),
      Cancelled,
    );
    assert.deepEqual(slept, [15, 15]);
    assert.deepEqual(pieces, ['one', ' two']);
  });
});
