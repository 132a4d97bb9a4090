import { posix } from 'node:path';
import type { ProjectDocument } from '../../../steering/project';
import type { Finding, Rule } from '../../issue';
import { rootOf } from '../launch';
import { companionsOf } from './companions';
import { isInstruction, type Statement, statementsOf } from './statements';

/** Shorter ones are said twice by chance ("Run the tests."). */
const fewestWords = 7;
const fewestCharacters = 40;

/** A statement with its place among those of its document. */
interface Said {
  document: ProjectDocument;
  statement: Statement;
  at: number;
}

export const repeatedInstructionRule: Rule = {
  id: 'project/repeated-instruction',
  severity: 'warning',
  title: 'The same instruction twice',
  kinds: ['project'],
  async check(subject) {
    const own = repeatable(subject.project);
    if (!own.length) return [];
    const first = new Map<string, Said>();
    for (const document of await companionsOf(subject)) for (const said of repeatable(document)) note(first, said);
    const twins: { said: Said; earlier: Said }[] = [];
    for (const said of own) {
      const earlier = first.get(said.statement.normal);
      if (earlier) twins.push({ said, earlier });
      else note(first, said);
    }
    // A block that was copied is one finding, however many sentences it has.
    const blocks: (typeof twins)[] = [];
    for (const twin of twins) {
      const block = blocks[blocks.length - 1];
      const last = block?.[block.length - 1];
      if (last && last.earlier.document === twin.earlier.document && last.said.at + 1 === twin.said.at && last.earlier.at + 1 === twin.earlier.at)
        block.push(twin);
      else blocks.push([twin]);
    }
    const root = await rootOf(subject);
    return blocks.flatMap((block) => findingOf(subject.project, root, block));
  },
};

function findingOf(own: ProjectDocument, root: string, block: readonly { said: Said; earlier: Said }[]): Finding[] {
  const [head] = block;
  const tail = block[block.length - 1];
  if (!head || !tail) return [];
  const { document } = head.earlier;
  const place = document.markdown.range(head.earlier.statement.from, tail.earlier.statement.to);
  const where = document === own ? `in line ${place.start.line + 1}` : `in ${posix.relative(root, document.path)}, which is loaded together with this file`;
  const more = block.length > 1 ? ` and the ${block.length - 1} after it stand` : ' stands';
  return [
    {
      message: `“${short(head.said.statement.text)}”${more} ${where} already: say it once, where it is looked for.`,
      range: own.markdown.range(head.said.statement.from, tail.said.statement.to),
      related: [{ path: document.path, range: place, message: 'It is said here first.' }],
    },
  ];
}

function note(first: Map<string, Said>, said: Said): void {
  if (!first.has(said.statement.normal)) first.set(said.statement.normal, said);
}

/** Stretches between two comments of one name (`<!-- x -->` … `<!-- /x -->`, `begin x` … `end x`): a tool writes them, into each file anew. */
function generatedIn({ markdown, text }: ProjectDocument): { from: number; to: number }[] {
  const open = new Map<string, number>();
  return markdown.comments.flatMap(({ from, to }) => {
    const words = text.slice(from + 4, Math.min(to - 3, from + 200)).toLowerCase();
    const closes = /^\s*\/|\b(?:end|stop)\b/.test(words);
    const name = words.replace(/\b(?:begin|start|end|stop)\b|[^\p{L}\p{N}]+/gu, '');
    const begun = open.get(name);
    if (!closes) open.set(name, from);
    return closes && begun !== undefined ? [{ from: begun, to }] : [];
  });
}

/** What leads to an example in code is no instruction, though it may sound like one. */
function repeatable(document: ProjectDocument): Said[] {
  const written = generatedIn(document);
  return statementsOf(document)
    .filter(
      (statement) =>
        statement.normal.length >= fewestCharacters &&
        statement.normal.split(' ').length >= fewestWords &&
        isInstruction(statement) &&
        !statement.besideCode &&
        !written.some(({ from, to }) => from <= statement.from && statement.from < to) &&
        !statement.text.endsWith(':'),
    )
    .map((statement, at) => ({ document, statement, at }));
}

export function short(text: string): string {
  const flat = text.replace(/\s+/g, ' ');
  return flat.length > 70 ? `${flat.slice(0, 67)}…` : flat;
}
