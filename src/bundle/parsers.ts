/**
 * Lezer's parsers (https://lezer.codemirror.net): tables that tolerate errors, kept by the makers of CodeMirror. Seven of them, packed, take a fifth of what
 * tree-sitter's WebAssembly builds of the same languages take, and need no other file at run time. Only `syntax.ts` loads this, at the first file that is parsed.
 */
export { parser as cpp } from '@lezer/cpp';
export { parser as go } from '@lezer/go';
export { parser as java } from '@lezer/java';
export { parser as javascript } from '@lezer/javascript';
export { parser as php } from '@lezer/php';
export { parser as python } from '@lezer/python';
export { parser as rust } from '@lezer/rust';
