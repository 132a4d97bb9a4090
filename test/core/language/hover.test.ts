import assert from 'node:assert/strict';
import { cut, marked, service } from './marked';

const files = {
  'VOICE.md': '# Our voice\n\n## Cadence & Delivery\n\nShort sentences.\n',
  'notes/a.md': '# Notes A\n\none\n',
  'notes/b.md': '# Notes B\n',
  'schemas/post.json': '{"type": "object"}',
  'CLAUDE.md': '@docs/guide.md\n',
  'docs/guide.md': '# Guide\n\n@more.md\n',
  'docs/more.md': '# More\n',
  '.env': 'SECRET=abc\n',
};

const document = `---
inputs:
  audience: "everyone [click](command:evil)"
models:
  opus: claude-opus-5-5
---
# Task

## Part 3: Success criteria

- 300 words max
- Reads like us

### Stage 1: Analysis [x](command:y) (Code)

- Run: \`node a.js\`
- Output: Points → out/points.json as json

### Stage 2: Draft (Opus if needed, high effort)

- Input: Points, audience, VOICE.md#cadence, notes/*.md, gone.md, Final, topic, success criteria, .env
- Success: at least 3 links, sounds good
- Checks:
  - schema: schemas/post.json
  - not contains: "hype"
  - should words: 10-20

### Stage 3: End (Haiku)

- Input: Draft
- Output: Final
`;

const path = '/w/CONTEXT.md';

async function hover(around: string, text = document, at = path): Promise<{ on: string; says: string } | undefined> {
  const bare = around.replace('|', '');
  assert.ok(text.includes(bare), bare);
  const asked = marked(text.replace(bare, () => around));
  const found = await service(files).hover({ path: at, text: asked.text }, asked.at);
  return found && { on: cut(asked.text, found.range), says: found.markdown };
}

const says = async (around: string, text?: string, at?: string) => (await hover(around, text, at))?.says ?? '';

describe('hover', () => {
  it('on a runner tells the model, its prices with their day, and what “if needed” and the effort mean', async () => {
    const found = await hover('(Opus if| needed');
    assert.equal(found?.on, 'Opus if needed, high effort');
    assert.match(
      found?.says ?? '',
      /`claude-haiku-5-5`, \$0\.10 in, \$0\.50 out per million tokens; prompts over 100k tokens: .* \(prices of \d{4}-\d\d-\d\d\)/,
    );
    assert.match(found?.says ?? '', /Where a check fails, you are offered to escalate this one stage: .*`claude-opus-5-5`, \$4\.00 in, \$20\.00 out/);
    assert.match(found?.says ?? '', /Effort \*\*high\*\*/);
    assert.match(await says('(Co|de)'), /No model is asked/);
  });

  it('on an input tells what it resolves to', async () => {
    assert.match(await says('Input: Poi|nts'), /\*\*Points\*\*, the output of stage 1, .*Written to `out\/points\.json`, which is not there yet/s);
    assert.match(await says('Points, aud|ience'), /\*\*Declared input\*\*, about \d+ tokens/);
    assert.match(await says('VOICE.md#cad|ence'), /`VOICE\.md#cadence`: “Cadence \\& Delivery”, about \d+ tokens\.\n\n```text\n## Cadence/);
    assert.match(await says('notes/*|.md'), /`notes\/\*\.md`: 2 files, about \d+ tokens\.\n\n- `notes\/a\.md`/);
    assert.match(await says('gone|.md'), /\*\*Not there\*\*: `gone\.md`/);
    assert.match(await says('gone.md, Fin|al'), /\*\*Not there yet\*\*: stage 3, End makes it/);
    assert.match(await says(', top|ic'), /\*\*Asked for\*\*/);
    assert.match(await says(', success crit|eria'), /This document’s success criteria.*300 words max/s);
  });

  it('on a check tells what it measures and what it reads', async () => {
    assert.match(await says('sche|ma: schemas'), /`schema: schemas\/post\.json`: The output is JSON that fits/);
    assert.match(await says('schemas/po|st.json'), /about \d+ tokens\.\n\n```text\n\{"type"/);
    assert.match(await says('not cont|ains'), /`not`: it passes where this does not hold/);
    assert.match(await says('should wo|rds'), /`should`: it is reported/);
  });

  it('on a criterion tells which check it became, and of which stage, or that nothing verifies it', async () => {
    assert.match(await says('- 300 wor|ds max'), /\*\*Verified\*\* of stage 3 End by:\n\n- `words: .*300`: Words of the prose/);
    assert.match(await says('- Reads li|ke us'), /\*\*Nothing verifies this criterion\*\* of stage 3 End/);
    assert.match(await says('sounds| good'), /\*\*Nothing verifies this criterion\*\*\. Add a check/);
    assert.match(await says('at least 3 li|nks'), /\*\*Verified\*\* by:\n\n- `links: >= 3`/);
  });

  it('on a criterion of Part 3 tells the check even where the stage has it already', async () => {
    const text = '# T\n\n## Success criteria\n\n- Words stage: 3 words max\n\n### Stage 1: Words (Haiku)\n\n- Task: x\n- Checks:\n  - words: <= 3\n';
    assert.match(await says('stage: 3 wor|ds max', text), /\*\*Verified\*\* of stage 1 Words by:/);
  });

  it('on titles, fields, outputs and keys tells what they are', async () => {
    assert.match(await says('2: Dra|ft'), /\*\*Stage 2: Draft\*\*.*Read by 3 End/s);
    assert.match(await says('- Ru|n:'), /\*\*Run\*\*: The shell command/);
    assert.match(await says('Output: Fin|al'), /\*\*Final\*\*, the output of stage 3\. Read by stage 2|No stage reads it/);
    assert.match(await says('bud|get:', '---\nbudget:\n  usd: 1\n---\n'), /What a whole run may take/);
    assert.match(await says('  op|us:'), /claude-opus-5-5/);
  });

  it('on an import tells where it leads and what it adds to every session', async () => {
    const found = await hover('@docs/gui|de.md', files['CLAUDE.md'], '/w/CLAUDE.md');
    assert.equal(found?.on, '@docs/guide.md');
    assert.match(found?.says ?? '', /Adds about \*\*\d+ tokens\*\* to every session with 1 file it imports.*`docs\/guide\.md`: “Guide”/s);
    assert.match(await says('`notes/|a.md`', 'See `notes/a.md`.', '/w/CLAUDE.md'), /`notes\/a\.md`: “Notes A”, about/);
    assert.equal(await hover('`no|where`', 'See `nowhere`.', '/w/CLAUDE.md'), undefined);
  });

  it('makes no link or command of a document’s words, and shows no secret', async () => {
    for (const around of ['Points, aud|ience', '1: Anal|ysis', 'Input: Poi|nts', '  aud|ience:']) {
      const shown = (await says(around)).replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
      assert.doesNotMatch(shown, /(?<!\\)\]\(|(?<!\\)\[/, around);
    }
    assert.doesNotMatch(await says(', .en|v'), /abc/);
  });

  it('is nothing in prose', async () => {
    assert.equal(await hover('# Ta|sk'), undefined);
    assert.equal(await hover('Pro|se', 'Prose.', '/w/README.md'), undefined);
  });
});
