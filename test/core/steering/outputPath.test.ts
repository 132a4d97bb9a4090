import assert from 'node:assert/strict';
import { judgeOutput, type OutputRefusal, refusedAsWritten } from '../../../src/steering/outputPath';
import { toolStartedBy } from '../../../src/steering/startingFiles';
import { loadTask } from '../../../src/steering/task';
import { MemoryFiles } from '../memoryFiles';

const at = { folder: '/w/task', workspace: '/w' };
const kindOf = (path: string): OutputRefusal['kind'] | undefined => refusedAsWritten(at, path)?.kind;

describe('the path of an output', () => {
  it('is plain, or refused by how it is written', () => {
    for (const path of [
      'draft.md',
      'out/draft.md',
      './a.md',
      '../notes/a.md',
      'v1.2/notes..md',
      'a b/ü.md',
      '/w/out/x.md',
      'concert.md',
      'package.json',
      'out/{Person}.md',
    ])
      assert.equal(kindOf(path), undefined, path);
    for (const path of ['~/x.md', '~', 'C:/x.md', 'c:x.md', 'x.md:y', 'a\\b.md', 'con', 'out/NUL.txt', 'lpt1/x.md', 'a\u202eb.md', 'x.md '])
      assert.equal(kindOf(path), 'form', path);
    for (const path of ['../../x.md', '/etc/x.md', '/wide/x.md', '..//../x']) assert.equal(kindOf(path), 'outside', path);
    for (const path of ['out/', '.', '..', 'out/.', './']) assert.equal(kindOf(path), 'folder', path);
    for (const path of [
      '.git/hooks/x',
      '../.vscode/settings.json',
      '.haiku/x.md',
      '.env',
      'x/.husky/pre-commit',
      'GIT~1/config',
      'y.code-workspace',
      'a/ .git/x',
    ])
      assert.equal(kindOf(path), 'hidden', path);
    assert.equal(refusedAsWritten({ folder: '/w/.github', workspace: '/w' }, 'x.md')?.kind, 'hidden', 'the document itself stands in a hidden folder');
  });

  it('is judged by where links lead, too', async () => {
    const files = new MemoryFiles(
      { '/w/.git/HEAD': '', '/w/CONTEXT.md': '# Task\n', '/w/out/a.md': '', '/away/x': '' },
      { '/w/docs': '/w/.git', '/w/far': '/away' },
    );
    const task = await loadTask('/w/CONTEXT.md', files);
    const judged = async (path: string) => {
      const found = await judgeOutput(task, path, files);
      return 'what' in found ? found.kind : found;
    };
    assert.deepEqual([await judged('docs/commondir'), await judged('far/y.md'), await judged('out')], ['hidden', 'outside', 'folder']);
    assert.deepEqual(await judged('out/a.md'), { absolute: '/w/out/a.md', real: '/w/out/a.md', exists: true });
    assert.deepEqual(await judged('out/b.md'), { absolute: '/w/out/b.md', real: '/w/out/b.md', exists: false });
  });

  it('decides what runs where a tool finds it by its name, and no longer with .txt behind it', () => {
    const deciding: [string, string][] = [
      ['package.json', 'npm'],
      ['web/Package.json', 'npm'],
      ['Makefile', 'make'],
      ['GNUmakefile', 'make'],
      ['rules.mk', 'make'],
      ['Justfile', 'just'],
      ['Taskfile.yml', 'Task'],
      ['Dockerfile', 'Docker'],
      ['docker-compose.yaml', 'Docker Compose'],
      ['app/build.gradle.kts', 'Gradle'],
      ['settings.gradle', 'Gradle'],
      ['tox.ini', 'tox'],
      ['setup.py', 'pip install'],
      ['CMakeLists.txt', 'CMake'],
      ['vite.config.ts', 'the tool it configures'],
    ];
    for (const [path, tool] of deciding) assert.deepEqual([toolStartedBy(path), toolStartedBy(`${path}.txt`)], [tool, undefined], path);
    for (const path of [
      'out/package.md',
      'notes-on-makefile.md',
      'data/app.json',
      'makefile/readme.md',
      'dockerfile.md',
      'config.ts',
      'src/index.ts',
      'tox.md',
      'compose.md',
    ])
      assert.equal(toolStartedBy(path), undefined, path);
  });
});
