import type { Catalog } from '../catalog/catalog';
import type { Files, Usage } from '../ports';
import type { ContextDocument } from '../steering/contextTypes';
import { type AttemptEnded, type Journal, type RunStarted, readJournals } from './journal';
import { addUsage, noUsage } from './spending';

/** What one stage has cost over all its runs. */
export interface LedgerStage {
  stage: string;
  number: number;
  title: string;
  /** Calls of a model for the stage itself. */
  calls: number;
  /** Of these, on a dearer tier than the stage's own first call of that run. */
  escalations: number;
  /** What it was estimated to cost before each run, summed, in USD. */
  estimatedUsd: number;
  usd: number;
  /** The answers each try ended with, priced at Opus: what it would have cost had Opus done the stage at once. */
  allOpusUsd: number;
  usage: Usage;
}

export interface Ledger {
  task: string;
  runs: number;
  stages: LedgerStage[];
  /** By calendar month in UTC, such as 2026-11. */
  months: { month: string; usd: number; allOpusUsd: number; recordedUsd: number }[];
  total: {
    estimatedUsd: number;
    /** All attempts at list prices, recorded samples included. */
    usd: number;
    /** What was really paid: recorded samples cost nothing. */
    paidUsd: number;
    allOpusUsd: number;
    /** What the document's own cost section says one run takes. */
    documentUsd?: number;
    /** What reading from the cache saved against sending the same tokens anew, in USD. */
    cacheSavedUsd: number;
  };
}

/** The ledger of one task, folded from its journals. */
export async function readLedger(files: Files, haikuFolder: string, task: string, catalog: Catalog, document?: ContextDocument): Promise<Ledger> {
  return foldLedger(task, await readJournals(files, haikuFolder, task), catalog, document);
}

export function foldLedger(task: string, journals: readonly Journal[], catalog: Catalog, document?: ContextDocument): Ledger {
  const stages = new Map<string, LedgerStage>();
  const months = new Map<string, Ledger['months'][number]>();
  const total: Ledger['total'] = { estimatedUsd: 0, usd: 0, paidUsd: 0, allOpusUsd: 0, documentUsd: document?.estimates?.total?.usd, cacheSavedUsd: 0 };
  const stageOf = (record: AttemptEnded): LedgerStage => {
    const known = stages.get(record.stage) ?? {
      stage: record.stage,
      number: record.number,
      title: record.title,
      calls: 0,
      escalations: 0,
      estimatedUsd: 0,
      usd: 0,
      allOpusUsd: 0,
      usage: noUsage,
    };
    stages.set(record.stage, known);
    return known;
  };
  let runs = 0;
  const all: AttemptEnded[] = [];
  for (const { records } of journals) {
    const opening = records.find((record): record is RunStarted => record.type === 'run');
    if (!opening) continue;
    const attempts = records.filter((record): record is AttemptEnded => record.type === 'attempt');
    if (opening.why === 'run' || opening.why === 'escalate') runs++;
    const month = monthOf(months, opening.at.slice(0, 7));
    all.push(...attempts);
    for (const record of attempts) {
      const stage = stageOf(record);
      // A call that broke off without an answer is paid at its worst, but is no answer to count.
      if (record.by === 'model' && record.output !== undefined) stage.calls++;
      if (record.tier === 'opus' && opening.why === 'escalate' && record.output !== undefined) stage.escalations++;
      stage.usd += record.usd;
      stage.usage = addUsage(stage.usage, record.usage);
      total.usd += record.usd;
      if (opening.paid) total.paidUsd += record.usd;
      month[opening.paid ? 'usd' : 'recordedUsd'] += record.usd;
      if (record.by === 'model') total.cacheSavedUsd += cacheSaved(record, catalog);
    }
    for (const [slug, usd] of Object.entries(opening.estimates)) {
      const stage = stages.get(slug);
      if (!stage || !attempts.some((record) => record.stage === slug && record.output !== undefined)) continue;
      stage.estimatedUsd += usd;
      total.estimatedUsd += usd;
    }
  }
  for (const record of closingAnswers(all)) {
    const usd = allOpus(record, catalog);
    stageOf(record).allOpusUsd += usd;
    total.allOpusUsd += usd;
    monthOf(months, record.at.slice(0, 7)).allOpusUsd += usd;
  }
  return {
    task,
    runs,
    stages: [...stages.values()].sort((a, b) => a.number - b.number),
    months: [...months.values()].sort((a, b) => (a.month < b.month ? -1 : 1)),
    total,
  };
}

function monthOf(months: Map<string, Ledger['months'][number]>, month: string): Ledger['months'][number] {
  const known = months.get(month) ?? { month, usd: 0, allOpusUsd: 0, recordedUsd: 0 };
  months.set(month, known);
  return known;
}

/**
 * The answers that Opus alone would have had to give: the one each try of a stage (and item) ended with, passed or not, however many the
 * cheap model needed before. An escalation belongs to the try it ends.
 */
export function closingAnswers(attempts: readonly AttemptEnded[]): AttemptEnded[] {
  const open = new Map<string, AttemptEnded>();
  const closed: AttemptEnded[] = [];
  for (const record of attempts) {
    if (record.by !== 'model' || record.output === undefined) continue;
    const key = `${record.stage} ${record.item ?? ''} ${record.fingerprint}`;
    if (record.status === 'passed') {
      closed.push(record);
      open.delete(key);
    } else open.set(key, record);
  }
  return [...closed, ...open.values()];
}

/** An answer's tokens at Opus prices, nothing cached. */
export function allOpus(record: Pick<AttemptEnded, 'usage'>, catalog: Catalog): number {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = record.usage;
  return catalog.price(catalog.modelFor('opus'), { ...noUsage, inputTokens: inputTokens + cacheReadTokens + cacheWriteTokens, outputTokens });
}

function cacheSaved({ model, usage }: AttemptEnded, catalog: Catalog): number {
  const anew = catalog.price(model, { ...usage, inputTokens: usage.inputTokens + usage.cacheReadTokens, cacheReadTokens: 0 });
  return anew - catalog.price(model, usage);
}

/** The ledgers of all tasks of a folder's `.haiku`. */
export async function readAllLedgers(files: Files, haikuFolder: string, catalog: Catalog): Promise<Ledger[]> {
  const tasks = await files.list(`${haikuFolder}/runs`);
  return Promise.all(tasks.filter((entry) => entry.kind === 'folder').map((entry) => readLedger(files, haikuFolder, entry.name, catalog)));
}
