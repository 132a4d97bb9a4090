import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { commandIds, contextKeys, itemKinds, settingIds, viewIds } from '../../src/editor/ids';

const root = resolve(__dirname, '..', '..');
const text = readFileSync(join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as {
  main: string;
  icon: string;
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string; enablement?: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    views: Record<string, { id: string; icon?: string; when?: string }[]>;
    viewsContainers: Record<string, { id: string; icon: string }[]>;
    configuration: { properties: Record<string, { scope?: string; markdownDescription?: string }> };
  };
};
const texts = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
const { contributes } = manifest;
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

/** Every value of this key, anywhere below. */
function valuesOf(key: string, below: unknown): string[] {
  if (typeof below !== 'object' || below === null) return [];
  return Object.entries(below).flatMap(([name, value]) => (name === key && typeof value === 'string' ? [value] : valuesOf(key, value)));
}

describe('the manifest and the ids in the code', () => {
  it('know the same commands, settings and views', () => {
    assert.deepEqual(sorted(contributes.commands.map(({ command }) => command)), sorted(Object.values(commandIds)));
    assert.deepEqual(sorted(Object.keys(contributes.configuration.properties)), sorted(Object.values(settingIds)));
    assert.deepEqual(
      sorted(
        Object.values(contributes.views)
          .flat()
          .map(({ id }) => id),
      ),
      sorted(Object.values(viewIds)),
    );
  });

  it('name a command only where there is one: in menus, links and activation', () => {
    const known = new Set<string>(Object.values(commandIds));
    const inMenus = Object.values(contributes.menus)
      .flat()
      .map(({ command }) => command);
    const inLinks = [...[text, ...Object.values(texts)].join('\n').matchAll(/(?:command|onCommand):(haikuFirst\.[\w.]+)/g)].map((match) => match[1] ?? '');
    assert.ok(inMenus.length > 0 && inLinks.length > 0);
    assert.deepEqual(
      [...inMenus, ...inLinks].filter((command) => !known.has(command)),
      [],
    );
    const views = manifest.activationEvents.filter((event) => event.startsWith('onView:')).map((event) => event.slice('onView:'.length));
    assert.deepEqual(
      views.filter((view) => !Object.values<string>(viewIds).includes(view)),
      [],
    );
  });

  it('ask in conditions only for what is set: by us or by VS Code', () => {
    const ours = [...Object.values(contextKeys), ...Object.values(viewIds), ...Object.keys(contributes.configuration.properties).map((id) => `config.${id}`)];
    const known = new Set<string>([...ours, ...Object.values(itemKinds)]);
    const editors = ['isWorkspaceTrusted', 'resourceFilename', 'resourceScheme', 'explorerResourceIsFolder', 'view', 'viewItem', 'editorLangId'];
    const conditions = [...valuesOf('when', contributes), ...valuesOf('enablement', contributes)];
    assert.ok(conditions.length > 0);
    const unknown = conditions.flatMap((condition) =>
      (condition.replace(/\/(?:\\.|[^/\\])+\/[a-z]*/g, ' ').match(/[A-Za-z][\w.]*/g) ?? []).filter((name) => !known.has(name) && !editors.includes(name)),
    );
    assert.deepEqual(sorted(unknown), []);
    for (const key of Object.values(contextKeys))
      assert.ok(
        conditions.some((condition) => condition.includes(key)),
        `Nothing asks for ${key}.`,
      );
    for (const kind of Object.values(itemKinds))
      assert.ok(
        conditions.some((condition) => {
          const pattern = /viewItem =~ \/(.+?)\//.exec(condition)?.[1];
          return pattern ? new RegExp(pattern).test(kind) : condition.endsWith(`viewItem == ${kind}`);
        }),
        `No menu is for the tree item ${kind}.`,
      );
  });

  it('have a text for every %key%, and use every text', () => {
    const used = [...text.matchAll(/"%([\w.-]+)%"/g)].map((match) => match[1] ?? '');
    assert.deepEqual(sorted(used), sorted(Object.keys(texts)));
    for (const [key, each] of Object.entries(texts)) assert.ok(each.trim(), `${key} is empty.`);
    const properties = Object.entries(contributes.configuration.properties);
    assert.deepEqual(
      properties.filter(([, { markdownDescription }]) => !markdownDescription).map(([id]) => id),
      [],
    );
  });

  it('leave to the person alone where a key goes and what may be spent', () => {
    const { properties } = contributes.configuration;
    for (const id of [
      settingIds.baseUrl,
      settingIds.model,
      settingIds.models,
      settingIds.maxCostPerRun,
      settingIds.maxCostPerTask,
      settingIds.maxCostPerMonth,
      settingIds.prices,
    ])
      assert.equal(properties[id]?.scope, 'application', id);
    for (const id of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations) assert.ok(properties[id], `${id} is restricted, but no setting.`);
  });

  it('point to files that are there', () => {
    const icons = [...valuesOf('icon', contributes), manifest.icon].filter((icon) => !icon.startsWith('$('));
    assert.ok(icons.length > 0);
    for (const icon of icons) assert.ok(existsSync(join(root, icon)), `${icon} is missing.`);
  });

  it('offer what starts a run, or sends anything, only where the workspace is trusted', () => {
    const starting = [
      commandIds.runAll,
      commandIds.runStage,
      commandIds.runFrom,
      commandIds.escalate,
      commandIds.retry,
      commandIds.accept,
      commandIds.checkAgain,
      commandIds.author,
      commandIds.decompose,
      commandIds.tryStrategy,
      commandIds.rerunEvidence,
      commandIds.improve,
      commandIds.learn,
    ];
    for (const id of starting) {
      const declared = contributes.commands.find(({ command }) => command === id);
      assert.match(declared?.enablement ?? '', /isWorkspaceTrusted/, id);
    }
  });
});
