import * as vscode from 'vscode';
import { aboutUsd, formatUsd } from '../catalog/tokens';
import { Cancelled } from '../ports';
import { batchLine } from '../stage/batchable';
import { capLines } from '../stage/capCheck';
import type { Person, RunEstimate } from '../stage/engine';
import { estimateNotes } from '../stage/estimateNotes';
import { toUri } from './convert';
import type { ReadOnlyDocuments } from './readOnlyDocuments';

/** The person at the editor. Money and commands are asked for in a dialog that shows the price or the command itself. */
export function createEditorPerson(documents: ReadOnlyDocuments): Person {
  return {
    present: true,
    async confirmSpending(estimate) {
      // A rehearsal with recorded answers costs nothing; only an escalation is worth a look at its price all the same.
      if (!estimate.paid && estimate.escalation === undefined) return true;
      const escalated = estimate.stages.find((stage) => stage.number === estimate.escalation);
      const yes = escalated ? 'Escalate' : 'Run';
      const question = escalated
        ? `Escalate stage ${escalated.number} “${escalated.title}” to Opus for ${aboutUsd(escalated.usd)}?`
        : `Run ${estimate.stages.length} stage${estimate.stages.length === 1 ? '' : 's'} for ${aboutUsd(estimate.usd)}?`;
      const asBatch = estimate.batch && !escalated ? ['Run as Batch'] : [];
      const answer = await vscode.window.showInformationMessage(question, { modal: true, detail: detailOf(estimate) }, yes, ...asBatch);
      return agreed(answer !== undefined) && (answer === yes || 'batch');
    },
    async confirmDearer(mappings) {
      const detail = mappings.map(dearerText).join('\n');
      const question = 'The document asks for dearer models than your own. Use them for this document from now on?';
      return agreed((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Use Them')) === 'Use Them');
    },
    async confirmCommands(commands, written = []) {
      const programs = written.map(({ stage, path }) => `${path} (stage ${stage})`).join(', ');
      const shown = commands.map(({ stage, title, command }) => `Stage ${stage} “${title}”:\n${command}`);
      const detail = [...shown, ...(programs ? [`A model writes files that these commands may run: ${programs}.`] : [])].join('\n\n');
      return agreed(
        (await vscode.window.showWarningMessage('This run starts commands on your machine.', { modal: true, detail }, 'Run Commands')) === 'Run Commands',
      );
    },
    async allowSecrets(findings) {
      const detail = findings.map(({ source, line, kind }) => `${source}, line ${line}: ${kind}`).join('\n');
      const question =
        'What would be sent to the model holds what looks like a secret. Send it all the same? Your answer is put on record and counts from now on.';
      return agreed((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Send It')) === 'Send It');
    },
    async confirmOverwrite(path, _current, next) {
      const name = vscode.workspace.asRelativePath(toUri(path));
      const proposed = documents.set(`/new/${name}`, next);
      await vscode.commands.executeCommand('vscode.diff', toUri(path), proposed, `${name}: yours ↔ the stage's`);
      const answer = await vscode.window.showWarningMessage(
        `${name} was written or edited by somebody.`,
        { modal: true, detail: 'Replace it with what the stage made? Without a yes your file stays and the new output is kept in the run.' },
        'Replace',
      );
      return answer === 'Replace';
    },
    async answer(name, stage) {
      return vscode.window.showInputBox({
        title: `Stage ${stage.number}: ${stage.title}`,
        prompt: `${name}: nothing provides this input`,
        ignoreFocusOut: true,
      });
    },
  };
}

/** A dialog closed without a yes is a person changing their mind, not an error to be told of. @throws Cancelled */
function agreed(yes: boolean): true {
  if (yes) return true;
  throw new Cancelled();
}

function detailOf(estimate: RunEstimate): string {
  const lines = estimate.stages.map((stage) => `${stage.number}. ${stage.title} on ${stage.model}: ${aboutUsd(stage.usd)}`);
  lines.push(...(estimate.dearer ?? []).map(dearerText));
  if (estimate.climb) lines.push(`Where a stage fails, it may climb to ${estimate.climb.model} by itself: at most ${formatUsd(estimate.climb.usd)} more.`);
  lines.push(estimate.escalation === undefined ? `All on Opus: ${aboutUsd(estimate.allOpusUsd)}. Estimates; retries come on top.` : 'An estimate.');
  if (estimate.atMostUsd !== undefined) lines.push(`If all tries are needed: at most ${formatUsd(estimate.atMostUsd)}.`);
  const batch = batchLine(estimate);
  if (batch) lines.push(batch);
  lines.push(...estimateNotes(estimate), ...capLines(estimate));
  if (!estimate.paid) lines.push('Recorded sample answers: nothing is paid.');
  return lines.join('\n');
}

function dearerText({ tier, model, usd, insteadOf, insteadUsd }: NonNullable<RunEstimate['dearer']>[number]): string {
  return `The document maps ${tier} to ${model}: ${formatUsd(usd)} instead of ${formatUsd(insteadUsd)} with ${insteadOf}.`;
}
