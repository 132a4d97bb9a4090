import { createHash } from 'node:crypto';
import { type IndexedFile, indexedFile } from './indexedFile';
import { judgingRules } from './judgedText';
import { moduleOf } from './links';

/** What is known of a file that has not changed since: what it holds, as an index has it, or why it was passed over. */
export type KnownFile = { stamp: string } & ({ file: IndexedFile } | { reason: string });

/** The beginning of what is kept, as JSON in one line; the numbers of all files follow, in the same order. */
interface Header {
  rules: string;
  files: [path: string, stamp: string, places: number, terms: number, pathTerms: number, length: number, links: readonly string[]][];
  passed: [path: string, stamp: string, reason: string][];
}

const hashBytes = 32;

/**
 * An index as bytes, to be read by `decodeIndex` on the same machine: a hash of all that follows, a line of JSON, and numbers. No texts: paths, what files
 * import, and the hashes of their words.
 */
export function encodeIndex(known: ReadonlyMap<string, KnownFile>): Buffer {
  const header: Header = { rules: rules(), files: [], passed: [] };
  const numbers: Buffer[] = [];
  for (const [path, one] of known) {
    if ('reason' in one) header.passed.push([path, one.stamp, one.reason]);
    else {
      const { places, terms, counts, pathTerms, length, links } = one.file;
      header.files.push([path, one.stamp, places.length, terms.length, pathTerms.length, length, links]);
      numbers.push(...[places, terms, pathTerms, counts].map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)));
    }
  }
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...numbers]);
  return Buffer.concat([createHash('sha256').update(body).digest(), body]);
}

/** What `encodeIndex` was given. Undefined where the bytes are cut off or changed, or were made by other rules of what a file's parts and words are. */
export function decodeIndex(bytes: Uint8Array): Map<string, KnownFile> | undefined {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const body = all.subarray(hashBytes);
  if (all.length <= hashBytes || !createHash('sha256').update(body).digest().equals(all.subarray(0, hashBytes))) return undefined;
  const end = body.indexOf(10);
  const header = JSON.parse(body.toString('utf8', 0, end)) as Header;
  if (header.rules !== rules()) return undefined;
  const known = new Map<string, KnownFile>(header.passed.map(([path, stamp, reason]) => [path, { stamp, reason }]));
  let at = end + 1;
  const next = (size: number): ArrayBuffer => {
    const own = new Uint8Array(size);
    own.set(body.subarray(at, at + size));
    at += size;
    return own.buffer;
  };
  for (const [path, stamp, places, terms, pathTerms, length, links] of header.files) {
    const numbers = { places: new Uint32Array(next(places * 4)), terms: new Uint32Array(next(terms * 4)), pathTerms: new Uint32Array(next(pathTerms * 4)) };
    known.set(path, { stamp, file: { path, ...numbers, counts: new Uint8Array(next(terms)), length, module: moduleOf(path), links } });
  }
  return known;
}

/** Changes whenever something is written in another way. */
const form = 1;

const samples: [string, string][] = [
  ['docs/Reading-notes.md', '# Reading notes\n\n```\n# code\n```\n\n## HTTPServer caches, used\n\nÉtudes of 東京 and snake_case v2Names.\n'],
  [
    'src/file_name.ts',
    `import { a } from './b/index';\n${'export function retryUpload(token: string) {\n  return token;\n}\n\n'.repeat(30)}const x = require('../c');\n`,
  ],
];

let print: string | undefined;

/** Of what becomes of samples: an index that was made by other rules is not mixed with one that is made by these. The order of bytes is in it, too. */
function rules(): string {
  print ??= createHash('sha256')
    .update(`${form} ${judgingRules}`)
    .update(
      samples
        .flatMap(([path, text]) =>
          Object.values(indexedFile(path, text)).map((value) =>
            ArrayBuffer.isView(value) ? Buffer.from(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength).toString('hex') : JSON.stringify(value),
          ),
        )
        .join('\n'),
    )
    .digest('hex');
  return print;
}
