import type { Plan } from '../steering/plan';
import { toolStartedBy } from '../steering/startingFiles';
import { commandsOf } from './verify';

/** A command that a person is to allow, word for word as it will be run. */
export interface CommandToAllow {
  stage: number;
  title: string;
  command: string;
}

/** A file that a model's answer fills and that a command may run. */
export interface WrittenProgram {
  stage: number;
  /** As in the document. */
  path: string;
}

/** The commands that these stages would start: of Code stages, and of checks. */
export function commandsToAllow(plan: Plan, indexes: readonly number[]): CommandToAllow[] {
  return indexes.flatMap((index) => {
    const stage = plan.stages[index]?.stage;
    if (!stage) return [];
    const commands = [...(stage.runner.tier === 'code' && stage.run ? [stage.run] : []), ...commandsOf(stage.checks)];
    return commands.map((command) => ({ stage: stage.number, title: stage.title, command }));
  });
}

/** Names of files that shells, interpreters and build tools run, or that say what these run. */
const program =
  /\.(?:sh|bash|zsh|fish|ksh|[cm]?[jt]sx?|py|rb|pl|php|lua|ps1|psm1|bat|cmd|vbs|exe|jar|mk|gradle|kts|toml|cfg|ini)$|(?:^|\/)(?:(?:GNU)?makefile|justfile|rakefile|gemfile|dockerfile|vagrantfile|package\.json|tsconfig[^/]*\.json|deno\.jsonc?|composer\.json|taskfile\.ya?ml|pom\.xml|[^/.]+)$/i;

/** The programs that models write in this document: a yes to `npm test` is also one to what stands in them when it starts. */
export function writtenPrograms(plan: Plan): WrittenProgram[] {
  return plan.stages.flatMap(({ stage }) => {
    const path = stage.output?.path;
    return path && stage.runner.tier !== 'code' && (program.test(path) || toolStartedBy(path)) ? [{ stage: stage.number, path }] : [];
  });
}

/** What a person is told before these stages run: a model's answer is about to become what a tool runs, though no command of this run does. */
export function startingFileNotes(plan: Plan, indexes: readonly number[]): string[] {
  return indexes.flatMap((index) => {
    const stage = plan.stages[index]?.stage;
    const path = stage?.output?.path;
    const tool = stage && path && stage.runner.tier !== 'code' ? toolStartedBy(path) : undefined;
    return tool ? [`Stage ${stage?.number} “${stage?.title}” writes ${path}, and ${tool} runs what that says: read it first.`] : [];
  });
}
