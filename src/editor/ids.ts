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
  openOutput: 'haikuFirst.openOutput',
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
  concurrency: 'haikuFirst.concurrency',
  commandTimeout: 'haikuFirst.commandTimeout',
  lintRules: 'haikuFirst.lint.rules',
  lintRun: 'haikuFirst.lint.run',
  launchBudget: 'haikuFirst.lint.launchBudget',
  background: 'haikuFirst.backgroundFiles',
  showLiveOutput: 'haikuFirst.showLiveOutput',
} as const;

export const viewIds = { stages: 'haikuFirst.stages' } as const;

export const contextKeys = { running: 'haikuFirst.running', hasTask: 'haikuFirst.hasTask' } as const;

/** `contextValue` of tree items, for menus. */
export const itemKinds = { task: 'task', stage: 'stage', failedStage: 'failedStage' } as const;

export const secretKey = 'haikuFirst.anthropicApiKey';
export const documentScheme = 'haiku-first';
