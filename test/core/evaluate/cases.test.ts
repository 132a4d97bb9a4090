import assert from 'node:assert/strict';
import fc from 'fast-check';
import { casesOf, readCases } from '../../../src/evaluate/cases';
import { UserError } from '../../../src/ports';
import { readContext } from '../../../src/steering/context';
import { MemoryFiles } from '../memoryFiles';

const stage = readContext(
  '/w/CONTEXT.md',
  '# Support\n\nStage 1: Answer (Haiku)\n- Input: Ticket, Customer name\n- Task: Answer the ticket.\n- Output: Reply\n',
).stages[0] as NonNullable<ReturnType<typeof readContext>['stages'][number]>;

const told = (path: string, text: string): string => {
  try {
    casesOf(path, text, stage);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.details.exitCode, 2);
    return `${(error.details.line ?? -1) + 1}: ${error.message}`;
  }
  return 'no error';
};

describe('cases of a stage', () => {
  it('are lines of JSON, inputs by name in any case, anything that is no text as JSON', () => {
    const cases = casesOf('/w/evals/context.jsonl', '{"id": "a", "ticket": "Late"}\r\n\n{"Ticket": ["x", 1], "customer name": null}\n', stage);
    assert.deepEqual(
      cases.map(({ id, line, values }) => [id, line, Object.fromEntries(values)]),
      [
        ['a', 1, { ticket: 'Late' }],
        ['line 3', 3, { ticket: '["x",1]', 'customer name': '' }],
      ],
    );
  });

  it('are rows of CSV, quoted values over several lines too', () => {
    const cases = casesOf('/w/evals/context.csv', '\uFEFFid,Ticket,Customer name\n1,"Where is it,\nplease?",Ada\n2,"Say ""no""",\n', stage);
    assert.deepEqual(
      cases.map(({ id, line, values }) => [id, line, values.get('ticket'), values.get('customer name')]),
      [
        ['1', 2, 'Where is it,\nplease?', 'Ada'],
        ['2', 4, 'Say "no"', ''],
      ],
    );
  });

  it('of another stage are passed over', () => {
    const rows = ['1', 'Stage 1', 'answer', 'Answer', '2', 'other'].map((of, i) =>
      JSON.stringify({ id: String(i), stage: of, ticket: 'x', ...(i > 3 && { else: 1 }) }),
    );
    assert.deepEqual(
      casesOf('/w/evals/context.jsonl', rows.join('\n'), stage).map(({ id }) => id),
      ['0', '1', '2', '3'],
    );
  });

  it('that are none are told with line and column', () => {
    assert.match(told('/w/c.jsonl', '{"ticket": "x"}\n{"ticket" "y"}'), /^2: This is no JSON: a colon was expected \(line 2, column 11\)/);
    assert.match(told('/w/c.jsonl', '["ticket"]'), /^1: A case is a JSON object.*\(line 1, column 1\)/);
    assert.match(told('/w/c.jsonl', '{"tiket": "x"}'), /^1: Stage 1 “Answer” has no input “tiket” \(line 1, column 3\)\. Write “Ticket”\./);
    assert.match(told('/w/c.jsonl', '{"mood": "x"}'), /Its inputs: “Ticket”, “Customer name”/);
    assert.match(told('/w/c.jsonl', '{"id": "a"}'), /^1: The case “a” has no input of the stage/);
    assert.match(told('/w/c.jsonl', '{"id": "a", "ticket": "x"}\n{"id": "a", "ticket": "y"}'), /^2: The case “a” is there twice: first in line 1/);
    assert.match(told('/w/c.csv', 'id,Ticket\n1,x,y\n'), /^2: .*expect 2, got 3 \(line 2, column 3\)/);
    assert.match(told('/w/c.csv', 'id,Ticket\n1,"x"y\n'), /^2: .*line 2, column 2/);
    assert.match(told('/w/c.csv', 'id,Ticket\n1,"x\n'), /line 2/);
    assert.match(told('/w/c.csv', 'id,Ticket,ticket\n1,x,y\n'), /^1: Two columns are called “ticket”/);
    assert.match(told('/w/c.csv', 'id,,Ticket\n1,x,y\n'), /^1: Column 2 has no name/);
  });

  it('stand in evals/<task>.jsonl or .csv; without either there are none', async () => {
    const task = { folder: '/w', slug: 'context' };
    assert.deepEqual(await readCases(new MemoryFiles({}), task, stage), []);
    const files = new MemoryFiles({ '/w/evals/context.csv': 'Ticket\nx\n' });
    assert.deepEqual(
      (await readCases(files, task, stage)).map(({ id }) => id),
      ['line 2'],
    );
  });

  it('never crash on anything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.constantFrom('.csv', '.jsonl'), (text, extension) => {
        try {
          casesOf(`/w/c${extension}`, text, stage);
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});
