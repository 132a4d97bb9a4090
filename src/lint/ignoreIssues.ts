import { nearest } from '../steering/nearest';
import type { LineIndex, TextEdit } from '../text';
import type { Ignore, Ignores } from './ignores';
import type { Issue } from './issue';
import { ignoreRules, knownRules, type RuleSummary } from './rules/index';

/**
 * What is to say of the comments that switch rules off, once all rules have had their turn. `silent` holds the rules whose silence says
 * nothing: they are off, or lacked a fact.
 */
export function ignoreIssues(index: LineIndex, ignores: Ignores, silent: ReadonlySet<string>): Issue[] {
  const nameless = ignores.nameless.map(
    (range): Issue => ({
      rule: ignoreRules.unknown.id,
      severity: ignoreRules.unknown.severity,
      message: 'This comment names no rule, so it ignores nothing: write the id of one behind it, such as `haiku-first-ignore reference/path`.',
      range,
      fixes: [],
    }),
  );
  const named = ignores.all.flatMap((ignore): Issue[] => {
    const unknown = unknownRule(ignore);
    if (unknown) return [unknown];
    if (ignore.used) return [];
    if (ignore.low) {
      return [
        issue(
          ignoreRules.unused,
          ignore,
          'haiku-first-ignore-file counts only at the top of the file: move the comment above the first text, or below the title.',
        ),
      ];
    }
    // What is there differs from machine to machine (outputs, history): a reference that is alive here may be dead in CI.
    if (ignore.rule.endsWith('/*') || ignore.rule.startsWith('reference/') || silent.has(ignore.rule)) return [];
    return [
      issue(ignoreRules.unused, ignore, `${ignore.rule} finds nothing here, so there is nothing to ignore: take the comment out.`, {
        title: `Take ${ignore.rule} out of the comments`,
        edits: [removal(index, ignore)],
        safe: false,
      }),
    ];
  });
  return [...nameless, ...named];
}

function unknownRule(ignore: Ignore): Issue | undefined {
  const [kind, name] = ignore.rule.split('/') as [string, string];
  const ids = knownRules.map(({ id }) => id);
  const known = name === '*' ? ids.some((id) => id.startsWith(`${kind}/`)) : ids.includes(ignore.rule);
  if (known) return undefined;
  const near = nearest(ignore.rule, ids);
  const message = `There is no rule ${ignore.rule}, so this comment ignores nothing. ${near ? `Did you mean ${near}?` : 'Name a rule of the list, or take it out.'}`;
  return issue(
    ignoreRules.unknown,
    ignore,
    message,
    near === undefined ? undefined : { title: `Change to ${near}`, edits: [{ range: ignore.range, newText: near }], safe: false },
  );
}

function issue(rule: RuleSummary, ignore: Ignore, message: string, fix?: Issue['fixes'][number]): Issue {
  return { rule: rule.id, severity: rule.severity, message, range: ignore.range, fixes: fix ? [fix] : [] };
}

/** The id out of its list; the whole comment where it is the only one, with its line where that holds nothing else. */
function removal(index: LineIndex, ignore: Ignore): TextEdit {
  const { start, end } = ignore.range;
  if (!ignore.alone) {
    const line = index.line(start.line);
    const after = /^\s*,\s*/.exec(line.slice(end.character))?.[0].length ?? 0;
    const before = after ? 0 : (/\s*,\s*$/.exec(line.slice(0, start.character))?.[0].length ?? 0);
    return { range: { start: { ...start, character: start.character - before }, end: { ...end, character: end.character + after } }, newText: '' };
  }
  const { from, to } = ignore.comment;
  const before = index.text.slice(0, from);
  const after = index.text.slice(to);
  const lead = /(?:^|[\r\n])([ \t]*)$/.exec(before);
  const trail = /^[ \t]*(?:\r\n|\r|\n|$)/.exec(after);
  if (lead && trail) return { range: index.range(from - (lead[1] as string).length, to + trail[0].length), newText: '' };
  return { range: index.range(from - (/[ \t]*$/.exec(before)?.[0].length ?? 0), to), newText: '' };
}
