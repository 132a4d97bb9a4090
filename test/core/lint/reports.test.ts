import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv, { type ValidateFunction } from 'ajv';
import fc from 'fast-check';
import { githubReport } from '../../../src/lint/reports/github';
import { jsonReport } from '../../../src/lint/reports/json';
import type { LintedFile } from '../../../src/lint/reports/lintedFile';
import { sarifReport } from '../../../src/lint/reports/sarif';
import { coloured, textReport } from '../../../src/lint/reports/text';
import { knownRules } from '../../../src/lint/rules/index';

const range = { start: { line: 2, character: 4 }, end: { line: 2, character: 9 } };
const files: LintedFile[] = [
  {
    path: 'a b/CLAUDE.md',
    kind: 'project',
    issues: [
      {
        rule: 'reference/import',
        severity: 'error',
        message: '100% gone,\nreally',
        range,
        fixes: [{ title: 'Import @b.md', edits: [{ range, newText: '@b.md' }], safe: false }],
        related: [{ path: 'b.md', range, message: 'Here.' }],
      },
      {
        rule: 'project/filler',
        severity: 'info',
        message: 'Filler.',
        range: { ...range, end: { line: 3, character: 0 } },
        fixes: [{ title: 'x', edits: [{ range, newText: '' }], safe: true }],
      },
    ],
  },
  { path: 'VOICE.md', kind: 'voice', issues: [] },
];
const clean: LintedFile[] = [{ path: 'VOICE.md', kind: 'voice', issues: [] }];

/** The schema of SARIF 2.1.0, as Microsoft ships it; draft-04, whose `id` Ajv refuses to see. */
let sarifSchema: ValidateFunction | undefined;
function sarifErrors(text: string): unknown {
  sarifSchema ??= loadSarifSchema();
  return sarifSchema(JSON.parse(text)) ? undefined : sarifSchema.errors;
}

function loadSarifSchema(): ValidateFunction {
  const schema = JSON.parse(readFileSync(require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'));
  delete schema.$schema;
  delete schema.id;
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  ajv.addFormat('uri', (value) => /^[a-z][a-z\d+.-]*:/i.test(value) && URL.canParse(value));
  ajv.addFormat('uri-reference', (value) => !/[\s<>"{}|\\^`]/.test(value) && URL.canParse(value, 'file:///root/'));
  ajv.addFormat('date-time', (value) => !Number.isNaN(Date.parse(value)));
  return ajv.compile(schema);
}

describe('lint reports', () => {
  it('for people are grouped by file, in columns, and quiet when there is nothing', () => {
    assert.equal(
      textReport(files),
      [
        'a b/CLAUDE.md',
        '  3:5  error  reference/import  100% gone, really',
        '  3:5  info   project/filler    Filler.',
        '',
        '1 error and 1 info in 2 files; 1 can be fixed with --fix.',
        '',
      ].join('\n'),
    );
    assert.equal(textReport(clean), '');
  });

  it('for people have colours where they are wanted, and none that a document brings', () => {
    const hostile = files.map((file) => ({
      ...file,
      path: `\u001b[2J${file.path}`,
      issues: file.issues.map((issue) => ({ ...issue, message: 'red \u001b[8m\u202e' })),
    }));
    const report = textReport(hostile, coloured);
    assert.ok(report.includes('\u001b[31merror\u001b[39m'));
    assert.ok(!report.includes('\u001b[2J') && !report.includes('\u001b[8m') && !report.includes('\u202e'), JSON.stringify(report));
    assert.ok(!textReport(hostile).includes('\u001b'));
    assert.equal(textReport(clean, coloured), '');
  });

  it('in JSON list every file in the documented shape', () => {
    assert.deepEqual(JSON.parse(jsonReport(files)), {
      files: [
        {
          path: 'a b/CLAUDE.md',
          kind: 'project',
          issues: [
            { rule: 'reference/import', severity: 'error', message: '100% gone,\nreally', range, fixable: false },
            { rule: 'project/filler', severity: 'info', message: 'Filler.', range: { ...range, end: { line: 3, character: 0 } }, fixable: true },
          ],
        },
        { path: 'VOICE.md', kind: 'voice', issues: [] },
      ],
      summary: { files: 2, errors: 1, warnings: 0, infos: 1 },
    });
  });

  describe('in SARIF 2.1.0', () => {
    const options = { version: '1.0.0', page: (rule: string) => `# ${rule}` };

    it('point from 1, name their rules and fixes, and leave the root to the reader', () => {
      const [run] = JSON.parse(sarifReport(files, options)).runs;
      const [result, info] = run.results;
      const rule = run.tool.driver.rules[result.ruleIndex];
      assert.deepEqual([rule.id, rule.name, rule.help.markdown], ['reference/import', 'ReferenceImport', '# reference/import']);
      const region = { startLine: 3, startColumn: 5, endLine: 3, endColumn: 10 };
      assert.deepEqual(result.locations[0].physicalLocation, {
        artifactLocation: { uri: 'a%20b/CLAUDE.md', uriBaseId: '%SRCROOT%', index: 0 },
        region,
      });
      assert.deepEqual(result.relatedLocations[0].physicalLocation.artifactLocation, { uri: 'b.md', uriBaseId: '%SRCROOT%' });
      assert.deepEqual(result.fixes[0].artifactChanges[0].replacements, [{ deletedRegion: region, insertedContent: { text: '@b.md' } }]);
      assert.equal(info.level, 'note');
      assert.equal(run.artifacts.length, 2);
      assert.equal(run.tool.driver.rules.length, knownRules.length);
      assert.equal(run.tool.driver.rules.filter((each: { help?: unknown }) => each.help).length, 2, 'only the pages that are needed');
    });

    it('fit the schema, whatever the paths and messages', () => {
      assert.notEqual(sarifErrors('{"version": "2.1.0"}'), undefined, 'the schema refuses what is wrong');
      assert.equal(sarifErrors(sarifReport(clean, { version: '1.0.0' })), undefined);
      const path = fc.oneof(
        fc.constantFrom('../up/CLAUDE.md', '/abs/CLAUDE.md', 'a%b#c?d:e/CLAUDE.md', 'ü/CLAUDE.md', 'C:/x/CLAUDE.md'),
        fc.string({ unit: 'binary', minLength: 1 }).map((name) => `${name}/CLAUDE.md`),
      );
      fc.assert(
        fc.property(path, fc.string({ unit: 'binary' }), (path, message) => {
          const changed = files.map((file, i) => ({
            ...file,
            path: `${path}${i}`,
            issues: file.issues.map((issue) => ({ ...issue, message: message || 'x' })),
          }));
          assert.equal(sarifErrors(sarifReport(changed, options)), undefined);
        }),
        { numRuns: 25 },
      );
    }).timeout(20_000);
  });

  it('for GitHub are escaped', () => {
    assert.equal(
      githubReport(files),
      '::error file=a b/CLAUDE.md,line=3,endLine=3,col=5,endColumn=10,title=reference/import::100%25 gone,%0Areally\n::notice file=a b/CLAUDE.md,line=3,endLine=4,title=project/filler::Filler.\n',
    );
    assert.match(githubReport([{ path: 'a,b:c.md', kind: 'voice', issues: files[0]?.issues.slice(0, 1) ?? [] }]), /file=a%2Cb%3Ac\.md,/);
    assert.equal(githubReport(clean), '');
  });
});
