import type { Catalog } from '../catalog/catalog';
import { type Journal, readJournals } from '../journal/journal';
import { monthOf, paymentsOf } from '../journal/payments';
import type { AttemptEnded, RunStarted, RunStatus } from '../journal/records';
import { addUsage, noUsage } from '../journal/usage';
import type { Files } from '../ports';
import type { ContextDocument } from '../steering/contextTypes';
import { provenStrategies } from '../steering/strategyUse';
import { escalationTrend, isDearAnswer } from './escalationTrend';
import { emptyLedger, type Ledger, type LedgerMonth, type LedgerRun, type LedgerStage } from './ledgerTypes';
import { allOpus, allOpusLow, answerUsage, cacheSaved, closingAnswers } from './rivals';

export type { Ledger, LedgerMonth, LedgerRun, LedgerStage } from './ledgerTypes';
export { basisText } from './ledgerTypes';

/** The ledger of one task, folded from its journals. */
export async function readLedger(files: Files, haikuFolder: string, task: string, catalog: Catalog, document?: ContextDocument): Promise<Ledger> {
  const proven = await provenStrategies(files, `${haikuFolder}/strategies/${task}`);
  return foldLedger(task, await readJournals(files, haikuFolder, task), catalog, document, proven);
}

/** The ledgers of all tasks of a folder's `.haiku`. */
export async function readAllLedgers(files: Files, haikuFolder: string, catalog: Catalog): Promise<Ledger[]> {
  const tasks = await files.list(`${haikuFolder}/runs`);
  return Promise.all(tasks.filter((entry) => entry.kind === 'folder').map((entry) => readLedger(files, haikuFolder, entry.name, catalog)));
}

/**
 * Amounts of calls stay as they were booked: a price that changes later changes nothing of them.
 * @param proven from `provenStrategies`
 */
export function foldLedger(
  task: string,
  journals: readonly Journal[],
  catalog: Catalog,
  document?: ContextDocument,
  proven: ReadonlyMap<string, string> = new Map(),
): Ledger {
  const fold = new Fold({ ...emptyLedger(task, document), trend: escalationTrend(journals) }, catalog, document, proven);
  for (const journal of journals) fold.take(journal);
  return fold.end();
}

class Fold {
  private readonly stages = new Map<string, LedgerStage>();
  private readonly months = new Map<string, LedgerMonth>();
  private readonly other = new Map<string, Ledger['other'][number]>();
  private readonly attempts: AttemptEnded[] = [];
  /** Answers that were paid for. */
  private readonly paid = new Set<AttemptEnded>();

  constructor(
    private readonly ledger: Ledger,
    private readonly catalog: Catalog,
    private readonly document: ContextDocument | undefined,
    private readonly proven: ReadonlyMap<string, string>,
  ) {}

  take({ records }: Journal): void {
    const opening = records.find((record): record is RunStarted => record.type === 'run');
    if (!opening) return;
    const { total } = this.ledger;
    const attempts = records.filter((record): record is AttemptEnded => record.type === 'attempt');
    for (const record of attempts) this.attempt(record, opening.paid);
    // What was begun for a stage that has no attempt on record is known by its number or title from nowhere else.
    const known = new Map(records.flatMap((record) => (record.type === 'stage' || record.type === 'attempt' ? [[record.stage, record] as const] : [])));
    const payments = paymentsOf(records);
    for (const payment of payments) {
      const { usd, atMostUsd, judgeUsd } = payment;
      total.usd += usd;
      total.atMostUsd += atMostUsd;
      total.judgeUsd += judgeUsd;
      if (payment.uncertain) total.uncertainCalls++;
      if (opening.paid) total.paidUsd += usd;
      const month = this.month(monthOf(payment.at));
      month[opening.paid ? 'usd' : 'recordedUsd'] += usd;
      month.atMostUsd += opening.paid ? atMostUsd : 0;
      if (payment.purpose !== undefined) this.otherCall(payment.purpose, payment);
      else {
        const stage = this.stage(payment.stage, known.get(payment.stage));
        stage.usd += usd;
        stage.atMostUsd += atMostUsd;
        stage.judgeUsd += judgeUsd;
      }
    }
    const run = this.run(
      opening,
      attempts,
      records.findLast((record) => record.type === 'end')?.status,
      payments.reduce((sum, { usd }) => sum + usd, 0),
    );
    this.month(monthOf(opening.at)).runs += run ? 1 : 0;
  }

  private attempt(record: AttemptEnded, paid: boolean): void {
    const { total } = this.ledger;
    const stage = this.stage(record.stage, record);
    this.attempts.push(record);
    if (paid) this.paid.add(record);
    // A call that broke off without an answer is paid at its worst, but is no answer to count.
    if (record.by === 'model' && record.output !== undefined) stage.calls++;
    if (isDearAnswer(record)) stage.escalations++;
    if (record.strategy !== undefined && record.status === 'passed') {
      stage.strategyPasses++;
      if (this.proven.get(record.stage) !== record.strategy) stage.unprovenPasses++;
    }
    stage.usage = addUsage(stage.usage, record.usage);
    if (record.by !== 'model') return;
    const advisorUsd = record.answered ? 0 : (record.advisor?.usd ?? 0);
    stage.advisorUsd += advisorUsd;
    stage.advisedCalls += record.advisor ? 1 : 0;
    stage.consults += record.advisor?.consults ?? 0;
    total.advisorUsd += advisorUsd;
    const saved = record.answered ? 0 : cacheSaved(record, this.catalog);
    stage.cacheSavedUsd += saved;
    total.cacheSavedUsd += saved;
  }

  /** A run that a person began, with its estimate against what it cost. */
  private run(opening: RunStarted, attempts: readonly AttemptEnded[], status: RunStatus | undefined, usd: number): LedgerRun | undefined {
    if (opening.why !== 'run' && opening.why !== 'escalate') return undefined;
    const { ledger } = this;
    ledger.runs++;
    let estimatedUsd = 0;
    for (const [slug, estimate] of Object.entries(opening.estimates)) {
      const stage = this.stages.get(slug);
      // What was not run, as nothing had changed, was not estimated wrongly.
      if (!stage || !attempts.some((record) => record.stage === slug && record.output !== undefined)) continue;
      stage.estimatedUsd += estimate;
      estimatedUsd += estimate;
    }
    ledger.total.estimatedUsd += estimatedUsd;
    const answers = attempts.filter((record) => record.by === 'model' && record.output !== undefined);
    const escalations = answers.filter(isDearAnswer).length;
    const run = { run: opening.run, at: opening.at, paid: opening.paid, status: status ?? null, estimatedUsd, usd, answers: answers.length, escalations };
    ledger.history.push(run);
    return run;
  }

  end(): Ledger {
    const { ledger, catalog } = this;
    for (const record of closingAnswers(this.attempts)) {
      const [usd, low] = [allOpus(record, catalog), allOpusLow(record, catalog)];
      const month = this.month(monthOf(record.at));
      for (const sum of [this.stage(record.stage, record), ledger.total, month]) {
        sum.allOpusUsd += usd;
        sum.allOpusLowUsd += low;
      }
      ledger.basis.answers++;
      if (this.paid.has(record)) ledger.basis.paidAnswers++;
      ledger.basis.outputTokens += answerUsage(record).outputTokens;
    }
    ledger.stages = [...this.stages.values()].sort((a, b) => a.number - b.number);
    ledger.months = [...this.months.values()].sort((a, b) => (a.month < b.month ? -1 : 1));
    ledger.other = [...this.other.values()];
    return ledger;
  }

  private stage(slug: string, from: { number: number; title: string } | undefined): LedgerStage {
    const known = this.stages.get(slug);
    if (known) return known;
    const number = from?.number ?? this.document?.stages.find((stage) => stage.slug === slug)?.number ?? 0;
    const made: LedgerStage = {
      stage: slug,
      number,
      title: from?.title ?? slug,
      calls: 0,
      escalations: 0,
      strategyPasses: 0,
      unprovenPasses: 0,
      estimatedUsd: 0,
      usd: 0,
      atMostUsd: 0,
      judgeUsd: 0,
      advisorUsd: 0,
      advisedCalls: 0,
      consults: 0,
      cacheSavedUsd: 0,
      allOpusUsd: 0,
      allOpusLowUsd: 0,
      documentUsd: this.document?.estimates?.stages.find((stage) => stage.number === number)?.usd,
      usage: noUsage,
    };
    this.stages.set(slug, made);
    return made;
  }

  private month(month: string): LedgerMonth {
    const known = this.months.get(month) ?? { month, runs: 0, usd: 0, atMostUsd: 0, recordedUsd: 0, allOpusUsd: 0, allOpusLowUsd: 0 };
    this.months.set(month, known);
    return known;
  }

  private otherCall(purpose: string, { usd, atMostUsd }: { usd: number; atMostUsd: number }): void {
    const known = this.other.get(purpose) ?? { purpose, calls: 0, usd: 0, atMostUsd: 0 };
    known.calls++;
    known.usd += usd;
    known.atMostUsd += atMostUsd;
    this.other.set(purpose, known);
  }
}
