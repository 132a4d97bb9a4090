/** Every id that package.json and the code must agree on; a test compares them both ways. */

export const commandIds = {
  scaffold: 'haikuFirst.scaffold',
  openSample: 'haikuFirst.openSample',
  runAll: 'haikuFirst.runAll',
  runStage: 'haikuFirst.runStage',
  runFrom: 'haikuFirst.runFrom',
  cancel: 'haikuFirst.cancel',
  previewBundle: 'haikuFirst.previewBundle',
  escalate: 'haikuFirst.escalate',
  retry: 'haikuFirst.retry',
  accept: 'haikuFirst.accept',
  checkAgain: 'haikuFirst.checkAgain',
  undoEscalation: 'haikuFirst.undoEscalation',
  restoreAttempt: 'haikuFirst.restoreAttempt',
  openOutput: 'haikuFirst.openOutput',
  manageRuns: 'haikuFirst.manageRuns',
  openLedger: 'haikuFirst.openLedger',
  setKey: 'haikuFirst.setKey',
  clearKey: 'haikuFirst.clearKey',
  showLog: 'haikuFirst.showLog',
  lintWorkspace: 'haikuFirst.lintWorkspace',
  showLaunch: 'haikuFirst.showLaunch',
  setBundleBudget: 'haikuFirst.setBundleBudget',
  compareBundles: 'haikuFirst.compareBundles',
  compareWithLastRun: 'haikuFirst.compareWithLastRun',
  findRelevantCode: 'haikuFirst.findRelevantCode',
  author: 'haikuFirst.author',
  decompose: 'haikuFirst.decompose',
  tryStrategy: 'haikuFirst.tryStrategy',
  rerunEvidence: 'haikuFirst.rerunEvidence',
  improve: 'haikuFirst.improve',
  learn: 'haikuFirst.learn',
  export: 'haikuFirst.export',
  openStrategy: 'haikuFirst.openStrategy',
  deleteStrategy: 'haikuFirst.deleteStrategy',
  keepDraft: 'haikuFirst.keepDraft',
  discardDraft: 'haikuFirst.discardDraft',
} as const;

/** Commands behind quick fixes: they make sense only for one problem, so that no palette shows them. */
export const fixCommandIds = {
  ignoreWithReason: 'haikuFirst.fix.ignoreWithReason',
  turnOffInProject: 'haikuFirst.fix.turnOffInProject',
  turnOffInSettings: 'haikuFirst.fix.turnOffInSettings',
  explain: 'haikuFirst.fix.explain',
} as const;

/** Commands behind links and titles of a bundle's preview: they need its row or stage, so that no palette shows them. */
export const previewCommandIds = { actOnRow: 'haikuFirst.bundle.actOnRow', openStage: 'haikuFirst.bundle.openStage' } as const;

export const settingIds = {
  models: 'haikuFirst.models',
  baseUrl: 'haikuFirst.baseUrl',
  model: 'haikuFirst.model',
  maxCostPerRun: 'haikuFirst.maxCostPerRun',
  maxCostPerTask: 'haikuFirst.maxCostPerTask',
  maxCostPerMonth: 'haikuFirst.maxCostPerMonth',
  prices: 'haikuFirst.prices',
  exactEstimates: 'haikuFirst.exactEstimates',
  ladder: 'haikuFirst.ladder',
  maxEscalationCostPerRun: 'haikuFirst.maxEscalationCostPerRun',
  concurrency: 'haikuFirst.concurrency',
  commandTimeout: 'haikuFirst.commandTimeout',
  keepRuns: 'haikuFirst.keepRuns',
  passEnvironment: 'haikuFirst.passEnvironment',
  stallTimeout: 'haikuFirst.stallTimeout',
  batchFrom: 'haikuFirst.batchFrom',
  lintRules: 'haikuFirst.lint.rules',
  lintRun: 'haikuFirst.lint.run',
  launchBudget: 'haikuFirst.lint.launchBudget',
  background: 'haikuFirst.backgroundFiles',
  relevantCode: 'haikuFirst.relevantCode',
  keepIndex: 'haikuFirst.keepIndex',
  showLiveOutput: 'haikuFirst.showLiveOutput',
} as const;

export const viewIds = { stages: 'haikuFirst.stages' } as const;

export const contextKeys = { running: 'haikuFirst.running', hasTask: 'haikuFirst.hasTask' } as const;

/** `contextValue` of tree items, for menus. */
export const itemKinds = {
  task: 'task',
  stage: 'stage',
  failedStage: 'failedStage',
  escalatedStage: 'escalatedStage',
  failedEscalation: 'failedEscalatedStage',
  codeStage: 'codeStage',
  // The same with a strategy.
  withStrategy: 'strategyStage',
  failedWithStrategy: 'failedStrategyStage',
  escalatedWithStrategy: 'escalatedStrategyStage',
  failedEscalationWithStrategy: 'failedEscalatedStrategyStage',
} as const;

export const secretKey = 'haikuFirst.anthropicApiKey';
export const documentScheme = 'haiku-first';
/** Of texts that wait for a person's decision; they can be edited. */
export const draftScheme = 'haiku-first-draft';
