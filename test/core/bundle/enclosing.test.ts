import assert from 'node:assert/strict';
import { enclosingLines } from '../../../src/bundle/enclosing';
import { ProjectTexts } from '../../../src/bundle/projectTexts';
import { assembleForQuery } from '../../../src/bundle/query';
import { assembleWithoutSecrets } from '../../../src/bundle/querySecrets';
import { estimateTokens } from '../../../src/catalog/tokens';
import { MemoryFiles } from '../memoryFiles';

const filler = (count: number) => Array.from({ length: count }, (_, i) => `    this.step${i}();\n`).join('');

async function found(path: string, text: string, query: string) {
  const files = new MemoryFiles({ [`/repo/${path}`]: text });
  files.makeFolder('/repo/.git');
  return new ProjectTexts('/repo', files).find(query);
}

describe('a part in the middle of something', () => {
  const around = (path: string, text: string, mark: string) =>
    enclosingLines(path, text, text.lastIndexOf('\n', text.indexOf(mark)) + 1).map(({ line, text: said }) => `${line}: ${said.trim()}`);

  it('is told with the class and the method, or the tests, that it stands in', () => {
    const code = `export class Door {\n  open(\n    wide: boolean,\n  ): void {\n${filler(3)}    mark();\n  }\n}\n\nfunction after() {}\n`;
    assert.deepEqual(around('a.ts', code, 'mark'), ['1: export class Door', '2: open(wide: boolean): void']);
    assert.deepEqual(around('a.ts', code, 'function after'), []);
    assert.deepEqual(around('a.test.ts', "describe('doors', () => {\n  it('open', () => {\n    mark();\n  });\n});\n", 'mark'), [
      "1: describe('doors')",
      "2: it('open')",
    ]);
    assert.deepEqual(around('a.rb', 'class Door\n  def open\n    x\n  end\n\n  def close\n    mark\n  end\nend\n', 'mark'), ['1: class Door', '6: def close']);
    assert.deepEqual(around('a.md', '# Doors\n\n## Open\n\nmark\n', 'mark'), []);
  });

  it('shows that in front of it, and counts it', async () => {
    const text = `export class Door {\n  open(): void {\n${filler(100)}    turnTheHandle();\n${filler(100)}  }\n}\n`;
    const bundle = assembleForQuery(await found('door.ts', text, 'turn the handle'), 1200, estimateTokens);
    const [piece] = bundle.pieces;
    assert.match(piece?.text ?? '', /^\[… 1: export class Door\]\n\[… 2: open\(\): void\]\n {4}this\.step/);
    assert.ok(
      piece?.lines &&
        text
          .split('\n')
          .slice(piece.lines[0] - 1, piece.lines[1])
          .join('\n')
          .includes('turnTheHandle'),
    );
    assert.ok(bundle.tokens <= 1200 && bundle.tokens >= estimateTokens(piece?.text ?? ''));
    assert.match(piece?.reason ?? '', /^shares “(turn|handle)”, “(turn|handle)” with the query$/);
  });

  it('is left out where what it stands in holds a secret', async () => {
    const key = `ghp_${'qZ8rT2mK5vB'.repeat(4).slice(0, 36)}`;
    const text = `export class Door {\n  open(key = '${key}'): void {\n${filler(100)}    turnTheHandle();\n${filler(100)}  }\n}\n`;
    const bundle = await assembleWithoutSecrets(await found('door.ts', text, 'turn the handle'), 4000, estimateTokens);
    assert.ok(!bundle.text.includes(key), bundle.text.slice(0, 300));
  });

  it('is named to the model as it is to the person', async () => {
    const asked = await found('src/door.ts', 'export function turnTheHandle() {}\n', 'handle');
    const bundle = assembleForQuery(asked, 1000, estimateTokens, (path) => `packages/house/${path}`);
    assert.match(bundle.text, /<source>packages\/house\/src\/door\.ts<\/source>/);
  });
});
