import { targetFile, targetsOf } from '../../../reference/targets';
import { targetTools } from '../../../steering/commandLines';
import { nearest } from '../../../steering/nearest';
import type { Finding, Rule } from '../../issue';
import { saysNoCommand, starts } from './lookup';

const noun: Record<string, string> = {
  just: 'recipe',
  task: 'task',
  deno: 'task',
  composer: 'script',
  poe: 'task',
  mise: 'task',
  alias: 'command',
  bin: 'program',
  example: 'example',
  package: 'package',
};

/** Stands for a name of the reader's own. */
const standIns = /^(?:targets?|tasks?|recipes?|x|foo|bar|name|(?:your|my|some)-\w+)$/i;

export const targetRule: Rule = {
  id: 'reference/target',
  severity: 'error',
  title: 'Target that no makefile or task file has',
  kinds: ['project', 'background'],
  async check(subject) {
    const findings: Finding[] = [];
    for (const command of subject.project.commands) {
      if (!(targetTools as readonly string[]).includes(command.tool)) continue;
      if (command.place === 'span' && saysNoCommand.test(command.sentence.replaceAll(command.text, ''))) continue;
      const { root, folders } = await starts(subject);
      const targets = await targetsOf(command, root, subject.workspace);
      if (!targets || targets.has(command.name) || standIns.test(command.name)) continue;
      // make also takes a file or folder of that name for a target that is up to date.
      const stands = command.tool === 'make' ? await Promise.all(folders.map((folder) => subject.workspace.stat(`${folder}/${command.name}`))) : [];
      if (stands.some((stat) => stat !== undefined)) continue;
      const near = nearest(command.name, targets);
      const nameRange = subject.markdown.range(command.to - command.name.length, command.to);
      findings.push({
        message: `No ${targetFile[command.tool]} here has a ${noun[command.sort ?? command.tool] ?? 'target'} “${command.name}”. ${near ? `Did you mean “${near}”?` : 'Name one it has, or add it.'}`,
        range: command.range,
        fixes: near ? [{ title: `Change to ${near}`, edits: [{ range: nameRange, newText: near }], safe: false }] : [],
      });
    }
    return findings;
  },
};
