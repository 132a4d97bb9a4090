import type { Rule } from '../../issue';
import { ambiguousInputRule } from './ambiguousInput';
import { askedInputRule } from './askedInput';
import { badSchemaRule, missingCheckFileRule } from './checkFiles';
import { codeWithoutRunRule } from './codeWithoutRun';
import { constantCheckRule } from './constantCheck';
import { contradictoryChecksRule } from './contradictoryChecks';
import { duplicateCheckRule } from './duplicateCheck';
import { duplicateInputRule } from './duplicateInput';
import { duplicateOutputRule } from './duplicateOutput';
import { duplicateNumberRule } from './duplicateStageNumber';
import { duplicateTitleRule } from './duplicateStageTitle';
import { emptyGlobRule } from './emptyGlob';
import { emptyPartRule } from './emptyPart';
import { laterInputRule } from './laterInput';
import { missingFileRule } from './missingFile';
import { missingPartRule } from './missingPart';
import { missingScriptRule } from './missingScript';
import { missingSectionRule } from './missingSection';
import { noStagesRule } from './noStages';
import { noTaskRule } from './noTask';
import { notAStageRule } from './notAStage';
import { outsideWorkspaceRule } from './outsideWorkspace';
import { overBudgetRule } from './overBudget';
import { overwrittenSourceRule } from './overwrittenSource';
import { readerRules } from './reading';
import { refusedOutputRule, startingOutputRule } from './refusedOutput';
import { severalTasksRule } from './severalTasks';
import { staleExportRule } from './staleExport';
import { uncheckedStageRule } from './uncheckedStage';
import { uncoveredCriterionRule } from './uncoveredCriterion';
import { unreachableEscalationRule } from './unreachableEscalation';
import { unusedOutputRule } from './unusedOutput';
import { uselessFieldRule } from './uselessField';
import { vagueInstructionRule } from './vagueInstruction';
import { variantsWithoutChecksRule } from './variantsWithoutChecks';
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
  notAStageRule,
  missingFileRule,
  missingScriptRule,
  missingSectionRule,
  outsideWorkspaceRule,
  emptyGlobRule,
  ambiguousInputRule,
  askedInputRule,
  duplicateInputRule,
  unusedOutputRule,
  duplicateOutputRule,
  overwrittenSourceRule,
  refusedOutputRule,
  startingOutputRule,
  vagueInstructionRule,
  severalTasksRule,
  uncoveredCriterionRule,
  uncheckedStageRule,
  unreachableEscalationRule,
  contradictoryChecksRule,
  constantCheckRule,
  duplicateCheckRule,
  variantsWithoutChecksRule,
  missingCheckFileRule,
  badSchemaRule,
  uselessFieldRule,
  wrongTierRule,
  overBudgetRule,
  staleExportRule,
];
