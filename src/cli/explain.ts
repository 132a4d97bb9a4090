import { knownRules } from '../lint/rules/index';
import { UserError } from '../ports';
import { editDistance } from '../steering/nearest';
import { readPage } from './lintReport';
import type { Surroundings } from './surroundings';

/**
 * Print the page of a rule, named by its id or by its name where only one kind has it; of a kind (`context`, `reference/*`) its rules, and of nothing all of them.
 * @throws UserError (exit 2) with the names that are near, if there are.
 */
export async function explain(around: Surroundings, asked: string): Promise<number> {
  const named = asked.trim().toLowerCase();
  const ofKind = knownRules.filter(({ id }) => !named || id.startsWith(`${named.replace(/\/?\*?$/, '')}/`));
  if (ofKind.length) {
    around.stdout(ofKind.map(({ id, severity, title }) => `${id.padEnd(32)} ${severity.padEnd(8)} ${title}\n`).join(''));
    return 0;
  }
  const matching = knownRules.filter(({ id }) => id === named || id.endsWith(`/${named}`));
  const [rule, ...others] = matching;
  if (!rule) {
    const near = nearestRules(named);
    const todo = near.length ? `Did you mean ${near.join(' or ')}?` : '`haiku-first lint --explain` alone lists all rules.';
    throw new UserError(`There is no rule “${asked}”.`, { todo, exitCode: 2 });
  }
  if (others.length)
    throw new UserError(`Several rules are named “${asked}”.`, { todo: `Name one of them: ${matching.map(({ id }) => id).join(', ')}.`, exitCode: 2 });
  const page = await readPage(around, rule.id);
  around.stdout(page ?? `# ${rule.id}\n\n*${rule.severity}* · ${rule.title}.\n`);
  return 0;
}

/** At most three that a slip or two in their name or their whole id would lead to; what is written quite otherwise is near to none. */
function nearestRules(named: string): string[] {
  const name = named.split('/').at(-1) as string;
  const limit = Math.max(1, Math.floor(name.length / 3));
  return knownRules
    .map(({ id }) => ({ id, distance: Math.min(editDistance(named, id), editDistance(name, id.split('/')[1] as string)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ id }) => id);
}
