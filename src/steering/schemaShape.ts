/** Whether a JSON text can be a JSON schema, without compiling it: what a validator would refuse, and what it would let everything through with. */

const types = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);
const keywords = new Set(
  'type properties items required enum const anyOf oneOf allOf not if then else $ref $defs definitions pattern patternProperties additionalProperties minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength minItems maxItems uniqueItems contains minProperties maxProperties propertyNames prefixItems additionalItems dependencies dependentRequired dependentSchemas unevaluatedProperties unevaluatedItems format $dynamicRef $recursiveRef'.split(
    ' ',
  ),
);
const bySchema = ['additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames', 'additionalItems'];
const byName = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];
const byList = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];

/** What is wrong with a schema file, as the end of a sentence ("is …"); undefined where nothing certainly is. */
export function schemaProblem(text: string): string | undefined {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch (error) {
    return `is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (typeof schema === 'boolean') return undefined;
  if (!isObject(schema)) return `is no JSON schema: it holds ${Array.isArray(schema) ? 'a list' : 'a single value'}, and a schema is an object`;
  if (!Object.keys(schema).some((key) => keywords.has(key)))
    return 'is no JSON schema: it has none of its keywords (type, properties, items, required …), so that every JSON would fit';
  return wrongBelow(schema, '#', schema, 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongBelow(schema: unknown, at: string, root: Record<string, unknown>, depth: number): string | undefined {
  if (typeof schema === 'boolean' || depth > 60) return undefined;
  if (!isObject(schema)) return `is no JSON schema: ${at} is neither an object nor true or false`;
  const own = wrongHere(schema, at, root);
  if (own) return own;
  const below: [string, unknown][] = [
    ...bySchema.flatMap((key): [string, unknown][] => (key in schema ? [[key, schema[key]]] : [])),
    ...byName.flatMap((key) => (isObject(schema[key]) ? Object.entries(schema[key]).map(([name, value]): [string, unknown] => [`${key}/${name}`, value]) : [])),
    ...[...byList, ...(Array.isArray(schema.items) ? ['items'] : [])].flatMap((key) =>
      Array.isArray(schema[key]) ? schema[key].map((value, i): [string, unknown] => [`${key}/${i}`, value]) : [],
    ),
    ...('items' in schema && !Array.isArray(schema.items) ? [['items', schema.items] as [string, unknown]] : []),
  ];
  for (const [key, value] of below) {
    const wrong = wrongBelow(value, `${at}/${key}`, root, depth + 1);
    if (wrong) return wrong;
  }
  return undefined;
}

function wrongHere(schema: Record<string, unknown>, at: string, root: Record<string, unknown>): string | undefined {
  const { type, required, properties, $ref: reference, pattern } = schema;
  const named = Array.isArray(type) ? type : type === undefined ? [] : [type];
  const strange = named.find((name) => typeof name !== 'string' || !types.has(name));
  if (strange !== undefined) return `is no JSON schema: ${at}/type is ${JSON.stringify(strange)}; types are ${[...types].join(', ')}`;
  if (required !== undefined && !(Array.isArray(required) && required.every((name) => typeof name === 'string')))
    return `is no JSON schema: ${at}/required is no list of names`;
  if (properties !== undefined && !isObject(properties)) return `is no JSON schema: ${at}/properties is no object`;
  if (schema.enum !== undefined && !Array.isArray(schema.enum)) return `is no JSON schema: ${at}/enum is no list`;
  if (typeof pattern === 'string' && !compiles(pattern)) return `is no JSON schema: ${at}/pattern is no regular expression`;
  if (typeof reference === 'string' && reference.startsWith('#/') && !leads(reference, root))
    return `is no JSON schema: ${at}/$ref leads nowhere (${reference})`;
  return undefined;
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

/** A pointer inside of the file. Schemas with an `$id` may mean another base: those are not followed. */
function leads(pointer: string, root: Record<string, unknown>): boolean {
  if (typeof root.$id === 'string') return true;
  let value: unknown = root;
  for (const step of pointer.slice(2).split('/')) {
    let key: string;
    try {
      key = decodeURIComponent(step).replace(/~1/g, '/').replace(/~0/g, '~');
    } catch {
      return true;
    }
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isObject(value) && Object.hasOwn(value, key)) value = value[key];
    else return false;
  }
  return value !== undefined;
}
