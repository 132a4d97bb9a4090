import assert from 'node:assert/strict';
import { lintText } from '../../../src/lint/linter';
import { LineIndex } from '../../../src/text';
import { MemoryFiles } from '../memoryFiles';

/** The commands that `reference/script` and `reference/target` mark, in order. */
async function found(text: string, files: Record<string, string>, path = '/w/CLAUDE.md'): Promise<string[]> {
  const index = new LineIndex(text);
  const issues = await lintText({ path, text, files: new MemoryFiles({ '/w/.git/HEAD': '', ...files }) });
  return issues
    .filter(({ rule }) => rule === 'reference/script' || rule === 'reference/target')
    .map(({ range }) => text.slice(index.offsetAt(range.start), index.offsetAt(range.end)));
}

const workspace = {
  '/w/package.json': '{"scripts":{"lint":"x","test:unit":"x"},"devDependencies":{"typescript":"5","turbo":"2"}}',
  '/w/packages/web/package.json': '{"name":"@acme/web","scripts":{"dev":"x","build":"x"}}',
  '/w/packages/api/package.json': '{"name":"@acme/api","scripts":{"start":"x"}}',
};

describe('reference/script', () => {
  it('looks in the package that the command names', async () => {
    const fine = [
      'pnpm --filter @acme/web dev',
      'pnpm --filter web run build',
      'npm run dev -w @acme/web',
      'yarn workspace @acme/api start',
      'npm run dev',
      'pnpm -r build',
      'yarn --cwd packages/web build',
    ];
    for (const command of fine) assert.deepEqual(await found(`\`${command}\`\n`, workspace), [], command);
    const dead = ['pnpm --filter @acme/api dev', 'npm run dev --workspace=@acme/api', 'yarn workspace @acme/web start', 'npm --prefix packages/api run dev'];
    for (const command of dead) assert.equal((await found(`\`${command}\`\n`, workspace)).length, 1, command);
    assert.deepEqual(await found('`pnpm --filter ./unknown dev`, `pnpm --filter "./packages/**" dev`\n', workspace), [], 'nobody knows which package');
  });

  it('looks where a line or a fence has changed to', async () => {
    assert.deepEqual(await found('`cd packages/api && npm run dev`, `cd packages/web && npm run dev`, `cd $HOME && npm run nothing`\n', workspace), [
      'npm run dev',
    ]);
    assert.deepEqual(await found('```sh\ncd packages/api\nnpm run start\nnpm run dev\n```\n', workspace), ['npm run dev']);
  });

  it('knows scripts said without run, and what package managers and programs do', async () => {
    assert.deepEqual(await found('`pnpm typecheck`, `yarn build:docs`, `npm test`\n', workspace), ['pnpm typecheck', 'yarn build:docs', 'npm test']);
    const fine = [
      'pnpm lint',
      'pnpm install',
      'yarn tsc',
      'pnpm turbo',
      'bun test',
      'yarn add x',
      'npm ci',
      'npm start',
      'pnpm dlx create-x',
      'npm run lint --if-present',
    ];
    for (const command of fine) assert.deepEqual(await found(`\`${command}\`\n`, workspace), [], command);
  });
});

describe('reference/target', () => {
  const cases: [tool: string, files: Record<string, string>, fine: string[], dead: string[]][] = [
    [
      'just',
      { '/w/justfile': 'x := "1"\nalias t := test\n\n# all\ntest *args: build\n  cargo test\nbuild:\n  make\n@quiet name="a":\n  echo\nmod docs\n' },
      ['just test --all', 'just t', 'just build', 'just quiet b', 'just docs', 'just --list', 'just x=2 build'],
      ['just tset', 'just deploy'],
    ],
    [
      'task',
      {
        '/w/Taskfile.yml': "version: '3'\nincludes:\n  docs: ./docs\ntasks:\n  build: go build\n  lint:fix:\n    aliases: [lf]\n    cmds: [x]\n",
        '/w/docs/Taskfile.yml': 'tasks:\n  serve: x\n',
      },
      ['task build', 'task lint:fix', 'task lf', 'task docs:serve', 'task --list'],
      ['task lnit:fix', 'task docs:deploy'],
    ],
    ['deno', { '/w/deno.jsonc': '{\n  // all\n  "tasks": {"dev": "x",},\n}' }, ['deno task dev', 'deno run x.ts'], ['deno task build']],
    ['composer', { '/w/composer.json': '{"scripts":{"lint":"x"}}' }, ['composer run lint', 'composer install'], ['composer run dev']],
    ['poe', { '/w/pyproject.toml': '[tool.poe.tasks]\nformat = "ruff format"\n' }, ['poe format', 'uv run poe format', 'uv run pytest'], ['poe fromat']],
    ['mise', { '/w/mise.toml': '[tasks.build]\nrun = "x"\n' }, ['mise run build', 'mise install'], ['mise run biuld']],
    [
      'cargo',
      {
        '/w/Cargo.toml': '[workspace]\nmembers = ["a"]\n',
        '/w/a/Cargo.toml': '[package]\nname = "acme"\n[[bin]]\nname = "acmed"\n',
        '/w/a/src/bin/tool.rs': '',
        '/w/a/examples/hello.rs': '',
        '/w/.cargo/config.toml': '[alias]\nxtask = "run -p xtask --"\n',
      },
      [
        'cargo run --bin acmed',
        'cargo run --bin tool',
        'cargo run --example hello',
        'cargo test -p acme',
        'cargo xtask gen',
        'cargo install --bin other',
        'cargo nextest run',
      ],
      ['cargo run --bin gone', 'cargo run --example gone', 'cargo test -p gone'],
    ],
  ];
  for (const [tool, files, fine, dead] of cases) {
    it(`knows ${tool}`, async () => {
      for (const command of fine) assert.deepEqual(await found(`\`${command}\`\n`, files), [], command);
      for (const command of dead) assert.deepEqual(await found(`\`${command}\`\n`, files), [command]);
      for (const command of dead) assert.deepEqual(await found(`\`${command}\`\n`, { '/w/README.md': '' }), [], `${command} without its file`);
    });
  }

  it('says nothing where names are computed, and of plain English', async () => {
    assert.deepEqual(await found('`task any`\n', { '/w/Taskfile.yml': "tasks:\n  'build:*': x\n" }), []);
    assert.deepEqual(await found('`task any`\n', { '/w/Taskfile.yml': 'tasks: [\n' }), []);
    assert.deepEqual(await found('```\nmake sure it works\njust run it\n```\n', { '/w/Makefile': 'a:\n', '/w/justfile': 'a:\n' }), []);
  });
});
