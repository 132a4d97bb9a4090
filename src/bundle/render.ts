import type { Piece } from './bundleTypes';

/** The tags that give a prompt its structure. No text inside of one can open or close any of them. */
export const blockNames = [
  'documents',
  'document',
  'document_content',
  'specification',
  'constraints',
  'success_criteria',
  'strategy',
  'stage',
  'each_item',
  'failed_checks',
  'previous_output',
] as const;
export type BlockName = (typeof blockNames)[number];

// Format characters (zero-width space and kin) are invisible to a person and may be to a model: they hide no tag.
// One class for gaps and slashes: two in a row would take quadratic time on a page of blanks.
const gap = String.raw`[\s\p{Cf}/]*`;
const tagAhead = `(?=${gap}(?:${blockNames.map((name) => [...name].join(String.raw`\p{Cf}*`)).join('|')})(?!\\w))`;
const opening = new RegExp(`(?:<|&(?:amp;)*lt;)${tagAhead}`, 'giu');
const escaped = new RegExp(`&(?:amp;)*lt;${tagAhead}`, 'giu');

/**
 * The text with every `<` that begins one of our tags written `&lt;`, and nothing else changed. An `&lt;` that stands there already
 * gets one `amp;` more, so that `unescapeBlocks` gives the text back exactly.
 */
export function escapeBlocks(text: string): string {
  return text.replace(opening, (match) => (match === '<' ? '&lt;' : `&amp;${match.slice(1)}`));
}

/** What `escapeBlocks` was given. */
export function unescapeBlocks(text: string): string {
  return text.replace(escaped, (match) => (match === '&lt;' ? '<' : `&${match.slice('&amp;'.length)}`));
}

/** One tagged block with its content escaped. */
export function block(name: BlockName, content: string): string {
  return `<${name}>\n${escapeBlocks(content)}\n</${name}>`;
}

/** Where a piece comes from, for people: `stage:2 Outline`, `docs/api.md#Errors`, `src/a.ts:10-40`, `notes.md (outline only)`. */
export function sourceLabel(piece: Pick<Piece, 'source' | 'heading' | 'lines' | 'outline' | 'whole'>): string {
  const place = piece.heading !== null ? `#${piece.heading}` : piece.lines && !piece.whole ? `:${piece.lines.join('-')}` : '';
  return `${piece.source}${place}${piece.outline ? ' (outline only)' : ''}`;
}

/**
 * What a source is called wherever it must not matter that stages were numbered anew: in what is sent and hashed, and where two bundles are compared. A stage is
 * known by its title, its number is for people, so `stage:2 Outline` is `output:Outline`; all else is called what it is.
 */
export function unnumberedSource(source: string): string {
  return source.replace(/^stage:\d+ /, 'output:');
}

function escapeSource(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

/** Where a piece comes from, as the model is told. */
function sentLabel(piece: Parameters<typeof sourceLabel>[0]): string {
  return sourceLabel({ ...piece, source: unnumberedSource(piece.source) });
}

/** One piece as the provider's documentation advises for long documents: its index, its source, its content. */
export function renderDocument(piece: Pick<Piece, 'source' | 'heading' | 'lines' | 'outline' | 'whole' | 'text'>, index: number): string {
  return `<document index="${index}">\n<source>${escapeSource(sentLabel(piece))}</source>\n<document_content>\n${escapeBlocks(piece.text)}\n</document_content>\n</document>`;
}

/** All pieces in one block, stable ones first, otherwise in the order given; '' where there is none. */
export function renderDocuments(pieces: readonly Piece[], firstIndex = 1): string {
  if (!pieces.length) return '';
  const ordered = [...pieces.filter((piece) => piece.stable), ...pieces.filter((piece) => !piece.stable)];
  return `<documents>\n${ordered.map((piece, i) => renderDocument(piece, firstIndex + i)).join('\n')}\n</documents>`;
}
