import type { Rule } from '../../issue';
import { duplicateImportRule } from './duplicateImport';
import { fillerRule } from './filler';
import { projectFrontMatterRule } from './frontMatter';
import { launchTokensRule } from './launchTokens';
import { tooLongRule } from './tooLong';

/** The rules about CLAUDE.md and its kin. */
export const projectRules: readonly Rule[] = [tooLongRule, duplicateImportRule, projectFrontMatterRule, fillerRule, launchTokensRule];
