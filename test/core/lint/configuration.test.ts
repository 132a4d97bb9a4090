import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import Ajv from 'ajv';
import fc from 'fast-check';
import { Configurations, configurationError, effectiveRules, parseConfiguration } from '../../../src/lint/configuration';
import { knownRules } from '../../../src/lint/rules/index';
import { MemoryFiles } from '../memoryFiles';

/** `line:character message` of each problem, from 1. */
function problemsOf(text: string): string[] {
  return parseConfiguration(text).problems.map(({ message, range: { start } }) => `${start.line + 1}:${start.character + 1} ${message}`);
}

describe('the configuration of the linter', () => {
  it('is read whole', () => {
    const text = `{
  "$schema": "x", "rules": { "reference/path": "off", "project/filler": "error" },
  "ignore": ["docs/**"], "background": ["DESIGN.md"], "launchBudget": 5000, "agentsFile": "always"
}`;
    assert.deepEqual(parseConfiguration(text), {
      configuration: {
        rules: { 'reference/path': 'off', 'project/filler': 'error' },
        ignore: ['docs/**'],
        background: ['DESIGN.md'],
        launchBudget: 5000,
        agentsFile: 'always',
      },
      problems: [],
    });
    assert.deepEqual(problemsOf('{}'), []);
  });

  it('takes a kind for all its rules, and a single rule before its kind in whatever order', () => {
    const { rules } = parseConfiguration('{"rules": {"voice/weights": "warning", "voice/*": "off"}}').configuration;
    assert.equal(rules['voice/weights'], 'warning');
    assert.deepEqual(
      Object.keys(rules).sort(),
      knownRules.map(({ id }) => id).filter((id) => id.startsWith('voice/')),
    );
    assert.equal(rules['voice/negative-weight'], 'off');
  });

  const wrong: [string, RegExp][] = [
    ['', /^1:1 This is no JSON: expected a value/],
    ['{\n  "rules": {},\n}', /^3:1 This is no JSON: expected a key/],
    ['{\n  // why\n}', /^2:3 This is no JSON: it has no comments/],
    ['[]', /^1:1 The configuration is an object/],
    ['{"rule": {}}', /^1:2 There is no “rule”.*Did you mean “rules”/],
    ['{"severity": 1}', /^1:2 There is no “severity”.*It has /],
    ['{"rules": []}', /^1:11 “rules” is an object/],
    ['{"rules": {"reference/paht": "off"}}', /^1:12 There is no rule “reference\/paht”. Did you mean “reference\/path”/],
    ['{"rules": {"path": "off"}}', /^1:12 There is no rule “path”. Did you mean “reference\/path”/],
    ['{"rules": {"nothing/*": "off"}}', /^1:12 There is no rule/],
    ['{"rules": {"reference/path": "none"}}', /^1:30 “reference\/path” can be “off”, “error”, “warning” or “info”/],
    ['{"rules": {"reference/path": 0}}', /^1:30 /],
    ['{"ignore": "docs"}', /^1:12 “ignore” is a list/],
    ['{"ignore": ["a", 1]}', /^1:18 “ignore” is a list of texts, and this is none/],
    ['{"background": ["docs/DESIGN.md"]}', /^1:16 “background” is a list of file names/],
    ['{"launchBudget": "5k"}', /^1:18 “launchBudget” is a whole number/],
    ['{"launchBudget": 0}', /^1:18 /],
    ['{"agentsFile": "yes"}', /^1:16 “agentsFile” is “fallback”, “always” or “never”/],
    ['{"ignore": [], "ignore": []}', /^1:16 “ignore” stands here a second time/],
    [`{"ignore": ${'['.repeat(5000)}${']'.repeat(5000)}}`, /^1:\d+ This is no JSON: expected at most/],
  ];
  for (const [text, message] of wrong) {
    it(`says what is wrong, and where, with ${JSON.stringify(text.slice(0, 40))}`, () => {
      const problems = problemsOf(text);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', message);
    });
  }

  it('keeps what is right beside what is wrong', () => {
    const { configuration, problems } = parseConfiguration('{"rules": {"x/y": "off", "reference/path": "info"}, "launchBudget": -1, "ignore": ["a"]}');
    assert.equal(problems.length, 2);
    assert.deepEqual([configuration.rules, configuration.ignore, configuration.launchBudget], [{ 'reference/path': 'info' }, ['a'], undefined]);
  });

  it('never throws, and has its problems in the text', () => {
    const bits = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"rules"',
      '"ignore"',
      ':',
      ',',
      '"reference/path"',
      '"off"',
      '1',
      'null',
      '\n',
      '//',
      '"\\u00e9"',
      ' ',
      '\uFEFF',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(bits, { maxLength: 30 }).map((parts) => parts.join('')),
          fc.json(),
        ),
        (text) => {
          const lines = text.split(/\r\n|\r|\n/);
          for (const { message, range } of parseConfiguration(text).problems) {
            assert.ok(message);
            assert.ok(range.end.line < lines.length && range.start.character <= (lines[range.start.line] as string).length);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  describe('for a file', () => {
    const files = new MemoryFiles({
      '/above/.haiku/lint.json': '{"rules": {"reference/path": "error"}}',
      '/above/w/.git/HEAD': '',
      '/above/w/CLAUDE.md': '',
      '/above/w/.haiku/lint.json': '{"rules": {"reference/path": "off"}, "ignore": ["vendor/", "*.context.md", "/CLAUDE.md", "docs/**/VOICE.md"]}',
      '/above/w/app/.haiku/lint.json': '{"rules": {"reference/path": "info"}}',
      '/above/w/broken/.haiku/lint.json': '{\n  "rules": 1,\n  "x": 2\n}',
      '/bare/a/.git/HEAD': '',
      '/binary/.git/HEAD': '',
      '/binary/.haiku/lint.json': '\0',
    });
    const of = (path: string) => new Configurations(files).of(path);

    it('is the nearest one up to the root of the workspace, and no other', async () => {
      assert.equal((await of('/above/w/CLAUDE.md')).rules['reference/path'], 'off');
      assert.equal((await of('/above/w/app/src/CLAUDE.md')).rules['reference/path'], 'info');
      assert.equal((await of('/bare/a/CLAUDE.md')).path, undefined);
    });

    it('ignores as .gitignore would', async () => {
      const { ignores } = await of('/above/w/CLAUDE.md');
      const ignored = ['vendor/x/CLAUDE.md', 'lib/vendor/CLAUDE.md', 'a/b.context.md', 'CLAUDE.md', 'docs/VOICE.md', 'docs/a/VOICE.md'];
      const kept = ['src/CLAUDE.md', 'vendors/CLAUDE.md', 'VOICE.md', '../CLAUDE.md'];
      for (const path of ignored) assert.ok(ignores(`/above/w/${path}`), path);
      for (const path of kept) assert.ok(!ignores(`/above/w/${path}`), path);
    });

    it('that is wrong is an error with its place, or none', async () => {
      const error = configurationError(await of('/above/w/broken/CLAUDE.md'));
      assert.deepEqual([error?.details.path, error?.details.line, error?.details.exitCode], ['/above/w/broken/.haiku/lint.json', 1, 2]);
      assert.match(error?.message ?? '', /“rules” is an object.*1 more/);
      assert.equal(configurationError(await of('/above/w/CLAUDE.md')), undefined);
      assert.match(configurationError(await of('/binary/CLAUDE.md'))?.message ?? '', /This file is binary/);
    });

    it('is read once', async () => {
      const configurations = new Configurations(files);
      const before = files.reads.length;
      for (const name of ['CLAUDE.md', 'a/CLAUDE.md', 'a/b/VOICE.md']) await configurations.of(`/above/w/${name}`);
      assert.equal(files.reads.length - before, 1);
    });
  });

  it('has a schema that says the same as the reader', () => {
    const schema = JSON.parse(readFileSync(resolve('media/lint.schema.json'), 'utf8'));
    const fits = new Ajv({ strict: false }).compile(schema);
    const example = /```json\n([\s\S]*?)```/.exec(readFileSync(resolve('docs/lint.md'), 'utf8'))?.[1] ?? '';
    assert.deepEqual(problemsOf(example), [], 'the example of the guide');
    assert.ok(fits(JSON.parse(example)), JSON.stringify(fits.errors));
    for (const [text] of wrong) {
      if (text.startsWith('{"ignore": [],') || text.startsWith('{"ignore": [[')) continue;
      let json: unknown;
      try {
        json = JSON.parse(text);
      } catch {
        continue;
      }
      assert.ok(!fits(json), text);
    }
    assert.ok(!fits({ ignore: [''] }));
  });

  it('gives way to what a person has set', () => {
    const project = { rules: { 'reference/path': 'error', 'project/filler': 'off' } as const };
    assert.deepEqual(effectiveRules(project, { 'reference/path': 'info' }), { 'reference/path': 'info', 'project/filler': 'off' });
    assert.deepEqual(effectiveRules(project), project.rules);
  });
});
