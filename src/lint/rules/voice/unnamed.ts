import { posix } from 'node:path';
import { lineRange } from '../../../text';
import type { Rule, Subject } from '../../issue';

/** A part of a voice that a reader would miss. In a note of two lines nothing is missing. */
function unnamed(id: string, title: string, isMissing: (subject: Subject) => boolean, message: (name: string) => string): Rule {
  return {
    id,
    severity: 'info',
    title,
    kinds: ['voice'],
    check(subject) {
      const { voice, markdown, path } = subject;
      if (!isMissing(subject)) return [];
      return [{ message: message(posix.basename(path)), range: voice.sections[0]?.headingRange ?? lineRange(markdown.index, 0) }];
    },
  };
}

/** How many groups of weighted parts it is composed of. */
function weightedGroups({ voice }: Subject): number {
  return voice.groups.filter(({ parts }) => parts.length > 1).length;
}

function hasCadence({ voice, markdown }: Subject): boolean {
  return voice.cadence.length > 0 || cadence.test(markdown.masked);
}

function hasMetaphors({ voice, markdown }: Subject): boolean {
  return voice.metaphors.length > 0 || metaphors.test(markdown.masked);
}

/** It describes a voice: by weights, or under several headings of which not all are lists of words. */
function describesVoice(subject: Subject): boolean {
  const { sections, prose } = subject.voice;
  return weightedGroups(subject) > 0 || (prose.length > 0 && sections.filter(({ depth, empty }) => depth > 1 && !empty).length > 1);
}

const cadence = /\b(?:cadence|rhythm|pac(?:e|ing)|delivery|sentences?|paragraphs?|flow)\b/i;
const metaphors = /\b(?:metaphors?|analog(?:y|ies)|imagery|images|pictures?)\b/i;
const examples = /\b(?:examples?|samples?|e\.g|for instance)\b|^[ \t]*>|^[ \t]*(?:```|~~~)/im;

export const noCadenceRule = unnamed(
  'voice/no-cadence',
  'No cadence',
  (subject) => weightedGroups(subject) > 0 && !hasCadence(subject),
  (name) =>
    `${name} does not say how long sentences and paragraphs are: add “Cadence” with lines such as “Longest sentence: 25 words”, which \`voice:\` checks measure.`,
);

export const noMetaphorsRule = unnamed(
  'voice/no-metaphors',
  'No metaphors',
  // Who weighs the tone, names a cadence and no metaphors does without them; who weighs the language too follows the whole form.
  (subject) => (weightedGroups(subject) > 1 || (weightedGroups(subject) > 0 && !hasCadence(subject))) && !hasMetaphors(subject),
  (name) => `${name} names no metaphors: add “Metaphors” with lines such as “Learning = Walking (a path, a slope)”, or say that there are none.`,
);

export const noExampleRule = unnamed(
  'voice/no-example',
  'No example',
  (subject) => describesVoice(subject) && !subject.voice.examples.length && !examples.test(subject.markdown.masked),
  (name) => `${name} shows no example of the voice, which small models follow more than any description: add “Example” with a paragraph that has it.`,
);
