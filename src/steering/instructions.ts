import { quotationsIn } from './commas';

/** Kinds of work of which each has a result of its own. Steps of one piece of work (read, check, list, keep, end with …) are none. */
const kinds: [string, RegExp][] = [
  ['find', /^(?:research|gather|collect|search|look up|investigate)\b/i],
  ['extract', /^(?:extract|pull out|parse)\b/i],
  ['judge', /^(?:classify|categori[sz]e|evaluate|rate|score|rank|review|audit|assess|prioriti[sz]e)\b/i],
  ['condense', /^(?:summari[sz]e|condense)\b/i],
  ['plan', /^(?:plan|outline|design)\b/i],
  ['make', /^(?:write|draft|compose|generate|create|build|implement|develop)\b/i],
  ['turn', /^(?:translate|rewrite|convert|reformat)\b/i],
  ['publish', /^(?:publish|send|post|deploy|upload|e-?mail)\b/i],
];

/** One instruction of a Task that asks for a result of its own. */
export interface Instruction {
  kind: string;
  /** From its verb on, without the word that joins it to the one before. */
  text: string;
  /** Offsets in the Task. */
  start: number;
  end: number;
  /** It follows on the one before by “then”, “afterwards”, “finally” …: what comes before is its material. */
  follows: boolean;
}

const joint =
  /(?:[.;!]\s+|,\s+|\s+)(?:(?:and|but)\s+)?(?:then|afterwards|after that|next|finally|lastly|thereafter)\b,?\s+|[.;!]\s+(?:also,?\s+)?|,?\s+and\s+(?:also\s+)?|,\s+/giy;

/**
 * The instructions of a text that ask for results of different kinds: the first sentence's, and those after “then”, “and” or a full stop that
 * begin with the verb of another kind. Lists are recipes for one result and give none; quotations are text.
 */
export function instructionsOf(task: string): Instruction[] {
  if (task.length > 2000 || /^\s*(?:[-*+]|\d+[.)])\s/m.test(task)) return [];
  const text = blanked(task);
  const first = kindAt(text, 0);
  if (!first) return [];
  const found: Instruction[] = [{ kind: first, text: '', start: 0, end: task.length, follows: false }];
  for (let at = 1; at < text.length; at++) {
    // Joints begin at a blank or a mark.
    if (!/[\s.,;!]/.test(text[at] as string)) continue;
    joint.lastIndex = at;
    const match = joint.exec(text);
    if (!match) continue;
    const start = at + match[0].length;
    const kind = kindAt(text, start);
    const last = found.at(-1) as Instruction;
    if (!kind || kind === last.kind) continue;
    last.end = at + (/^[.;!]/.test(match[0]) ? 1 : 0);
    found.push({ kind, text: '', start, end: task.length, follows: /\b(?:then|afterwards|that|next|finally|lastly|thereafter)\b/i.test(match[0]) });
    at = start;
  }
  return found.map((instruction) => ({ ...instruction, text: task.slice(instruction.start, instruction.end).trim() }));
}

function kindAt(text: string, at: number): string | undefined {
  const head = text.slice(at, at + 40);
  const kind = kinds.find(([, form]) => form.test(head))?.[0];
  // "Write-up", "plan B", "post-mortem", "a draft of": a verb is followed by what it works on.
  return kind && /^[\w-]+(?: (?:up|out))?\s+(?:the|an?|each|every|all|it|them|this|that|these|those|its|their|any|two|three|one|\w+s\b)/i.test(head)
    ? kind
    : undefined;
}

function blanked(text: string): string {
  let result = text;
  for (const { start, end } of quotationsIn(text)) result = result.slice(0, start) + '·'.repeat(end - start) + result.slice(end);
  return result;
}

const fileName = String.raw`\x60?((?:[\w@.-]+/)*[\w@-]+(?:\.[\w-]+)*\.[a-z][a-z0-9]{0,4})\x60?`;
const filesAsked = new RegExp(
  String.raw`^(?:write|create|generate|produce|draft|build|make) (?:the )?(?:files? )?${fileName}(?:, ${fileName})?,? and (?:an? |the )?${fileName}\s*(?:[.;:,(—–]|$|for\b|from\b|so\b|to\b)`,
  'i',
);

/** The files that a task asks to write by their names, where it begins with two or more: “Write up.sql and down.sql”. */
export function filesAskedFor(task: string): string[] {
  const match = filesAsked.exec(task.slice(0, 300));
  if (!match || /\b(?:one (?:document|answer|output|file|response)|code blocks?|fences?|separated|sections?|headings?|diff|patch)\b/i.test(task)) return [];
  return [...new Set(match.slice(1).filter((name) => name !== undefined))];
}
