/**
 * Sentences that tell a model to get round what it is measured by, or to do something else than answer. A strategy is written by a model from material
 * that others wrote, and is then sent with every call: what a document slipped into it would be obeyed for a long time.
 */

export interface Disobedience {
  why: string;
  sentence: string;
}

const measured =
  '(?:checks?|criteri(?:a|on)|verification|verif(?:y|ies|ied)|tests?|validat(?:ion|or|e)|judges?|rubric|instructions?|constraints?|rules?|system (?:message|prompt))';
const evade = new RegExp(
  String.raw`\b(?:ignor|disregard|bypass|circumvent|evad|overrid|overrul|disabl|trick|cheat|fool)(?:e|es|ed|ing|s)?\b[^.!?\n]{0,60}\b${measured}\b`,
  'i',
);
const skip = new RegExp(String.raw`\b(?:skip|forget|pay no attention to|don['’]t (?:bother|care|worry)(?: with| about)?)\b[^.!?\n]{0,30}\b${measured}\b`, 'i');
const toJudge = /\b(?:answer|score|rate|give|return|output)\b[^.!?\n]{0,25}\b(?:5\s*\/\s*5|10\s*\/\s*10|full marks|the (?:highest|top|maximum) score)/i;
const elsewhere =
  /\b(?:write|save|append|copy|move|delete|remove|create|overwrite|store|put)\b[^.!?\n]{0,50}?(?:^|[\s"'`(])((?:~|\.{1,2})?\/[\w.@~-][\w./@~-]*|[A-Za-z]:\\[\w\\.-]+|\.[a-z]\w*(?:\/[\w./-]*)?|(?:[\w-]+\/)+[\w-]+\.\w{1,8})/i;
const doing =
  /\b(?:run|execute|curl|wget|fetch|download|upload|post|send)\b[^.!?\n]{0,40}(?:https?:\/\/|\brm -|\bsudo\b|\bcurl\b|\bwget\b|`[^`\n]*\s-{1,2}\w)/i;

/** What does not do what it says: `never skip the checks`. */
const denied = /\b(?:never|not|don['’]t|doesn['’]t|must not|mustn['’]t|avoid|without|instead of|no need to worry if)\b[^,;:]{0,30}$/i;

/** The first sentence of a text that does so; undefined where none does. @param outputPath the one file that may be named as written to */
export function disobedience(text: string, outputPath?: string): Disobedience | undefined {
  for (const sentence of text.split(/(?<=[.!?])\s+|\n+/)) {
    for (const [form, why] of [
      [evade, 'it tells the model to get round what it is checked by'],
      [skip, 'it tells the model to get round what it is checked by'],
      [toJudge, 'it tells the judge what to answer'],
      [doing, 'it tells the model to run or fetch something, which it can’t'],
    ] as const) {
      const match = form.exec(sentence);
      if (match && !denied.test(sentence.slice(0, match.index))) return { why, sentence: shown(sentence) };
    }
    const place = elsewhere.exec(sentence);
    if (place && !denied.test(sentence.slice(0, place.index)) && bare(place[1] ?? '') !== bare(outputPath ?? ''))
      return { why: 'it tells the model to write elsewhere', sentence: shown(sentence) };
  }
  return undefined;
}

function bare(path: string): string {
  return path.replace(/^\.\//, '').replace(/[.,;:]+$/, '');
}

function shown(sentence: string): string {
  const trimmed = sentence.trim();
  return trimmed.length > 160 ? `${trimmed.slice(0, 159)}…` : trimmed;
}
