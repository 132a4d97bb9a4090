import { posix } from 'node:path';
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';
import type { Verdict } from '../steering/checkTypes';
import { Kept } from '../steering/kept';
import { LineIndex } from '../text';
import { readJson } from './data';
import { unfence } from './fence';
import { placeInJson } from './jsonPlace';
import { TookTooLong, withinTime } from './pattern';
import type { Subject } from './subject';
import { cut, fail, lineAt, listed, pass, unable } from './verdict';

/** Unknown keywords and formats are passed over: schemas in the wild are full of both. */
const options = { strict: false, verbose: true, logger: false } as const;

/** The schema cannot be used, for a reason to be told. */
class NoSchema extends Error {}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseSchema(path: string, source: string): Record<string, unknown> {
  let schema: unknown;
  try {
    schema = JSON.parse(source);
  } catch (error) {
    throw new NoSchema(`The schema ${path} is no JSON: ${error instanceof Error ? cut(error.message, 200) : String(error)}.`);
  }
  if (typeof schema === 'boolean') return schema ? {} : { not: {} };
  if (!isObject(schema)) throw new NoSchema(`The schema ${path} is no JSON schema: expected an object.`);
  return schema;
}

/** Every `$ref` of a schema, as written. */
function refsOf(schema: unknown): string[] {
  const refs = new Set<string>();
  const open: unknown[] = [schema];
  while (open.length) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    if ('$ref' in value && typeof value.$ref === 'string') refs.add(value.$ref);
    for (const inner of Object.values(value)) if (typeof inner === 'object') open.push(inner);
  }
  return [...refs];
}

const isAddress = (ref: string): boolean => /^[a-z][a-z0-9+.-]+:|^\/\//i.test(ref);

/** The file a reference names, from the folder of the schema it stands in; undefined for a place in the schema itself and for web addresses. */
function fileOf(path: string, ref: string): string | undefined {
  const file = ref.replace(/#.*$/s, '');
  return file && !isAddress(ref) ? posix.join(posix.dirname(path), file) : undefined;
}

/** The files of the workspace that a schema refers to, as paths like its own: `facts.file` must know these too. None where `source` is no JSON. */
export function referencedFiles(path: string, source: string): string[] {
  try {
    return refsOf(parseSchema(path, source)).flatMap((ref) => fileOf(path, ref) ?? []);
  } catch (error) {
    if (error instanceof NoSchema) return [];
    throw error;
  }
}

/** Ajv is loaded when the first schema is met. Drafts since 2019 have keywords of their own; draft-04 to draft-07 are read as draft-07. */
function newAjv(draft: unknown, allErrors: boolean): Ajv {
  const { addFormats, Ajv, Ajv2020 } = require('./ajv') as typeof import('./ajv');
  const isNew = typeof draft === 'string' && /2019-09|2020-12/.test(draft);
  return addFormats(isNew ? new Ajv2020({ ...options, allErrors }) : new Ajv({ ...options, allErrors }));
}

/** Compiling takes longer than checking hundreds of outputs: a fan-out has one schema. */
const kept = new Kept<ValidateFunction>(50);

/** The validator of a schema as it stands, with all it refers to. @throws NoSchema */
function validatorOf(path: string, subject: Subject, allErrors: boolean): ValidateFunction {
  const sources = new Map<string, string | undefined>();
  const open = [path];
  while (open.length) {
    const file = open.pop() as string;
    if (sources.has(file)) continue;
    const source = subject.facts.file(file);
    sources.set(file, source);
    if (source !== undefined) open.push(...referencedFiles(file, source));
  }
  return kept.of(JSON.stringify([path, allErrors, ...sources]), () => compile(path, subject, allErrors));
}

/** Schema and all files it refers to; nothing is ever fetched. @throws NoSchema */
function compile(path: string, subject: Subject, allErrors: boolean): ValidateFunction {
  let ajv: Ajv | undefined;
  const known = new Set<string>();
  const add = (file: string, given: string | undefined, from?: string): string => {
    const source = subject.facts.file(file);
    if (source === undefined)
      throw new NoSchema(from ? `${file}, which the schema ${from} refers to, could not be read.` : `The schema ${file} could not be read.`);
    const { $schema, $id, id, ...rest } = parseSchema(file, source);
    const own = [$id, id].find((name): name is string => typeof name === 'string' && isAddress(name))?.replace(/#$/, '');
    const uri = given ?? own ?? `file:///${file}`;
    if (known.has(uri)) return uri;
    ajv ??= newAjv($schema, allErrors);
    // Under the address it is referred to by, and under the one it calls itself.
    for (const name of new Set([uri, own ?? uri])) {
      if (known.has(name)) continue;
      known.add(name);
      ajv.addSchema(rest, name);
    }
    for (const ref of refsOf(rest)) {
      const other = fileOf(file, ref);
      if (other !== undefined) add(other, new URL(ref.replace(/#.*$/s, ''), uri).href, file);
    }
    return uri;
  };
  try {
    const validate = ajvSchema(add(path, undefined), () => ajv as Ajv);
    if (!validate) throw new NoSchema(`The schema ${path} is no JSON schema.`);
    return validate;
  } catch (error) {
    if (error instanceof NoSchema || error instanceof RangeError) throw error;
    const missing = (error as { missingRef?: unknown }).missingRef;
    if (typeof missing === 'string' && isAddress(missing) && !missing.startsWith('file:'))
      throw new NoSchema(`The schema ${path} refers to ${cut(missing, 200)}, and nothing is fetched: put a copy beside it and refer to that.`);
    throw new NoSchema(`The schema ${path} is no JSON schema: ${error instanceof Error ? cut(error.message, 300) : String(error)}.`);
  }
}

function ajvSchema(uri: string, ajv: () => Ajv): ValidateFunction | undefined {
  return ajv().getSchema(uri) as ValidateFunction | undefined;
}

/** “at /tags/1 it must be string, found 2 (line 3)” */
function wrong(error: ErrorObject, lineOf: (pointer: string) => number): string {
  const { params } = error;
  const detail =
    'additionalProperty' in params
      ? ` (“${cut(String(params.additionalProperty), 60)}”)`
      : 'allowedValues' in params
        ? ` (${listed(
            (params.allowedValues as unknown[]).map((value) => cut(JSON.stringify(value) ?? '', 40)),
            8,
          )})`
        : 'allowedValue' in params
          ? ` (${cut(JSON.stringify(params.allowedValue) ?? '', 40)})`
          : '';
  const found = typeof error.data === 'object' && error.data !== null ? '' : `, found ${cut(JSON.stringify(error.data) ?? 'nothing', 60)}`;
  return `at ${cut(error.instancePath, 120) || 'the root'} it ${error.message ?? 'is wrong'}${detail}${found} (line ${lineOf(error.instancePath)})`;
}

function fits(validate: ValidateFunction, value: unknown): boolean {
  return withinTime(() => validate(value) === true);
}

/** The output is JSON that fits the schema; all that does not is told at once, so that one retry can mend it: the message has the JSON pointers and
 * lines. */
export function measureSchema(path: string, subject: Subject): Verdict {
  if (subject.facts.file(path) === undefined) return unable(`The schema ${path} could not be read.`);
  let validate: ValidateFunction;
  try {
    validate = validatorOf(path, subject, true);
  } catch (error) {
    if (error instanceof NoSchema) return unable(error.message);
    throw error;
  }
  const read = readJson(subject.text);
  if ('verdict' in read) return read.verdict;
  try {
    if (fits(validate, read.value)) return pass(`Fits the schema ${path}.`);
  } catch (error) {
    if (!(error instanceof TookTooLong)) throw error;
    // So many errors that to gather them takes too long: then the first.
    try {
      validate = validatorOf(path, subject, false);
      if (fits(validate, read.value)) return pass(`Fits the schema ${path}.`);
    } catch (again) {
      if (again instanceof TookTooLong) return unable(`Validating with ${path} ${again.message}.`);
      throw again;
    }
  }
  const inner = unfence(subject.text);
  const index = new LineIndex(subject.text);
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if');
  const lineOf = (pointer: string): number => lineAt(index, inner.offset + placeInJson(inner.text, pointer));
  const first = errors[0];
  const line = first && index.positionAt(inner.offset + placeInJson(inner.text, first.instancePath)).line;
  const shown = errors.slice(0, 5).map((error) => wrong(error, lineOf));
  const more = errors.length > shown.length ? `, and ${errors.length - shown.length} more` : '';
  return fail(
    `Expected JSON that fits ${path}; ${[...new Set(shown)].join('; ') || 'it does not'}${more}.`,
    line === undefined ? undefined : { start: { line, character: 0 }, end: { line, character: index.line(line).length } },
  );
}
