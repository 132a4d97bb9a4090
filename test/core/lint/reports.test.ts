import assert from 'node:assert/strict';
import { githubReport } from '../../../src/lint/reports/github';
import { jsonReport } from '../../../src/lint/reports/json';
import type { LintedFile } from '../../../src/lint/reports/lintedFile';
import { sarifReport } from '../../../src/lint/reports/sarif';
import { textReport } from '../../../src/lint/reports/text';

const range = { start: { line: 2, character: 4 }, end: { line: 2, character: 9 } };
const files: LintedFile[] = [
  {
    path: 'a b/CLAUDE.md',
    kind: 'project',
    issues: [
      { rule: 'reference/import', severity: 'error', message: '100% gone,\nreally', range, fixes: [] },
      {
        rule: 'project/filler',
        severity: 'info',
        message: 'Filler.',
        range: { ...range, end: { line: 3, character: 0 } },
        fixes: [{ title: 'x', edits: [], safe: true }],
      },
    ],
  },
  { path: 'VOICE.md', kind: 'voice', issues: [] },
];
const clean: LintedFile[] = [{ path: 'VOICE.md', kind: 'voice', issues: [] }];

describe('lint reports', () => {
  it('for people are grouped by file, and quiet when there is nothing', () => {
    assert.equal(
      textReport(files),
      'a b/CLAUDE.md\n  3:5  error    100% gone, really  reference/import\n  3:5  info     Filler.  project/filler\n\n1 error, 0 warnings, 1 info in 2 files.\n',
    );
    assert.equal(textReport(clean), '');
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

  it('in SARIF 2.1.0 point from 1 and name their rules', () => {
    const sarif = JSON.parse(sarifReport(files, { version: '1.0.0', docs: 'https://example.org/rules.md' }));
    assert.equal(sarif.version, '2.1.0');
    const [run] = sarif.runs;
    const [result, info] = run.results;
    assert.equal(run.tool.driver.rules[result.ruleIndex].id, 'reference/import');
    assert.equal(run.tool.driver.rules[result.ruleIndex].helpUri, 'https://example.org/rules.md#reference-import');
    assert.deepEqual(result.locations[0].physicalLocation, {
      artifactLocation: { uri: 'a%20b/CLAUDE.md' },
      region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 10 },
    });
    assert.equal(info.level, 'note');
    assert.equal(run.artifacts.length, 2);
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
