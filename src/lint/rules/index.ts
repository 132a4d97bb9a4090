import type { Rule, Severity } from '../issue';
import { contextRules } from './context/index';
import { placeholderRules } from './placeholder';
import { projectRules } from './project/index';
import { referenceRules } from './reference/index';
import { voiceRules } from './voice/index';

/** Every rule that looks into a document, by kind. */
export const rules: readonly Rule[] = [...contextRules, ...voiceRules, ...projectRules, ...placeholderRules, ...referenceRules];

/** A rule about a file as a whole: where one applies, no other does. */
export interface FileRule {
  id: string;
  severity: Severity;
  title: string;
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
];

/** Where a rule is documented: its anchor in docs/rules.md. */
export function ruleAnchor(id: string): string {
  return id.replace('/', '-');
}
