import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseConfiguration } from '../../../src/lint/configuration';
import { newConfiguration, ruleEdit } from '../../../src/lint/configurationEdit';
import { applyEdits } from '../../../src/text';

const rule = 'context/vague-instruction';

function edited(text: string, id = rule, level = 'off'): string | undefined {
  const edit = ruleEdit(text, id, level);
  return edit && applyEdits(text, [edit]);
}

describe('setting a rule in .haiku/lint.json', () => {
  it('keeps how the file is written', () => {
    const cases: [string, string][] = [
      ['', newConfiguration(rule, 'off')],
      ['{}\n', `{\n  "rules": {\n    "${rule}": "off"\n  }\n}\n`],
      ['{"ignore": ["x"]}', `{"ignore": ["x"], "rules": { "${rule}": "off" }}`],
      ['{\n\t"rules": {\n\t\t"a/b": "off"\n\t}\n}\n', `{\n\t"rules": {\n\t\t"a/b": "off",\n\t\t"${rule}": "off"\n\t}\n}\n`],
      ['{\r\n  "rules": {}\r\n}\r\n', `{\r\n  "rules": {\r\n    "${rule}": "off"\r\n  }\r\n}\r\n`],
      [`{"rules":{"${rule}":"off","${rule}":"warning"}}`, `{"rules":{"${rule}":"off","${rule}":"off"}}`],
      [`{"rules":{"${rule}":"off"},"rules":{}}`, `{"rules":{"${rule}":"off"},"rules":{\n  "${rule}": "off"\n}}`],
      [`{ "rules": { "${rule}": "error" } }`, `{ "rules": { "${rule}": "off" } }`],
      ['{\n  "ignore": []\n}', `{\n  "ignore": [],\n  "rules": {\n    "${rule}": "off"\n  }\n}`],
    ];
    for (const [text, expected] of cases) assert.equal(edited(text), expected, JSON.stringify(text));
  });

  it('leaves alone what is no configuration', () => {
    for (const text of ['{ "rules": ', '[]', '// note\n{}', '{"rules": []}', `{"rules": {"${rule}": {}}}`, '"x"']) assert.equal(edited(text), undefined, text);
  });

  it('always makes a file that says so and loses nothing', () => {
    const settings = fc.record(
      {
        rules: fc.dictionary(fc.constantFrom('context/empty', 'voice/weights', rule), fc.constantFrom('off', 'error', 'info')),
        ignore: fc.array(fc.string({ minLength: 1 }).filter((each) => Boolean(each.trim()))),
        launchBudget: fc.integer({ min: 1 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(settings, fc.constantFrom(undefined, 2, 4, '\t'), fc.boolean(), (value, indent, windows) => {
        const text = JSON.stringify(value, undefined, indent);
        const result = edited(windows ? text.replace(/\n/g, '\r\n') : text);
        assert.ok(result !== undefined);
        assert.deepEqual(JSON.parse(result), { ...value, rules: { ...value.rules, [rule]: 'off' } });
        assert.deepEqual(parseConfiguration(result).problems, []);
        assert.equal(edited(result), result);
        if (windows && text.includes('\n')) assert.doesNotMatch(result, /[^\r]\n/);
      }),
    );
  });
});
