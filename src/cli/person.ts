import { createTwoFilesPatch } from 'diff';
import type { SecretFinding } from '../bundle/bundleTypes';
import { aboutUsd, formatUsd } from '../catalog/tokens';
import { UserError } from '../ports';
import { batchLine } from '../stage/batchable';
import { capLines } from '../stage/capCheck';
import type { Person, RunEstimate } from '../stage/engine';
import { estimateNotes } from '../stage/estimateNotes';
import { plural } from '../text';
import { type Surroundings, shownPath } from './surroundings';

/** What the options of a command agree to. */
export interface Consent {
  yes: boolean;
  allowCommands: boolean;
  allowSecrets?: readonly string[];
  /** `TIER=MODEL`: dearer models that the document may use. */
  allowModels?: readonly string[];
}

/** The person at the terminal, or their options where nobody is there. */
export function createTerminalPerson(around: Surroundings, consent: Consent): Person {
  const yesTo = async (question: string) => /^y(?:es)?$/i.test((await around.ask(`${question} [y/N] `))?.trim() ?? '');
  return {
    present: around.interactive,
    async confirmSpending(estimate) {
      if (!estimate.paid) return true;
      around.stderr(estimateText(estimate));
      if (consent.yes) return true;
      if (around.interactive) return yesTo('Spend it?');
      throw new UserError(`This would cost ${aboutUsd(estimate.usd)}, and nobody is here to agree.`, {
        todo: 'Add --yes to agree, and --max-cost to cap it.',
        exitCode: 2,
      });
    },
    async confirmDearer(mappings) {
      // --yes agrees to an estimate, not to what a document makes of the prices.
      const allowed = consent.allowModels ?? [];
      const open = mappings.filter(({ tier, model }) => !allowed.includes(`${tier}=${model}`));
      if (!open.length) return true;
      const list = open.map((each) => `  ${dearerText(each)}\n`).join('');
      if (around.interactive) {
        around.stderr(`The document asks for dearer models than your own:\n${list}`);
        return yesTo('Use them for this document from now on?');
      }
      throw new UserError(`The document asks for dearer models than your own, and nobody is here to agree:\n${list}`, {
        todo: `Take the mapping out of \`models:\`, or add ${open.map(({ tier, model }) => `--allow-model ${tier}=${model}`).join(' ')}.`,
        exitCode: 2,
      });
    },
    async confirmCommands(commands, written = []) {
      // Said also to those who allowed all commands: they read them without knowing this.
      const programs = written.map(({ stage, path }) => `${path} (stage ${stage})`).join(', ');
      if (programs) around.stderr(`A model writes files that these commands may run: ${programs}.\n`);
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
    (stage) =>
      `  ${(stage.number ? String(stage.number) : '').padStart(2)}  ${stage.title.padEnd(width)}  ${stage.model}  ${aboutUsd(stage.usd)}${
        stage.assumedItems === undefined ? '' : `, if its list has ${plural(stage.assumedItems, 'item')}`
      }${stage.pastAnswers ? ` (as its last ${stage.pastAnswers === 1 ? 'answer' : `${stage.pastAnswers} answers`})` : ''}\n`,
  );
  const dearer = (estimate.dearer ?? []).map((each) => `  ${dearerText(each)}\n`);
  const most = estimate.atMostUsd === undefined ? '' : `; if all tries are needed, at most ${formatUsd(estimate.atMostUsd)}`;
  const caps = [...estimateNotes(estimate), ...capLines(estimate)].map((line) => `  ${line}\n`);
  const batched = batchLine(estimate);
  const batch = batched ? `  ${batched}\n` : '';
  // What is on Opus anyway has no dearer rival.
  const rival = estimate.allOpusUsd > estimate.usd ? `; all on Opus ${aboutUsd(estimate.allOpusUsd)}` : '';
  const climb = estimate.climb
    ? `  Where a stage fails, it may climb to ${estimate.climb.model} by itself: at most ${formatUsd(estimate.climb.usd)} more.\n`
    : '';
  return `Estimated cost, retries aside${estimate.exact ? '; input counted by the provider' : ''}:\n${lines.join('')}${dearer.join('')}${climb}  Together ${aboutUsd(estimate.usd)}${most}${rival}.\n${batch}${caps.join('')}`;
}

function dearerText({ tier, model, usd, insteadOf, insteadUsd }: NonNullable<RunEstimate['dearer']>[number]): string {
  return `The document maps ${tier} to ${model}: ${formatUsd(usd)} instead of ${formatUsd(insteadUsd)} with ${insteadOf}.`;
}

/** The difference between two texts as a unified diff. */
export function diffText(path: string, current: string, next: string): string {
  return createTwoFilesPatch(path, path, current, next, 'now', 'new', { context: 2 }).split('\n').slice(1).join('\n');
}
