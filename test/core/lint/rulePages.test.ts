import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { knownRules } from '../../../src/lint/rules/index';
import { generated } from '../../generate';
import { Example, pageHeadings, pageIds, pageText, parsePage, withoutExample } from '../../rulePages';

const root = resolve(__dirname, '../../..');

describe('the pages of the rules', () => {
  it('are there for every rule, and for nothing else', () => {
    const ids = knownRules.map(({ id }) => id);
    assert.deepEqual(
      ids.filter((id, i) => ids.indexOf(id) !== i),
      [],
      'Two rules have one id.',
    );
    const pages = pageIds();
    const missing = ids.filter((id) => !pages.includes(id)).map((id) => `docs/rules/${id}.md is to be written`);
    const orphans = pages.filter((id) => !ids.includes(id)).map((id) => `docs/rules/${id}.md has no rule`);
    assert.equal([...missing, ...orphans].join('\n'), '');
  });

  for (const { id, severity, title } of knownRules) {
    const text = pageText(id);
    // What is not there at all is listed above, once.
    if (text === undefined) continue;

    it(`${id}: has the form of all pages, and its example the finding`, async () => {
      const page = parsePage(text);
      assert.deepEqual([page.id, page.severity, page.title], [id, severity, title], 'heading, severity and title are those of the rule');
      assert.deepEqual(page.headings, pageHeadings);
      assert.ok(page.about, 'says what it finds');
      for (const heading of pageHeadings) assert.ok(page.body(heading), `says something below ${heading}`);
      assert.ok(page.body('Switch it off').includes(`"${id}": "off"`), 'says how to switch it off');
      if (withoutExample.includes(id)) return;
      assert.ok(page.bad.length && page.good.length, 'has fences with a path below Bad and Good');
      const bad = await new Example(page.bad).lint();
      assert.ok(
        bad.some(({ rule }) => rule === id),
        `The bad example gets ${bad.map(({ rule, message }) => `${rule} (${message})`).join('; ') || 'no finding'}.`,
      );
      const good = await new Example(page.good, page.bad).lint();
      assert.deepEqual(
        good.filter(({ rule }) => rule === id).map(({ message }) => message),
        [],
        'The good example gets the finding too.',
      );
    });
  }

  it('are what the list of rules, the schema and the settings are made from: run `npm run generate`', async () => {
    for (const [path, text] of await generated()) assert.ok(readFileSync(join(root, path), 'utf8') === text, `${path} is not up to date`);
  });
});
