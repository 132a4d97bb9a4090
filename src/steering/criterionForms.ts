import { describeCheck } from './checkText';
import type { CheckRule } from './checkTypes';
import { quotationsIn } from './commas';
import { markBefore } from './criterionText';

/** A rule that a criterion states, as it is written in Checks. */
export interface ReadRule {
  rule: CheckRule;
  /** Without a `not`. */
  text: string;
  negated?: boolean;
}

const nowhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function checkOfRule(rule: CheckRule, negated = false): ReadRule {
  return { rule, text: describeCheck({ rule, text: '', negated: false, level: 'must', source: 'success', range: nowhere }), ...(negated && { negated }) };
}

const output = '(?:(?:the |its |whole |full |final )*(?:output|answer|response|reply|result|text|document|draft|article|post|file) )?';
const must = '(?:must |should |has to |needs to )?';
const path = String.raw`([\w@.-]+(?:/[\w@.-]+)*\.[a-z][a-z0-9]{0,7})`;
const whole = (source: string): RegExp => new RegExp(`^${source}$`);

const isJson = whole(`${output}${must}(?:is|be|are) (?:an? |only |pure |plain )*(?:json)(?: array| object| list)?(?: only| and nothing else)?`);
const onlyJson = /^(?:only|pure|nothing but) json(?: output)?$|^json(?: output)? only$/;
const fitsSchema = whole(
  `${output}${must}(?:match|matche|fit|conform|validate|follow)(?:s|es)?(?: to| against| with)? (?:the )?(?:json )?(?:schema (?:in |from |of )?)${path}`,
);
const trailingSchema = whole(`${output}${must}(?:match|fit|conform|validate|follow)(?:s|es)?(?: to| against| with)? (?:the )?${path} (?:json )?schema`);
const namedSchema = whole(
  `${output}${must}(?:match|matche|fit|conform|validate|follow)(?:s|es)?(?: to| against| with)? (?:the )?((?:[\\w@.-]+/)*[\\w@.-]*schema[\\w.-]*\\.json)`,
);
const staysAs = whole(`${path} ${must}(?:is|are|be|stays?|remains?) (?:completely |entirely )?(?:unchanged|untouched|as it is|as it was)`);
const leaves = whole(`${output}${must}leaves? ${path} (?:unchanged|untouched|alone|as it is)`);
const keptFrom = whole(`${output}${must}(?:does not|doesn't|do not|don't|never|not) (?:changes?|modify|modifies|touch|touches|edits?|alters?) ${path}`);
const equals = whole(`${output}${must}(?:(?:is|be|are) )?(?:identical|equal) to (?:the file )?${path}`);
const namesFiles =
  /^(?:(?:all|every|each|the) )*(?:named |mentioned |referenced |cited )?(?:file )?(?:paths?|files?)(?: (?:named|mentioned|referenced|cited|it names|it mentions))?(?: in (?:backticks|the output))? (?:must )?exists?$/;
const free = '(?:no|without|avoids?|never uses?|free of|contains? no|uses? no|has no)';
const noMarks: [RegExp, CheckRule, boolean][] = [
  [whole(`${output}${must}${free} exclamation (?:marks?|points?)`), { kind: 'excludes', terms: ['!'] }, false],
  [whole(`${output}${must}${free} em[- ]dash(?:es)?`), { kind: 'excludes', terms: ['—'] }, false],
  [whole(`${output}${must}${free} todos?(?: left| comments| markers)?`), { kind: 'excludes', terms: ['TODO'] }, false],
  [whole(`${output}${must}${free} emojis?`), { kind: 'matches', pattern: String.raw`\p{Emoji_Presentation}`, flags: 'u' }, true],
];

/** A plain word, such as one can list without quotation marks after "the words". */
const listedWords =
  /^(?:.* )?(?:avoids?|never (?:uses?|says?|contains?)|(?:does not|doesn't|do not|don't|must not) (?:use|say|contain)|no use of|without) the (?:words?|terms?) ([\p{L}-]+(?:(?: (?:and|or|nor) [\p{L}-]+)*))$/u;

/**
 * Forms of a criterion beyond counts and quotations: formats, schemas, files left alone, headings, how it begins and ends, marks that may not
 * stand. Undefined where the criterion says anything else beside it.
 * @param source as written
 * @param plain the same in lower case, emphasis and a last full stop taken off
 */
export function readForm(source: string, plain: string): ReadRule | undefined {
  if (isJson.test(plain) || onlyJson.test(plain)) return { rule: { kind: 'json' }, text: 'json' };
  const bare = plain.replace(/`/g, '');
  const file = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(bare)?.[1];
    // Paths keep their case.
    return found && source.slice(source.toLowerCase().indexOf(found)).slice(0, found.length);
  };
  const schema = file(fitsSchema) ?? file(trailingSchema) ?? file(namedSchema);
  if (schema?.endsWith('.json')) return checkOfRule({ kind: 'schema', path: schema });
  const kept = file(staysAs) ?? file(leaves) ?? file(keptFrom);
  if (kept) return checkOfRule({ kind: 'unchanged', path: kept });
  const same = file(equals);
  if (same) return checkOfRule({ kind: 'sameAs', path: same });
  if (namesFiles.test(bare)) return checkOfRule({ kind: 'pathsExist' });
  for (const [form, rule, negated] of noMarks) if (form.test(plain)) return checkOfRule(rule, negated);
  const words = listedWords.exec(plain)?.[1];
  if (words) return checkOfRule({ kind: 'excludes', terms: words.split(/ (?:and|or|nor) /) });
  return quotedForm(source);
}

const hasSections = new RegExp(`^${output}${must}(?:has|have|with|contains?|includes?) (?:the |a |an )*(?:sections?|headings?)(?: named| called| titled)?:?$`);
const hasSection = new RegExp(`^${output}${must}(?:has|have|with|contains?|includes?) (?:the |a |an )*$`);
const begins = new RegExp(`^${output}${must}(?:starts?|begins?|opens?) with$`);
const ends = new RegExp(`^${output}${must}(?:ends?|closes?) with$`);

/** `has the sections "A" and "B"`, `has a "Summary" section`, `starts with "# "`. */
function quotedForm(source: string): ReadRule | undefined {
  const quoted = quotationsIn(source).filter(({ text }) => text.trim());
  const first = quoted[0];
  const last = quoted.at(-1);
  if (!first || !last) return undefined;
  const lead = plainLead(source.slice(0, markBefore(source, first.start)));
  const rest = source
    .slice(last.end)
    .replace(/^["”»'’`]+/, '')
    .trim()
    .toLowerCase();
  const between = quoted
    .slice(1)
    .every((piece, i) => /^["”»'’`]*[\s,]*(?:and)?\s*["“„«'‘`]*$/.test(source.slice((quoted[i] as typeof piece).end, piece.start)));
  if (!between) return undefined;
  const names = quoted.map(({ text }) => text.trim().replace(/^#{1,6}\s+/, ''));
  if ((hasSections.test(lead) && !rest) || (hasSection.test(`${lead} `) && /^(?:sections?|headings?)$/.test(rest)))
    return checkOfRule({ kind: 'sections', names });
  if (quoted.length > 1 || rest) return undefined;
  const literal = first.text.trim().replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  if (begins.test(lead)) return checkOfRule({ kind: 'matches', pattern: `^\\s*${literal}`, flags: '' });
  if (ends.test(lead)) return checkOfRule({ kind: 'matches', pattern: `${literal}\\s*$`, flags: '' });
  return undefined;
}

function plainLead(text: string): string {
  return text
    .toLowerCase()
    .replace(/[*_]{2}/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
