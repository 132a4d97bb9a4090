import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Lanes } from '../../../src/stage/lanes';
import { fanOut, longestWays, schedule } from '../../../src/stage/schedule';

/** Needs of each index, all of them before it. */
const graphs = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { maxLength: 25 })
  .map((all) => all.map((needs, i) => [...new Set(i ? needs.map((need) => need % i) : [])]));

/** Work whose ends come in whatever order the seed says; looks at the whole each time something begins or ends. */
class Workshop {
  readonly begun: number[] = [];
  readonly ended = new Set<number>();
  underWay = 0;
  most = 0;
  private readonly open: (() => void)[] = [];

  constructor(private readonly choose: (count: number) => number) {}

  async work(index: number): Promise<void> {
    this.begun.push(index);
    this.underWay++;
    this.most = Math.max(this.most, this.underWay);
    await new Promise<void>((done) => this.open.push(done));
    this.underWay--;
    this.ended.add(index);
  }

  /** Let one thing after the other end until nothing is under way; `look` sees each moment at which all that can begin has begun. */
  async finishAll(look: () => void): Promise<void> {
    for (;;) {
      await new Promise((done) => setImmediate(done));
      look();
      const [next] = this.open.splice(this.choose(this.open.length), 1);
      if (!next) return;
      next();
    }
  }
}

describe('scheduling', () => {
  it('runs everything once, after its needs, never more at once than there are lanes, and leaves no lane empty while something is ready', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, fc.integer({ min: 1, max: 5 }), fc.infiniteStream(fc.nat(1000)), async (needs, limit, numbers) => {
        const indexes = needs.map((_, i) => i);
        const workshop = new Workshop((count) => (numbers.next().value as number) % Math.max(1, count));
        const lanes = new Lanes(limit);
        const urgency = longestWays(indexes, (index) => needs[index] ?? []);
        const all = schedule(
          indexes,
          (index) => needs[index] ?? [],
          (index) =>
            lanes.use(async () => {
              assert.ok(
                (needs[index] ?? []).every((need) => workshop.ended.has(need)),
                `${index} began before what it needs`,
              );
              await workshop.work(index);
            }, urgency.get(index)),
        );
        await workshop.finishAll(() => {
          const ready = indexes.filter((index) => !workshop.begun.includes(index) && (needs[index] ?? []).every((need) => workshop.ended.has(need)));
          assert.ok(!ready.length || workshop.underWay === limit, `${ready} could have begun`);
        });
        await all;
        assert.deepEqual(
          [...workshop.begun].sort((a, b) => a - b),
          indexes,
        );
        assert.ok(workshop.most <= limit);
      }),
      { numRuns: 150 },
    );
  });

  it('begins what others wait for first, and else in order', async () => {
    // 3 waits for 2; 0 and 1 for nothing.
    const needs = [[], [], [], [2]];
    const ways = longestWays([0, 1, 2, 3], (index) => needs[index] ?? []);
    const lanes = new Lanes(1);
    const begun: number[] = [];
    const run = (index: number) => lanes.use(async () => void begun.push(index), ways.get(index));
    const leave = await lanes.enter();
    const all = schedule([0, 1, 2, 3], (index) => needs[index] ?? [], run);
    leave();
    await all;
    assert.deepEqual(begun, [2, 0, 1, 3]);
  });

  it('begins nothing after something went wrong, and waits for what is under way', async () => {
    const begun: number[] = [];
    let end: () => void = () => undefined;
    const slow = new Promise<void>((done) => {
      end = done;
    });
    const all = schedule(
      [0, 1, 2],
      (index) => (index === 2 ? [1] : []),
      async (index) => {
        begun.push(index);
        if (index === 0) throw new Error('broken');
        await slow;
      },
    );
    let settled = false;
    const told = assert.rejects(all, /broken/).finally(() => {
      settled = true;
    });
    await new Promise((done) => setImmediate(done));
    assert.equal(settled, false);
    end();
    await told;
    assert.deepEqual(begun, [0, 1]);
  });

  it('goes a long way without recursing', async () => {
    const count = 20_000;
    const indexes = Array.from({ length: count }, (_, i) => i);
    let ran = 0;
    await schedule(
      indexes,
      (index) => (index ? [index - 1] : []),
      async () => void ran++,
    );
    assert.equal(ran, count);
  });
});

describe('a fan-out', () => {
  it('puts together only what has a turn', async () => {
    const lanes = new Lanes(3);
    let held = 0;
    let most = 0;
    const run = async () => {
      held++;
      most = Math.max(most, held);
      await new Promise((done) => setImmediate(done));
      held--;
    };
    const turns = { enter: () => lanes.enter(), halted: () => undefined };
    // Two of them share the lanes, and each holds no more than these.
    await Promise.all([fanOut(200, turns, await lanes.enter(), run), fanOut(200, turns, await lanes.enter(), run)]);
    assert.equal(most, 3);
  });

  it('shares the lanes with others in turn', async () => {
    const lanes = new Lanes(2);
    const order: string[] = [];
    const one = async (name: string) =>
      fanOut(5, { enter: () => lanes.enter(), halted: () => undefined }, await lanes.enter(), async () => {
        order.push(name);
        await new Promise((done) => setImmediate(done));
      });
    await Promise.all([one('a'), one('b')]);
    assert.deepEqual(order.slice(0, 8).sort(), ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b']);
  });

  it('stops beginning when it is told to, with the reason, and gives its turns back', async () => {
    const lanes = new Lanes(1);
    const begun: number[] = [];
    const turns = { enter: () => lanes.enter(), halted: (count: number) => (count === 2 ? new Error('out of time') : undefined) };
    await assert.rejects(
      fanOut(10, turns, await lanes.enter(), async (at) => void begun.push(at)),
      /out of time/,
    );
    assert.deepEqual(begun, [0, 1]);
    (await lanes.enter())();
  });
});

describe('lanes', () => {
  it('are given back once, however often it is said', async () => {
    const lanes = new Lanes(1);
    const leave = await lanes.enter();
    leave();
    leave();
    const again = await lanes.enter();
    let entered = false;
    void lanes.enter().then(() => {
      entered = true;
    });
    await new Promise((done) => setImmediate(done));
    assert.equal(entered, false);
    again();
    await new Promise((done) => setImmediate(done));
    assert.equal(entered, true);
  });
});
