import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyFixes, lintText } from '../../../src/lint/linter';
import type { Departure } from '../../../src/ports';
import { WorkspaceFacts } from '../../../src/reference/workspaceFacts';
import { LineIndex } from '../../../src/text';
import { MemoryFiles } from '../memoryFiles';

function treeOf(paths: readonly string[], texts: Record<string, string> = {}): Record<string, string> {
  return {
    '/w/.git/HEAD': '',
    ...Object.fromEntries(paths.map((path) => [`/w/${path}`, ''])),
    ...Object.fromEntries(Object.entries(texts).map(([path, text]) => [`/w/${path}`, text])),
  };
}

async function issues(text: string, tree: Record<string, string>, path = 'CLAUDE.md', left?: Departure[]) {
  const files = new MemoryFiles(tree);
  const workspace = new WorkspaceFacts(files, left && { departures: async () => left });
  return lintText({ path: `/w/${path}`, text, files, workspace });
}

/** The texts that the rules of kind `reference/` mark, in order. */
async function found(text: string, tree: Record<string, string>, path?: string, left?: Departure[]): Promise<string[]> {
  const index = new LineIndex(text);
  return (await issues(text, tree, path, left))
    .filter(({ rule }) => rule.startsWith('reference/'))
    .map(({ range }) => text.slice(index.offsetAt(range.start), index.offsetAt(range.end)));
}

const tree = treeOf([
  'README.md',
  'docs/guide.md',
  'src/app.ts',
  'src/core/store.ts',
  'src/core/parse.ts',
  'tests/unit/store.test.ts',
  'packages/web/package.json',
  'packages/web/src/page/home.tsx',
  'packages/api/src/server.ts',
]);

describe('reference/path', () => {
  const both: [principle: string, dead: string, dies: string[], fine: string, place?: string][] = [
    ['a path of code', 'Read `src/core/gone.ts`.', ['src/core/gone.ts'], 'Read `src/core/store.ts:12`.'],
    ['bare words in prose', 'Never edit src/core/gone.ts by hand.', ['src/core/gone.ts'], 'Choose and/or, input/output, client/server.ts-like names.'],
    ['a folder', 'Features live in `src/features/`.', ['src/features/'], 'Features live in `src/core/`.'],
    ['an argument of a command', 'Run `pytest tests/gone/ -v` first.', ['tests/gone/'], 'Run `git checkout tests/gone` and `docker run tests/gone`.'],
    ['a line of a shell fence', '```sh\ncat docs/gone.md # read it\n```', ['docs/gone.md'], '```sh\nmkdir -p docs/new\ncp a docs/new.md\n```'],
    [
      'a folder that a command leaves for',
      '```sh\ncd packages/web && cat src/gone.tsx\n```',
      ['src/gone.tsx'],
      '```sh\ncd packages/web && cat src/page/home.tsx\n```',
    ],
    ['a glob in a folder that is not there', 'See `src/old/**/*.ts`.', ['src/old/**/*.ts'], 'See `src/core/*.ts` and `**/*.spec.ts`.'],
    ['a file without its ending, as imports write it', 'See `src/core/gone`.', ['src/core/gone'], 'See `src/core/store` and `core/store`.'],
    ['a slash at the beginning', 'See `/src/core/gone.ts`.', ['/src/core/gone.ts'], 'Call `/src/gone` or `/api/users`, see `/usr/local/lib/x.ts`.'],
    [
      'a definite single name',
      'The `nightly-sweep.yml` workflow does it.',
      ['nightly-sweep.yml'],
      'Use a `nightly-sweep.yml` or `Node.js`; open the `settings.json` file.',
    ],
    ['a document to be read', 'See `HOOKS.md` for more.', ['HOOKS.md'], 'It reads HOOKS.md, GEMINI.md or `CRUSH.md` if there is one. See `README.md`.'],
    [
      'the package a section is about',
      '## The API (`packages/api`)\n\nIt starts in `src/gone.ts`.',
      ['src/gone.ts'],
      '## The API (`packages/api`)\n\nIt starts in `src/server.ts`.',
    ],
    [
      "the document's own folder",
      'See `../api/src/gone.ts`.',
      ['../api/src/gone.ts'],
      'See `../api/src/server.ts` and `../../../other/src/x.ts`.',
      'packages/web/CLAUDE.md',
    ],
    [
      'other verbs than making',
      'Document the feature in `src/features/`.',
      ['src/features/'],
      'Create `src/features/` when you need it. Put it in `src/features/`.',
    ],
    [
      'what is not there, and what never was',
      'Extend `src/core/gone.ts`.',
      ['src/core/gone.ts'],
      'There is no `src/core/gone.ts`, and `src/core/old.ts` was removed.',
    ],
    ['what is generated', 'See `src/core/gone.ts`.', ['src/core/gone.ts'], 'It generates `src/core/gone.ts`. See `src/core/gone.ts` (generated).'],
    [
      'placeholders',
      'Copy it from `src/core/gone.ts`.',
      ['src/core/gone.ts'],
      'Such as `src/core/my-thing.ts`, `src/<name>.ts`, `tests/unit/test_specific_file.py`, `docs/[YYYY-MM-DD]/x.md`.',
    ],
    ['another repository', 'It is in `src/core/gone.ts`.', ['src/core/gone.ts'], 'See `src/core/gone.ts` in that repo.'],
    [
      'an import or a branch',
      'Look in `src/gone/deep.ts`.',
      ['src/gone/deep.ts'],
      'Import from `@app/core/gone`, `lodash/fp`; name branches `docs/update-guide`; see `claude.ai/code`.',
    ],
    ['an output', 'See `src/views/list.tsx`.', ['src/views/list.tsx'], 'See `packages/web/dist/index.js`, `node_modules/x/y.js` and `src/core/.env.local`.'],
  ];
  for (const [principle, dead, dies, fine, place] of both) {
    it(`knows ${principle}`, async () => {
      assert.deepEqual(await found(dead, tree, place), dies);
      assert.deepEqual(await found(fine, tree, place), [], fine);
    });
  }

  it('takes a list that goes through a folder by its word, whatever has the name elsewhere', async () => {
    const list = '- `src/` has the code\n- `tests/` has the tests\n- `docs/` and `page/` have the rest\n';
    assert.deepEqual(await found(list, tree), ['page/']);
    assert.deepEqual(await found(`${list}\nRun it inside \`page/\` too.\n`, tree), ['page/', 'page/'], 'said again, it means the same');
    assert.deepEqual(await found('- `page/` has pages\n- `gone/` has more\n- `lost/` has the rest\n', tree), [], 'a list of another folder');
    const table = '| File | For |\n|---|---|\n| `store.ts` | state |\n| `parse.ts` | text |\n| `home.tsx` | view |\n';
    assert.deepEqual(await found(`## \`src/core\`\n\n${table}`, tree), ['home.tsx']);
  });

  it('lets a list be that says what each of many folders holds', async () => {
    const list = 'Every package under `packages/<name>/` has:\n\n- `src/page/home.tsx`: a page\n- `src/server.ts`: a server\n- `src/gone.ts`: more\n';
    assert.deepEqual(await found(list, tree), []);
  });

  it('reads tree diagrams of this tree, with and without branches, and no others', async () => {
    assert.deepEqual(
      await found('```\nsrc/\n├── app.ts\n├── core/\n│   ├── store.ts   # state\n│   ├── parse.ts\n│   └── gone.ts\n└── later.ts  # planned\n```\n', tree),
      ['gone.ts'],
    );
    assert.deepEqual(
      await found(
        '```\nREADME.md        read this\nsrc/\n  app.ts         entry\n  core/          the core\n    store.ts     state\n    parse.ts     text\n    gone.ts      lost\n```\n',
        tree,
      ),
      ['gone.ts'],
    );
    assert.deepEqual(await found('```\n~/.tool/\n├── src/\n├── docs/\n├── tests/\n└── gone.md\n```\n', tree), []);
    assert.deepEqual(await found('```\nserver\n├── /v1/users   list\n├── /v1/teams   list\n└── /src/static app\n```\n', tree), []);
    assert.deepEqual(await found('```\nmy-app/\n├── a.ts\n├── b.ts\n├── src/\n└── c.ts\n```\n', tree), [], 'most is missing: another tree');
  });

  it('lets diagrams be that show what to make', async () => {
    const diagram = '```\nsrc/\n├── app.ts\n├── core/\n│   ├── store.ts\n│   ├── parse.ts\n│   └── gone.ts\n```\n';
    assert.deepEqual(await found(`The code:\n\n${diagram}`, tree), ['gone.ts']);
    for (const lead of ['Create these files:', 'The recommended structure:', '## Proposed layout'])
      assert.deepEqual(await found(`${lead}\n\n${diagram}`, tree), [], lead);
  });

  it('is silent about what git ignores, and in templates', async () => {
    const ignoring = { ...tree, '/w/.gitignore': 'src/local/\n' };
    assert.deepEqual(await found('See `src/local/x.ts`.', ignoring), []);
    assert.deepEqual(await found('See `src/core/gone.ts`.', tree, 'templates/basic/CLAUDE.md'), []);
  });

  it('holds to what the document says once', async () => {
    assert.deepEqual(await found('The `docs/specs/` folder is there only while a feature is in flight.\n\nAfterwards audit `docs/specs/`.\n', tree), []);
  });

  it('says where a path went, and offers it as it would be written', async () => {
    const left: Departure[] = [
      { path: 'src/core/state.ts', to: 'src/core/store.ts', commit: '3fa1b2c', date: '2026-02-11' },
      { path: 'src/old.ts', commit: '1111111', date: '2026-01-01' },
      { path: 'packages/api/lib/server.ts', to: 'packages/api/src/server.ts', commit: '2222222', date: '2026-01-02' },
      { path: 'RULES.md', commit: '4444444', date: '2026-01-03' },
    ];
    const [moved] = await issues('See `src/core/state.ts`.', tree, 'CLAUDE.md', left);
    assert.equal(moved?.message, 'src/core/state.ts was moved in 3fa1b2c, 2026-02-11. It is src/core/store.ts now: change it.');
    assert.equal(applyFixes('See `src/core/state.ts`.', [moved?.fixes[0]?.edits ?? []]), 'See `src/core/store.ts`.');
    const [folder] = await issues('See `packages/api/lib/`.', tree, 'CLAUDE.md', left);
    assert.equal(folder?.fixes[0]?.edits[0]?.newText, 'packages/api/src/');
    const [own] = await issues('See `lib/server.ts`.', tree, 'packages/api/CLAUDE.md', left);
    assert.equal(own?.fixes[0]?.edits[0]?.newText, 'src/server.ts');
    const [removed] = await issues('See `src/old.ts`.', tree, 'CLAUDE.md', left);
    assert.match(removed?.message ?? '', /^src\/old\.ts was removed in 1111111, 2026-01-01\. /);
    assert.deepEqual(await found('The project RULES.md say so.', tree, 'CLAUDE.md', left), ['RULES.md'], 'it is known to have been here');
    assert.deepEqual(await found('The project RULES.md say so.', tree), [], 'without history nobody knows');
  });

  it('knows a folder that fills and empties', async () => {
    const left = [1, 2, 3, 4, 5].map((day) => ({ path: `docs/specs/${day}.md`, commit: `${day}`, date: `2026-01-0${day}` }));
    assert.deepEqual(await found('Audit `docs/specs/`.', tree, 'CLAUDE.md', left), []);
    assert.deepEqual(await found('Audit `docs/specs/`.', tree, 'CLAUDE.md', left.slice(1)), ['docs/specs/']);
  });

  it('never fails, marks only what stands there once, and takes time with the length', async () => {
    const bits = fc.constantFrom(
      '`',
      '```\n',
      '\n',
      '\n\n',
      '- ',
      '| ',
      '# ',
      'src/',
      'src/core/',
      'gone.ts',
      '├── ',
      '│   ',
      ' ',
      '../',
      './',
      '/',
      '*',
      '(',
      ')',
      '[x](',
      'cd ',
      'cat ',
      '&& ',
      'e.g. ',
      'create ',
      '.',
      ':12',
      '\t',
      'é',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bits, { maxLength: 120 }), async (parts) => {
        const text = parts.join('');
        const index = new LineIndex(text);
        const seen = new Set<string>();
        for (const { rule, range } of await issues(text, tree)) {
          if (rule !== 'reference/path') continue;
          const [from, to] = [index.offsetAt(range.start), index.offsetAt(range.end)];
          assert.ok(from < to && to <= text.length && !/\n/.test(text.slice(from, to)));
          assert.ok(!seen.has(`${from}`), `${text}\n${from}`);
          seen.add(`${from}`);
        }
      }),
      { numRuns: 150 },
    );
    for (const piece of ['a/', '../', '`a/b.ts` ', 'a.b-c_', '├── a\n', 'cat a/b ', '- `src/x.ts`: y\n', 'create a, ', '| `a.ts` ', '*/a']) {
      const started = performance.now();
      await issues(piece.repeat(20_000 / piece.length), tree);
      assert.ok(performance.now() - started < 3000, JSON.stringify(piece));
    }
  }).timeout(60_000);
});

describe('what a history makes of a missing path', () => {
  const past: Departure[] = [{ path: 'src/core/state.ts', commit: '3fa1b2c', date: '2026-02-11' }];
  const here = treeOf([
    'README.md',
    'docs/guide.md',
    'src/app.ts',
    'src/core/store.ts',
    'src/core/parse.ts',
    'src/view/list.ts',
    'pkg-json/a.rs',
    'pkg-yaml/a.rs',
    'py/py311/x.py',
    'src/app/(site)/page.tsx',
    'src/lib/acme/index.ts',
  ]);
  const marks = (text: string, left = past, place = 'CLAUDE.md', more: Record<string, string> = {}) => found(text, { ...here, ...more }, place, left);

  it('takes what was there for meant, and what never was for a name to come, unless something of its kin shows it was', async () => {
    assert.deepEqual(await marks('State is in `src/core/state.ts`.'), ['src/core/state.ts']);
    assert.deepEqual(await marks('State is in `src/core/machine.ts`.'), [], 'never was');
    assert.deepEqual(await marks('State is in `src/core/machine.ts`.', []), ['src/core/machine.ts'], 'without a history its folder speaks for it');
    assert.deepEqual(await marks('State is in `src/core/stores.ts`.'), ['src/core/stores.ts'], 'a slip of one beside');
    assert.deepEqual(await marks('State is in `src/core/list.ts`.'), ['src/core/list.ts'], 'the name stands elsewhere');
    assert.deepEqual(await marks('The client is `src/lib/acme.ts`.'), ['src/lib/acme.ts'], 'it became a folder');
    assert.deepEqual(
      await marks('See `src/old/deep.ts`.', [...past, { path: 'src/old/x.ts', commit: '1', date: '2026-01-01' }]),
      ['src/old/deep.ts'],
      'its folder has left',
    );
    assert.deepEqual(
      await marks('It needs `src/core/store.ts`, `src/core/parse.ts` and `src/core/machine.ts`.'),
      ['src/core/machine.ts'],
      'beside two that are there',
    );
  });

  it('lets names be that are patterns, to be made, or examples', async () => {
    for (const text of [
      '- `src/core/YYYYMMDDHHMMSS_x.ts`',
      'Files are `src/core/kebab-case.ts`.',
      'Read `src/core/myStore.ts`.',
      '**`src/core/stores.ts`**:\n\n```ts\nexport {};\n```',
      'Logs go to dated files, e.g. one in `src/core/stores.ts`.',
      'Add a test in `src/core/stores.ts` first.',
      'To add one, make these:\n\n- `src/core/stores.ts`: it\n- `src/core/store.ts`: old\n',
    ])
      assert.deepEqual(await marks(text, []), [], text);
    assert.deepEqual(await marks('The store:\n\n- `src/core/stores.ts`: it\n', []), ['src/core/stores.ts']);
  });

  it('reads alternatives, sets and ranges', async () => {
    assert.deepEqual(await marks('It is in `src/core/state.ts` or `src/core/store.ts`.'), []);
    assert.deepEqual(await marks('- `pkg-json/yaml/toml`: formats', []), []);
    assert.deepEqual(await marks('See `py/py311-py314/`.', []), []);
    assert.deepEqual(await marks('See `src/core/state.ts` or ask.'), ['src/core/state.ts']);
  });

  it('knows dependencies, submodules, routes, other repositories and what the text says not to do', async () => {
    const manifest = { '/w/package.json': '{"dependencies": {"spectrum.js": "1"}}', '/w/.gitmodules': '[submodule "x"]\n\tpath = third\n\turl = y\n' };
    const list = '- `app.ts`: start\n- `core/`: more\n- `view/`: sight\n- `spectrum.js`: colours\n';
    assert.deepEqual(await marks(`## \`src\`\n\n${list}`, past, 'CLAUDE.md', manifest), []);
    assert.deepEqual(await marks(`## \`src\`\n\n${list}`), ['spectrum.js']);
    assert.deepEqual(await marks('See `third/src/x.ts`.', [{ path: 'third/src/x.ts', commit: '1', date: '2026-01-01' }], 'CLAUDE.md', manifest), []);
    for (const text of ['Do not add one (or `src/core/stores.ts`).', 'Send it to `/src/v1/users`.', 'It is `src/core/stores.ts` in the Acme repository.'])
      assert.deepEqual(await marks(text, []), [], text);
    assert.deepEqual(await marks('Do not edit `src/core/stores.ts`.', []), ['src/core/stores.ts']);
  });

  it('says nothing in accounts of other times, or where most of a document is about something else', async () => {
    const text = 'State is in `src/core/state.ts`.';
    for (const place of ['docs/archive/CLAUDE.md', 'docs/rfcs/ARCHITECTURE.md', 'docs/2025-11-22-bot/ARCHITECTURE.md', 'src/core/deep/ARCHITECTURE.md'])
      assert.deepEqual(await marks(text, past, place), [], place);
    for (const place of ['ARCHITECTURE.md', 'docs/ARCHITECTURE.md']) assert.deepEqual(await marks(text, past, place), ['src/core/state.ts'], place);
    const strange = 'See `src/core/list.ts`, `src/core/stores.ts` and `src/view/store.ts`.';
    assert.deepEqual(await marks(strange), []);
    assert.equal((await marks(`${strange} And \`src/core/store.ts\`, \`src/core/parse.ts\`, \`src/app.ts\`.`)).length, 3);
    assert.deepEqual(await marks(`${strange} ${text}`), ['src/core/state.ts'], 'what was there stays');
  });

  it('takes folders of an app router by their names', async () => {
    const left = [...past, { path: 'src/app/(site)/users/[slug]/page.tsx', commit: '1', date: '2026-01-01' }];
    assert.deepEqual(await marks('See `src/app/(site)/users/[slug]/page.tsx`.', left), ['src/app/(site)/users/[slug]/page.tsx']);
    assert.deepEqual(await marks('See `src/app/(site)/users/[slug]/page.tsx`.'), []);
  });

  it("knows a package's own template of an environment", async () => {
    const more = { '/w/apps/web/package.json': '{}', '/w/apps/api/package.json': '{}', '/w/apps/api/.env.example': '' };
    const text = 'Create `.env` (use `.env.example` as reference).';
    assert.deepEqual(await marks(text, past, 'apps/web/CLAUDE.md', more), ['.env.example']);
    assert.deepEqual(await marks(text, past, 'apps/api/CLAUDE.md', more), []);
    assert.deepEqual(await marks(text, past, 'apps/web/CLAUDE.md', { ...more, '/w/.env.example': '' }), []);
    assert.deepEqual(await marks('Add an `.env.example` there.', past, 'apps/web/CLAUDE.md', more), []);
  });

  it('names a place only where one is as likely as no other', async () => {
    const moved: Departure[] = [{ path: 'src/list.ts', to: 'src/core/parse.ts', commit: '1', date: '2026-01-01' }];
    const [issue] = await issues('See `src/list.ts`.', { ...here, '/w/lib/list.ts': '' }, 'CLAUDE.md', moved);
    assert.match(issue?.message ?? '', /was removed in 1/);
    assert.deepEqual(issue?.fixes, []);
    const [other] = await issues('See `./src/core/list.ts`.', here, 'CLAUDE.md', [{ ...(moved[0] as Departure), path: 'src/core/list.ts' }]);
    assert.doesNotMatch(other?.message ?? '', /parse/);
  });
});

describe('reference/link', () => {
  it('takes links from the document alone, those from the root from there, and pages of a site', async () => {
    const dead = async (text: string, place = 'docs/CLAUDE.md') => found(text, { ...tree, '/w/.tool/x.md': '' }, place);
    assert.deepEqual(await dead('[a](gone.md) [b](guide.md) [c](docs/guide.md) [d](https://x.y/z.md)'), ['gone.md', 'docs/guide.md']);
    assert.deepEqual(await dead('[a](/docs/guide.md) [b](/docs/gone.md) [c](/site/gone.md)'), ['/docs/gone.md']);
    assert.deepEqual(await dead('[a](guide.html) [b](./guide/) [c](gone/)'), ['gone/']);
    assert.deepEqual(await dead('[a](.tool/x.md) [b](.tool/y.md)'), ['.tool/y.md']);
    assert.deepEqual(await dead('[a](docs/guide.md)', '.claude/rules/a.md'), [], 'rules are read in the root');
    assert.deepEqual(await dead('[a](../src/feature/login.ts) [b](path/to/x.md) [c](link.md)'), ['../src/feature/login.ts']);
    assert.deepEqual(await dead('[`src/core/gone.ts` here](../src/core/gone.ts)'), ['../src/core/gone.ts'], 'told once');
  });

  it('says where a file went', async () => {
    const left = [{ path: 'docs/start.md', to: 'docs/guide.md', commit: '3fa1b2c', date: '2026-02-11' }];
    const [moved] = await issues('[a](docs/start.md#top)', tree, 'CLAUDE.md', left);
    assert.equal(moved?.message, 'The link leads to docs/start.md, which was moved in 3fa1b2c, 2026-02-11. It is docs/guide.md now: change it.');
    assert.equal(moved?.fixes[0]?.edits[0]?.newText, 'docs/guide.md#top');
  });
});
