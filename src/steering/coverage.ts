import type { CheckRule } from './checkTypes';

/** What could verify a criterion that is read into no check by itself, as far as its words tell. */

const voice = /\bVOICE\.md\b|\b(?:tone|voice)\b|\b(?:reads?|sounds?|written) like\b|\b(?:writing|house|my|our|own) style\b/i;

/** It speaks of how the text sounds. */
export function isAboutVoice(criterion: string): boolean {
  return voice.test(criterion);
}

/** What a project's commands can tell: that its tests pass, that it builds, that its linter or its type checker finds nothing. */
export type Purpose = 'test' | 'build' | 'lint' | 'typecheck';

const done = '(?:still )?(?:pass(?:es)?|succeeds?|(?:is|are|stays?) green|runs? (?:clean|through)|works?|finds? nothing|(?:is|are) (?:clean|happy))';
const purposes: [Purpose, RegExp][] = [
  [
    'test',
    new RegExp(
      `^(?:(?:all|the|existing|unit|of|its|whole|every|integration) )*tests?(?: suite| run)? (?:must |should )?${done}$|^no (?:failing|broken) tests?$`,
    ),
  ],
  [
    'typecheck',
    new RegExp(
      `^(?:(?:the|it|code) )*(?:type[- ]?check(?:s|er|ing)?|compiler)(?: (?:must |should )?${done})?$|^no type errors$|^(?:it |the code )?compiles(?: without (?:errors|warnings))?$`,
    ),
  ],
  ['lint', new RegExp(`^(?:(?:the|code) )*(?:lint(?:er|ing|s)?)(?: (?:must |should )?${done}| clean)?$|^no lint(?:er|ing)? (?:errors?|warnings?|findings?)$`)],
  ['build', new RegExp(`^(?:(?:the|project|code|site) )*builds?(?: (?:must |should )?${done}| without (?:errors|warnings)| clean)?$`)],
];
const spanned =
  /^`([^`\n]{2,120})`\s+(?:must\s+|should\s+)?(?:still\s+)?(?:pass(?:es)?|succeeds?|exits?(?: with)?(?: code)? 0|runs? (?:clean|through)|works?|is green)$/i;

/** The command a criterion names ("`npm test` passes"), or what a command of the project would have to be for. */
export function commandWanted(criterion: string): { command: string } | { purpose: Purpose } | undefined {
  const text = criterion.trim().replace(/(?<![.!])[.!]+$/, '');
  const command = spanned.exec(text)?.[1]?.trim();
  if (command) return { command };
  const plain = text.toLowerCase().replace(/[*_]/g, '').replace(/\s+/g, ' ');
  const purpose = purposes.find(([, form]) => form.test(plain))?.[0];
  return purpose && { purpose };
}

/** True where a command is what a criterion asks for: that very one, or one that is plainly for its purpose. */
export function servesPurpose(command: string, wanted: NonNullable<ReturnType<typeof commandWanted>>): boolean {
  if ('command' in wanted) return command.includes(wanted.command);
  return new RegExp(`\\b${wanted.purpose === 'typecheck' ? '(?:tsc|type-?check)' : wanted.purpose}`, 'i').test(command);
}

/** A check that a criterion suggests without saying it outright: an aim read as a range, a thing to avoid read as a word. For a person to take or leave. */
export interface Suggestion {
  check: string;
  /** Whether a check of the stage measures this thing already, with other numbers perhaps. */
  covers(rule: CheckRule): boolean;
}

const aim = /^(?:(?:about|around|roughly|approximately|approx\.?|circa|some|~)\s*)?(\d{1,3}(?:,\d{3})+|\d{2,6})\s+words?(?: long| in (?:length|total))?$/;
const reading = /^(?:an? )?(\d{1,2})(?:\s*(?:-|–|to)\s*(\d{1,2}))?[\s-]*min(?:ute)?s?[\s-]*(?:read|reading time)$/;
const avoiding = /^(?:(?:must|should) )?(?:avoids?|no|without|never uses?|free of)\s+([\p{L}-]{3,30})$/u;
const sections = /^(?:in )?(\d{1,2}|two|three|four|five|six|seven|eight|nine|ten) (?:main )?sections$/;
const small = ['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
/** Things one does without that are no words of a text; what ends in -s is a kind of words as a rule (“superlatives”). */
const noWords =
  /^(?:filler|fluff|errors?|mistakes?|typos?|repetitions?|redundancy|duplicates?|examples?|links?|lists?|headings?|images?|tables?|code|comments?|placeholders?|omissions?|assumptions?|contradictions?|spoilers?|jargon|plagiarism|passive|emojis?|questions?|opinions?|speculation|bias|changes?|warnings?|secrets?|html|markdown|clich[eé]s?|exaggerations?|ambiguity|sentences?)$/;

/** "500 words" as 450-550, "4 sections" as 4 headings or more, "12-15 min read" at 200 to 240 words a minute, "avoids hype" as a word; undefined for anything else. */
export function suggestionFor(criterion: string): Suggestion | undefined {
  const plain = criterion
    .toLowerCase()
    .replace(/[*_]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/(?<![.!])[.!]+$/, '')
    .trim();
  const words = (min: number, max: number): Suggestion => ({
    check: `words: ${min}-${max}`,
    covers: (rule) => rule.kind === 'count' && rule.measure === 'words' && rule.min !== undefined && rule.max !== undefined,
  });
  const aimed = Number(aim.exec(plain)?.[1]?.replace(/,/g, ''));
  if (aimed) return words(Math.round(aimed * 0.9), Math.round(aimed * 1.1));
  const minutes = reading.exec(plain);
  if (minutes) return words(Number(minutes[1]) * 200, Number(minutes[2] ?? minutes[1]) * 240);
  const counted = sections.exec(plain)?.[1];
  if (counted) {
    const least = small.includes(counted) ? small.indexOf(counted) + 2 : Number(counted);
    return { check: `headings: >= ${least}`, covers: (rule) => rule.kind === 'sections' || (rule.kind === 'count' && rule.measure === 'headings') };
  }
  const avoided = avoiding.exec(plain)?.[1];
  if (!avoided || noWords.test(avoided) || /[^s]s$/.test(avoided)) return undefined;
  return { check: `excludes: ${avoided}`, covers: (rule) => rule.kind === 'excludes' && rule.terms.some((term) => term.toLowerCase() === avoided) };
}
