import { Kept } from '../../../steering/kept';
import type { ProjectDocument, Prose } from '../../../steering/project';

/** A sentence of prose as it is compared with others: neither heading, table row nor code block. */
export interface Statement {
  /** As it is written, without list mark and emphasis. */
  text: string;
  /** Lower case, one blank between words, without marks of emphasis, code and the end. */
  normal: string;
  from: number;
  to: number;
  /** Nothing else is said in its paragraph or list item. */
  alone: boolean;
  /** Code stands directly before or after it: it tells what is shown there. */
  besideCode: boolean;
  /** The headings above it, from the outermost. */
  headings: readonly string[];
}

const notProse = /^[ \t>]*(?:\||#{1,6}(?:[ \t]|$))/;
const listMark = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:\[[ xX]\][ \t]+)?/;
const abbreviation = /\b(?:e\.g|i\.e|etc|vs|cf|incl|approx)\.$/i;

const kept = new WeakMap<ProjectDocument, Statement[]>();

/** The sentences of a document in order; read once. */
export function statementsOf(document: ProjectDocument): Statement[] {
  let found = kept.get(document);
  if (!found) {
    found = document.prose.flatMap((prose) => (notProse.test(prose.text) ? [] : sentences(document, prose)));
    kept.set(document, found);
  }
  return found;
}

/** A sentence by itself, with offsets from where its paragraph or list item begins. */
type Sentence = Pick<Statement, 'text' | 'normal' | 'from' | 'to'>;

/** While one types in a paragraph, the others say what they said. */
const read = new Kept<Sentence[]>(3000);

function sentencesOf(prose: string, source: string): Sentence[] {
  const found: Sentence[] = [];
  let from = listMark.exec(prose)?.[0].length ?? 0;
  const add = (to: number) => {
    // Code is blanked out in the prose, and is part of what is said.
    const text = prose
      .slice(from, to)
      .replace(/\0+/g, (hidden, at: number) => source.slice(from + at, from + at + hidden.length))
      .trim();
    const lead = prose.slice(from, to).search(/\S/);
    const normal = normalised(text);
    if (normal) found.push({ text, normal, from: from + Math.max(0, lead), to: prose.slice(0, to).trimEnd().length });
    from = to;
  };
  for (const match of prose.matchAll(/[.!?](?:\*\*|["”)])?(?=\s)/g)) {
    const to = match.index + match[0].length;
    if (!abbreviation.test(prose.slice(Math.max(0, to - 8), to))) add(to);
  }
  if (from < prose.length) add(prose.length);
  return found;
}

function sentences(document: ProjectDocument, prose: Prose): Statement[] {
  const headings = headingsAt(document, prose.from);
  const found = read
    .of(prose.source, (source) => sentencesOf(prose.text, source))
    .map(
      ({ text, normal, from, to }): Statement => ({
        text,
        normal,
        from: prose.from + from,
        to: prose.from + to,
        headings,
        alone: false,
        besideCode: false,
      }),
    );
  const last = found[found.length - 1];
  if (last) last.besideCode = /^\s*(?:`{3}|~{3})/.test(document.text.slice(last.to, last.to + 200));
  if (found[0] && /(?:`{3}|~{3})\s*$/.test(document.text.slice(Math.max(0, prose.from - 200), prose.from))) found[0].besideCode = true;
  if (last && found.length === 1) last.alone = true;
  return found;
}

/** Words alone: two sentences with the same ones say the same. */
export function normalised(text: string): string {
  return text
    .replace(/\[([^\][]{0,300})\]\([^()\s]{0,500}\)/g, '$1')
    .replace(/[*`]|\b_|_\b/g, '')
    .replace(/[’‘]/g, "'")
    .replace(/[\s\u00a0]+/g, ' ')
    .trim()
    .replace(/(?<![.!:;,])[.!:;,]+$/, '')
    .toLowerCase();
}

function headingsAt(document: ProjectDocument, offset: number): readonly string[] {
  const { sections } = document.markdown;
  let low = 0;
  let high = sections.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sections[middle]?.from ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return sections[low]?.path ?? [];
}

const verbs =
  "use|run|write|read|add|create|keep|put|place|prefer|avoid|ensure|make|check|verify|test|commit|push|follow|never|always|do not|don't|must|name|import|export|return|handle|throw|log|document|update|delete|remove|install|build|format|lint|call|pass|store|set|define|declare|wrap|extract|treat|report|ask|stop|start|include|exclude|leave|respect|validate|review|rebase|squash|merge|open|tag|bump|only|limit|mock|cover|assert|mark|annotate|expose|inject|reuse|refactor|rename|move|replace|escape|quote|sort|group|split|throw|raise|catch|skip|fix|configure|enable|disable";
const imperative = new RegExp(`^(?:please |you must |you should |we |also |and |then |first,? |instead,? )*(?:${verbs})\\b`);
const modal = /\b(?:must|should|shall|never|always|do not|don't|required to|not allowed|forbidden)\b/;

/** True for a sentence that tells someone to do something, or not to. */
export function isInstruction({ normal }: Pick<Statement, 'normal'>): boolean {
  return imperative.test(normal) || modal.test(normal);
}

/** A sentence that holds only under a condition, or in some place: another may say otherwise without contradicting it. */
export const conditional =
  /\b(?:if|when|whenever|where|wherever|unless|until|while|except|without|before|after|during|only|in case|as long as|otherwise|for example|e\.g|such as|instead|sometimes|usually|may|can|could|inside|outside|within|under)\b/;
