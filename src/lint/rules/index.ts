import type { Rule, Severity } from '../issue';
import { contextRules } from './context/index';
import { placeholderRules } from './placeholder';
import { playbookRules } from './playbooks/index';
import { projectRules } from './project/index';
import { referenceRules } from './reference/index';
import { secretRule } from './secret';
import { strategyRules } from './strategies/index';
import { voiceRules } from './voice/index';

/** Every rule that looks into a document, by kind. */
export const rules: readonly Rule[] = [
  ...contextRules,
  ...voiceRules,
  ...projectRules,
  ...strategyRules,
  ...playbookRules,
  ...placeholderRules,
  secretRule,
  ...referenceRules,
];

/** What lists of rules show of each: in the documentation, the schema of the configuration, and reports. */
export interface RuleSummary {
  /** `kind/name`; its documentation is `docs/rules/<id>.md`. */
  id: string;
  /** Where nothing else is set. */
  severity: Severity;
  /** A few words, as a heading. */
  title: string;
}

/** A rule about a file as a whole: where one applies, no other does. */
export interface FileRule extends RuleSummary {
  message: string;
}

export const fileRules: readonly FileRule[] = [
  {
    id: 'file/too-large',
    severity: 'error',
    title: 'A file over 512 KB',
    message: 'This file is over 512 KB and is not read: split it, or move what only some tasks need into files of their own.',
  },
  { id: 'file/binary', severity: 'error', title: 'A file that is no text', message: 'This file is no UTF-8 text and is not read: save it as UTF-8.' },
  {
    id: 'context/empty',
    severity: 'error',
    title: 'An empty CONTEXT.md',
    message: 'This file is empty: write the four parts (specification, constraints, success criteria, feedback loop) and the stages, or scaffold it.',
  },
  { id: 'voice/empty', severity: 'warning', title: 'An empty VOICE.md', message: 'This file is empty: write the voice as weighted parts, or delete it.' },
  {
    id: 'project/empty',
    severity: 'warning',
    title: 'An empty project file',
    message: 'This file is empty: write what every session must know of the project, or delete it.',
  },
  {
    id: 'background/empty',
    severity: 'info',
    title: 'An empty background document',
    message: 'This file is empty: nothing can be drawn from it for a bundle.',
  },
  {
    id: 'strategy/empty',
    severity: 'warning',
    title: 'An empty strategy',
    message: 'This file is empty: have the strategy written with haiku-first author, or delete it.',
  },
  {
    id: 'playbook/empty',
    severity: 'info',
    title: 'An empty playbook',
    message: 'This file is empty: no stage is given lessons. Have some learnt with haiku-first playbook, or delete it.',
  },
];

/** Rules about the comments that switch rules off: `ignoreIssues` finds what they say. */
export const ignoreRules = {
  unknown: { id: 'file/unknown-rule', severity: 'warning', title: 'A comment that ignores a rule that does not exist' },
  unused: { id: 'file/unused-ignore', severity: 'info', title: 'A comment that ignores nothing' },
} as const satisfies Record<string, RuleSummary>;

/** Every rule there is, by kind and then by name. */
export const knownRules: readonly RuleSummary[] = [...fileRules, ...Object.values(ignoreRules), ...rules]
  .map(({ id, severity, title }) => ({ id, severity, title }))
  .sort((a, b) => (a.id < b.id ? -1 : 1));

/** Where a rule is documented: a path below the folder of the product, which is shipped with it. */
export function rulePage(id: string): string {
  return `docs/rules/${id}.md`;
}
