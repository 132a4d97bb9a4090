import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Verdict } from '../steering/checkTypes';
import { readJson } from './data';
import { TookTooLong, withinTime } from './pattern';
import type { Subject } from './subject';
import { fail, listed, pass, unable } from './verdict';

/** Unknown keywords and formats are passed over: schemas in the wild are full of both. */
const options = { strict: false, allErrors: false, validateFormats: false, logger: false } as const;

/** Ajv is loaded when the first schema is met. Drafts since 2019 have keywords of their own; draft-04 to draft-07 are read as draft-07. */
function compile(schema: Record<string, unknown>): ValidateFunction {
  const { $schema, ...rest } = schema;
  // Draft-04's name for $id, which Ajv refuses to see.
  if (typeof rest.id === 'string') delete rest.id;
  if (typeof $schema === 'string' && /2019-09|2020-12/.test($schema)) {
    const { default: Ajv2020 } = require('ajv/dist/2020') as typeof import('ajv/dist/2020');
    return new Ajv2020(options).compile(rest);
  }
  const { default: Ajv } = require('ajv') as typeof import('ajv');
  return new Ajv(options).compile(rest);
}

function wrong(error: ErrorObject): string {
  const { params } = error;
  const detail =
    'additionalProperty' in params
      ? ` (“${String(params.additionalProperty)}”)`
      : 'allowedValues' in params
        ? ` (${(params.allowedValues as unknown[]).map((value) => JSON.stringify(value)).join(', ')})`
        : '';
  return `at ${error.instancePath || 'the root'} it ${error.message ?? 'is wrong'}${detail}`;
}

/** The output is JSON that fits the schema; the message has the JSON pointer of what does not. */
export function measureSchema(path: string, subject: Subject): Verdict {
  const source = subject.facts.file(path);
  if (source === undefined) return unable(`The schema ${path} could not be read.`);
  const read = readJson(subject.text);
  if ('verdict' in read) return read.verdict;
  let schema: unknown;
  try {
    schema = JSON.parse(source);
  } catch (error) {
    return unable(`The schema ${path} is no JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (typeof schema === 'boolean') schema = schema ? {} : { not: {} };
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return unable(`The schema ${path} is no JSON schema: expected an object.`);
  let validate: ValidateFunction;
  try {
    validate = compile(schema as Record<string, unknown>);
  } catch (error) {
    return unable(`The schema ${path} is no JSON schema: ${error instanceof Error ? error.message : String(error)}.`);
  }
  try {
    const fits = withinTime(() => validate(read.value) === true);
    if (fits) return pass(`Fits the schema ${path}.`);
  } catch (error) {
    if (error instanceof TookTooLong) return unable(`Validating with ${path} ${error.message}.`);
    throw error;
  }
  return fail(`Expected JSON that fits ${path}; ${listed((validate.errors ?? []).map(wrong), 3) || 'it does not'}.`);
}
