import { posix } from 'node:path';
import { missingScript } from '../../../reference/scripts';
import { scriptTools } from '../../../steering/commandLines';
import { nearest } from '../../../steering/nearest';
import type { ProjectCommand } from '../../../steering/project';
import type { Finding, Rule, Subject } from '../../issue';
import { saysNoCommand } from './lookup';

const standIns = /^(?:x|y|script|scripts|name|script-name|script_name|command|cmd|task|foo|bar|something|whatever|your-script)$/i;

async function lookUp(command: ProjectCommand, subject: Subject) {
  const missing = await missingScript(command, posix.dirname(subject.path), subject.workspace);
  return missing && { missing, near: nearest(command.name, missing.scripts) };
}

export const scriptRule: Rule = {
  id: 'reference/script',
  severity: 'error',
  title: 'Script that no package.json has',
  kinds: ['project', 'background'],
  async check(subject) {
    const findings: Finding[] = [];
    const known = new Map<string, ReturnType<typeof lookUp>>();
    for (const command of subject.project.commands) {
      if (!(scriptTools as readonly string[]).includes(command.tool) || standIns.test(command.name)) continue;
      if (command.place === 'span' && saysNoCommand.test(command.sentence.replaceAll(command.text, ''))) continue;
      // The same is run again and again in one document.
      const { tool, name, short, package: named, folder } = command;
      const key = JSON.stringify([tool, name, short, named, folder]);
      const looked = known.get(key) ?? lookUp(command, subject);
      known.set(key, looked);
      const found = await looked;
      if (!found) continue;
      const { missing, near } = found;
      const [only] = missing.packages;
      const one = missing.packages.length === 1 && only ? posix.relative(missing.root, posix.join(only.folder, 'package.json')) : undefined;
      const where = one
        ? `${one} has no script “${command.name}”`
        : `There is no script “${command.name}” in any of the ${missing.packages.length} package.json files`;
      const nameRange = subject.markdown.range(command.to - command.name.length, command.to);
      findings.push({
        message: `${where}. ${near ? `Did you mean “${near}”?` : 'Name one it has, or add it.'}`,
        range: command.range,
        fixes: near ? [{ title: `Change to ${near}`, edits: [{ range: nameRange, newText: near }], safe: false }] : [],
      });
    }
    return findings;
  },
};
