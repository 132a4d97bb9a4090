import type { RunStatus } from '../journal/records';
import type { Usage } from '../ports';
import type { ContextDocument } from '../steering/contextTypes';
import type { Round } from './escalationTrend';

/** What answers would have cost elsewhere, in USD. */
interface Rivals {
  /** The answer each try ended with, priced at Opus: what it would have cost had Opus given it at once, in as many tokens. */
  allOpusUsd: number;
  /** The same at low effort, the honest rival: the visible answer as long, and as little thinking as is assumed there. */
  allOpusLowUsd: number;
}

/** What one stage has cost over all its runs. */
export interface LedgerStage extends Rivals {
  stage: string;
  number: number;
  title: string;
  /** Answers of a model for the stage itself. */
  calls: number;
  /** Of these, on a dearer model than the stage's own. */
  escalations: number;
  /** Passed attempts that were given a strategy, and of these those whose strategy no trial has shown to help, as far as its file says today. */
  strategyPasses: number;
  unprovenPasses: number;
  /** What it was estimated to cost before each run, summed, in USD. */
  estimatedUsd: number;
  /** All calls at list prices, in USD: judges, advisor and failed tries too; what is uncertain at its worst. */
  usd: number;
  /** Of `usd`, worst cases: of calls that broke off or of which nobody knows what became. It was so much less at most. */
  atMostUsd: number;
  judgeUsd: number;
  advisorUsd: number;
  /** Of the calls, those that could ask an advisor, and how often they did: the consult rate. */
  advisedCalls: number;
  consults: number;
  /** As of the total. */
  cacheSavedUsd: number;
  /** What the document's own cost section says the stage takes in one run. */
  documentUsd?: number;
  usage: Usage;
}

/** A calendar month in UTC, such as 2026-11; a call belongs to the month in which it began. */
export interface LedgerMonth extends Rivals {
  month: string;
  runs: number;
  /** Paid. */
  usd: number;
  /** Of `usd`, worst cases. */
  atMostUsd: number;
  /** What recorded samples would have cost. */
  recordedUsd: number;
}

/** One run, for the trend. */
export interface LedgerRun {
  run: string;
  /** ISO 8601, UTC. */
  at: string;
  paid: boolean;
  /** null where no end is on record. */
  status: RunStatus | null;
  estimatedUsd: number;
  usd: number;
  answers: number;
  escalations: number;
}

export interface Ledger {
  task: string;
  runs: number;
  stages: LedgerStage[];
  months: LedgerMonth[];
  /** Oldest first. */
  history: LedgerRun[];
  /** Calls that were no attempt at a stage, by what they were for. */
  other: { purpose: string; calls: number; usd: number; atMostUsd: number }[];
  /** How many stages had to be escalated, run after run. Oldest first. */
  trend: Round[];
  total: Rivals & {
    estimatedUsd: number;
    /** All calls at list prices, recorded samples included. */
    usd: number;
    /** What was really paid: recorded samples cost nothing. */
    paidUsd: number;
    /** Of `usd`, worst cases. */
    atMostUsd: number;
    /** Calls that were begun and have no end on record. */
    uncertainCalls: number;
    judgeUsd: number;
    advisorUsd: number;
    /** What the document's own cost section says one run takes, and one prompt to a big model instead. */
    documentUsd?: number;
    documentOneShotUsd?: number;
    /** What the cache saved against sending the same tokens as plain input, in USD; less than nothing where what was written was never read. */
    cacheSavedUsd: number;
  };
  /** What the comparison with Opus rests on. */
  basis: {
    /** Answers that are priced at Opus: the last of each try. */
    answers: number;
    /** Of these, paid ones; the others are recorded samples. */
    paidAnswers: number;
    outputTokens: number;
  };
}

export function emptyLedger(task: string, document?: ContextDocument): Ledger {
  const { total, oneShot } = document?.estimates ?? {};
  return {
    task,
    runs: 0,
    stages: [],
    months: [],
    history: [],
    other: [],
    trend: [],
    total: {
      estimatedUsd: 0,
      usd: 0,
      paidUsd: 0,
      atMostUsd: 0,
      uncertainCalls: 0,
      judgeUsd: 0,
      advisorUsd: 0,
      allOpusUsd: 0,
      allOpusLowUsd: 0,
      documentUsd: total?.usd,
      documentOneShotUsd: oneShot?.usd,
      cacheSavedUsd: 0,
    },
    basis: { answers: 0, paidAnswers: 0, outputTokens: 0 },
  };
}

/** What a comparison with Opus rests on, in a sentence or two for people. */
export function basisText({ basis }: Pick<Ledger, 'basis'>): string {
  const recorded = basis.answers - basis.paidAnswers;
  const of = recorded === 0 ? '' : recorded === basis.answers ? ', all recorded samples' : `, ${recorded} of them recorded samples`;
  return (
    `This rests on ${basis.answers} answer${basis.answers === 1 ? '' : 's'}${of}: the one each try ended with, priced as if Opus had given it at once in as many tokens. ` +
    'At low effort the same visible answer is assumed, with a fifth of it as thinking. That Opus would have passed the same checks at once is assumed too, not measured.'
  );
}

const purposes: Readonly<Record<string, string>> = {
  author: 'Strategies written',
  decompose: 'Stages planned',
  trial: 'Strategies tried',
  improve: 'Strategies improved',
  learn: 'Lessons learnt',
};

/** What calls were for that were no attempt at a stage, in words. */
export function purposeText(purpose: string): string {
  return purposes[purpose] ?? purpose;
}

/** Which stages passed with a strategy that nobody has proven, and how often; '' where none did. */
export function unprovenText({ stages }: Pick<Ledger, 'stages'>): string {
  const named = stages
    .filter(({ unprovenPasses }) => unprovenPasses)
    .map((stage) => `${stage.number} ${stage.title} (${stage.unprovenPasses} of ${stage.strategyPasses})`);
  return named.length ? `Passed with a strategy that no trial has shown to help: ${named.join(', ')}.` : '';
}
