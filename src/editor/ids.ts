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
} as const;

export const settingIds = {
  models: 'haikuFirst.models',
  baseUrl: 'haikuFirst.baseUrl',
  model: 'haikuFirst.model',
  maxCostPerRun: 'haikuFirst.maxCostPerRun',
  concurrency: 'haikuFirst.concurrency',
  commandTimeout: 'haikuFirst.commandTimeout',
  lintRules: 'haikuFirst.lint.rules',
  background: 'haikuFirst.backgroundFiles',
  showLiveOutput: 'haikuFirst.showLiveOutput',
} as const;

export const viewIds = { stages: 'haikuFirst.stages' } as const;

export const contextKeys = { running: 'haikuFirst.running', hasTask: 'haikuFirst.hasTask' } as const;

/** `contextValue` of tree items, for menus. */
export const itemKinds = { task: 'task', stage: 'stage', failedStage: 'failedStage' } as const;

export const secretKey = 'haikuFirst.anthropicApiKey';
export const documentScheme = 'haiku-first';
