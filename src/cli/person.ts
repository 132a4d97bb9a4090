import { createTwoFilesPatch } from 'diff';
import type { SecretFinding } from '../bundle/bundleTypes';
import { formatUsd } from '../catalog/tokens';
import { UserError } from '../ports';
import type { Person, RunEstimate } from '../stage/engine';
import { plural } from '../text';
import { type Surroundings, shownPath } from './surroundings';

/** The person at the terminal, or their options where nobody is there. */
export function createTerminalPerson(around: Surroundings, consent: { yes: boolean; allowCommands: boolean; allowSecrets?: readonly string[] }): Person {
  const yesTo = async (question: string) => /^y(?:es)?$/i.test((await around.ask(`${question} [y/N] `))?.trim() ?? '');
  return {
    present: around.interactive,
    async confirmSpending(estimate) {
      if (!estimate.paid) return true;
      around.stderr(estimateText(estimate));
      if (consent.yes) return true;
      if (around.interactive) return yesTo('Spend it?');
      throw new UserError(`This would cost about ${formatUsd(estimate.usd)}, and nobody is here to agree.`, {
        todo: 'Add --yes to agree, and --max-cost to cap it.',
        exitCode: 2,
      });
    },
    async confirmCommands(commands) {
      if (consent.allowCommands) return true;
      const list = commands.map(({ stage, command }) => `  stage ${stage}: ${command}`).join('\n');
      if (around.interactive) {
        around.stderr(`This run starts ${plural(commands.length, 'command')} on your machine:\n${list}\n`);
        return yesTo('Run them?');
      }
      throw new UserError(`This run starts commands, and nobody is here to allow them:\n${list}\n`, {
        todo: 'Read them, then add --allow-commands.',
        exitCode: 2,
      });
    },
    async allowSecrets(findings) {
      const allowed = consent.allowSecrets ?? [];
      const shown = ({ path, source, line }: SecretFinding) => `${path === undefined ? source : shownPath(around, path)}:${line}`;
      const open = findings.filter((finding) => !allowed.some((written) => written === shown(finding) || written === `${finding.source}:${finding.line}`));
      if (!open.length) return true;
      const list = open.map((finding) => `  ${shown(finding)}: ${finding.kind}\n`).join('');
      throw new UserError(`This would send what looks like a secret, so nothing was sent:\n${list}`, {
        todo: `Take it out, or leave the file out with “Context: not …”. To send it all the same, now and later: ${open.map((finding) => `--allow-secret "${shown(finding)}"`).join(' ')}`,
        exitCode: 2,
      });
    },
    async confirmOverwrite(path, current, next) {
      if (!around.interactive) return false;
      around.stderr(`${diffText(shownPath(around, path), current, next)}\n${shownPath(around, path)} was written or edited by somebody.\n`);
      return yesTo('Replace it?');
    },
    async answer(name, stage) {
      if (!around.interactive) return undefined;
      return around.ask(`${name} (for stage ${stage.number}, ${stage.title}): `);
    },
  };
}

/** What a run would cost, stage by stage. */
export function estimateText(estimate: RunEstimate): string {
  const width = Math.max(...estimate.stages.map((stage) => stage.title.length));
  const lines = estimate.stages.map(
    (stage) => `  ${String(stage.number).padStart(2)}  ${stage.title.padEnd(width)}  ${stage.model}  about ${formatUsd(stage.usd)}\n`,
  );
  const dearer = (estimate.dearer ?? []).map(
    (each) => `  The document maps ${each.tier} to ${each.model}: ${formatUsd(each.usd)} instead of ${formatUsd(each.insteadUsd)} with ${each.insteadOf}.\n`,
  );
  return `Estimated cost, retries aside:\n${lines.join('')}${dearer.join('')}  Together about ${formatUsd(estimate.usd)}; all on Opus about ${formatUsd(estimate.allOpusUsd)}.\n`;
}

/** The difference between two texts as a unified diff. */
export function diffText(path: string, current: string, next: string): string {
  return createTwoFilesPatch(path, path, current, next, 'now', 'new', { context: 2 }).split('\n').slice(1).join('\n');
}
