import { createHash } from 'node:crypto';
import type { Plan } from '../steering/plan';
import type { Case } from './cases';

/**
 * How a case is known again in what a strategy was learnt from: 8 hexadecimal digits of the SHA-256 of its inputs, however they are spaced; an input that
 * says what the document says anyway is none. By its inputs, not by its id or prompt: both change without it being another case.
 */
export function caseHash({ values }: Case, { task }: Pick<Plan, 'task'>): string {
  const usual = new Map([...task.document.inputs].map(([name, value]) => [name.toLowerCase(), plain(value)]));
  const own = [...values].map(([name, value]) => [name.toLowerCase(), plain(value)] as const).filter(([name, value]) => usual.get(name) !== value);
  return createHash('sha256')
    .update(JSON.stringify(own.sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest('hex')
    .slice(0, 8);
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
