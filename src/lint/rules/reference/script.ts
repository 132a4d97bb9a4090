import { posix } from 'node:path';
import { nearest } from '../../../steering/nearest';
import type { Finding, Rule } from '../../issue';
import { saysNoCommand, starts } from './lookup';

const standIns = /^(?:x|y|script|scripts|name|script-name|script_name|command|cmd|task|foo|bar|something|whatever|your-script)$/i;

/** What a package manager runs of itself where no script has the name. */
const builtIn: Record<string, RegExp> = { npm: /^(?:env|start|restart)$/, pnpm: /^(?:env|start)$/, yarn: /^(?:env|node)$/, bun: /^$/ };

export const scriptRule: Rule = {
  id: 'reference/script',
  severity: 'error',
  title: 'Script that no package.json has',
  kinds: ['project', 'background'],
  async check(subject) {
    const findings: Finding[] = [];
    for (const command of subject.project.commands) {
      if (command.tool === 'make' || standIns.test(command.name) || builtIn[command.tool]?.test(command.name)) continue;
      if (command.place === 'span' && saysNoCommand.test(command.sentence.replaceAll(command.text, ''))) continue;
      const { root } = await starts(subject);
      const packages = await subject.workspace.packages(root);
      const tree = await subject.workspace.tree(root);
      if (!packages.length || !tree.complete) continue;
      const scripts = new Set(packages.flatMap((facts) => facts.scripts));
      if (scripts.has(command.name)) continue;
      const near = nearest(command.name, scripts);
      // yarn and bun also run the programs of dependencies, and files.
      if ((command.tool === 'yarn' || command.tool === 'bun') && !near && !command.name.includes(':')) continue;
      if (command.name.includes('.') || packages.some((facts) => facts.dependencies.includes(command.name))) continue;
      const nameRange = subject.markdown.range(command.to - command.name.length, command.to);
      const where =
        packages.length === 1
          ? posix.relative(root, posix.join((packages[0] as { folder: string }).folder, 'package.json'))
          : `any of the ${packages.length} package.json files`;
      findings.push({
        message: `${packages.length === 1 ? `${where} has no` : `There is no`} script “${command.name}”${packages.length === 1 ? '' : ` in ${where}`}. ${near ? `Did you mean “${near}”?` : 'Name one it has, or add it.'}`,
        range: command.range,
        fixes: near ? [{ title: `Change to ${near}`, edits: [{ range: nameRange, newText: near }], safe: false }] : [],
      });
    }
    return findings;
  },
};
