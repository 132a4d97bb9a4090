import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { findTerm } from '../../../src/check/terms';
import type { Issue } from '../../../src/lint/issue';
import { applyFixes, fixAll, lintText } from '../../../src/lint/linter';
import { TermFinder } from '../../../src/lint/rules/voice/termFinder';
import { readVoice } from '../../../src/steering/voice';
import { MemoryFiles } from '../memoryFiles';

const lint = (text: string): Promise<Issue[]> => lintText({ path: '/w/VOICE.md', text, files: new MemoryFiles({ '/w/.git/HEAD': '' }) });
const issuesOf = async (rule: string, text: string) => (await lint(text)).filter((issue) => issue.rule === rule);
const textsOf = async (rule: string, text: string) => {
  const lines = text.split(/\r?\n/);
  return (await issuesOf(rule, text)).map(({ range: { start, end } }) =>
    (lines[start.line] as string).slice(start.character, start.line === end.line ? end.character : undefined),
  );
};
const first = (text: string, issues: readonly Issue[], fix = 0) => applyFixes(text, [issues[0]?.fixes[fix]?.edits ?? []]);

describe('the weights of a voice', () => {
  it('that are missing beside others are what is left', async () => {
    const text = '# Voice\n\n## Tone\n\n- 50% — Calm\n- 30% — Exact\n- Warm\n- Dry wit\n';
    assert.deepEqual(await textsOf('voice/unweighted-trait', text), ['Warm', 'Dry wit']);
    assert.deepEqual(await textsOf('voice/weights', text), [], 'what is left is theirs');
    const fixed = applyFixes(
      text,
      (await issuesOf('voice/unweighted-trait', text)).map(({ fixes }) => fixes[0]?.edits ?? []),
    );
    assert.match(fixed, /- 10% — Warm\n- 10% — Dry wit\n/);
    assert.deepEqual([...(await textsOf('voice/unweighted-trait', fixed)), ...(await textsOf('voice/weights', fixed))], []);
    assert.match(
      first('## Tone\n\n- Calm (60%)\n- Exact (20%)\n- Warm\n', await issuesOf('voice/unweighted-trait', '## Tone\n\n- Calm (60%)\n- Exact (20%)\n- Warm\n')),
      /- Warm \(20%\)/,
    );
  });

  it('are not asked of sentences, of other lists, or of what is weighed', async () => {
    for (const text of [
      '## Tone\n\n- 50% — Calm\n- 50% — Exact\n\nBoth at once.\n\n- Never sound like a leaflet.\n',
      '## Tone\n\n- 50% — Calm\n- 50% — Exact\n- Longest sentence: 20 words\n',
      '## Tone\n\n50% — Calm\n50% — Exact\n\n- Blog\n- Mail\n',
    ])
      assert.deepEqual(await textsOf('voice/unweighted-trait', text), [], text);
  });

  it('are asked of a tone that only names traits', async () => {
    const text = '# Voice\r\n\r\n## Tone\r\n\r\n- Calm\r\n- Exact\r\n- Warm\r\n';
    assert.deepEqual(await textsOf('voice/no-weights', text), ['## Tone']);
    const fixed = first(text, await issuesOf('voice/no-weights', text));
    assert.match(fixed, /- 34% — Calm\r\n- 33% — Exact\r\n- 33% — Warm\r\n/);
    assert.deepEqual(await textsOf('voice/weights', fixed), []);
    assert.deepEqual(await textsOf('voice/no-weights', '## Tone\n\n- Calm, because our readers are in a hurry.\n'), []);
    assert.deepEqual(await textsOf('voice/no-weights', '## Tone to avoid\n\n- Loud\n'), []);
  });

  it('are at most 100, stand once, and never vanish by a safe fix', async () => {
    assert.deepEqual(await textsOf('voice/weight-over-100', '## Tone\n\n- 120% — Calm\n'), ['120%']);
    const twice = '## Tone\n\n- 50% — Calm\n- 30% — Exact\n- 20% — calm\n';
    assert.deepEqual(await textsOf('voice/duplicate-trait', twice), ['20% — calm']);
    assert.equal(first(twice, await issuesOf('voice/duplicate-trait', twice)), '## Tone\n\n- 70% — Calm\n- 30% — Exact\n');
    const tiny = '## Tone\n\n- 300% — Calm\n- 1% — Exact\n';
    assert.equal(fixAll(tiny, await lint(tiny)), tiny, 'a part that would get 0% was meant');
  });

  it('are mended once and for all, line ends kept', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 2, maxLength: 8 }),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('first', 'last', 'table'),
        async (weights, eol, form) => {
          const part = (weight: number, i: number) =>
            form === 'first' ? `- ${weight}% — Trait ${i}x` : form === 'last' ? `- Trait ${i}x (${weight}%)` : `| Trait ${i}x | ${weight}% |`;
          const text = ['## Tone', '', ...weights.map(part), ''].join(eol);
          const issues = await issuesOf('voice/weights', text);
          const fixed = issues.length ? first(text, issues) : text;
          const total = readVoice('/w/VOICE.md', fixed).groups[0]?.total;
          if (issues.length) assert.equal(total, 100, fixed);
          else assert.ok(Math.abs((total ?? 0) - 100) < 0.5);
          assert.deepEqual(await issuesOf('voice/weights', fixed), []);
          assert.equal(fixed.replace(/\d+%/g, ''), text.replace(/\d+%/g, ''));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a voice that contradicts itself', () => {
  it('in its words has either taken out', async () => {
    for (const [use, avoid, without] of [
      ['you, Hype, now', 'hype', '## Words to use\n\nyou, now\n'],
      ['you, "hype"', 'hype', '## Words to use\n\nyou\n'],
      ['- you\n- Hype', 'hype', '## Words to use\n\n- you\n'],
      ['Hype, you', 'hype', '## Words to use\n\nyou\n'],
    ] as const) {
      const text = `# V\n\n## Words to use\n\n${use}\n\n## Words to avoid\n\nx, ${avoid}, y\n`;
      const issues = await issuesOf('voice/contradictory-term', text);
      assert.ok(first(text, issues).includes(without), first(text, issues));
      assert.ok(first(text, issues, 1).endsWith('\n\nx, y\n'), first(text, issues, 1));
      for (const fix of [0, 1]) assert.deepEqual(await issuesOf('voice/contradictory-term', first(text, issues, fix)), []);
    }
    assert.deepEqual(await textsOf('voice/contradictory-term', '## Always use\n\n"unlock your day"\n\n## Avoid\n\nunlock\n'), ['unlock your day']);
    assert.deepEqual(await textsOf('voice/contradictory-term', '## Words to use\n\n"unlock your day"\n\n## Avoid\n\nunlock\n'), [], 'preferred, not required');
  });

  it('in its lengths is told both places', async () => {
    const cadence = (...lines: string[]) => `# V\n\n## Cadence\n\n${lines.map((line) => `- ${line}\n`).join('')}`;
    assert.deepEqual(await textsOf('voice/contradictory-cadence', cadence('Average sentence: 20-30 words', 'Longest sentence: 18 words')), [
      'Average sentence: 20-30 words',
    ]);
    assert.deepEqual(await textsOf('voice/contradictory-cadence', cadence('Sentences under 20 words', 'No sentence over 25 words')), [
      'No sentence over 25 words',
    ]);
    assert.deepEqual(
      await textsOf('voice/contradictory-cadence', cadence('Average sentence: 10-18 words', 'Longest sentence: 32 words', 'Paragraphs: 5 sentences at most')),
      [],
    );
  });

  it('in an example or a sentence of its own is shown the place', async () => {
    const rules =
      '# V\n\n## Words to avoid\n\n- leverage → use\n- hype\n\n## Cadence\n\n- Longest sentence: 8 words\n- Paragraphs: 2 sentences at most\n- No exclamation marks\n';
    const breaks = `${rules}\n## Example\n\nWe leverage queues.\n\nThis sentence is rather longer than eight words,\nas you can see.\n\nOne is here. Two is here. Three is here.\n\nGreat news!\n`;
    assert.deepEqual(
      (await issuesOf('voice/own-example', breaks)).map(({ message }) => /^This example (\w+ \S+ \S+)/.exec(message)?.[1]),
      ['uses “leverage”, which', 'has a sentence', 'has a paragraph', 'has exclamation marks,'],
    );
    const fixed = applyFixes(
      breaks,
      (await issuesOf('voice/own-example', breaks)).flatMap(({ fixes }) => fixes.map(({ edits }) => edits)),
    );
    assert.match(fixed, /We use queues\.[\s\S]*Great news\.\n$/);
    const prose = `${rules}\n## Tone\n\nWe leverage what is there already!\n\nNever leverage anything, and never shout!\n`;
    assert.deepEqual(await textsOf('voice/own-prose', prose), ['leverage', '!']);
    assert.equal(fixAll(prose, await lint(prose)), prose, 'prose is not rewritten while saving');
    const marked = (await issuesOf('voice/own-prose', prose)).at(-1);
    assert.match(applyFixes(prose, [marked?.fixes[0]?.edits ?? []]), /We leverage what is there already\.\n/);
    assert.deepEqual(await textsOf('voice/own-prose', `${rules}\n## Tone\n\nThe word \`leverage\` is on the list.\n\n- Hype free\n`), []);
  });
});

describe('what a voice leaves out', () => {
  it('is said of one that is weighed, and of no note', async () => {
    const weighed = '# V\n\n## Tone\n\n- 50% — Calm\n- 50% — Exact\n';
    const rules = async (text: string) => (await lint(text)).map(({ rule, severity }) => `${severity} ${rule}`).sort();
    assert.deepEqual(await rules(weighed), ['info voice/no-cadence', 'info voice/no-example', 'info voice/no-forbidden-words', 'info voice/no-metaphors']);
    assert.deepEqual(await rules('# V\n\nBe calm.\n'), ['info voice/no-forbidden-words']);
    const both = `${weighed}\nAvoid: hype\n\nShort sentences.\n\n> We fixed it.\n`;
    assert.deepEqual(await rules(both), [], 'who names the cadence and no metaphors does without');
    assert.deepEqual(await rules(`${both}\n## Language\n\n- 60% — Verbs\n- 40% — Nouns\n`), ['info voice/no-metaphors'], 'who follows the whole form does not');
    const unweighed = '# V\n\n## How we speak\n\nLike a neighbour who knows.\n\n## Never say\n\nhype\n';
    assert.deepEqual(await rules(unweighed), ['info voice/no-example']);
    assert.deepEqual(await rules(`${unweighed}\nFor example: it is fixed.\n`), []);
    assert.deepEqual(await rules(`${weighed}\nAvoid: hype\n\nShort sentences, no metaphors.\n\n> We fixed it.\n`), []);
  });

  it('is no list of words to avoid where one is named in other words', async () => {
    for (const [text, ...avoid] of [
      ['- Hype words: "rockstar", "ninja".', 'rockstar', 'ninja'],
      ['Words I hate: synergy, journey, best-in-class', 'synergy', 'journey', 'best-in-class'],
      ['**Phrases we never use:** reach out', 'reach out'],
      ['## Don\'t\n\n- Use jargon\n- Use exclamation marks!\n- Say "leverage"', 'leverage'],
      ['## Don’ts\n\n- Write "utilize" or "ASAP"', 'utilize', 'ASAP'],
      ['## Banned\n\nhype, unlock', 'hype', 'unlock'],
      ['## Avoid\n\n- hype', 'hype'],
    ]) {
      const voice = readVoice('/w/VOICE.md', `# V\n\n${text}\n`);
      assert.deepEqual(
        voice.avoid.map((term) => term.text),
        avoid,
        text,
      );
      assert.deepEqual(await issuesOf('voice/no-forbidden-words', voice.text), []);
    }
    const marks = (text: string) => readVoice('/w/VOICE.md', text).measurable.marks.map(({ mark }) => mark.name);
    assert.deepEqual(marks("## Don't\n\n- Use exclamation marks!\n"), ['exclamation marks']);
    assert.deepEqual(marks("## Don't\n\n- Use exclamation marks in headings\n"), []);
    const say = (text: string) => readVoice('/w/VOICE.md', text).avoid.map((term) => term.text);
    assert.deepEqual(say('## Words to avoid\n\n- Use "build" for that\n'), [], 'what to write instead');
    assert.deepEqual(say('## Don\'t\n\n- Say "leverage", not "use"\n'), [], 'one of them only, and which is hard to tell');
    assert.deepEqual(say('What our users hate: slow apps, spam\n'), []);
  });

  it('is a heading with nothing below it', async () => {
    assert.deepEqual(await textsOf('voice/empty-section', '# V\n\n## Tone\n\n## Words\n\n### To avoid\n\n- hype\n\n### To use\n'), ['## Tone', '### To use']);
  });
});

it('the templates keep their own rules', async () => {
  for (const name of ['blank', 'blog-post', 'feature', 'support-ticket', 'sample']) {
    const issues = await lint(readFileSync(join(__dirname, '../../../templates', name, 'VOICE.md'), 'utf8'));
    assert.deepEqual(
      issues.map(({ rule, message }) => `${rule}: ${message}`),
      [],
      name,
    );
  }
});

it('the rules for VOICE.md never throw, and their fixes never overlap', async () => {
  const line = fc.constantFrom(
    '## Tone',
    '- 50% — Calm',
    '- Calm',
    '- -20% — B',
    '| a | 5% |',
    '## Words to avoid',
    '- hype → use',
    'hype, "so", and then',
    '## Words to use',
    'Always use: hype',
    '## Example',
    'We hype it! And more; so — yes…',
    '- Longest sentence: 3 words',
    'Average sentence: 9-12 words',
    'No emoji, no semicolons',
    '```',
    '<!--',
    '-->',
    '---',
    '',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 9, arbitrary: line }, fc.string({ maxLength: 12 })), { maxLength: 25 }),
      fc.constantFrom('\n', '\r\n'),
      async (lines, eol) => {
        const text = lines.join(eol);
        const issues = await lint(text);
        for (const fix of issues.flatMap(({ fixes }) => fixes)) applyFixes(text, [fix.edits]);
        const fixed = fixAll(text, issues);
        assert.ok(eol === '\n' || !/[^\r]\n/.test(fixed));
      },
    ),
    { numRuns: 200 },
  );
});

it('many terms are found as each by itself would be', () => {
  const piece = fc.constantFrom(
    'hype',
    'Hype',
    'deep',
    'dive',
    'deep dive',
    '!',
    '—',
    'game-changer',
    'über',
    '杂志',
    '志',
    "don't",
    ' ',
    ', ',
    's',
    '_',
    '\n',
    'e\u0301',
    '2',
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), fc.array(piece, { maxLength: 12 }), (term, words) => {
      const text = words.join('');
      const wanted = term.join('');
      fc.pre(/\S/.test(wanted));
      const alone = findTerm(text, wanted);
      const found = new TermFinder([{ text: wanted }, { text: 'never there at all' }]).in(text);
      assert.deepEqual(
        found.map(({ from, to }) => ({ from, to })),
        alone ? [alone] : [],
      );
    }),
    { numRuns: 2000 },
  );
});
