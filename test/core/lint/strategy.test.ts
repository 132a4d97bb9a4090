import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lintText } from '../../../src/lint/linter';
import { readContext } from '../../../src/steering/context';
import { bodyHash, type Strategy, stageHash, strategyText } from '../../../src/steering/strategy';
import { applyEdits } from '../../../src/text';
import { MemoryFiles } from '../memoryFiles';
import { issuesIn, lintStrategy, task, withBody, written } from './strategySubject';

const rulesOf = async (...args: Parameters<typeof lintStrategy>) => (await lintStrategy(...args)).map(({ rule }) => rule);

describe('a strategy under lint', () => {
  it('is clean where it is proven and its stage is as it was', async () => {
    assert.deepEqual(await rulesOf(strategyText({ ...written(), ...proven(written().body) })), []);
  });

  it('that cannot be used says why, once for each place', async () => {
    const [bare] = await issuesIn('strategy/unreadable', 'Begin with the name.\n');
    assert.match(bare?.message ?? '', /no front matter/);
    const lacking = '---\nstage: draft\ndate: 2026-11-20\n---\n\nBegin with the name.\n';
    const found = await issuesIn('strategy/unreadable', lacking);
    assert.equal(found.length, 1);
    assert.match(found[0]?.message ?? '', /no `for`.*no `by`.*no `stageHash`/);
    const [status] = await issuesIn('strategy/unreadable', strategyText(written()).replace('status: unproven', 'status: proven'));
    assert.deepEqual(status?.range.start, { line: 6, character: 0 });
    assert.equal((await issuesIn('strategy/unreadable', strategyText({ ...written(), body: ' ' }))).length, 1);
    assert.equal((await issuesIn('strategy/unreadable', '---\nstage: [\n---\n\nText\n')).length, 1);
  });

  it('that says another stage than its file is offered the right one', async () => {
    const text = strategyText({ ...written(), stage: 'darft' });
    const [issue] = await issuesIn('strategy/unreadable', text);
    assert.match(issue?.message ?? '', /for the stage “darft”, and is called draft\.md/);
    const fixed = applyEdits(text, issue?.fixes[0]?.edits ?? []);
    assert.deepEqual(await issuesIn('strategy/unreadable', fixed), []);
  });

  it('for no stage names the nearest, the missing document, or the Code stage', async () => {
    const message = async (...args: Parameters<typeof issuesIn>) => (await issuesIn(...args))[0]?.message ?? '';
    const at = { path: '/w/.haiku/strategies/context/darft.md' };
    assert.match(await message('strategy/no-stage', strategyText({ ...written(), stage: 'darft' }), at), /Did you mean “draft”\? Then call the file draft\.md/);
    assert.match(await message('strategy/no-stage', strategyText(written()), { files: {} }), /No CONTEXT\.md stands beside this \.haiku folder/);
    const other = { path: '/w/.haiku/strategies/blog/draft.md' };
    assert.match(await message('strategy/no-stage', strategyText(written()), other), /No blog\.context\.md/);
    assert.deepEqual(await issuesIn('strategy/no-stage', strategyText(written()), { ...other, files: { '/w/blog.context.md': task } }), []);
    const code = { files: { '/w/CONTEXT.md': task.replace('(Haiku)', '(Code)') } };
    assert.match(await message('strategy/no-stage', strategyText(written()), code), /Stage 1 “Draft” of CONTEXT\.md is a Code stage/);
  });

  it('is stale once the stage asks for something else, and not for another runner', async () => {
    const text = strategyText(written());
    for (const same of [task, task.replace('(Haiku)', '(Haiku, high effort)'), task.replace('- Output', '- Budget: 4000\n- Output')])
      assert.deepEqual(await issuesIn('strategy/stale', text, { files: { '/w/CONTEXT.md': same } }), []);
    const files = { '/w/CONTEXT.md': task.replace('the reply', 'a short reply') };
    const [issue] = await issuesIn('strategy/stale', text, { files });
    assert.match(issue?.message ?? '', /haiku-first author CONTEXT\.md --stage 1/);
    assert.equal(issue?.related?.[0]?.path, '/w/CONTEXT.md');
    const [fix] = issue?.fixes ?? [];
    assert.equal(fix?.safe, false);
    const confirmed = applyEdits(text, fix?.edits ?? []);
    assert.deepEqual(await issuesIn('strategy/stale', confirmed, { files }), []);
    assert.equal(confirmed.split('\n').length, text.split('\n').length);
  });

  it('for another model than its stage runs on says which, by the document’s and the person’s own mapping', async () => {
    const modelFor = (_tier: string, own?: Partial<Record<string, string>>) => own?.haiku ?? 'claude-haiku-6';
    const text = strategyText(written());
    const [issue] = await issuesIn('strategy/other-model', text, { facts: { modelFor } });
    assert.match(issue?.message ?? '', /runs on claude-haiku-6 now.*try CONTEXT\.md --stage 1 .*--all --on claude-haiku-6/);
    const mapped = { '/w/CONTEXT.md': `---\nmodels:\n  haiku: claude-haiku-5-5\n---\n\n${task}` };
    assert.deepEqual(await issuesIn('strategy/other-model', text, { facts: { modelFor }, files: mapped }), []);
    assert.deepEqual(await issuesIn('strategy/other-model', text), [], 'says nothing where nobody told');
    const dated = { modelFor: () => 'claude-haiku-5-5-20261001' };
    assert.deepEqual(await issuesIn('strategy/other-model', text, { facts: dated }), []);
    const tried: Strategy = { ...written(), ...proven(written().body, 'claude-haiku-6') };
    assert.deepEqual(await issuesIn('strategy/other-model', strategyText(tried), { facts: { modelFor } }), []);
  });

  it('is unproven without evidence, after an edit, and until somebody adopts it', async () => {
    const message = async (strategy: Strategy) => (await issuesIn('strategy/unproven', strategyText(strategy)))[0]?.message ?? '';
    assert.match(await message(written()), /Nothing shows yet .* haiku-first try CONTEXT\.md --stage 1/);
    assert.match(await message({ ...written(), ...proven('Another text.') }), /edited since/);
    assert.match(await message({ ...written(), ...proven(written().body), status: 'unproven' }), /nobody has adopted it/);
    const undecided = proven(written().body);
    assert.match(await message({ ...written(), ...undecided, evidence: { ...undecided.evidence, verdict: 'undecided' } }), /undecided: try it on more/);
    assert.equal(await message({ ...written(), status: 'rejected' }), '');
  });

  it('keeps its evidence when a comment to the linter is put into it', async () => {
    const text = strategyText({ ...written(), ...proven(written().body) });
    for (const eol of ['\n', '\r\n']) {
      const ignoring = text.replace(/\n/g, eol).replace(`---${eol}${eol}`, `---${eol}<!-- haiku-first-ignore-file strategy/stale it is fine -->${eol}${eol}`);
      assert.deepEqual(await issuesIn('strategy/unproven', ignoring), []);
    }
  });

  it('over its worth says both sums', async () => {
    const worth = (costUsd: number, savesUsd: number) => ({ facts: { strategyWorth: () => ({ costUsd, savesUsd, basis: 'by 20 times' }) } });
    const [issue] = await issuesIn('strategy/costs-more', strategyText(written()), worth(0.004, 0.001));
    assert.match(issue?.message ?? '', /adds \$0\.0040? .* saves \$0\.0010? \(by 20 times\)/);
    assert.match((await issuesIn('strategy/costs-more', strategyText(written()), worth(0.004, -0.01)))[0]?.message ?? '', /saves nothing/);
    assert.deepEqual(await issuesIn('strategy/costs-more', strategyText(written()), worth(0.001, 0.004)), []);
    assert.deepEqual(await issuesIn('strategy/costs-more', strategyText(written())), []);
  });

  it('over three thousand tokens is too long, comments and rejected ones aside', async () => {
    const long = 'Look at the ticket once more. '.repeat(400);
    assert.equal((await issuesIn('strategy/too-long', strategyText(withBody(long)))).length, 1);
    assert.deepEqual(await issuesIn('strategy/too-long', strategyText(withBody(`Short.\n\n<!-- ${long} -->`))), []);
    assert.deepEqual(await issuesIn('strategy/too-long', strategyText({ ...withBody(long), status: 'rejected' })), []);
  });

  it('that holds a secret is found out', async () => {
    const found = await lintStrategy(strategyText(withBody(`Send ghp_${'aB3dE6gH9k'.repeat(4).slice(0, 36)}.`)));
    assert.ok(found.some(({ rule, severity }) => rule === 'file/secret' && severity === 'error'));
  });

  it('never crashes or leaves its text, whatever stands in it', async () => {
    const files = new MemoryFiles({ '/w/.git/HEAD': '', '/w/CONTEXT.md': task, '/w/VOICE.md': '# Voice\n\n## Avoid\n\n- leverage\n' });
    const line = fc.constantFrom(
      '---',
      'stage: draft',
      'stage: [draft]',
      'for: claude-haiku-5-5',
      'by: me',
      'date: 2026-11-20',
      'stageHash: 0',
      'status: adopted',
      'evidence:',
      '  cases: 3',
      '## Constraints',
      '## Mistakes to avoid',
      '- Keep it under 200 words.',
      '1. Use “leverage”, “hype” and',
      'Ignore the checks.',
      '```',
      '<!--',
      '-->',
      '> quoted',
      '- [p1] A lesson. *(helpful 1; harmful 2)*',
      '',
    );
    const any = fc.oneof(
      fc
        .array(fc.oneof(line, fc.string({ unit: 'grapheme', maxLength: 30 })), { maxLength: 20 })
        .chain((lines) => fc.constantFrom(...['\n', '\r\n', '\r'].map((eol) => lines.join(eol)))),
      fc.string({ unit: 'binary', maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(any, fc.constantFrom('draft', 'playbook', 'other'), async (text, name) => {
        const issues = await lintText({ path: `/w/.haiku/strategies/context/${name}.md`, text, files });
        const lines = text.split(/\r\n|\r|\n/);
        for (const { range, message } of issues) {
          assert.ok(message.trim());
          assert.ok((lines[range.end.line] ?? '').length >= range.end.character, `${JSON.stringify(range)} in ${JSON.stringify(text)}`);
        }
      }),
      { numRuns: 400 },
    );
  }).timeout(60_000);
});

describe('a strategy against its stage', () => {
  const contradictions = (body: string, checks = '  - words: 300-500\n  - excludes: leverage, hype\n  - json', more: Record<string, string> = {}) => {
    const document = task.replace('- Success: 300 words max\n', `- Checks:\n${checks}\n`);
    const strategy = { ...withBody(body), stageHash: stageHash(readContext('/w/CONTEXT.md', document).stages[0] as never) };
    return issuesIn('strategy/contradiction', strategyText(strategy), { files: { '/w/CONTEXT.md': document, ...more } });
  };

  for (const sentence of [
    '## Constraints\n\n- Keep it under 200 words.',
    '## Constraints\n\n- At least 600 words.',
    '## Constraints\n\n- Use at most 250 words. Name the customer.',
    '## Constraints\n\n- Write at least 600 words.',
    '## Constraints\n\n- Never exceed 200 words.',
    '## Constraints\n\n- Limit the answer to 200 words.',
    '## Constraints\n\n- Keep the reply under 200 words.',
    '## Check yourself\n\n- Is it under 200 words?',
    '## Check yourself\n\n- Make sure that it has at least 800 words.',
    '## Procedure\n\n1. Use the word “leverage”.',
    '## Procedure\n\n1. End with “No hype, ever”.',
    '## Constraints\n\n- Include the phrase "hype".',
  ]) {
    it(`is contradicted where it says ${JSON.stringify(sentence)}`, async () => {
      const found = await contradictions(sentence);
      assert.equal(found.length, 1);
      assert.equal(found[0]?.related?.[0]?.path, '/w/CONTEXT.md');
    });
  }

  for (const sentence of [
    '## Constraints\n\n- Keep it under 400 words.',
    '## Constraints\n\n- Keep each paragraph under 80 words.',
    '## Constraints\n\n- The greeting is at most 10 words.',
    '## Constraints\n\n- Write the summary in at most 40 words.',
    '## Constraints\n\n- Keep the title under 8 words.',
    '## Constraints\n\n- Write at most 40 words for each ticket.',
    '## Constraints\n\n- Write at most 40 words about the refund.',
    '## Procedure\n\n1. Write a first draft of at most 200 words.',
    '## Procedure\n\n1. List 3 points.',
    '## Procedure\n\n1. If the customer is angry, keep it under 100 words.',
    '## Mistakes to avoid\n\n- Use the word “leverage”.',
    '## Procedure\n\n1. Never use the word “leverage”.',
    '## Procedure\n\n1. Instead of “leverage”, write “use”.',
    '## Procedure\n\n1. Look for “hype” in the ticket, and leave it out.',
    '## Procedure\n\n1. Replace “leverage” with “use”.',
    '## Worked example\n\nGiven:\n\n```text\nUse the word “leverage”.\n```\n',
    '## Constraints\n\n- Valid JSON.',
  ]) {
    it(`is not where it says ${JSON.stringify(sentence)}`, async () => {
      assert.deepEqual(
        (await contradictions(sentence)).map(({ message }) => message),
        [],
      );
    });
  }

  it('is held to the format that the stage excludes', async () => {
    assert.equal((await contradictions('## Constraints\n\n- Valid JSON.', '  - not json')).length, 1);
  });

  it('may not forbid what the stage demands', async () => {
    const body = '## Constraints\n\n- Avoid “Dear”.';
    assert.equal((await contradictions(body, '  - contains: "Dear Ms"')).length, 1);
    assert.deepEqual(await contradictions(body, '  - contains: "Dearest"'), []);
  });

  it('is held to the VOICE.md that its stage is given or checked against', async () => {
    const voice = { '/w/VOICE.md': '# Voice\n\n## Words to avoid\n\n- synergy\n' };
    const body = '## Procedure\n\n1. Close with “Yours in synergy”.';
    const [issue] = await contradictions(body, '  - voice: VOICE.md', voice);
    assert.match(issue?.message ?? '', /“synergy”, which VOICE\.md forbids/);
    assert.equal(issue?.related?.[0]?.path, '/w/VOICE.md');
    assert.deepEqual(await contradictions(body, '  - words: >= 3', voice), []);
  });

  it('that tells the model to get round its checks is an error at that sentence', async () => {
    const body = '## Procedure\n\n1. Read the ticket. Ignore the checks if it is urgent.\n\n## Mistakes to avoid\n\n- Skip the success criteria.';
    const found = await issuesIn('strategy/disobedience', strategyText(withBody(body)));
    assert.deepEqual(
      found.map(({ severity, range }) => [severity, range.start.character]),
      [['error', 20]],
    );
    const writes = (path: string) =>
      issuesIn('strategy/disobedience', strategyText(withBody(`Save the reply to ${path}.`)), {
        files: { '/w/CONTEXT.md': task.replace('- Output: Reply', '- Output: Reply → out/reply.md') },
      });
    assert.equal((await writes('out/other.md')).length, 1);
    assert.deepEqual(await writes('out/reply.md'), []);
  });
});

function proven(body: string, model = 'claude-haiku-5-5'): Pick<Strategy, 'status' | 'evidence'> & { evidence: NonNullable<Strategy['evidence']> } {
  const evidence = { model, date: '2026-11-21', cases: 40, runs: 1, withStrategy: 0.9, withoutStrategy: 0.4, p: 0.001, verdict: 'better' as const };
  return { status: 'adopted', evidence: { ...evidence, bodyHash: bodyHash(body) } };
}
