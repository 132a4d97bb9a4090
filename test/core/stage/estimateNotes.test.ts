import assert from 'node:assert/strict';
import { estimateText } from '../../../src/cli/person';
import { capLines } from '../../../src/stage/capCheck';
import type { RunEstimate } from '../../../src/stage/engine';
import { estimateNotes } from '../../../src/stage/estimateNotes';
import { parseLadder } from '../../../src/stage/ladder';
import { Bench, refused, ScriptedCommands, stages, statuses } from './scripted';

const usage = (outputTokens: number) => ({ inputTokens: 100, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 });
const shown = (bench: Bench): RunEstimate => bench.person.estimates.at(-1) as RunEstimate;

describe('the estimate of an escalation', () => {
  it("goes by Opus's own answers, never by those of the cheap model", async () => {
    const bench = new Bench(stages('A (Haiku)\n- Task: x\n- Checks:\n  - contains: "ok"'), ({ label }) =>
      label.tier === 'opus' ? { text: 'no', usage: usage(4000) } : { text: 'no', usage: usage(20) },
    );
    await bench.run();
    await bench.run({ escalate: 1 });
    assert.equal(shown(bench).stages[0]?.pastAnswers, 0, 'Opus has not answered yet');
    const first = shown(bench).usd;
    await bench.run({ escalate: 1 });
    assert.equal(shown(bench).stages[0]?.pastAnswers, 1);
    const { price, modelFor } = bench.engine.catalog;
    const answer = price(modelFor('opus'), { ...usage(4000), inputTokens: 0 });
    assert.ok(shown(bench).usd > answer && shown(bench).usd < answer * 1.3, String(shown(bench).usd));
    assert.ok(first > price(modelFor('opus'), usage(20)) * 2, 'twenty tokens of Haiku say nothing about Opus');
  });
});

describe('files that stages name and nobody has', () => {
  const document = stages('A (Haiku)\n- Task: x\n- Output: X', 'B (Haiku)\n- Input: X, VOICE.md\n- Task: y', 'C (Haiku)\n- Input: X, Tone\n- Task: z');

  it('are refused before the first call, for all stages together', async () => {
    const bench = new Bench(stages('A (Haiku)\n- Task: x\n- Output: X', 'B (Haiku)\n- Input: X, VOICE.md\n- Task: y\n- Checks:\n  - voice: tone/VOICE.md'), {
      a: 'a',
    });
    const error = await refused(bench.run());
    assert.match(error.message, /VOICE\.md.*tone\/VOICE\.md/);
    assert.deepEqual([error.details.line, bench.model.calls.length, bench.journals().length], [7, 0, 0]);
  });

  it('are told with the inputs that nobody can be asked for', async () => {
    const bench = new Bench(document, { a: 'a', b: 'b', c: 'c' });
    bench.person.present = false;
    assert.match((await refused(bench.run())).message, /“VOICE\.md”.*“Tone”/);
    const asked = new Bench(document, { a: 'a', b: 'b', c: 'c' });
    await refused(asked.run());
    assert.deepEqual(asked.person.questions, [], 'nobody is asked for a run that cannot be');
  });

  it('do not matter to stages that take no part, and may be given as a value', async () => {
    const bench = new Bench(document, { a: 'a', b: 'b', c: 'c' });
    assert.equal((await bench.run({ stage: 1 })).status, 'passed');
    assert.equal((await bench.run({ stage: 2, inputs: new Map([['voice.md', 'Dry.']]) })).status, 'passed');
  });

  it('may be made by a command on the way', async () => {
    const bench = new Bench(stages('A (Code)\n- Run: make data\n- Output: A', 'B (Haiku)\n- Input: A, data.csv\n- Task: y'), { b: 'b' });
    bench.commands = new ScriptedCommands(() => {
      bench.files.put('/w/data.csv', 'a,b');
      return { stdout: 'made' };
    });
    assert.deepEqual(statuses(await bench.run()), ['1 passed', '2 passed']);
  });
});

describe('what the estimate says of what is sent', () => {
  it('counts placeholders that nobody filled in, as far as they would be sent', async () => {
    const document = `# Task\n\n## Specification\n\nFor [describe the reader].\n\n## Feedback loop\n\nAsk [name a person].\n\n${stages('A (Haiku)\n- Task: Write about [name the topic], not about `[name the rival]`.', 'B (Haiku)\n- Task: Thank [name the friends].')}`;
    const bench = new Bench(document, { a: 'a', b: 'b' });
    await bench.run({ stage: 1 });
    assert.deepEqual(estimateNotes(shown(bench)), ['2 placeholders such as [describe the reader] are still in the document and would be sent as they stand.']);
    assert.match(estimateText(shown(bench)), /2 placeholders such as/);
    const filled = new Bench(stages('A (Haiku)\n- Task: Write about [bees](bees.md).'), { a: 'a' }, { '/w/bees.md': 'Bees.' });
    await filled.run();
    assert.deepEqual(estimateNotes(shown(filled)), []);
  });

  it('names the inputs that do not fit, also where nothing is paid', async () => {
    const document = stages('A (Haiku)\n- Input: big.txt, small.txt\n- Task: x\n- Budget: 400');
    const files = { '/w/big.txt': 'A long line of text.\n\n'.repeat(900), '/w/small.txt': 'Small.' };
    const bench = new Bench(document, { a: 'a' }, files);
    await bench.run();
    const [line, ...others] = estimateNotes(shown(bench));
    assert.match(line ?? '', /Stage 1 “A” (?:gets only an outline of|goes without) “big\.txt”: larger than the budget/);
    assert.deepEqual(others, []);
    const rehearsal = new Bench(document, { a: 'a' }, files);
    rehearsal.model.paid = false;
    await rehearsal.run();
    assert.ok(rehearsal.events.some((event) => event.type === 'note' && event.message === line));
  });
});

describe('what is said of the caps', () => {
  const capped = async (usd: number, document: string, more: Partial<Bench['settings']> = {}) => {
    const bench = new Bench(document, () => '- one\n- two');
    bench.settings = { ...bench.settings, caps: [{ name: 'cap', usd }], ...more };
    const result = await bench.run();
    return { result, lines: bench.person.estimates.flatMap((estimate) => capLines(estimate)) };
  };

  it('is the length of a list where that alone is not known', async () => {
    const { lines } = await capped(5, stages('A (Haiku)\n- Task: x\n- Output: Points', 'B (Haiku)\n- Each: Point in Points\n- Task: y'));
    assert.deepEqual(lines, ['cap leaves $5.00: whether that is enough depends on the list of stage 2, which is assumed to have 5 items.']);
  });

  it('counts climbing to a dearer model where that is what may not fit', async () => {
    const { lines } = await capped(1, stages('A (Haiku)\n- Task: x'), { ladder: parseLadder('haiku, opus', '--ladder'), maxEscalationUsd: 1 });
    assert.match(
      lines.join(),
      /^cap leaves \$1\.00: if tries fail and stages climb to claude-opus-\S+, the run may stop there \(all of them: at most \$1\.\d\d\)\.$/,
    );
  });

  it('shows a cap as it was written and a cost that is above it', async () => {
    const needed = /cap of \$0\.00001 would be passed: one call of stage 1 “A” can cost \$(0\.\d+) or more/;
    const message = (await capped(0.00001, stages('A (Haiku)\n- Task: x'))).result.stopped?.message ?? '';
    assert.ok(Number(needed.exec(message)?.[1]) > 0.00001, message);
  });
});

describe('a cap that is reached', () => {
  it('leaves what has passed as it is', async () => {
    const bench = new Bench(stages('A (Haiku)\n- Task: x\n- Output: X', 'B (Haiku)\n- Input: X\n- Task: y'), { a: 'a', b: 'b' });
    await bench.run({ stage: 1 });
    bench.settings = { ...bench.settings, caps: [{ name: 'cap', usd: 0.0000001 }] };
    const result = await bench.run();
    assert.deepEqual([statuses(result), result.status], [['1 cached', '2 skipped'], 'failed']);
    assert.equal(result.stages[0]?.output.text.trim(), 'a');
  });

  it('says of which item the checks are, and calls run and stage the same', async () => {
    const document = `---\ninputs:\n  names: "- ann\\n- bob"\n---\n${stages('A (Haiku)\n- Each: Name in names\n- Task: x\n- Retries: 0\n- Checks:\n  - contains: "ok"')}`;
    const bench = new Bench(document, () => ({ text: 'no', usage: usage(5000) }));
    bench.settings = { ...bench.settings, concurrency: 1, caps: [{ name: 'cap', usd: 0.003 }] };
    const result = await bench.run();
    assert.deepEqual([statuses(result), result.status, result.stopped?.exitCode], [['1 error'], 'error', 1]);
    assert.match(result.stages[0]?.checks[0]?.message ?? '', /^Item 1: /);
  });
});
