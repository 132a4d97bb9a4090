/**
 * Sentences that tell a model to get round what it is measured by, or to do something else than answer. A strategy is written by a model from material
 * that others wrote, and is then sent with every call: what a document slipped into it would be obeyed for a long time.
 */

export interface Disobedience {
  /** What it is about: getting round checks or instructions, swaying a judge, doing something, or writing somewhere. */
  about: 'checks' | 'instructions' | 'judge' | 'act' | 'place';
  why: string;
  sentence: string;
}

/** What a stage is measured by, whoever says it. */
const measured = '(?<![\\w/-])(?:checks?|(?:success )?criteri(?:a|on)|verification|validation|judges?|rubric|system (?:message|prompt))(?![\\w-]*\\.\\w)';
/** What the material may hold as well: it is the model's own only with such a word before it. */
const told = '(?:the|your|my|our|all|these|those|any|previous|prior|earlier|above|other|further)';
const orders = String.raw`(?:${told}\s+){1,3}(?:instructions?|constraints?|rules|tests(?=\s*(?:[.,;:!]|$|(?:if|when|where|that|and|or)\b)))`;
const evade = '(?<!\\b(?:the|an?|this|that|any|only|reliable)\\s)(?:ignor|disregard|bypass|circumvent|evad|overrid|overrul|disabl|trick|cheat|fool)(?:e|ing)?';
const skip = "(?:skip(?:ping)?|forget|pay no attention to|don['’]t (?:bother|care|worry)(?: with| about)?)";
const evading = new RegExp(String.raw`\b(?:${evade}\b[^.!?\n]{0,60}|${skip}\b[^.!?\n]{0,30})\b${measured}\b(?! out\b)`, 'i');
const disobeying = new RegExp(String.raw`\b(?:${evade}|${skip})\s+(?:about\s+|with\s+)?${orders}`, 'i');
/** Instructions in the material are not to be followed, and it is well to say so. */
const material =
  /\b(?:tickets?|messages?|customers?|users?|authors?|inputs?|e-?mails?|documents?|pages?|quot\w+|comments?|files?|folders?|reports?|transcripts?|posts?|articles?|sources?|logs?|materials?|contents?|texts?|data|sections?|code|bod(?:y|ies)|issues?|reviews?|notes?)\b/i;
const toJudge = /\b(?:answer|score|rate|give|return|output)\b[^.!?\n]{0,25}\b(?:5\s*\/\s*5|10\s*\/\s*10|full marks|the (?:highest|top|maximum) score)/i;
const judge = /\b(?:judges?|graders?|evaluators?|verifiers?|whoever (?:rates|checks|judges))\b|\bthis (?:answer|output|response|reply)\b/i;
const path = String.raw`["'${'`'}(]{0,2}((?:~|\.{1,2})?\/[\w.@~-][\w./@~-]*|[A-Za-z]:\\[\w\\.-]+|\.(?!(?:csv|json|md|txt|html?|pdf|docx?|xlsx?|ya?ml)\b)[a-z]\w*(?:\/[\w./-]*)?|(?:[\w-]+\/)+[\w-]+\.\w{1,8})`;
/** A verb, and no noun such as “each store”. */
const act = String.raw`(?<!\b(?:the|an?|each|every|this|that|its|your|attached|data|key)\s)\b`;
/** A place is written to where it stands right behind the word that says so: “each function in `src/a.ts`” and “a link to /prices” do not. */
const elsewhere = [
  new RegExp(
    String.raw`${act}(?:write|save|append|copy|move|store|put)\b[^.!?\n]{0,50}?(?<!\b(?:links?|link(?:s|ed|ing)|points?|pointers?|references?|refers?|paths?|routes?|urls?|next)\s)\b(?:to|into)\s+(?:(?:a|the)\s+)?(?:(?:file|folder)\s+)?${path}`,
    'i',
  ),
  new RegExp(String.raw`${act}(?:save|store)\b[^.!?\n]{0,50}?\b(?:in|as|at|under)\s+(?:(?:a|the)\s+)?(?:(?:file|folder)\s+)?${path}`, 'i'),
  new RegExp(String.raw`\b(?:create|delete|remove|overwrite)\s+(?:(?:a|the)\s+)?(?:(?:file|folder)\s+)?${path}(?!\S*\s+(?:from|in|at|before|after)\b)`, 'i'),
];
const imperative = String.raw`(?:^|[.;:,(]\s*|\b(?:then|first|and|must|should|always|please|now|may|can)\s+|^\W*(?:\d+[.)]\s+)?)`;
const doing = [
  new RegExp(
    String.raw`${imperative}(?:(?:curl|wget)\s+\S{0,3}(?:-\w|https?:)|(?:run|execute|fetch|download)\b[^.!?\n]{0,40}(?:https?:\/\/|\brm -|\bsudo\s|\b(?:curl|wget)\s+\S|${'`'}[^${'`'}\n]*\s-{1,2}\w))`,
    'i',
  ),
  new RegExp(
    String.raw`${imperative}(?:upload|post|send)\s+(?:[\w']+\s+){0,3}(?:answers?|outputs?|results?|texts?|copy|contents?|data|it|this|everything)\s+to\s+\S?https?:\/\/`,
    'i',
  ),
];

/** What does not do what it says: `never skip the checks`. */
const denied = /\b(?:never|not|don['’]t|doesn['’]t|must not|mustn['’]t|avoid|without|instead of|no need to worry if)\b[^,;:]{0,30}$/i;

const forms: readonly (readonly [RegExp, Disobedience['about'], string])[] = [
  [evading, 'checks', 'it tells the model to get round what it is checked by'],
  [disobeying, 'instructions', 'it tells the model to get round what it is told'],
  [toJudge, 'judge', 'it tells the judge what to answer'],
  ...doing.map((form) => [form, 'act', 'it tells the model to run or fetch something, which it can’t'] as const),
];

/**
 * The first sentence of a text that does so; undefined where none does.
 * @param outputPath the one file that may be named as written to
 * @param about only what is about one of these; all where nothing is said
 */
export function disobedience(text: string, outputPath?: string, about?: readonly Disobedience['about'][]): Disobedience | undefined {
  const wanted = (kind: Disobedience['about']) => about?.includes(kind) ?? true;
  for (const sentence of text.split(/(?<=[.!?])\s+|\n+/)) {
    for (const [form, kind, why] of forms) {
      const match = wanted(kind) ? form.exec(sentence) : null;
      if (!match || denied.test(sentence.slice(0, match.index))) continue;
      if (form === disobeying && material.test(sentence)) continue;
      if (form === toJudge && !judge.test(sentence)) continue;
      return { about: kind, why, sentence: shown(sentence) };
    }
    for (const form of wanted('place') ? elsewhere : []) {
      const place = form.exec(sentence);
      if (place && !denied.test(sentence.slice(0, place.index)) && bare(place[1] ?? '') !== bare(outputPath ?? ''))
        return { about: 'place', why: 'it tells the model to write elsewhere', sentence: shown(sentence) };
    }
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
