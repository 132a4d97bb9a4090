import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

interface Manifest {
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
  contributes: { configuration: { properties: Record<string, { scope?: string }> } };
}

describe('the settings of a workspace', () => {
  const { capabilities, contributes } = JSON.parse(readFileSync(resolve('package.json'), 'utf8')) as Manifest;
  const { properties } = contributes.configuration;
  /** A .vscode/settings.json that came with a folder can set what has any other scope than these. */
  const ofThePerson = ['application', 'machine'];
  const open = Object.keys(properties).filter((id) => !ofThePerson.includes(properties[id]?.scope ?? ''));

  it('decide nothing about money, keys, servers, models, commands or the ladder', () => {
    const harmless = /^haikuFirst\.(?:lint\..+|backgroundFiles|relevantCode|concurrency|showLiveOutput)$/;
    // Whoever adds a setting decides here whether a stranger may set it.
    assert.deepEqual(
      open.filter((id) => !harmless.test(id)),
      [],
    );
  });

  it('that a run depends on count only where the workspace is trusted', () => {
    const { restrictedConfigurations, supported } = capabilities.untrustedWorkspaces;
    assert.equal(supported, 'limited');
    for (const id of open.filter((each) => /backgroundFiles|relevantCode|concurrency/.test(each))) assert.ok(restrictedConfigurations.includes(id), id);
  });
});
