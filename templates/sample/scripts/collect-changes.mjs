// Joins the commits of a release with the issues they close. Prints JSON, the same for the same input.
import { readFileSync } from 'node:fs';

const commits = readFileSync('data/commits.txt', 'utf8').split(/\r?\n/);
const issues = new Map(JSON.parse(readFileSync('data/issues.json', 'utf8')).map((issue) => [issue.number, issue]));
const pattern = /^[0-9a-f]+ \S+ (?<type>\w+)(?:\((?<area>\w+)\))?(?<breaking>!)?: (?<subject>.+) \(#(?<number>\d+)\)$/;

const changes = [];
for (const line of commits) {
  const found = pattern.exec(line)?.groups;
  if (!found) continue; // The comment on top, and commits without an issue: docs, tests, chores.
  const issue = issues.get(Number(found.number));
  if (!issue) {
    console.error(`data/commits.txt names issue #${found.number}, which data/issues.json does not have.`);
    process.exit(1);
  }
  changes.push({
    number: issue.number,
    type: issue.labels.includes('security') ? 'security' : found.type,
    area: found.area ?? 'project',
    breaking: found.breaking === '!',
    subject: found.subject,
    reported: issue.title,
    outcome: issue.outcome,
  });
}
changes.sort((a, b) => Number(b.breaking) - Number(a.breaking) || a.number - b.number);
console.log(JSON.stringify(changes, null, 2));
