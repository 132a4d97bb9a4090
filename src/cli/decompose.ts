import { planTask } from '../steering/plan';
import { taskOf } from '../steering/task';
import { decomposeTask } from '../strategy/decompose';
import { oneFile, parseCommand } from './arguments';
import { commissioning, commissionOptions, costText, yesTo } from './commissioning';
import { jsonText } from './json';
import { diffText } from './person';
import { type Surroundings, shownPath } from './surroundings';

/** `haiku-first decompose`: Opus plans the stages from the four parts. Written into the document after a yes, or with --write. */
export async function decompose(around: Surroundings, args: readonly string[]): Promise<number> {
  const { stage: _, input: __, ...options } = commissionOptions;
  const { values, positionals } = parseCommand('decompose', args, { ...options, write: { type: 'boolean' } });
  const { task, engine, person, options: given } = await commissioning(around, 'decompose', oneFile('decompose', positionals), values);
  const { path, text: before } = task.document;
  const made = await decomposeTask(engine, person, task, given);
  const shown = shownPath(around, path);
  if (!values.json) around.stdout(`${diffText(shown, before, made.text).trimEnd()}\n`);
  // --yes agrees to the cost; the document is a person's own.
  const written = values.write || ((await yesTo(around, `Write these stages into ${shown}?`)) ?? false);
  if (written) await around.files.write(path, made.text, before);
  const { stages } = await planTask(await taskOf(path, made.text, around.files), around.files);
  if (values.json) {
    const listed = stages.map(({ stage, needs }, i) => ({
      number: stage.number,
      title: stage.title,
      runner: stage.runner.text,
      why: made.stages[i]?.why || null,
      needs: needs.map((need) => stages[need]?.stage.number),
      inputs: stage.inputs.map((input) => input.text),
      output: stage.output?.name ?? null,
      checks: stage.checks.map((check) => check.text),
    }));
    around.stdout(
      jsonText({ run: made.run, path: shown, written, sentBack: made.sentBack, findings: made.findings, stages: listed, text: made.text, usd: made.usd }),
    );
    return 0;
  }
  for (const finding of made.findings) around.stderr(`${finding}\n`);
  around.stderr(
    `${written ? `Written into ${shown}` : 'Not written; asked again with --write, it costs nothing'}${made.sentBack ? ' (it was sent back once with what was found wrong)' : ''}. Cost: ${costText(made.usd, engine.model)}.\n`,
  );
  return 0;
}
