import type { PathForm } from './pathForm';

/** What a text says of a path that no history knows, and that makes it likely to be one to come, one of another place, or a stand-in. */

/** To be made, by an order or as a habit; anywhere in the sentence, or in what leads into its list. */
const toMake =
  /\b(?:add|adding|create|creating|make|making|(?:name|call) (?:it|them|the)|(?:named|naming)|put|putting|place|placing|write|writing|introduce|introducing|implement|implementing|scaffold\w*|new|generate[sd]?|generating|save[sd]?|drop|define|rename)\b|\bcopy\b.*\b(?:to|as|into)\b/i;
/** The same as an order, at the beginning of a sentence or clause. */
const order =
  /(?:^|[.;:–—]\s+)[\s\d.*_>|[\]-]*(?:then |first |next |finally |always |just )?(?:add|create|put|place|write|make|name|introduce|scaffold)\b(?!\s+sure\b)[^.;:]*$/i;
const pattern =
  /\b(?:e\.g|eg|for example|for instance|such as|examples?|like|say|similar|conventions?|pattern|named|called|template|sample|imagine|suppose)\b|\b(?:single|specific|particular|one)\s+(?:\w+\s+)?(?:tests?|files?|modules?|packages?|specs?|cases?|suites?)\b/i;
const negated =
  /\b(?:do not|don't|never|must not|mustn't|should not|shouldn't|cannot|can't|no|avoid|without|not|neither|nor)\b(?!\s+(?:\w+ly\s+)?(?:hand-?)?(?:edit|modify|touch|change|bypass|delete|move|reformat|commit)\b)/i;
const elsewhere =
  /\bhttps?:\/\/|\bgithub\.com\b|\b(?:other|another|internal|upstream|downstream|sibling|parent|public|private|companion|host|consuming|user'?s?|customer'?s?)\s+(?:[\w-]+\s+)?(?:repo\w*|project\w*|app|apps|workspace|codebase|checkout)\b|\b(?:in|from|of) the [\w./ -]{1,40} repo(?:sitor(?:y|ies))?\b|\b(?:repo(?:sitory)?|checkout|clone|bucket|S3|VPS|server path|on the (?:server|host|machine|device|VPS|box)|in the (?:image|container|bucket|cluster|pod|vault)|deployed|mounted|volume|installed|downloaded?|fetched|at runtime|runtime|persisted|stored|your)\b/i;
const sometimes = /\b(?:if|when|unless|whether|may|might|could|can|should|would|will|until|once|optional\w*|locally?|cached?|temporary|ephemeral|fallback)\b/i;
const routed = /^(?:api|v\d+|rest|graphql|auth|oauth|rpc|webhooks?|static|assets|public|images?|_next|health\w*|admin|users?|login)$/i;
const titled =
  /\b(?:plans?|planned|proposal|proposed|recommended|suggested|roadmap|future|todo|ideas?|templates?|examples?|history|historical|archived?|migrations?|recipes?)\b|^#+\s+(?:\d+\.\s+)?(?:adding|creating|how to (?:add|create|write|make)|add|create|new)\b/i;
const suggested =
  /\b(?:recommended|suggested|proposed|typical|possible|planned|common|ideal|target)\s+(?:[\w-]+\s+)?(?:structure|layout|organi[sz]ation|folders?|files?|director(?:y|ies)|tree)\b/i;

export interface Setting {
  before: string;
  after: string;
  form: PathForm;
  /** In a list or table that goes through a folder, most of which is there: only what is said of the list speaks against it. */
  listed: boolean;
  argument: boolean;
  headings: readonly string[];
  lead: readonly string[];
  /** Nothing else stands in its block, and a fence follows. */
  title: boolean;
  /** One like it stands beside or elsewhere, or its folder has left: what sounds like one to come is likelier one that was. */
  kin: boolean;
}

/** Why a path that is not there, and was not known to be there once, may not be one that should be; undefined where nothing speaks against it. */
export function doubt({ before, after, form, listed, argument, headings, lead, title, kin }: Setting): string | undefined {
  if (title) return 'the title of a file that follows';
  if (form.start === '/' && (routed.test(form.segments[0] as string) || (!form.file && !form.folder))) return 'may be a route';
  if (/^\.(?!github\/|circleci\/|gitlab|husky\/|storybook\/|vscode\/)/.test(form.path) && form.start !== '../') return 'the place of a tool or a person';
  const said = before.replace(/`[^`]*`/g, ' ');
  const words = `${said} ${after.replace(/`[^`]*`/g, ' ')}`;
  if (elsewhere.test(words)) return 'may be elsewhere';
  if (negated.test(/[^,;:]*$/.exec(said)?.[0] ?? '')) return 'the text says what is not';
  if (lead.some((text) => toMake.test(text) || pattern.test(text) || suggested.test(text))) return 'its list is of files to make, or of examples';
  // An invented test is a file; a folder is one that is there.
  const invented = !(argument && !form.file);
  if (invented && pattern.test(said)) return 'may be an example';
  if (!listed && order.test(said)) return 'may be one to make';
  if (kin && !listed) return undefined;
  if (headings.slice(0, 2).some((text) => titled.test(text))) return 'its section is about what is to come, was, or is elsewhere';
  if (invented && !argument && pattern.test(words)) return 'may be an example';
  if (listed) return undefined;
  if (toMake.test(said)) return 'may be one to make';
  if (sometimes.test(words)) return 'may be there at times';
  return undefined;
}

/** True of a list that says how folders should be laid out, or what to make. */
export function isSuggestion(lead: readonly string[]): boolean {
  return lead.some((text) => suggested.test(text) || toMake.test(text));
}

/** True where what leads into a tree diagram, or its heading, says that it shows what to make. */
export function isPlan(lead: string): boolean {
  const text = lead.slice(0, 400);
  return suggested.test(text) || order.test(text.replace(/[\s:*]+$/, '')) || (text.startsWith('#') && titled.test(text));
}

/** The other side of an alternative or a pair: "`a.ts` or `a/`", "`a.in`/`b.in`", as written. */
export function alternatives(before: string, after: string): string[] {
  const next = /^[`*]*,?\s*(?:\bor\b|\/|\|)\s*(?:the\s+)?[`*]+([^`\s]+)[`*]/.exec(after)?.[1];
  const last = /[`*]([^`\s]+)[`*]+,?\s*(?:\bor\b|\/|\|)\s*(?:the\s+)?[`*]*$/.exec(before)?.[1];
  return [next, last].filter((text) => text !== undefined);
}
