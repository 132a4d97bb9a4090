import type { Rule } from '../../issue';
import { importRule } from './import';
import { importCycleRule } from './importCycle';
import { importDepthRule } from './importDepth';
import { linkRule } from './link';
import { pathRule } from './path';
import { scriptRule } from './script';
import { targetRule } from './target';

/** The rules about what a document points at. */
export const referenceRules: readonly Rule[] = [importRule, importCycleRule, importDepthRule, linkRule, pathRule, scriptRule, targetRule];
