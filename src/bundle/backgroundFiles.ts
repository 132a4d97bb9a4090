import { posix } from 'node:path';
import { UserError } from '../ports';
import { readFrontMatter } from '../steering/frontMatter';
import { MarkdownDocument } from '../steering/markdown';
import type { PlannedStage } from '../steering/plan';
import { isWithin } from '../steering/task';
import type { BundleContext, Candidate, Omitted } from './bundleTypes';
import { rankSections } from './rank';
import type { Reading } from './reading';
import { stageQuery } from './stageQuery';

/** Below this share of the best section's score a section shares only stray words with the stage. */
const relevant = 0.25;

/**
 * Sections of ARCHITECTURE.md, PATTERNS.md and what settings name, in the folders from the workspace down, most relevant to the stage first.
 * Each section is scored by itself, by its own text and the headings above it, against the stage's title, inputs, task, output and criteria.
 */
export async function backgroundFiles(
  planned: PlannedStage,
  context: BundleContext,
  reading: Reading,
): Promise<{ candidates: Candidate[]; omitted: Omitted[] }> {
  const omitted: Omitted[] = [];
  const sections: { candidate: Candidate; path: string[]; text: string }[] = [];
  const names = [...new Set(['ARCHITECTURE.md', 'PATTERNS.md', ...(context.background ?? [])])];
  for (const path of reading.foldersDown().flatMap((folder) => names.map((name) => posix.resolve(folder, name)))) {
    if (!isWithin(reading.task.workspace, path)) continue;
    const leave = (reason: string) => omitted.push({ source: reading.sourceOf(path), heading: null, tokens: 0, reason, named: false });
    try {
      const read = await reading.read(path);
      if ('absent' in read) continue;
      if ('refused' in read) leave(read.refused);
      else sections.push(...sectionsOf(path, read.text, reading));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      leave('is a link out of the workspace');
    }
  }
  const query = stageQuery(planned, context.item);
  const scores = rankSections(query, sections);
  const best = Math.max(0, ...scores);
  const ranked = sections.map(({ candidate }, i) => ({ candidate, score: scores[i] as number })).sort((a, b) => b.score - a.score);
  for (const { candidate, score } of ranked) {
    if (score > 0 && score >= relevant * best) continue;
    omitted.push({
      source: candidate.source,
      heading: candidate.heading,
      tokens: context.countTokens(candidate.text),
      reason: score > 0 ? 'background that shares few words with this stage' : 'background that shares no word with this stage',
      named: false,
    });
  }
  return { candidates: ranked.filter(({ score }) => score > 0 && score >= relevant * best).map(({ candidate }) => candidate), omitted };
}

function sectionsOf(path: string, text: string, reading: Reading) {
  const document = new MarkdownDocument(text, readFrontMatter(text).bodyFrom);
  return document.sections.flatMap((section) => {
    const body = document.body(section).trim();
    if (!body) return [];
    const reason = 'background that shares words with this stage';
    const candidate = reading.section(path, document, { heading: section.heading, from: section.from, end: section.to }, reason, {
      stable: false,
      named: false,
    });
    return [
      {
        candidate: { ...candidate, heading: section.heading || null, names: section.path.map((heading) => heading.toLowerCase()) },
        path: section.path,
        text: body,
      },
    ];
  });
}
