import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JournalWriter, parseJournal, readAllJournals, runId } from '../../../src/journal/journal';
import { mendJournal } from '../../../src/journal/journalText';
import type { JournalRecord } from '../../../src/journal/records';
import { readState } from '../../../src/journal/state';
import { createNodeFiles, toSlashes } from '../../../src/node/files';
import { UserError } from '../../../src/ports';
import { keptPrompt } from '../../../src/stage/keptPrompt';
import { MemoryFiles } from '../memoryFiles';
import { Bench, stages, statuses } from '../stage/scripted';

const end = (message: string): JournalRecord => ({ type: 'end', at: '2026-11-22T08:00:00.000Z', status: 'passed', message });
const started: JournalRecord = { type: 'attempt-started', at: '', stage: 'a', attempt: 1, tier: 'haiku', model: 'm', reservedUsd: 1 };

function writer(files: MemoryFiles, seen: string[] = []): JournalWriter {
  return new JournalWriter(files, '/w/.haiku', 't', 'r', (record) => void seen.push(record.type === 'end' ? (record.message ?? '') : record.type));
}

describe('a journal being written', () => {
  it('puts what is ready at the same time on the disk together, in order, and tells of it only then', async () => {
    const files = new MemoryFiles();
    const seen: string[] = [];
    const journal = writer(files, seen);
    const append = files.append.bind(files);
    files.append = async (path, text) => {
      await new Promise((done) => setImmediate(done));
      assert.ok(!seen.includes(text.split('"')[11] ?? ''), 'not told before it is there');
      await append(path, text);
    };
    await Promise.all(Array.from({ length: 50 }, (_, i) => journal.append(end(String(i)))));
    assert.deepEqual(
      parseJournal(files.texts.get(journal.path) ?? '', '').map((record) => (record as { message: string }).message),
      Array.from({ length: 50 }, (_, i) => String(i)),
    );
    assert.deepEqual(
      seen,
      Array.from({ length: 50 }, (_, i) => String(i)),
    );
    assert.equal(files.writeCount, 1, 'with one write');
  });

  it('makes whole what a failed write has torn, writes what it owes, and forgets calls that were only announced', async () => {
    const files = new MemoryFiles();
    const journal = writer(files);
    await journal.append(end('“first”'));
    const append = files.append.bind(files);
    files.append = async (path, text) => {
      await append(path, text.slice(0, text.length >> 1));
      throw new UserError('No room.');
    };
    await assert.rejects(journal.append(started), /No room/);
    await assert.rejects(journal.append(end('paid')), /No room/);
    files.append = append;
    await journal.append(end('last'));
    const messages = parseJournal(files.texts.get(journal.path) ?? '', '').map((record) => (record as { message: string }).message);
    assert.deepEqual(messages, ['“first”', 'paid', 'last']);
  });
});

describe('a journal being read', () => {
  const line = `${JSON.stringify(end('é'))}\n`;

  it('passes over a last line that was cut off, wherever it was cut', () => {
    for (let length = 0; length < line.length; length++) assert.equal(parseJournal(line + line.slice(0, length), '/j').length, 1);
    assert.equal(parseJournal(line + line, '/j').length, 2);
  });

  it('on a real disk also where it was cut in the middle of a letter, or filled with zeros', async () => {
    const folder = toSlashes(mkdtempSync(join(tmpdir(), 'haiku-first-journal-')));
    try {
      const files = createNodeFiles();
      const path = `${folder}/runs/t/r/journal.jsonl`;
      await files.append(path, line);
      const whole = readFileSync(path);
      const letter = whole.indexOf(0xc3);
      for (const tail of [whole.subarray(0, letter + 1), Buffer.alloc(100)]) {
        writeFileSync(path, Buffer.concat([whole, tail]));
        assert.equal((await readAllJournals(files, folder, 't'))[0]?.records.length, 1);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is added to only behind its last whole line', async () => {
    const folder = toSlashes(mkdtempSync(join(tmpdir(), 'haiku-first-journal-')));
    try {
      const files = createNodeFiles();
      const path = `${folder}/journal.jsonl`;
      await files.append(path, line);
      const whole = readFileSync(path);
      for (const tail of ['{"type":"en', '', Buffer.from('é').subarray(0, 1)]) {
        writeFileSync(path, Buffer.concat([whole, Buffer.from(tail)]));
        await mendJournal(files, path);
        assert.deepEqual(readFileSync(path), whole);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('refuses any other line that is none, with its place', () => {
    assert.throws(
      () => parseJournal(`${line}{"type":"en\n${line}`, '/w/journal.jsonl'),
      (error: UserError) => /no record of a run/.test(error.message) && error.details.path === '/w/journal.jsonl' && error.details.line === 1,
    );
  });

  it('reads what was written before answers, judges and prompts were kept', async () => {
    const bench = new Bench(stages('Draft (Haiku)\n- Task: write\n- Output: Draft'), { draft: 'x' });
    await bench.run();
    const [path] = [...bench.files.texts.keys()].filter((each) => each.endsWith('journal.jsonl')) as [string];
    const old = bench.records().flatMap((record): object[] => {
      if (record.type === 'answer' || record.type === 'judge-started' || record.type === 'judge') return [];
      if (record.type === 'attempt') return [{ ...record, outputHash: undefined, rung: undefined }];
      if (record.type === 'attempt-started') return [{ ...record, fingerprint: undefined, prompt: undefined }];
      return [record];
    });
    bench.files.put(path, old.map((record) => `${JSON.stringify(record)}\n`).join(''));
    assert.deepEqual(statuses(await bench.run()), ['1 cached']);
  });

  it('takes runs in the order they came, though a clock was set back between them', () => {
    const first = runId(new Date('2026-11-22T08:00:00.000Z'), 'aa');
    const second = runId(new Date('2020-01-01T00:00:00.000Z'), '00', [first, 'notes', '9999-12-31T23-59-59-999-zz']);
    assert.ok(second > first, second);
    assert.equal(runId(new Date('2026-12-01T00:00:00.000Z'), 'bb', [first]), '2026-12-01T00-00-00-000-bb');
  });
});

describe('an output beside a journal', () => {
  for (const [what, text] of [
    ['cut off', 'a text that pa'],
    ['gone', undefined],
    ['another one', 'something else\n'],
  ] as const) {
    it(`that is ${what} does not count: the stage is run again`, async () => {
      const bench = new Bench(stages('Draft (Haiku)\n- Task: write\n- Output: Draft'), { draft: 'a text that passed' });
      await bench.run();
      const [path] = [...bench.files.texts.keys()].filter((each) => /draft\.haiku-1/.test(each) && !each.includes('prompts')) as [string];
      if (text === undefined) bench.files.texts.delete(path);
      else bench.files.put(path, text);
      const result = await bench.run();
      assert.deepEqual(statuses(result), ['1 passed']);
      assert.equal(result.stages[0]?.output.text, 'a text that passed\n');
    });
  }
});

describe('the prompt of an attempt', () => {
  const background = 'A fact that everybody needs to know. '.repeat(400);
  const document = stages(
    'Topics (Haiku)\n- Task: list\n- Output: Topics',
    'Notes (Haiku)\n- Input: facts.md\n- Each: Topic in Topics\n- Task: note on Topic\n- Output: Notes\n- Checks:\n  - contains: "good"',
  );

  it('is kept as it was sent, with what it was put together from; shared texts once for all items', async () => {
    const count = 30;
    const bench = new Bench(
      document,
      ({ label }) => (label.stage === 'topics' ? Array.from({ length: count }, (_, i) => `- Topic ${i}`).join('\n') : label.attempt === 1 ? 'bad' : 'good'),
      { '/w/facts.md': background },
    );
    await bench.run();
    const state = await readState(bench.files, '/w/.haiku', 'context');
    for (const attempt of state.stages.get('notes')?.attempts.slice(0, 12) ?? []) {
      const kept = await keptPrompt(bench.files, attempt.sent);
      const sent = bench.model.calls.find(({ label }) => label.stage === `notes-${attempt.item}` && label.attempt === attempt.attempt);
      assert.equal(kept?.user, sent?.user.map(({ text }) => text).join('\n\n'));
      assert.equal(kept?.system, sent?.system.map(({ text }) => text).join('\n\n'));
      assert.equal(kept?.pieces.find(({ source }) => source === 'facts.md')?.text?.trim(), background.trim());
    }
    const bytes = [...bench.files.texts].filter(([path]) => path.includes('/prompts/')).reduce((sum, [, text]) => sum + text.length, 0);
    assert.ok(bytes < background.length * 2 + count * 2 * 6000, `${bytes} bytes`);
  });

  it('that was deleted is told as not kept', async () => {
    assert.equal(await keptPrompt(new MemoryFiles(), { folder: '/w/.haiku/runs/t/r', prompt: 'prompts/a.json' }), undefined);
    assert.equal(await keptPrompt(new MemoryFiles(), undefined), undefined);
  });
});
