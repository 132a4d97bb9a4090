import { estimateTokens, formatTokens } from '../catalog/tokens';
import { checkNames } from '../steering/checkNames';
import { describeCheck } from '../steering/checkText';
import type { Check } from '../steering/checkTypes';
import type { Stage } from '../steering/contextTypes';
import { dependents } from '../steering/plan';
import { type Position, plural, type Range } from '../text';
import { importLead, outputPathOf } from './definition';
import { fileText, importText } from './fileText';
import { leadTo } from './lead';
import { code, firstLines, words } from './markdownText';
import { modelText, runnerText } from './modelText';
import type { DocumentReading } from './reading';
import { sourceText } from './sourceText';
import { spanLeads } from './spanLead';
import { type Thing, thingAt } from './things';
import { budgetKeys, contextKeys, fieldDocumentation } from './vocabulary';

export interface Hover {
  /** What it is about. */
  range: Range;
  /** Markdown. Words of documents are escaped or stand in code: none of them is a link. */
  markdown: string;
}

/** What is known of what stands at a position; undefined where nothing is. */
export async function hoverAt(reading: DocumentReading, at: Position): Promise<Hover | undefined> {
  const thing = await thingAt(reading, at);
  const markdown = thing && (await textOf(reading, thing));
  return markdown ? { range: thing.range, markdown } : undefined;
}

async function textOf(reading: DocumentReading, thing: Thing): Promise<string | undefined> {
  const { stages } = reading.context;
  switch (thing.kind) {
    case 'runner':
      return runnerText(reading, (stages[thing.index] as Stage).runner);
    case 'field':
      return `**${thing.field.name}**: ${fieldDocumentation[thing.field.name]}`;
    case 'name':
      return sourceText(reading, thing.resolved);
    case 'title':
      return stageText(reading, thing.index);
    case 'mention':
      return stageText(reading, thing.mention.index);
    case 'output':
      return outputText(reading, thing.index);
    case 'outputPath':
      return pathText(reading, outputPathOf(reading, thing.path), thing.path);
    case 'check':
      return checkText(thing.check);
    case 'checkFile':
      return `${checkText(thing.check)}\n\n${(await pathText(reading, outputPathOf(reading, thing.path), thing.path)) ?? ''}`;
    case 'criterion':
      return criterionText(reading, thing);
    case 'item':
      return itemText(stages[thing.index] as Stage);
    case 'key':
      return keyText(reading, thing.key);
    case 'import': {
      const lead = await importLead(reading, thing.reference.text);
      return lead && importText(reading, lead);
    }
    case 'span': {
      const lead = await (await spanLeads(reading)).of(thing.reference);
      // A word in backticks that happens to be a folder's name says nothing.
      return lead && (lead.kind === 'file' || thing.reference.text.includes('/')) ? fileText(reading, lead) : undefined;
    }
  }
}

async function stageText(reading: DocumentReading, index: number): Promise<string> {
  const plan = await reading.plan();
  const stage = plan.stages[index]?.stage as Stage;
  const list = (indexes: readonly number[]) =>
    indexes.map((other) => `${plan.stages[other]?.stage.number} ${words(plan.stages[other]?.stage.title ?? '')}`).join(', ');
  const lines = [`**Stage ${stage.number}: ${words(stage.title)}** (${words(stage.runner.text)})`];
  const needs = plan.stages[index]?.needs ?? [];
  lines.push(needs.length ? `Reads the output of ${list(needs)}.` : 'Waits for no other stage.');
  const later = dependents(plan, index);
  if (later.length) lines.push(`Read by ${list(later)}.`);
  const uncovered = stage.uncovered.length ? `; nothing verifies ${plural(stage.uncovered.length, 'criterion').replace('criterions', 'criteria')}` : '';
  lines.push(`${plural(stage.checks.length, 'check')}${uncovered}. Its runs are kept under this title: renamed, it counts as never run.`);
  return lines.join('\n\n');
}

async function outputText(reading: DocumentReading, index: number): Promise<string | undefined> {
  const plan = await reading.plan();
  const stage = plan.stages[index]?.stage;
  if (!stage?.output) return undefined;
  const readers = plan.stages.filter(({ needs }) => needs.includes(index)).map(({ stage: { number, title } }) => `stage ${number} ${words(title)}`);
  const format = stage.output.format ? ` as ${stage.output.format}` : '';
  const head = `**${words(stage.output.name)}**, the output of stage ${stage.number}${format}. ${readers.length ? `Read by ${readers.join(', ')}.` : 'No stage reads it.'}`;
  const file = stage.output.path && (await pathText(reading, outputPathOf(reading, stage.output.path), stage.output.path));
  return file ? `${head}\n\n${file}` : head;
}

async function pathText(reading: DocumentReading, path: string, written: string): Promise<string> {
  const lead = await leadTo(reading, path);
  return lead ? fileText(reading, lead) : `${code(written)} is not there yet.`;
}

/** What a check measures, and what one line of it was read as. */
function checkText(check: Check): string {
  const { rule } = check;
  const known = checkNames.find(({ name, kind }) => (rule.kind === 'count' ? name === rule.measure : kind === rule.kind));
  const group = rule.kind === 'atLeast' ? `At least ${rule.count} of ${plural(rule.of.length, 'check')} must pass.` : undefined;
  const lines = [`${code(describeCheck(check).split('\n')[0] ?? '')}: ${group ?? known?.documentation ?? ''}`];
  if (check.negated) lines.push('`not`: it passes where this does not hold.');
  if (check.level === 'should') lines.push('`should`: it is reported, and fails nothing.');
  if (check.source === 'success') lines.push('Read from a success criterion.');
  return lines.join('\n\n');
}

function criterionText(reading: DocumentReading, thing: Extract<Thing, { kind: 'criterion' }>): string {
  const stage = reading.context.stages[thing.index];
  const whose = stage && !isWithinStage(stage, thing.range) ? ` of stage ${stage.number} ${words(stage.title)}` : '';
  if (!thing.checks.length) return `**Nothing verifies this criterion**${whose}. Add a check that measures it, or \`judge: …\` where only a reader can tell.`;
  return `**Verified**${whose} by:\n\n${thing.checks.map((check) => `- ${checkText({ ...check, source: 'checks' })}`).join('\n')}`;
}

function isWithinStage(stage: Stage, { start }: Range): boolean {
  return stage.range.start.line <= start.line && start.line <= stage.range.end.line;
}

function itemText(stage: Stage): string {
  return `**${words(stage.each?.item ?? '')}**: one item of ${code(stage.each?.list.text ?? '')}. The stage runs once for each; this word stands for it in Task and Output.`;
}

function keyText(reading: DocumentReading, key: Extract<Thing, { kind: 'key' }>['key']): string | undefined {
  if (key.parent === 'inputs') {
    const value = reading.context.inputs.get(key.name) ?? '';
    return `**${words(key.name)}**: a declared input, about ${formatTokens(estimateTokens(value))} tokens.\n\n${firstLines(value)}`;
  }
  if (key.parent === 'models') return key.value ? modelText(reading.ports.catalog().entry(key.value)) : undefined;
  const known = key.parent === 'budget' ? budgetKeys : key.parent === undefined ? contextKeys : [];
  const found = known.find(({ name }) => name === key.name);
  return found && `**${found.name}**: ${found.documentation}`;
}
