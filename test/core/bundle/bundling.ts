import { assembleBundle } from '../../../src/bundle/bundle';
import type { Bundle, BundleContext } from '../../../src/bundle/bundleTypes';
import { ProjectTexts } from '../../../src/bundle/projectTexts';
import { estimateTokens } from '../../../src/catalog/tokens';
import { type Plan, planTask } from '../../../src/steering/plan';
import { taskOf } from '../../../src/steering/task';
import { MemoryFiles } from '../memoryFiles';

export interface Bundling {
  context?: Partial<BundleContext>;
  links?: Record<string, string>;
  at?: string;
  /** Instead of a new one. */
  memory?: MemoryFiles;
}

/** A stage of /w/CONTEXT.md with its plan, the workspace being /w; relevant code can be asked for. */
export async function bundled(stage: number, files: Record<string, string>, more: Bundling = {}): Promise<{ plan: Plan; index: number; bundle: Bundle }> {
  const at = more.at ?? '/w/CONTEXT.md';
  const memory = more.memory ?? new MemoryFiles(files, more.links);
  memory.makeFolder('/w/.git');
  const plan = await planTask(await taskOf(at, files[at] as string, memory), memory);
  const index = plan.stages.findIndex((planned) => planned.stage.number === stage);
  const bundle = await assembleBundle(plan, index, {
    files: memory,
    countTokens: (text) => estimateTokens(text),
    outputs: () => undefined,
    answers: new Map(),
    windowTokens: 200_000,
    project: (workspace) => new ProjectTexts(workspace, memory),
    ...more.context,
  });
  return { plan, index, bundle };
}

/** A document of one stage with these fields. */
export const oneStage = (fields: string, title = 'Draft the report') => `# Task\n\n## Stage 1: ${title} (Haiku)\n${fields}\n`;
export const sourcesOf = (bundle: Bundle) => bundle.pieces.map((piece) => piece.source);
