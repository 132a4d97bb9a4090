import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { jsonOf, shapeOf, Terminal } from './terminal';

describe('haiku-first runs', () => {
  let terminal: Terminal;
  beforeEach(async () => {
    terminal = new Terminal();
    writeFileSync(terminal.path('CONTEXT.md'), '# T\n\n## Stage 1: List (Code)\n- Run: `echo private`\n- Output: List\n');
    for (const _ of [1, 2]) assert.equal((await terminal.run('run', 'CONTEXT.md', '--allow-commands', '--fresh')).code, 0);
  });
  afterEach(() => terminal.remove());
  const folder = '.haiku/runs/context';
  const kept = () => readdirSync(terminal.path(folder)).sort();
  const filesOf = (run: string) => readdirSync(terminal.path(`${folder}/${run}`)).sort();

  it('lists them, as text and as JSON', async () => {
    const { code, stdout } = await terminal.run('runs', 'CONTEXT.md');
    assert.equal(code, 0);
    assert.match(stdout, /passed .* 1✔ .* holds the result of stage 1\n2 runs, \$0.* paid, .* on the disk\n$/s);
    const json = jsonOf(await terminal.run('runs', '--json'));
    assert.deepEqual(shapeOf(json), {
      runs: [
        {
          ...{ run: 'string', task: 'string', at: 'string', status: 'string', stages: [{ number: 'number', title: 'string', status: 'string' }] },
          ...{ paid: 'boolean', usd: 'number', bytes: 'number', foreign: 'boolean', standing: [], folder: 'string' },
        },
      ],
      total: { runs: 'number', bytes: 'number', usd: 'number' },
    });
    assert.deepEqual(
      (json.runs as { run: string; folder: string }[]).map(({ run, folder: path }) => [run, path]),
      kept().map((run) => [run, `${folder}/${run}`]),
    );
  });

  it('deletes what was named after a yes alone, and keeps what it cost', async () => {
    const [first, second] = kept() as [string, string];
    assert.equal((await terminal.run('runs', '--delete', first)).code, 2);
    terminal.interactive = true;
    terminal.answers = ['n', 'y'];
    assert.equal((await terminal.run('runs', '--delete', first)).code, 130);
    assert.ok(filesOf(first).length > 1);
    const { code, stderr } = await terminal.run('runs', 'CONTEXT.md', '--delete', first.slice(-8));
    assert.deepEqual([code, filesOf(first)], [0, ['journal.jsonl']]);
    assert.match(stderr, /Deleted 1 run of [\d.]+ k?B/);
    assert.ok(filesOf(second).length > 1);
    const purged = await terminal.run('runs', '--delete', first, second, '--purge', '--yes', '--json');
    assert.deepEqual([jsonOf(purged), kept()], [{ deleted: [first, second] }, []]);
    assert.match(purged.stderr, /will have to be run again/);
  });

  it('lets the old ones expire, but for what stands', async () => {
    for (const run of kept()) {
      const path = terminal.path(`${folder}/${run}/journal.jsonl`);
      // As if they had been made last year: the stamp is of another day then.
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/"at":"\d{4}/g, '"at":"2020'));
    }
    await terminal.run('runs', '--trust');
    const [first, second] = kept() as [string, string];
    assert.match((await terminal.run('runs', '--expire', '30d', '--yes')).stderr, /Deleted 1 run/);
    assert.ok(filesOf(second).length > 1);
    assert.deepEqual(filesOf(first), ['journal.jsonl']);
    assert.match((await terminal.run('runs', '--expire', '30d', '--yes')).stderr, /nothing to delete/);
    assert.match((await terminal.run('runs', '--expire', '4w', '--all', '--yes')).stderr, /Deleted 1 run/);
  });

  it('says which came from elsewhere; they count once they are trusted, by command or for a run', async () => {
    const foreign = () =>
      terminal.run('runs', '--json').then((outcome) => (jsonOf(outcome).runs as { foreign: boolean }[]).filter((run) => run.foreign).length);
    const forge = () => {
      for (const run of kept()) {
        const path = terminal.path(`${folder}/${run}/journal.jsonl`);
        writeFileSync(path, readFileSync(path, 'utf8').replace(/"origin":"[0-9a-f]+"/g, '"origin":"theirs"'));
      }
    };
    assert.equal(await foreign(), 0);
    forge();
    assert.equal(await foreign(), 2);
    assert.match((await terminal.run('runs')).stdout, /made elsewhere: does not count/);
    assert.match((await terminal.run('run', 'CONTEXT.md', '--allow-commands')).stderr, /2 runs .* do not count.*--trust-runs/);
    assert.equal(await foreign(), 2);
    const { stderr } = await terminal.run('run', 'CONTEXT.md', '--allow-commands', '--trust-runs');
    assert.doesNotMatch(stderr, /do not count/);
    assert.equal(await foreign(), 0);
    forge();
    assert.match((await terminal.run('runs', '--trust', kept()[0] as string)).stderr, /1 run count/);
    assert.equal(await foreign(), 3);
  });

  const wrong: [string[], RegExp][] = [
    [['--delete'], /No run is named/],
    [['--delete', '1999'], /no run “1999”/],
    [['--delete', '20'], /2 runs fit “20”/],
    [['--expire', 'soon', '--yes'], /age in days/],
    [['--expire', '1d', '--delete', 'x'], /exclude each other/],
    [['--purge'], /go with --delete/],
    [['a.md', 'b.md'], /One file/],
    [['something'], /no CONTEXT\.md/],
  ];
  for (const [args, message] of wrong) {
    it(`says what is wrong with: ${args.join(' ')}`, async () => {
      const { code, stderr } = await terminal.run('runs', ...args);
      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.equal(kept().length, 2);
    });
  }

  it('passes on to a command what a person names, and nothing else that looks like a secret', async () => {
    process.env.ACME_TOKEN = 'tok-1234';
    try {
      writeFileSync(terminal.path('CONTEXT.md'), '# T\n\n## Stage 1: List (Code)\n- Run: `echo "token:$ACME_TOKEN" > seen.txt`\n');
      const seen = async (...args: string[]) => {
        await terminal.run('run', 'CONTEXT.md', '--allow-commands', ...args);
        return readFileSync(terminal.path('seen.txt'), 'utf8').trim();
      };
      assert.equal(await seen(), 'token:');
      assert.equal(await seen('--pass-env', 'ACME_TOKEN'), 'token:tok-1234');
      terminal.env = { HAIKU_FIRST_PASS_ENV: 'OTHER, ACME_TOKEN' };
      assert.equal(await seen(), 'token:tok-1234');
    } finally {
      delete process.env.ACME_TOKEN;
    }
    assert.ok(existsSync(terminal.path('seen.txt')));
  });
});
