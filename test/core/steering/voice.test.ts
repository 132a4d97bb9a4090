import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readVoice } from '../../../src/steering/voice';
import { LineIndex, type Range } from '../../../src/text';

const essay = `# VOICE.md
## Tone Composition (Weighted)
- 50% — Steady, authoritative guide
- 25% — Dynamic disruptor
- 25% — Bold visionary

## Language Style (Weighted)
- 50% — Analytical + analogy-driven
- 30% — Technical precision
- 20% — Light narrative

## Cadence & Delivery
70% — Conversational, spontaneous flow
30% — Deliberate, structured emphasis

## Core Metaphors
Learning = Flame (constant, internal)
Balance = Reverse Symmetry
Focus = Single Thread
`;

const at = (text: string, range: Range): string => {
  const index = new LineIndex(text);
  return text.slice(index.offsetAt(range.start), index.offsetAt(range.end));
};
const words = (text: string) => {
  const { avoid, use, measurable } = readVoice('VOICE.md', text);
  return { avoid: avoid.map((term) => term.text), use: use.map((term) => term.text), required: measurable.use.map((term) => term.text) };
};
const limit = (line: string) => readVoice('VOICE.md', `# Voice\n## Cadence\n${line}\n`).measurable.maxSentenceWords?.value;

describe('reading VOICE.md', () => {
  it('reads the example of the essay', () => {
    const voice = readVoice('VOICE.md', essay);
    assert.deepEqual(
      voice.groups.map((group) => [group.heading, group.total, group.parts.map((part) => [part.weight, part.text])]),
      [
        [
          'Tone Composition (Weighted)',
          100,
          [
            [50, 'Steady, authoritative guide'],
            [25, 'Dynamic disruptor'],
            [25, 'Bold visionary'],
          ],
        ],
        [
          'Language Style (Weighted)',
          100,
          [
            [50, 'Analytical + analogy-driven'],
            [30, 'Technical precision'],
            [20, 'Light narrative'],
          ],
        ],
        [
          'Cadence & Delivery',
          100,
          [
            [70, 'Conversational, spontaneous flow'],
            [30, 'Deliberate, structured emphasis'],
          ],
        ],
      ],
    );
    assert.deepEqual(
      voice.metaphors.map(({ subject, image, note }) => [subject, image, note]),
      [
        ['Learning', 'Flame', 'constant, internal'],
        ['Balance', 'Reverse Symmetry', ''],
        ['Focus', 'Single Thread', ''],
      ],
    );
    assert.deepEqual([voice.title, voice.avoid, voice.use, voice.measurable.maxSentenceWords], ['VOICE.md', [], [], undefined]);
    for (const group of voice.groups) {
      assert.match(at(essay, group.headingRange), /^## /);
      for (const part of group.parts) {
        assert.equal(at(essay, part.textRange), part.text);
        assert.equal(at(essay, part.weightRange), `${part.weight}%`);
      }
    }
  });

  it('reads weights before and after, in tables, and not in sentences', () => {
    const text = '## Tone\n- **60%**: warm\n- Dry wit (30%)\n- Precise: 10%\n\n50% of readers are engineers.\n- 20% of sentences may be long\n| Calm | 5% |\n';
    assert.deepEqual(
      readVoice('VOICE.md', text).groups[0]?.parts.map((part) => [part.weight, part.text]),
      [
        [60, 'warm'],
        [30, 'Dry wit'],
        [10, 'Precise'],
        [5, 'Calm'],
      ],
    );
  });

  it('reads words to avoid and to use from lists, commas, quotes and labels', () => {
    assert.deepEqual(
      words('# Voice\n## Words to avoid\n- hype\n- leverage (say "use")\n- utilize / utilise\n- "at the end of the day"\n- game-changer, **synergy**\n').avoid,
      ['hype', 'leverage', 'utilize', 'utilise', 'at the end of the day', 'game-changer', 'synergy'],
    );
    assert.deepEqual(words('## Never say\nhype, leverage, and synergy.\n').avoid, ['hype', 'leverage', 'synergy']);
    assert.deepEqual(words('## Forbidden\n- delve → look into\n- tapestry — too flowery\n- leverage: use\n').avoid, ['delve', 'tapestry', 'leverage']);
    assert.deepEqual(words('## Language\n- Avoid: hype, “deep dive”\n- **Preferred:** plain, short\n'), {
      avoid: ['hype', 'deep dive'],
      use: ['plain', 'short'],
      required: [],
    });
    assert.deepEqual(words('## Words\n### Banned\n- hype\n### Preferred\n- build\n### Always use\n- "single source of truth"\n'), {
      avoid: ['hype'],
      use: ['build', 'single source of truth'],
      required: ['single source of truth'],
    });
    assert.deepEqual(words('## Signature phrases\n- "Ship it."\n').use, ['Ship it']);
  });

  it('takes no rule of style for a word', () => {
    assert.deepEqual(
      words(
        '## Avoid\n- No buzzwords\n- Passive voice wherever it can be helped in any way\n- Never use "synergy" in headlines\n- Use "build" for that\n- Exclamation marks\n',
      ).avoid,
      ['synergy'],
    );
  });

  it('reads the longest sentence, not the average', () => {
    assert.deepEqual(
      [
        'Sentences under 20 words',
        'No sentence over 25 words',
        '- Max 18 words per sentence',
        'Sentences: at most 22 words',
        'Keep sentences to 20 words or fewer',
        'Sentence length: 8-20 words',
      ].map(limit),
      [19, 25, 18, 22, 20, 20],
    );
    assert.deepEqual(
      ['Average sentence under 20 words', 'Short sentences', 'Most sentences under 12 words', 'Posts under 800 words', 'At least 3 sentences of 20 words'].map(
        limit,
      ),
      [undefined, undefined, undefined, undefined, undefined],
    );
  });

  it('reads the longest and the average sentence, paragraphs, and marks to do without', () => {
    const measured = (line: string, heading = 'Cadence') => {
      const { maxSentenceWords, averageSentenceWords, paragraphSentences, marks } = readVoice('VOICE.md', `# Voice\n## ${heading}\n${line}\n`).measurable;
      return {
        ...(maxSentenceWords && { longest: maxSentenceWords.value }),
        ...(averageSentenceWords && { average: [averageSentenceWords.min, averageSentenceWords.max] }),
        ...(paragraphSentences && { paragraph: paragraphSentences.max }),
        ...(marks.length && { marks: marks.map(({ mark }) => mark.name) }),
      };
    };
    assert.deepEqual(measured('- Longest sentence: 28 words'), { longest: 28 });
    assert.deepEqual(measured('- Average sentence: 8-16 words'), { average: [8, 16] });
    assert.deepEqual(measured('- Average sentence length: at most 18 words'), { average: [undefined, 18] });
    assert.deepEqual(measured('- Paragraphs: 5 sentences at most'), { paragraph: 5 });
    assert.deepEqual(measured('- Max 4 sentences per paragraph.'), { paragraph: 4 });
    assert.deepEqual(measured('- No paragraph over 3 sentences'), { paragraph: 3 });
    assert.deepEqual(measured('- No exclamation marks, no emoji.'), { marks: ['exclamation marks', 'emoji'] });
    assert.deepEqual(measured('- Exclamation points\n- Semicolons', 'Avoid'), { marks: ['exclamation marks', 'semicolons'] });
    for (const line of [
      '- Average sentence: 15 words',
      '- Average sentence: around 10-15 words',
      '- Paragraphs: 3 sentences',
      '- No exclamation marks in headings',
      '- Exclamation marks',
    ])
      assert.deepEqual(measured(line), {}, line);
  });

  it('passes over fences, comments and front matter', () => {
    assert.deepEqual(words('---\navoid: x\n---\n## Avoid\n```\nhype\n```\n<!-- leverage -->\n- synergy\n').avoid, ['synergy']);
  });

  it('finds sections without anything in them', () => {
    assert.deepEqual(
      readVoice('VOICE.md', '# V\n## Tone\n\n## Words to avoid\n<!-- none -->\n').sections.map((section) => [section.heading, section.empty]),
      [
        ['V', false],
        ['Tone', true],
        ['Words to avoid', true],
      ],
    );
  });

  it('never throws, and every range holds its text', () => {
    const line = fc.constantFrom(
      '## Avoid',
      '## Words to use',
      '# Voice',
      '- 50% — x',
      'a (30%)',
      '"b", c',
      '```',
      '<!--',
      '-->',
      '| a | 5% |',
      '- hype (no)',
      'A = B (c)',
      '\t- “q” → w',
      'Avoid: x / y',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.oneof(line, fc.string({ maxLength: 8 }))).map((lines) => lines.join('\n')),
        ),
        (text) => {
          const voice = readVoice('VOICE.md', text);
          for (const term of [...voice.avoid, ...voice.use, ...voice.examples]) assert.equal(at(text, term.range), term.text);
          for (const part of voice.groups.flatMap((group) => group.parts)) assert.equal(at(text, part.textRange), part.text);
        },
      ),
      { numRuns: 800 },
    );
  });
});

describe('words to avoid', () => {
  const avoid = (text: string) => readVoice('/w/VOICE.md', `# V\n\n${text}`).avoid.map((term) => term.text);

  it('end where a line or a heading begins what to do', () => {
    assert.deepEqual(avoid("## What to avoid\n\n**Don't**:\n- hype\n\n**Do**:\n- Show, don't just tell\n- Link to sources\n"), ['hype']);
    assert.deepEqual(avoid('## Words to avoid\n\nFiller:\n- just, very\n\nInstead:\n- nothing\n'), ['just', 'very']);
    assert.deepEqual(avoid('## Words to avoid\n\n- hype\n\n### Do\n\n- Plain words\n'), ['hype']);
    assert.deepEqual(avoid('## Words to avoid\n\n**synergy**\n\nhype\n'), ['synergy', 'hype'], 'a word in bold letters is no label');
    assert.deepEqual(avoid('## Tone\n\nA good host never does this:\n\n- interrupt\n'), []);
    assert.deepEqual(avoid('## Rules\n\nBanned structural devices:\n\n- not X, but Y\n'), []);
    assert.deepEqual(avoid('## Rules\n\nBanned words:\n\n- hype\n'), ['hype']);
    assert.deepEqual(avoid('## Words\n\n**Never use:**\n\n- hype\n- unlock\n'), ['hype', 'unlock']);
  });

  it('stand in the first column of a table, below its names', () => {
    const table = '| Word | Why | Instead |\n|---|:-:|---|\n| Awesome, great | loud, and false | (nothing) |\n| `utilize` | long | use, rarely |\n';
    assert.deepEqual(avoid(`## Words to avoid\n\n${table}`), ['Awesome', 'great', 'utilize']);
  });
});
