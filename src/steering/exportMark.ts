import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Stage } from './contextTypes';
import { stageHash } from './strategy';
import type { Task } from './task';

/** The files a stage can be exported to, for other tools that run the cheap model. */
export const exportKinds = ['subagent', 'prompt'] as const;
export type ExportKind = (typeof exportKinds)[number];

/** Where an exported stage stands, from the workspace: where Claude Code and VS Code look for such files. */
export function exportPath(kind: ExportKind, task: Pick<Task, 'slug'>, stage: Pick<Stage, 'slug'>): string {
  const name = exportName(task, stage);
  return kind === 'subagent' ? posix.join('.claude', 'agents', `${name}.md`) : posix.join('.github', 'prompts', `${name}.prompt.md`);
}

/** What it is called there: the stage's slug, with the task's before it where a workspace may have several. */
export function exportName(task: Pick<Task, 'slug'>, stage: Pick<Stage, 'slug'>): string {
  return task.slug === 'context' ? stage.slug : `${task.slug}-${stage.slug}`;
}

/** What an exported file says of where it came from, in a comment: so that a copy that has fallen behind is seen. */
export interface ExportMark {
  /** The CONTEXT.md, from the workspace. */
  from: string;
  /** Slug of the stage. */
  stage: string;
  /** `exportHash` of what it was made from. */
  hash: string;
}

/** Of the stage and its strategy, as 16 hexadecimal digits: what an exported file is made from. */
export function exportHash(stage: Stage, strategy: string | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify([stageHash(stage), strategy ?? null]))
    .digest('hex')
    .slice(0, 16);
}

const form = /<!-- Exported by Haiku First from (.+?), stage ([^\s,]+), (\w{16})\. Change it there and export again\. -->/;

export function exportMarkText({ from, stage, hash }: ExportMark): string {
  return `<!-- Exported by Haiku First from ${from}, stage ${stage}, ${hash}. Change it there and export again. -->`;
}

/** The mark in a file; undefined where it was not exported by this product. */
export function readExportMark(text: string): ExportMark | undefined {
  const match = form.exec(text);
  return match ? { from: match[1] as string, stage: match[2] as string, hash: match[3] as string } : undefined;
}
