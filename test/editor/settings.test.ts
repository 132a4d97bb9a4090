import assert from 'node:assert/strict';
import { spendingSettings } from './workspaceSettings';

describe('settings of a workspace', () => {
  it('decide neither where a key goes nor what a run may cost', async () => {
    assert.deepEqual(await spendingSettings(), { baseUrl: '', model: 'auto', models: {}, maxCostPerRun: 1, concurrency: 7, showLiveOutput: false });
  });
});
