import type { Check, CheckRule } from '../steering/checkTypes';

/** A check as a sentence for the model that has to pass it; undefined for what is none of its business (what the stage may cost). */
export function checkInWords(check: Check): string | undefined {
  const words = ruleInWords(check.rule);
  if (words === undefined) return undefined;
  const said = check.negated ? `This must not be so: ${words}` : words;
  return check.level === 'should' ? `Wanted, not required: ${said}` : said;
}

function ruleInWords(rule: CheckRule): string | undefined {
  switch (rule.kind) {
    case 'count':
      return `The answer has ${bounds(rule.min, rule.max)} ${(rule.max ?? rule.min) === 1 ? rule.measure.slice(0, -1) : rule.measure}.`;
    case 'contains':
      return `The answer contains, letter for letter: ${quoted(rule.terms)}.`;
    case 'excludes':
      return `The answer uses none of these words: ${quoted(rule.terms)}.`;
    case 'matches':
      return `The answer matches the regular expression /${rule.pattern}/${rule.flags}.`;
    case 'json':
      return 'The answer is one valid JSON value.';
    case 'yaml':
      return 'The answer is valid YAML.';
    case 'schema':
      return `The answer is JSON that fits the schema ${rule.path}.`;
    case 'sections':
      return `The answer has a section with each of these headings: ${quoted(rule.names)}.`;
    case 'linksResolve':
      return 'Every link in the answer leads to something that exists: link only to what the documents name.';
    case 'pathsExist':
      return 'Every file path in the answer exists: name only files that the documents name.';
    case 'unchanged':
      return `The file ${rule.path} stays as it is.`;
    case 'sameAs':
      return `The answer is the same as the file ${rule.path}.`;
    case 'command':
      return `This command, given the answer as its input, succeeds: ${rule.command}`;
    case 'voice':
      return `The answer keeps to what ${rule.path} asks for.`;
    case 'judge':
      return `A reader rates it at least ${rule.min} of ${rule.of} for: ${rule.rubric}`;
    case 'cost':
      return undefined;
    case 'atLeast': {
      const nested = rule.of.flatMap((check) => checkInWords(check) ?? []);
      return nested.length ? `At least ${rule.count} of these ${rule.of.length} hold:\n${nested.map((line) => `  - ${line}`).join('\n')}` : undefined;
    }
  }
}

function bounds(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return min === max ? `exactly ${min}` : `${min} to ${max}`;
  return min !== undefined ? `at least ${min}` : `at most ${max}`;
}

function quoted(terms: readonly string[]): string {
  return terms.map((term) => `“${term}”`).join(', ');
}
