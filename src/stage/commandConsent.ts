import type { Plan } from '../steering/plan';
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
    return path && stage.runner.tier !== 'code' && program.test(path) ? [{ stage: stage.number, path }] : [];
  });
}
