import type { SyntaxNode } from '@lezer/common';
import { Kept } from '../steering/kept';
import { bodies, type Declared, forms, wrappers } from './forms';
import { syntaxOf } from './syntax';

/** A function, class, type, constant or test of a source file, and where it stands: offsets in the text. */
export interface Declaration extends Declared {
  /** With what belongs to it: decorators, `export`. Comments above it are not in. */
  from: number;
  to: number;
  /** Where its signature begins, and where that ends: at its body, or at its own end. */
  start: number;
  signatureTo: number;
  /** The declaration it stands in. */
  within?: Declaration;
}

const kept = new Kept<Declaration[] | null>(20);

/** All that a source file declares, local functions and variables too, in order; undefined where no parser can tell. Don't change what you get. */
export function declarationsOf(path: string, text: string): readonly Declaration[] | undefined {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return kept.of(`${ending}\n${text}`, () => parsed(path, text) ?? null) ?? undefined;
}

/** True for what only the function around it can use. */
export function isLocal({ within, kind }: Declaration): boolean {
  for (let at = within; at; at = at.within) if (at.kind === 'function' || (at.kind === 'test' && kind !== 'test')) return true;
  return false;
}

/** Its names from the outermost to its own. */
export function pathOf({ within, names }: Declaration): string[] {
  return within ? [...pathOf(within), ...names] : names;
}

function parsed(path: string, text: string): Declaration[] | undefined {
  const syntax = syntaxOf(path, text);
  if (!syntax) return undefined;
  const own = forms[syntax.language];
  const found: Declaration[] = [];
  const open: { node: { from: number; to: number }; declaration: Declaration }[] = [];
  syntax.tree.iterate({
    enter(ref) {
      const form = own[ref.name];
      if (!form || !Object.hasOwn(own, ref.name)) return;
      const { node } = ref;
      const declared = form(node, ({ from, to }) => text.slice(from, to));
      while (open.length && (open[open.length - 1]?.node.to ?? 0) <= node.from) open.pop();
      const within = open[open.length - 1]?.declaration;
      const place = declared.length ? placeOf(node, text) : undefined;
      for (const one of declared) if (place) found.push({ ...one, ...place, ...(within ? { within } : {}) });
      const last = found[found.length - 1];
      if (declared.length && last) open.push({ node: { from: node.from, to: node.to }, declaration: last });
    },
  });
  return found;
}

function placeOf(node: SyntaxNode, text: string): Pick<Declaration, 'from' | 'to' | 'start' | 'signatureTo'> {
  let outer = node;
  let start = node;
  while (outer.parent && wrappers.has(outer.parent.name)) {
    outer = outer.parent;
    if (outer.name !== 'DecoratedStatement') start = outer;
  }
  const body = bodyOf(node);
  return { from: outer.from, to: outer.to, start: afterDecorators(start, text), signatureTo: body?.from ?? outer.to };
}

/** A body may belong to what is declared (a class) or to what it is given (an arrow function). */
function bodyOf(node: SyntaxNode): SyntaxNode | undefined {
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (bodies.has(child.name) || (child.name === 'ObjectType' && node.name === 'InterfaceDeclaration')) return child;
    if (/^(?:ArrowFunction|FunctionExpression|ClassExpression|StructType|InterfaceType|StructSpecifier|ObjectExpression)$/.test(child.name)) {
      if (child.name === 'ObjectExpression') return child;
      const body = bodyOf(child);
      if (body) return body;
      if (child.name === 'ArrowFunction') return child.lastChild ?? undefined;
    }
    if (child.name === 'ArgList' && node.name === 'CallExpression') {
      const given = child.lastChild?.prevSibling;
      return given ? bodyOf(given) : undefined;
    }
    if (child.name === 'InterfaceBody') return child;
  }
  return undefined;
}

/** Decorators and annotations say how, not what: a signature begins after them. */
function afterDecorators(node: SyntaxNode, text: string): number {
  let at = node.from;
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name === 'Modifiers' && child.firstChild) {
      at = afterDecorators(child, text);
      break;
    }
    if (!/^(?:Decorator|Annotation|MarkerAnnotation|AttributeItem|Attributes)$/.test(child.name)) break;
    at = child.to;
  }
  while (at < node.to && /\s/.test(text[at] as string)) at++;
  return at;
}
