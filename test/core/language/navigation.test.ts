import assert from 'node:assert/strict';
import { applyEdits } from '../../../src/text';
import { cut, marked, service } from './marked';

const files = {
  'VOICE.md': '# Voice\n\n## Cadence & Delivery\n\nShort.\n',
  'schemas/post.json': '{}',
  'notes/a.md': 'one\ntwo\nthree\n',
  'out/draft.md': '# Draft\n',
  'docs/guide.md': '# Guide\n',
  'packages/app/guides/style.md': '# Style\n',
  'packages/app/src/index.ts': '',
  'packages/web/src/index.ts': '',
};

const document = `---
inputs:
  audience: everyone
---
# Task

## Part 3: Success criteria

- Draft stage: 300 words max
- Stage 1: 5-7 points

### Stage 1: Analysis (Haiku)

- Input: audience, VOICE.md#cadence
- Task: Think.
- Output: Structured outline

### Stage 2: Draft (Haiku)

- Input: Outline, audience, stage 1 analysis, notes/a.md:2-3
- Each: Point in Structured outline
- Task: Write about Point.
- Output: Raw text → out/draft.md
- Checks:
  - schema: schemas/post.json

### Stage 3: Polish (Opus if needed)

- Input: Raw text, Draft, nothing known, \`VOICE.md\`
- Task: Polish what stage 2 wrote.
- Output: Final
`;

/** The document with the cursor in the middle of a text: `around` shows it, `|` in it is the cursor. */
function at(around: string, text = document) {
  const bare = around.replace('|', '');
  assert.ok(text.includes(bare), bare);
  return marked(text.replace(bare, () => around));
}

const ask = service(files);
const path = '/w/CONTEXT.md';

async function definition(around: string): Promise<string[]> {
  const { text, at: position } = at(around);
  const found = await ask.definitions({ path, text }, position);
  return found.map((each) => (each.path === path ? cut(text, each.range) : `${each.path}:${each.range.start.line + 1}`));
}

describe('definitions', () => {
  it('lead from an input to the output, title or declaration that it reads', async () => {
    assert.deepEqual(await definition('Input: Out|line'), ['Structured outline']);
    assert.deepEqual(await definition('Input: Raw t|ext'), ['Raw text']);
    assert.deepEqual(await definition('Raw text, Dr|aft'), ['Draft']);
    assert.deepEqual(await definition('Outline, aud|ience'), ['audience']);
    assert.deepEqual(await definition('stage 1 ana|lysis'), ['Analysis']);
    assert.deepEqual(await definition('what sta|ge 2 wrote'), ['Draft']);
    assert.deepEqual(await definition('Dra|ft stage'), ['Draft']);
    assert.deepEqual(await definition('Point in Structured o|utline'), ['Structured outline']);
    assert.deepEqual(await definition('about Po|int'), ['Point in Structured outline']);
    assert.deepEqual(await definition('nothing kn|own'), []);
  });

  it('lead to files, their sections and lines', async () => {
    assert.deepEqual(await definition('VOICE.md#ca|dence'), ['/w/VOICE.md:3']);
    assert.deepEqual(await definition('notes/a.md:|2-3'), ['/w/notes/a.md:2']);
    assert.deepEqual(await definition('schemas/po|st.json'), ['/w/schemas/post.json:1']);
    assert.deepEqual(await definition('out/dr|aft.md'), ['/w/out/draft.md:1']);
    assert.deepEqual(await definition('`VOI|CE.md`'), ['/w/VOICE.md:1']);
  });

  it('lead from imports, and from code spans by the folders above', async () => {
    const from = async (text: string) => {
      const { text: plain, at: position } = marked(text);
      return (await ask.definitions({ path: '/w/docs/CLAUDE.md', text: plain }, position)).map((each) => each.path);
    };
    assert.deepEqual(await from('See @gui|de.md'), ['/w/docs/guide.md']);
    assert.deepEqual(await from('See @VOI|CE.md'), []);
    assert.deepEqual(await from('See `VOI|CE.md`'), ['/w/VOICE.md']);
    assert.deepEqual(await from('See `notes/a.md:|2`'), ['/w/notes/a.md']);
    assert.deepEqual(await from('See `../../out|side.md`'), []);
    assert.deepEqual(await from('See `schemas/po|st.json`'), ['/w/schemas/post.json']);
    assert.deepEqual(await from('See `guides/st|yle.md`'), ['/w/packages/app/guides/style.md']);
    assert.deepEqual(await from('# In packages/app\n\nSee `src/ind|ex.ts`'), ['/w/packages/app/src/index.ts']);
    assert.deepEqual(await from('See `src/ind|ex.ts`'), []);
  });
});

describe('references', () => {
  async function references(around: string, withDeclaration = true): Promise<string[]> {
    const { text, at: position } = at(around);
    return (await ask.references({ path, text }, position, withDeclaration)).map(({ range }) => `${range.start.line + 1}: ${cut(text, range)}`);
  }

  it('of an output are all that read it', async () => {
    const expected = ['16: Structured outline', '20: Outline', '20: stage 1 analysis', '21: Structured outline'];
    assert.deepEqual(await references('Output: Structured o|utline'), expected);
    assert.deepEqual(await references('Input: Out|line'), expected);
    assert.deepEqual(await references('Output: Structured o|utline', false), expected.slice(1));
  });

  it('of a title are also where prose names the stage', async () => {
    assert.deepEqual(await references('2: Dr|aft'), ['9: Draft', '18: Draft', '29: Raw text', '29: Draft', '30: stage 2']);
  });

  it('of a declared input and of an item are all its uses', async () => {
    assert.deepEqual(await references('  aud|ience: everyone'), ['3: audience', '14: audience', '20: audience']);
    assert.deepEqual(await references('about Po|int'), ['21: Point', '22: Point']);
  });
});

describe('links of a document', () => {
  it('are what leads to a file that is there', async () => {
    const links = await ask.links({ path, text: document });
    assert.deepEqual(
      links.map((link) => [cut(document, link.range), link.path, link.position?.line]),
      [
        ['VOICE.md#cadence', '/w/VOICE.md', 2],
        ['notes/a.md:2-3', '/w/notes/a.md', 1],
        ['out/draft.md', '/w/out/draft.md', undefined],
        ['schemas/post.json', '/w/schemas/post.json', undefined],
        ['VOICE.md', '/w/VOICE.md', undefined],
      ],
    );
  });

  it('are imports and code spans in a project file, but not what Markdown links itself', async () => {
    const text = 'See @docs/guide.md, `docs/guide.md`, [guide](docs/guide.md), `docs`, `npm test`, `docs/gone.md` and @gone.md.\n';
    assert.deepEqual(
      (await ask.links({ path: '/w/CLAUDE.md', text })).map((link) => [cut(text, link.range), link.path]),
      [
        ['@docs/guide.md', '/w/docs/guide.md'],
        ['docs/guide.md', '/w/docs/guide.md'],
      ],
    );
  });
});

describe('renaming', () => {
  async function renamed(around: string, name: string, text = document): Promise<string> {
    const { text: plain, at: position } = at(around, text);
    const result = await ask.rename({ path, text: plain }, position, name);
    return 'refusal' in result ? `refused: ${result.refusal}` : applyEdits(plain, result.edits);
  }

  it('an output renames it where it is read by that name, and where it was found by a word that is gone', async () => {
    const done = await renamed('Output: Structured o|utline', 'Plan');
    assert.match(done, /Output: Plan\n/);
    assert.match(done, /Input: Plan, audience, stage 1 analysis/);
    assert.match(done, /Each: Point in Plan\n/);
    const kept = await renamed('Output: Structured o|utline', 'Detailed outline');
    assert.match(kept, /Input: Outline, audience/);
    assert.match(await renamed('Input: Out|line', 'Detailed outline'), /Input: Detailed outline, audience/);
  });

  it('a title renames it in inputs and where Part 3 calls it a stage, so that its criteria stay its own', async () => {
    const done = await renamed('2: Dr|aft', 'First version');
    assert.match(done, /### Stage 2: First version \(Haiku\)/);
    assert.match(done, /- First version stage: 300 words max/);
    assert.match(done, /Input: Raw text, First version, nothing known/);
    assert.match(done, /Output: Raw text → out\/draft\.md/);
  });

  it('a title says that its runs start afresh, an output does not', async () => {
    const title = at('2: Dr|aft');
    const result = await ask.rename({ path, text: title.text }, title.at, 'Other');
    assert.match('note' in result ? (result.note ?? '') : '', /never run/);
    const output = at('Output: Fin|al');
    assert.deepEqual(Object.keys(await ask.rename({ path, text: output.text }, output.at, 'Other')), ['edits']);
  });

  it('a declared input renames its key', async () => {
    const done = await renamed('  aud|ience: everyone', 'readers');
    assert.match(done, /^ {2}readers: everyone$/m);
    assert.equal(done.match(/Input:.*\breaders\b/g)?.length, 2);
    assert.match(await renamed('Outline, aud|ience', 'who: reads'), /^ {2}"who: reads": everyone$/m);
  });

  it('puts quotes around a name with a comma, keeps those that are there, and keeps CRLF', async () => {
    assert.match(await renamed('Output: Raw t|ext', 'Text, raw'), /Input: "Text, raw", Draft/);
    const quoted = document.replace('Input: Raw text', 'Input: "Raw text"');
    assert.match(await renamed('Output: Raw t|ext', 'Body', quoted), /Input: "Body", Draft/);
    const crlf = await renamed('Output: Raw t|ext', 'Body', document.replace(/\n/g, '\r\n'));
    assert.equal(crlf.replace(/\r\n/g, '\n'), await renamed('Output: Raw t|ext', 'Body'));
    assert.equal(crlf.split('\n').length, crlf.split('\r\n').length);
  });

  it('is refused for names that are empty, taken, can not be read back or would lead elsewhere', async () => {
    assert.match(await renamed('Output: Raw t|ext', '  '), /refused: A name is needed/);
    assert.match(await renamed('Output: Raw t|ext', 'structured Outline'), /refused: .* is an output already/);
    assert.match(await renamed('Output: Raw t|ext', 'Audience'), /refused: .* is a declared input already/);
    assert.match(await renamed('2: Dr|aft', 'polish'), /refused: .* is the title of a stage already/);
    assert.match(await renamed('Output: Raw t|ext', 'a → b'), /refused: .* can’t be read back/);
    assert.match(await renamed('1: On|e', 'Draft (Opus)', '### Stage 1: One\n\n- Task: x\n'), /refused: .* can’t be read back/);
    assert.match(await renamed('2: Dr|aft', '**Draft**'), /refused: .* can’t be read back/);
    assert.match(await renamed('Output: Raw t|ext', 'nothing known'), /refused: .* would lead somewhere else/);
  });

  it('says beforehand what can be renamed, and why the rest can not', async () => {
    const renamable = async (around: string) => {
      const { text, at: position } = at(around);
      const found = await ask.renamable({ path, text }, position);
      return 'refusal' in found ? found.refusal : [cut(text, found.range), found.name];
    };
    assert.deepEqual(await renamable('Input: Out|line'), ['Outline', 'Structured outline']);
    assert.deepEqual(await renamable('2: Dr|aft'), ['Draft', 'Draft']);
    assert.match(String(await renamable('stage 1 ana|lysis')), /by its number/);
    assert.match(String(await renamable('(Opu|s if needed)')), /none of them/);
    assert.match(String(await renamable('- Task: Th|ink.')), /there is none here/);
    assert.match(String(await renamable('notes/a.|md')), /none of them/);
  });

  it('renames a title that is a word of its own line', async () => {
    assert.match(await renamed('1: Sta|ge', 'Phase', '### Stage 1: Stage (Haiku)\n\n- Task: x\n'), /^### Stage 1: Phase \(Haiku\)/);
  });
});
