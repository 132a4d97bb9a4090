import type { PathForm } from './pathForm';

/** What a text says of a path that makes its absence no fault. Silence is the answer to every doubt. */

/** Said of anything in the sentence: it is gone, to come, optional, or elsewhere. */
const absent =
  /\b(?:no longer|does(?:n't| not) exist|do(?:n't| not) exist|there (?:is|are) no|(?:was|were|been|is|are|being|got) (?:re)?(?:moved|named|placed|deleted|dropped|retired|archived|superseded|split|merged|deprecated)|deleted|deprecated|legacy|obsolete|former(?:ly)?|previous(?:ly)?|used to (?:be|have|live|hold|contain)|not yet|not (?:tracked|committed|checked[ -]in|present|available|included|part of|in (?:the|this) repo\w*)|un(?:tracked|versioned)|planned|upcoming|future|todo(?!-)|tbd|will be (?:added|created|generated|written)|would|hypothetical|suppose|imagine|if (?:it |they |one |that |this |the \w+ )?(?:exists?|(?:is |are )?(?:present|available|found))|when (?:it |they )?(?:present|exists?|available)|where present|optional(?:ly)?|may (?:not )?exist|might exist|if any|if needed|(?:check|see) (?:if|whether)|look(?:s|ing)? for|search(?:es)? for|falls? back|git-?ignored?|ignored|excluded?|personal|per-user|user'?s? (?:home|own|project|machine)|your (?:own )?(?:project|app|machine|home)|upstream|downstream|(?:other|another|separate|external|sibling|private|companion|different) (?:\w+ )?(?:repo\w*|project|package|codebase)|in the [\w./`-]+ repo(?:sitory)?\b|in (?:that|their|its own|those) (?:repo\w*|project|codebase)|only (?:while|when|during|until)|checkout of|clone of|submodule)\b/i;

/** Said of it when it stands right after. */
const outputAfter =
  /^[`"')\]*_]*[\s(:,–—-]*(?:\(?(?:(?:auto-?)?generated|git-?ignored|ignored|optional(?:ly)?|created (?:by|at|on|when|during)|outputs?\b(?! of)|build (?:outputs?|artifacts?|products?)|(?:built|emitted|produced|downloaded|written) (?:by|at|on|to|from)|temporary|local[ -]only|not committed|deprecated|removed|missing|if (?:it |they )?(?:exists?|present|available|any|needed)|when (?:present|available|it exists)|planned|future|new\b(?! tests?\b)|is (?:auto-?)?(?:generated|created|written|built|produced|git-?ignored|optional|deprecated|emitted)|are (?:auto-?)?(?:generated|created|written|built|produced|git-?ignored|optional)|gets? (?:generated|created|written)|will (?:be|not)|does(?:n't| not) exist|no longer|(?:was|were|has been) ))/i;

/** Verbs that make what follows, in the same clause. */
const making =
  /\b(?:creat(?:e[sd]?|ing)|(?:re)?generat(?:e[sd]?|ing)|writ(?:e|es|ten|ing)(?! tests)|scaffold\w*|outputs?|outputting|produc(?:e[sd]?|ing)|emit(?:s|ted|ting)?|compil(?:e[sd]?|ing)|sav(?:e[sd]?|ing)|download(?:s|ed|ing)?|clon(?:e[sd]?|ing)|mkdir|extract(?:s|ed|ing)? (?:in)?to|export(?:s|ed|ing)? (?:in)?to|dump(?:s|ed|ing)?|record(?:s|ed|ing)? (?:in|to)|log(?:s|ged|ging)? to|introduc(?:e[sd]?|ing)|nam(?:e[sd]?|ing)|call(?:s|ed) (?:it|them)|cach(?:e[sd]?|ing) (?:in|at|under))\b/gi;

/** Verbs that do something to a file which was there or is to come; they count where the path follows at once. */
const handling =
  /\b(?:add(?:s|ed|ing)?|new|put(?:s|ting)?|plac(?:e[sd]?|ing)|stor(?:e[sd]?|ing)|builds?|built|install(?:s|ed|ing)?|cop(?:y|ies|ied|ying)|export(?:s|ed|ing)?|mov(?:e[sd]?|ing)|renam(?:e[sd]?|ing)|migrat(?:e[sd]?|ing)|replac(?:e[sd]?|ing)|remov(?:e[sd]?|ing)|delet(?:e[sd]?|ing)|drop(?:s|ped)?|mak(?:e|ing)|call(?:s|ed)?|publish(?:es|ed|ing)?|mount(?:s|ed|ing)?|bundl(?:e[sd]?|ing)|upload(?:s|ed|ing)?|deploy(?:s|ed|ing)?|mirror(?:s|ed|ing)?|vendor(?:s|ed|ing)?)\b(?:\s+[\w'-]+){0,3}[\s`"'*([]*$/i;

/** A person's hand puts something into what is there: `Create the feature in src/features/`, `add the export to src/index.ts`. */
const handIntoFolder =
  /\b(?:creat\w+|add\w*|put\w*|plac\w+|writ(?:e|ing)|implement\w*|keep\w*|drop)\b[^;:]*\b(?:in|into|to|under|inside|within)\s+(?:the\s+|a\s+|an?\s+appropriate\s+)?[`"*([]*$/i;
const handIntoFile =
  /\b(?:add|register|append|include|export|declare|list|document|wire|import|hook|define|put|insert)\w*\b[^;:.]*\b(?:in|into|to)\s+(?:the\s+)?[`"*([]*$/i;
const handBlocked = /\bnew (?:file|folder|director\w+)|\bgenerat|\boutput|\bsav(?:e|ed|ing)\b|\bwrites? to\b|\bwritten\b|\bcreates\b/i;

const example = /\b(?:e\.g\.?|for example|for instance|such as|examples?|sample|illustrat\w+|imagin\w+|like|similar to|something like|say)\b[^.;]*$/i;
const instead =
  /(?:\b(?:instead of|rather than|and not|not|never(?: create| use| add)?|unlike|avoid|don't (?:create|add|use)|do not (?:create|add|use))|❌|✗|✘|🚫|✖)[\s`"*([]*$/i;
const specifier =
  /\b(?:imports?(?:ed|ing)?(?: \w+| [{][^}]*[}])*(?: from)?|require[ds]?\(|from ['"]|packages?|modules?|crates?|library|librar(?:y|ies)|dependenc(?:y|ies)|namespace|alias(?:es)?|subpaths?|entry ?points?|exports?)[\s`"'*(:]*$/i;
const branch =
  /\b(?:branch(?:es)?|checkout|check out|merge|rebase|commit(?:s)?|tags?|origin|remote|PRs?|pull requests?|prefix(?:es|ed)?|labels?|slug|scopes?|worktree)\b/i;
const route =
  /\b(?:endpoints?|routes?|routing|GET|POST|PUT|PATCH|DELETE|URLs?|URIs?|requests?|https?|redirect\w*|hostname|host|API path|permalinks?|bucket|image|registry|topic|queue|keys?|MIME|content[- ]type|media type|model(?: id)?s?)\b/;
const outward = /\b(?:naming|named|names? (?:of|for|like|should|must|your)|naming conventions?|pattern|formats?|suffix|prefix)\b/i;

/** Says of a list that it goes through what each of many folders holds. */
const shape = /\b(?:each|every|per|typical(?:ly)?|usual(?:ly)?|most(?! (?:important|relevant|used|common|of the))|any)\b|[<{]\w[\w -]*[>}]/i;

/** The answers that hold for a path wherever a document names it. */
export const absences: ReadonlySet<string> = new Set(['the text says that it need not be there', 'the text says that it is made or may be missing']);

export interface Said {
  before: string;
  after: string;
  form: PathForm;
  place: 'span' | 'prose' | 'span-argument' | 'fence-argument' | 'tree';
  /** How many of its folders are there, counted from the best place to start from. */
  depth: number;
  /** The first thing its list item or row is about. */
  leads: boolean;
  /** The headings above, innermost first. */
  headings: readonly string[];
  /** The paragraph that leads into its list. */
  lead: readonly string[];
}

/** Why a path that is not there may not be one that should be; undefined where nothing is said against it. */
export function excuse(said: Said): string | undefined {
  const { before, after, form, place } = said;
  const name = form.segments[form.segments.length - 1] as string;
  const plain = !form.file && !form.folder;
  const fence = place === 'fence-argument';
  const near = `${clause(before).replace(/`[^`]*`/g, ' ')} ${firstClause(after).replace(/`[^`]*`/g, ' ')}`;
  if (!fence && absent.test(near)) return 'the text says that it need not be there';
  if (outputAfter.test(after)) return 'the text says that it is made or may be missing';
  if (instead.test(before)) return 'the text says what not to use';
  if (/^[`"')\]*_]*\s*(?:→|->|=>)/.test(after) || /(?:→|->|=>)\s*[`"'([*_]*$/.test(before)) return 'one side of a mapping';
  if (
    said.headings
      .slice(0, 2)
      .some((heading) =>
        /\b(?:templates?|examples?|outputs?|generated|legacy|deprecated|roadmap|future|planned|proposed|migrat\w+|release notes)\b/i.test(heading),
      )
  )
    return 'its section is about examples, outputs or other times';
  if (said.leads && said.lead.some((lead) => shape.test(lead))) return 'its list describes the shape of many folders';
  if (plain && (place === 'span' || place === 'prose')) {
    if (specifier.test(before)) return 'the name of a package or module';
    if (branch.test(near)) return 'may be a branch';
    if (said.depth < 2 && route.test(near)) return 'may be a route';
  }
  const strong = said.depth >= 2 && said.depth >= form.segments.length - 1;
  const outwardly = outward.test(before.slice(-80).replace(/`[^`]*`/g, ' '));
  if (example.test(before) && !(strong && !outwardly)) return 'an example';
  if (outwardly && said.depth < 2 && !said.leads) return 'how names are formed';
  if (
    (place === 'span' || place === 'prose') &&
    !said.leads &&
    !/\b(?:see|read|edit|in the|enforced by|owned by|(?<!\b(?:moved|renamed|migrated|ported|extracted|split)\b[^.;]{0,60})from)\s+[`"'*([]*$/i.test(before)
  ) {
    const hand = (form.folder ? handIntoFolder : handIntoFile).test(before) && !handBlocked.test(before);
    if (!hand && (isMade(clause(before)) || handling.test(before))) return 'the text says to make it, or that it is made';
  }
  if (/^[.](?:env|venv|cache)|\.local(?:\.|$)|\.(?:log|db|sqlite3?|pid|tmp|bak|orig|swp)$/i.test(name)) return 'a file of a person or a run';
  return undefined;
}

/** True where the last verb that makes something is near, and nothing after it points at what is there. */
function isMade(text: string): boolean {
  let rest: string | undefined;
  for (const verb of text.matchAll(making)) rest = text.slice(verb.index + verb[0].length);
  if (rest === undefined) return false;
  return (
    rest.split(/\s+/).length <= 10 &&
    !/,[^,]*\b(?:edit|see|read|extend|update|check|run|use|modify|open|look|refer|follow|review|inspect|consult|change)\b/i.test(rest)
  );
}

/** The clause that ends where the path begins: what another clause makes is not this path. */
function clause(before: string): string {
  const from = Math.max(before.lastIndexOf(';'), before.lastIndexOf(' — '), before.lastIndexOf(' – '), before.lastIndexOf('): '), before.lastIndexOf('. '));
  return before.slice(from + 1);
}

function firstClause(after: string): string {
  return after.slice(0, /;| — | – |\. /.exec(after)?.index ?? after.length);
}

/** Folders that tools fill: nobody keeps them, whether they are ignored or not. */
export const outputName =
  /^(?:node_modules|dist|build|out|target|coverage|htmlcov|\.venv|venv|env|__pycache__|\.next|\.nuxt|\.turbo|\.cache|\.tox|\.nox|\.mypy_cache|\.pytest_cache|\.ruff_cache|tmp|temp|logs?|\.git|\.idea|\.vscode|obj|bin|vendor|\.gradle|\.terraform|generated|__generated__|\.generated|gen|artifacts|cache|storage|_build|_site|site-packages|\.svelte-kit|\.output|\.vercel|\.wrangler|worktrees|\.worktrees|test-results|playwright-report|reports?|results|outputs?|\.build|DerivedData|Pods|deps|bazel-(?:bin|out|testlogs))$/i;
