import type { Rule, Severity } from '../issue';
import { ambiguousInputRule } from './context/ambiguousInput';
import { askedInputRule } from './context/askedInput';
import { codeWithoutRunRule } from './context/codeWithoutRun';
import { duplicateNumberRule } from './context/duplicateStageNumber';
import { duplicateTitleRule } from './context/duplicateStageTitle';
import { emptyGlobRule } from './context/emptyGlob';
import { emptyPartRule } from './context/emptyPart';
import { laterInputRule } from './context/laterInput';
import { missingFileRule } from './context/missingFile';
import { missingPartRule } from './context/missingPart';
import { missingSectionRule } from './context/missingSection';
import { noStagesRule } from './context/noStages';
import { noTaskRule } from './context/noTask';
import { outsideWorkspaceRule } from './context/outsideWorkspace';
import { overBudgetRule } from './context/overBudget';
import { readerRules } from './context/reading';
import { uncoveredCriterionRule } from './context/uncoveredCriterion';
import { unusedOutputRule } from './context/unusedOutput';
import { vagueInstructionRule } from './context/vagueInstruction';
import { wrongTierRule } from './context/wrongTier';
import { placeholderRules } from './placeholder';
import { duplicateImportRule } from './project/duplicateImport';
import { fillerRule } from './project/filler';
import { projectFrontMatterRule } from './project/frontMatter';
import { launchTokensRule } from './project/launchTokens';
import { tooLongRule } from './project/tooLong';
import { importRule } from './reference/import';
import { importCycleRule } from './reference/importCycle';
import { importDepthRule } from './reference/importDepth';
import { linkRule } from './reference/link';
import { pathRule } from './reference/path';
import { scriptRule } from './reference/script';
import { targetRule } from './reference/target';
import { contradictoryTermRule } from './voice/contradictoryTerm';
import { negativeWeightRule } from './voice/negativeWeight';
import { noForbiddenWordsRule } from './voice/noForbiddenWords';
import { ownExampleRule } from './voice/ownExample';
import { weightsRule } from './voice/weights';

/** Every rule that looks into a document, by kind. */
export const rules: readonly Rule[] = [
  ...readerRules,
  missingPartRule,
  emptyPartRule,
  duplicateNumberRule,
  duplicateTitleRule,
  laterInputRule,
  codeWithoutRunRule,
  noTaskRule,
  noStagesRule,
  missingFileRule,
  missingSectionRule,
  outsideWorkspaceRule,
  emptyGlobRule,
  ambiguousInputRule,
  askedInputRule,
  unusedOutputRule,
  vagueInstructionRule,
  uncoveredCriterionRule,
  wrongTierRule,
  overBudgetRule,
  weightsRule,
  negativeWeightRule,
  contradictoryTermRule,
  noForbiddenWordsRule,
  ownExampleRule,
  tooLongRule,
  ...placeholderRules,
  duplicateImportRule,
  projectFrontMatterRule,
  fillerRule,
  launchTokensRule,
  importRule,
  importCycleRule,
  importDepthRule,
  linkRule,
  pathRule,
  scriptRule,
  targetRule,
];

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
