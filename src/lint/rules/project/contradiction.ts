import { posix } from 'node:path';
import type { ProjectDocument } from '../../../steering/project';
import type { Finding, Rule } from '../../issue';
import { rootOf } from '../launch';
import { companionsOf } from './companions';
import { short } from './repeatedInstruction';
import { conditional, type Statement, statementsOf } from './statements';

const verb =
  '(?:use|run|write|add|create|keep|put|place|commit|push|import|export|return|mock|log|edit|modify|change|update|delete|remove|install|call|throw|catch|format|squash|rebase|merge|include|omit|skip|test|document|declare|define|wrap|bump|sign)';
const required = new RegExp(`^(?:please )?(?:(?:you |we )?(?:must |should |shall )?always |(?:you |we )(?:must|should) |always )?(${verb} .+)$`);
const forbidden = new RegExp(
  `^(?:please )?(?:(?:you |we )?(?:must |should |shall )?never |(?:you |we )?(?:must not|should not|mustn't|shouldn't) |do not |don't |do not ever )(${verb} .+)$`,
);
/** Below these a plain sentence is an example of what not to do, or holds for a part of the project. */
const turned =
  /\b(?:don'?t|do not|never|avoid|bad|wrong|anti|incorrect|not to|mistakes?|pitfalls?|good|examples?|before|after|deprecated|legacy|forbidden|prohibited)\b/i;

interface Said {
  statement: Statement;
  document: ProjectDocument;
  never: boolean;
}

export const contradictionRule: Rule = {
  id: 'project/contradiction',
  severity: 'warning',
  title: 'Two instructions that contradict each other',
  kinds: ['project'],
  async check(subject) {
    const findings: Finding[] = [];
    const root = await rootOf(subject);
    const known = new Map<string, Said>();
    const documents = statementsOf(subject.project).length ? [...(await companionsOf(subject)), subject.project] : [];
    for (const document of documents) {
      for (const statement of statementsOf(document)) {
        const said = saidBy(statement);
        if (!said) continue;
        const earlier = known.get(said.what);
        if (!earlier) known.set(said.what, { statement, document, never: said.never });
        else if (earlier.never !== said.never && document === subject.project) findings.push(findingOf(statement, earlier, document, root));
      }
    }
    return findings;
  },
};

/** What a sentence asks for, or forbids, without condition; undefined for any other sentence. */
function saidBy({ normal, headings }: Statement): { what: string; never: boolean } | undefined {
  if (conditional.test(normal) || headings.some((heading) => turned.test(heading))) return undefined;
  const never = forbidden.exec(normal);
  const what = (never ?? required.exec(normal))?.[1];
  // One word more than the verb says too little of what is meant.
  return what && what.split(' ').length >= 2 ? { what, never: never !== null } : undefined;
}

function findingOf(statement: Statement, earlier: Said, document: ProjectDocument, root: string): Finding {
  const place = earlier.document.markdown.range(earlier.statement.from, earlier.statement.to);
  const where = earlier.document === document ? `line ${place.start.line + 1}` : posix.relative(root, earlier.document.path);
  return {
    message: `“${short(statement.text)}” contradicts ${where}, “${short(earlier.statement.text)}”. Keep one of the two, or say when each holds.`,
    range: document.markdown.range(statement.from, statement.to),
    related: [{ path: earlier.document.path, range: place, message: 'The opposite is said here.' }],
  };
}
