import { nearest } from '../../../steering/nearest';
import type { Finding, Rule } from '../../issue';
import { saysNoCommand, starts } from './lookup';

export const targetRule: Rule = {
  id: 'reference/target',
  severity: 'error',
  title: 'Target that no makefile has',
  kinds: ['project', 'background'],
  async check(subject) {
    const findings: Finding[] = [];
    for (const command of subject.project.commands) {
      if (command.tool !== 'make' || /^(?:target|targets|x|foo|bar|name)$/i.test(command.name)) continue;
      if (command.place === 'span' && saysNoCommand.test(command.sentence.replaceAll(command.text, ''))) continue;
      const { root, folders } = await starts(subject);
      const targets = await subject.workspace.makeTargets(root);
      if (!targets || targets.has(command.name)) continue;
      // make also takes a file or folder of that name for a target that is up to date.
      const stands = await Promise.all(folders.map((folder) => subject.workspace.stat(`${folder}/${command.name}`)));
      if (stands.some((stat) => stat !== undefined)) continue;
      const near = nearest(command.name, targets);
      const nameRange = subject.markdown.range(command.to - command.name.length, command.to);
      findings.push({
        message: `No makefile here has a target “${command.name}”. ${near ? `Did you mean “${near}”?` : 'Name one it has, or add it.'}`,
        range: command.range,
        fixes: near ? [{ title: `Change to ${near}`, edits: [{ range: nameRange, newText: near }], safe: false }] : [],
      });
    }
    return findings;
  },
};
