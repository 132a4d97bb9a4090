import { posix } from 'node:path';
import { estimateTokens, formatTokens } from '../catalog/tokens';
import type { Resolved } from '../steering/plan';
import { globFiles } from '../steering/task';
import { plural } from '../text';
import { fileText } from './fileText';
import { relativeTo } from './lead';
import { code, firstLines, words } from './markdownText';
import type { DocumentReading } from './reading';

/** What a name in Input, Context or Each stands for. */
export async function sourceText(reading: DocumentReading, { name, source }: Resolved): Promise<string> {
  const { stages, parts } = reading.context;
  const stageName = (index: number) => `stage ${stages[index]?.number}, ${words(stages[index]?.title ?? '')}`;
  switch (source.kind) {
    case 'declared':
      return `**Declared input**, about ${formatTokens(estimateTokens(source.value))} tokens.\n\n${firstLines(source.value)}`;
    case 'stage':
      return stageOutput(reading, source.index);
    case 'later':
      return `**Not there yet**: ${stageName(source.index)} makes it, which does not run before this one.`;
    case 'ambiguous':
      return `**Fits several**: ${source.indexes.map(stageName).join('; ')}. Write the output’s whole name.`;
    case 'asked':
      return `**Asked for** when the stage is run: no output, file or declared input is called ${code(name.text)}.`;
    case 'part': {
      const part = parts[source.part];
      return part
        ? `**This document’s ${source.part}**, about ${formatTokens(estimateTokens(part.body))} tokens.\n\n${firstLines(part.body)}`
        : `This document has no ${source.part}.`;
    }
    case 'glob':
      return globText(reading, source.pattern);
    case 'relevant':
      return '**Chosen for the stage**: the parts of the project’s own files that fit its task best, in what the budget leaves.';
    case 'file':
      if (!source.exists) return `**Not there**: ${code(relativeTo(reading, source.path))} is no file.`;
      return fileText(reading, { path: source.path, kind: 'file', size: 0, section: source.section }, source.lines);
  }
}

async function stageOutput(reading: DocumentReading, index: number): Promise<string> {
  const stage = reading.context.stages[index];
  if (!stage) return '';
  const { output } = stage;
  const head = `**${words(output?.name ?? stage.title)}**, the output of stage ${stage.number}, ${words(stage.title)} (${words(stage.runner.text)}).`;
  if (!output?.path) return head;
  const path = posix.resolve(reading.folder, output.path);
  const stat = await reading.ports.facts.stat(path);
  if (stat?.kind !== 'file') return `${head}\n\nWritten to ${code(output.path)}, which is not there yet.`;
  return `${head}\n\n${await fileText(reading, { path, kind: 'file', size: stat.size })}`;
}

async function globText(reading: DocumentReading, pattern: string): Promise<string> {
  const paths = await globFiles(reading.ports.files, reading.folder, pattern, 500);
  const sizes = await Promise.all(paths.slice(0, 200).map(async (path) => (await reading.ports.facts.stat(path))?.size ?? 0));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const first = paths.slice(0, 6).map((path) => `- ${code(relativeTo(reading, path))}`);
  if (paths.length > 6) first.push('- …');
  // As many bytes of plain letters: no file is read for it.
  const tokens = paths.length <= 200 ? `, about ${formatTokens(estimateTokens('x'.repeat(Math.min(bytes, 5_000_000))))} tokens` : '';
  return `${code(pattern)}: ${plural(paths.length, 'file')}${tokens}.\n\n${first.join('\n')}`;
}
