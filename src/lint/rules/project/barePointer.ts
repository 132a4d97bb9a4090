import { posix } from 'node:path';
import { loadedText } from '../../../reference/imports';
import type { Finding, Rule } from '../../issue';
import { launchFilesOf, launchOf } from '../launch';
import { statementsOf } from './statements';

/** A document named in a sentence: as a link, in code, or bare. */
const named = /\[[^\]\n]{0,100}\]\(([\w./-]+\.mdx?)(?:#[^)\s]*)?\)|`([\w./-]+\.mdx?)`|(?<![\w./@`[(-])([\w./-]+\.mdx?)\b/g;
const pointing = /\b(?:read|see|refer to|follow|consult|review|check|load|study|look at|start with)\b/;
/** Before anything else, whatever the task. */
const mustRead =
  /\b(?:always|must|mandatory|required reading)\b.{0,40}\b(?:read|review|consult|load|study|follow)\b|\b(?:read|review|load|study|consult)\b.{0,80}\b(?:first|before (?:you )?(?:doing anything|starting(?: any (?:work|task))?|start(?:ing)? work(?:ing)?|any (?:work|task)|anything else|all else|beginning|you begin|you start|making any changes?|writing any code|coding))(?=[\s.,;!]|$)|^(?:first|before (?:doing anything|starting(?: any (?:work|task))?|any (?:work|task)|anything else|making any changes?|writing any code|coding)),? .{0,40}\b(?:read|review|load|study|consult)\b/;
/** To be read when it is needed: that is what a pointer is good for. */
const atNeed =
  /\b(?:if|when|whenever|unless|while|for (?:more|further|full|additional|detail\w*|example\w*|how|background|context|architecture|information)|details?|as needed|working on|touching|editing|changing|modifying|before (?!starting|doing anything|any (?:work|task)|anything|you (?:begin|start)|beginning|making any change|writing any code|coding)\w+)\b/;
/** A file this short has nothing to say but where to look. */
const shortFile = 300;

export const barePointerRule: Rule = {
  id: 'project/bare-pointer',
  severity: 'info',
  title: 'Required reading that is not loaded',
  kinds: ['project'],
  async check(subject) {
    // Only Claude Code has imports: an AGENTS.md is for others too.
    if (/\/AGENTS\.md$/i.test(subject.path)) return [];
    const findings: Finding[] = [];
    const stub = loadedText(subject.project).trim().length <= shortFile;
    for (const { text, normal, from, to } of statementsOf(subject.project)) {
      if (!/\.mdx?\b/.test(text)) continue;
      if (!pointing.test(normal) || atNeed.test(normal) || !(mustRead.test(normal) || (stub && /^(?:please )?(?:read|see|refer to|follow|use)\b/.test(normal))))
        continue;
      const written = subject.text.slice(from, to);
      const documents = [...written.matchAll(named)];
      const [match] = documents;
      // Several at once are a reading list, and would be dear to load.
      const path = match?.[1] ?? match?.[2] ?? match?.[3];
      if (documents.length !== 1 || !match || !path) continue;
      const folder = posix.dirname(subject.path);
      const target = posix.resolve(folder, path);
      if (target === subject.path || (await launchFilesOf(subject).stat(target))?.kind !== 'file') continue;
      if ((await launchOf(subject)).pieces.some((piece) => piece.path === target)) continue;
      const range = subject.markdown.range(from + match.index, from + match.index + match[0].length);
      findings.push({
        message: `${path} is required reading here, and naming it loads nothing. Import it as @${path}, or say when it is worth reading.`,
        range,
        fixes: [{ title: `Import @${path}`, edits: [{ range, newText: `@${path}` }], safe: false }],
      });
    }
    return findings;
  },
};
