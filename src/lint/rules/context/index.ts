import type { Rule } from '../../issue';
import { ambiguousInputRule } from './ambiguousInput';
import { askedInputRule } from './askedInput';
import { codeWithoutRunRule } from './codeWithoutRun';
import { duplicateNumberRule } from './duplicateStageNumber';
import { duplicateTitleRule } from './duplicateStageTitle';
import { emptyGlobRule } from './emptyGlob';
import { emptyPartRule } from './emptyPart';
import { laterInputRule } from './laterInput';
import { missingFileRule } from './missingFile';
import { missingPartRule } from './missingPart';
import { missingSectionRule } from './missingSection';
import { noStagesRule } from './noStages';
import { noTaskRule } from './noTask';
import { outsideWorkspaceRule } from './outsideWorkspace';
import { overBudgetRule } from './overBudget';
import { readerRules } from './reading';
import { uncoveredCriterionRule } from './uncoveredCriterion';
import { unusedOutputRule } from './unusedOutput';
import { vagueInstructionRule } from './vagueInstruction';
import { wrongTierRule } from './wrongTier';

/** The rules about a CONTEXT.md. */
export const contextRules: readonly Rule[] = [
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
];
