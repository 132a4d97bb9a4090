import { LineIndex } from '../text';
import { type Declaration, declarationsOf, isLocal } from './declarations';
import { lineSignatures } from './lineSignatures';

/** Longer signatures are cut. Characters. */
const longest = 200;

/**
 * What a source file declares that others could name: functions, classes, methods, types, exported constants, tests; each with its line, from 1, and its
 * signature as one line. By a parser where there is one for the language, else by lines; nothing for anything but source code.
 */
export function signatureLines(path: string, text: string): { line: number; text: string }[] {
  const declared = declarationsOf(path, text);
  if (!declared) return lineSignatures(path, text);
  const index = new LineIndex(text);
  const found: { line: number; text: string }[] = [];
  for (const declaration of declared) {
    if (isLocal(declaration) || (declaration.kind === 'value' && !declaration.exported)) continue;
    const line = index.positionAt(declaration.start).line + 1;
    // Several names of one declaration are said once.
    if (found[found.length - 1]?.line !== line) found.push({ line, text: indentedSignature(text, declaration) });
  }
  return found;
}

/** A declaration without its body, as one line, as far in as it stands in the file. */
export function indentedSignature(text: string, declaration: Declaration): string {
  return indentOf(text, declaration) + signatureOf(text, declaration);
}

function signatureOf(text: string, { start, signatureTo, kind }: Declaration): string {
  // Of a value and of a type that is no block, the first line says enough.
  const all = text.slice(start, Math.max(start, Math.min(signatureTo, start + 4 * longest)));
  const own =
    kind === 'value' ? (all.split('\n')[0] as string) : kind === 'test' ? all.replace(/,\s*(?:async\s*)?(?:function\s*)?\([^()]*\)[^()]*$/, ')') : all;
  const line = own
    .replace(/\s+/g, ' ')
    .replace(/\( (?=\S)/g, '(')
    .replace(/,? \)/g, ')')
    .trim()
    .replace(/\s*(?:\{|=>|=|;)$/, '');
  return line.length > longest ? `${[...line.slice(0, longest)].slice(0, -1).join('')}…` : line;
}

function indentOf(text: string, { start }: Declaration): string {
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return indent.trim() ? '  ' : indent;
}
