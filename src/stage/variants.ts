import { bestFirst } from '../journal/unitHistory';
import { addUsage } from '../money/spending';
import { Cancelled, type ModelAnswer, type ModelRequest } from '../ports';
import type { AttemptResult } from './attempt';
import { comparisonOutcome, comparisonRequests } from './comparison';
import { tooLong } from './judgeCall';
import { askJudge } from './judgeDesk';
import type { Unit } from './unit';
import { orderOf, type RunContext, type UnitChoice } from './unitRun';

/**
 * Several tries at the same, the best last: it is the one that counts, and the one whose feedback goes back. The checks decide; among those that pass all
 * the same, a judge compares, one after the other, and a challenger wins only where it wins in both orders. What is decided goes on record with its reason.
 */
export async function bestVariant(context: RunContext, unit: Unit, attempts: readonly AttemptResult[], choice: UnitChoice): Promise<AttemptResult[]> {
  const sorted = [...attempts].sort((a, b) => bestFirst(b.record, a.record));
  const best = sorted.at(-1);
  const equal = sorted.filter(({ record }) => best && record.status === 'passed' && bestFirst({ ...record, attempt: 0 }, { ...best.record, attempt: 0 }) === 0);
  const different = new Set(equal.map(({ text }) => text)).size;
  if (!best || different < 2) return sorted;
  // The earliest defends first.
  const winner = await new Contest(context, unit, choice).winner([...equal].reverse());
  return [...sorted.filter(({ record }) => record !== winner.of), winner.result];
}

/** What the better variant is better at: the stage's own words. */
export function comparisonCriterion({ planned: { stage }, item }: Pick<Unit, 'planned' | 'item'>): string {
  const wanted = [...stage.success, ...stage.uncovered].map(({ text }) => text);
  const list = [...new Set(wanted)].map((text) => `\n- ${text}`).join('');
  return `which text does this task better${item ? `, for ${item.name} “${item.value}”` : ''}: ${stage.task || stage.title}${list ? `\nIt succeeds when:${list}` : ''}`;
}

class Contest {
  private usd = 0;
  private usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

  constructor(
    private readonly context: RunContext,
    private readonly unit: Unit,
    private readonly choice: UnitChoice,
  ) {}

  async winner(all: readonly AttemptResult[]): Promise<{ of: AttemptResult['record']; result: AttemptResult }> {
    let [champion, ...challengers] = all as [AttemptResult, ...AttemptResult[]];
    const reasons: string[] = [];
    for (const challenger of challengers) {
      const outcome = await this.compare(champion, challenger);
      const [one, other] = [champion, challenger].map(({ record }) => `${record.tier}-${record.attempt}`);
      reasons.push(`${one} and ${other}: ${outcome.winner === 'tie' ? 'a tie' : `${outcome.winner === 'a' ? one : other} is better`}. ${outcome.message}`);
      if (outcome.winner === 'b') champion = challenger;
    }
    await this.record(champion, reasons.join('\n'));
    // What choosing cost is booked on the one that was chosen, as the price of its own judges is.
    const { record } = champion;
    return { of: record, result: { ...champion, record: { ...record, usd: record.usd + this.usd, usage: addUsage(record.usage, this.usage) } } };
  }

  private async compare(a: AttemptResult, b: AttemptResult): Promise<{ winner: 'a' | 'b' | 'tie'; message: string }> {
    const { engine, task, lanes } = this.context;
    const order = orderOf(this.context, this.unit, a.record.tier, [], this.choice);
    const requests = comparisonRequests(comparisonCriterion(this.unit), [a.text, b.text], [a.record.attempt, b.record.attempt], new Map(), {
      model: engine.catalog.modelFor('haiku', task.document.models),
      label: { folder: task.haikuFolder, task: task.slug, stage: order.stage, tier: 'haiku' },
    });
    const long = tooLong(requests[0]);
    if (long !== undefined) return { winner: 'tie', message: long };
    try {
      const answers = await lanes.use(async () => [await this.ask(requests[0], a), await this.ask(requests[1], a)] as const);
      return comparisonOutcome(answers);
    } catch (error) {
      if (error instanceof Cancelled) throw error;
      // The variants are paid for and pass: who can't be told apart for want of a judge stays in the order they came.
      return { winner: 'tie', message: `The judge could not be asked: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  private async ask(request: ModelRequest, of: AttemptResult): Promise<Pick<ModelAnswer, 'text' | 'stopReason'>> {
    const { engine, spending, journal, state, options } = this.context;
    const { stage, item, tier, attempt } = of.record;
    const desk = { engine, spending, journal, judged: this.choice.fresh ? new Map() : state.judged, signal: options.signal };
    const { answer, usd, usage, broken } = await askJudge(request, { stage, item, tier, attempt }, desk, (known) => known.text.trim() !== '');
    this.usd += usd;
    this.usage = addUsage(this.usage, usage);
    if (!answer) throw broken;
    return answer;
  }

  private record({ record, earlier }: AttemptResult, reason: string): Promise<void> {
    const { journal, engine } = this.context;
    return journal.append({
      type: 'restored',
      at: engine.clock.now().toISOString(),
      stage: record.stage,
      item: record.item,
      itemKey: record.itemKey,
      run: earlier ?? journal.run,
      output: record.output as string,
      why: 'compared',
      reason,
      fingerprint: this.unit.fingerprint,
    });
  }
}
