import { boundsText } from './bounds';
import type { Check, CheckRule } from './checkTypes';
import { quote, splitCommas, unquote } from './commas';

/** Only a code span around all of a command is markup; quotes belong to the shell. */
export function commandOf(value: string): string {
  const whole = value.startsWith('`') ? unquote(value) : undefined;
  return (whole?.quoted ? whole.text : value).trim();
}

function ruleText(rule: CheckRule): string {
  switch (rule.kind) {
    case 'count':
      return `${rule.measure}: ${boundsText(rule)}`;
    case 'contains':
    case 'excludes':
      return `${rule.kind}: ${rule.terms.map(quote).join(', ')}`;
    case 'sections':
      return `sections: ${rule.names.map(quote).join(', ')}`;
    case 'matches':
      return `matches: /${rule.pattern}/${rule.flags}`;
    case 'json':
    case 'yaml':
      return rule.kind;
    case 'schema':
    case 'unchanged':
    case 'voice':
      return `${rule.kind}: ${plainPath(rule.path)}`;
    case 'sameAs':
      return `same as: ${plainPath(rule.path)}`;
    case 'linksResolve':
      return 'links resolve';
    case 'pathsExist':
      return 'paths exist';
    case 'command':
      return `command: ${commandOf(rule.command) === rule.command ? rule.command : codeSpan(rule.command)}`;
    case 'judge':
      return `judge: ${quote(rule.rubric)}, >= ${rule.min}/${rule.of}`;
    case 'cost':
      return `cost: <= ${rule.max.toFixed(12).replace(/\.?0+$/, '')}`;
    case 'atLeast': {
      const name = rule.count === 1 && rule.of.length > 1 ? 'any of' : rule.count === rule.of.length ? 'all of' : `at least ${rule.count} of`;
      return `${name}:\n${rule.of.map((check) => `- ${describeCheck(check).replace(/\n/g, '\n  ')}`).join('\n')}`;
    }
  }
}

function plainPath(path: string): string {
  const piece = splitCommas(path);
  return piece.length === 1 && !piece[0]?.quoted && piece[0]?.text === path ? path : quote(path);
}

function codeSpan(text: string): string {
  const fence = '`'.repeat(1 + Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length)));
  return `${fence} ${text} ${fence}`;
}

/** A check in the one way it is written in the documentation; parsing it gives the same rule. A nested list takes further lines. */
export function describeCheck(check: Check): string {
  return `${check.level === 'should' ? 'should ' : ''}${check.negated ? 'not ' : ''}${ruleText(check.rule)}`;
}
