import type { Rule } from '../../issue';
import { accidentalImportRule } from './accidentalImport';
import { barePointerRule } from './barePointer';
import { contradictionRule } from './contradiction';
import { duplicateImportRule } from './duplicateImport';
import { fillerRule } from './filler';
import { projectFrontMatterRule } from './frontMatter';
import { invalidPathsRule } from './invalidPaths';
import { launchTokensRule } from './launchTokens';
import { overusedEmphasisRule } from './overusedEmphasis';
import { repeatedInstructionRule } from './repeatedInstruction';
import { rivalToolsRule } from './rivalTools';
import { scopableSectionRule } from './scopableSection';
import { shadowedAgentsRule } from './shadowedAgents';
import { tooLongRule } from './tooLong';
import { unmatchedPathsRule } from './unmatchedPaths';
import { unverifiableRule } from './unverifiable';

/** The rules about CLAUDE.md and its kin. */
export const projectRules: readonly Rule[] = [
  projectFrontMatterRule,
  invalidPathsRule,
  unmatchedPathsRule,
  duplicateImportRule,
  accidentalImportRule,
  barePointerRule,
  shadowedAgentsRule,
  tooLongRule,
  launchTokensRule,
  scopableSectionRule,
  repeatedInstructionRule,
  contradictionRule,
  rivalToolsRule,
  fillerRule,
  unverifiableRule,
  overusedEmphasisRule,
];
