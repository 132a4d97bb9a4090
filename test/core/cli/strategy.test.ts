import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStrategy } from '../../../src/steering/strategy';
import { document, harmfulStep, Simulation, type SimulationOptions, skills, tickets } from '../evaluate/simulation';
import { type MockServer, startMockServer } from '../model/mockServer';
import { Terminal } from './terminal';

/** The loop end to end: the command line, the real SDK and HTTP, with a simulation in place of the models. */
describe('strategies on the command line, on a simulation over HTTP', function () {
  this.timeout(60_000);
  let terminal: Terminal;
  let server: MockServer;

  async function start(options: SimulationOptions = {}): Promise<void> {
    const simulation = new Simulation(options);
    server = await startMockServer(({ body, system, user }) => ({ text: simulation.answer({ model: String(body.model), system, user }), pieceSize: 4000 }));
    terminal = new Terminal();
    terminal.env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-test' };
    writeFileSync(join(terminal.folder, 'CONTEXT.md'), document);
    mkdirSync(join(terminal.folder, 'evals'));
    writeFileSync(
      join(terminal.folder, 'evals', 'context.jsonl'),
      tickets(24)
        .map((ticket) => JSON.stringify(ticket))
        .join('\n'),
    );
  }
  afterEach(async () => {
    await server.stop();
    terminal.remove();
  });

  const file = (name: string) => readFileSync(join(terminal.folder, name), 'utf8');
  const own = '.haiku/strategies/context/answer.md';
  const kept = () => readStrategy(own, file(own)).strategy;
  /** Runs the stage on tickets, escalating each that fails; the number of escalations. */
  async function escalations(of: readonly { Ticket: string }[]): Promise<number> {
    let count = 0;
    for (const { Ticket } of of) {
      const run = await terminal.run('run', 'CONTEXT.md', '--yes', '--input', `Ticket=${Ticket}`);
      if (run.code === 0) continue;
      assert.equal(run.code, 1, run.stderr);
      count++;
      const escalated = await terminal.run('escalate', 'CONTEXT.md', '--stage', '1', '--yes');
      assert.equal(escalated.code, 0, escalated.stderr);
    }
    return count;
  }

  it('a stage fails, is escalated, Opus writes it down, and the next runs pass on Haiku', async () => {
    await start();
    const some = tickets(16).filter((_, i) => i % 2);
    assert.equal(await escalations(some), some.length);
    const author = await terminal.run('author', 'CONTEXT.md', '--stage', '1', '--yes');
    assert.equal(author.code, 0, author.stderr);
    assert.match(author.stderr, /Kept as \.haiku\/strategies\/context\/answer\.md, unproven/);
    assert.equal(kept()?.status, 'unproven');
    const before = await escalations(some);
    // The strategy was written from what the last attempts failed at: once more where a step is missing, from what failed since.
    const again = before ? await terminal.run('author', 'CONTEXT.md', '--stage', '1', '--yes') : undefined;
    assert.equal(again?.code ?? 0, 0, again?.stderr);
    assert.equal(await escalations(some), 0);

    const ledger = async () =>
      JSON.parse((await terminal.run('ledger', 'CONTEXT.md', '--json')).stdout).tasks[0] as {
        trend: { stages: number; escalated: number }[];
        stages: { strategyPasses: number; unprovenPasses: number }[];
      };
    const { trend, stages } = await ledger();
    const escalated = trend.map((round) => round.escalated);
    assert.ok(
      escalated.slice(0, some.length).every((count) => count === 1) && escalated.slice(-some.length).every((count) => count === 0),
      escalated.join(' '),
    );
    assert.ok((stages[0]?.strategyPasses ?? 0) >= some.length && stages[0]?.unprovenPasses === stages[0]?.strategyPasses);

    const tried = await terminal.run('try', 'CONTEXT.md', '--stage', '1', '--yes', '--adopt');
    assert.equal(tried.code, 0, tried.stderr);
    assert.match(tried.stdout, /24 cases, 1 × each/);
    assert.match(tried.stdout, /The strategy helps: \d+ points more/);
    assert.equal(kept()?.status, 'adopted');
    assert.equal(kept()?.evidence?.verdict, 'better');
    assert.equal(kept()?.evidence?.withStrategy, 1);
    // What passed with this very text is proven from now on.
    assert.ok(((await ledger()).stages[0]?.unprovenPasses ?? some.length) <= some.length - before);

    const bundle = JSON.parse((await terminal.run('bundle', 'CONTEXT.md', '--stage', '1', '--input', 'Ticket=x', '--json')).stdout);
    const piece = bundle.pieces.find((each: { source: string }) => each.source === own);
    assert.match(piece.reason, /proven: 100% passed with it/);
  });

  it('improve reaches the optimum within its budget, and its ledger shows what that cost', async () => {
    await start({ stepsAtOnce: 1, harmfulEvery: 3 });
    const improved = await terminal.run('improve', 'CONTEXT.md', '--stage', '1', '--yes', '--calls', '300', '--json');
    assert.equal(improved.code, 0, improved.stderr);
    const report = JSON.parse(improved.stdout);
    assert.deepEqual([report.stopped, report.kept, report.judgedBy], ['perfect', true, 'held']);
    assert.ok(report.calls <= 300 && server.requests.length === report.calls);
    assert.equal(skills.filter(({ step }) => kept()?.body.includes(step)).length, skills.length);
    assert.ok(!kept()?.body.includes(harmfulStep));
    const again = await terminal.run('improve', 'CONTEXT.md', '--stage', '1', '--calls', '10', '--json', '--yes');
    assert.equal(JSON.parse(again.stdout).stopped, 'perfect');
    const learnt = kept()?.learntFrom?.length ?? 0;
    assert.ok(learnt >= 6 && learnt <= 18, String(learnt));
    // It is proven on the other cases only, by answers drawn for that.
    const tried = await terminal.run('try', 'CONTEXT.md', '--stage', '1', '--yes', '--adopt', '--json');
    const [{ left, comparison, known, decision }] = JSON.parse(tried.stdout).trials;
    assert.deepEqual([left.learnt, comparison.cases, known, decision, kept()?.learntFrom?.length], [learnt, 24 - learnt, 0, 'adopted', learnt]);
    // With two cases more than it was learnt from nothing can be claimed, and with none more there is nothing to try it on.
    const { held } = report.split as { held: string[] };
    const withOthers = (count: number) => {
      const some = tickets(24).filter(({ id }) => !held.slice(count).includes(id));
      writeFileSync(join(terminal.folder, 'few.jsonl'), some.map((ticket) => JSON.stringify(ticket)).join('\n'));
      return terminal.run('try', 'CONTEXT.md', '--stage', '1', '--yes', '--adopt', '--cases', 'few.jsonl');
    };
    assert.match((await withOthers(2)).stderr, /Not adopted: the evidence shows nothing \(\d+ cases left out, as it was learnt from them\)/);
  });

  it('a harmful strategy is told by the evidence, exit 1, and never adopted', async () => {
    await start();
    await terminal.run('run', 'CONTEXT.md', '--yes', '--input', `Ticket=${tickets(1)[0]?.Ticket}`);
    await terminal.run('author', 'CONTEXT.md', '--stage', '1', '--yes');
    // Against a stage that passes without any help, so that there is something to lose.
    const easy = document.replace(/- Checks:[\s\S]*$/, '- Checks:\n  - excludes: sorry\n');
    writeFileSync(join(terminal.folder, 'CONTEXT.md'), easy);
    writeFileSync(join(terminal.folder, own), file(own).replace(/## Procedure\n\n[\s\S]*?\n\n/, `## Procedure\n\n1. ${harmfulStep}\n\n`));
    const tried = await terminal.run('try', 'CONTEXT.md', '--stage', '1', '--yes', '--adopt');
    assert.equal(tried.code, 1, tried.stdout + tried.stderr);
    assert.match(tried.stdout, /The strategy does harm: \d+ points fewer/);
    assert.match(tried.stderr, /Not adopted: it does harm/);
    assert.equal(kept()?.status, 'unproven');
    terminal.interactive = true;
    terminal.answers = ['y'];
    await terminal.run('try', 'CONTEXT.md', '--stage', '1');
    assert.equal(kept()?.status, 'rejected');
    terminal.interactive = false;
    const bundle = JSON.parse((await terminal.run('bundle', 'CONTEXT.md', '--stage', '1', '--input', 'Ticket=x', '--json')).stdout);
    assert.match(JSON.stringify(bundle.omitted), /a strategy that its trial rejected/);
  });

  it('the evidence is run again on another model', async () => {
    await start();
    await escalations(tickets(8));
    await terminal.run('author', 'CONTEXT.md', '--stage', '1', '--yes');
    const tried = await terminal.run('try', 'CONTEXT.md', '--all', '--on', 'claude-haiku-4-5', '--yes', '--max-cost', '5');
    assert.equal(tried.code, 0, tried.stderr);
    assert.match(tried.stdout, /^Stage\s+Evidence before\s+With, on claude-haiku-4-5/);
    assert.match(tried.stdout, /1 Answer\s+none\s+\d+% \[.*holds/);
    assert.equal(kept()?.evidence, undefined, 'another model’s evidence is not this one’s');
  });

  it('a strategy that a person edited is not replaced by --yes, and nothing is spent on trying', async () => {
    await start();
    await terminal.run('run', 'CONTEXT.md', '--yes', '--input', `Ticket=${tickets(1)[0]?.Ticket}`);
    await terminal.run('author', 'CONTEXT.md', '--stage', '1', '--yes');
    const edited = file(own).replace('## Procedure', '## Procedure\n\nMine.');
    writeFileSync(join(terminal.folder, own), edited);
    const calls = server.requests.length;
    const again = await terminal.run('author', 'CONTEXT.md', '--stage', '1', '--yes');
    assert.deepEqual([again.code, server.requests.length, file(own) === edited], [2, calls, true]);
    assert.match(again.stderr, /was edited by somebody/);
  });

  it('without a yes nothing is asked', async () => {
    await start();
    for (const command of ['author', 'improve', 'try'] as const) {
      const { code } = await terminal.run(command, 'CONTEXT.md', '--stage', '1');
      assert.equal(code, 2, command);
    }
    assert.equal(server.requests.length, 0);
    assert.ok(!existsSync(join(terminal.folder, own)));
  });
});
