import assert from 'node:assert/strict';
import fc from 'fast-check';
import { placeInJson } from '../../../src/check/jsonPlace';
import { referencedFiles } from '../../../src/check/measure';
import { ask } from './world';

const draft7 = 'http://json-schema.org/draft-07/schema#';
const draft2020 = 'https://json-schema.org/draft/2020-12/schema';

describe('schema', () => {
  const files = {
    'post.json': JSON.stringify({
      $schema: draft2020,
      type: 'object',
      required: ['title', 'date'],
      additionalProperties: false,
      properties: {
        title: { type: 'string', minLength: 3 },
        date: { type: 'string', format: 'date' },
        kind: { enum: ['news', 'essay'] },
        url: { type: 'string', format: 'uri' },
        tags: { type: 'array', items: { $ref: '#/$defs/tag' } },
      },
      $defs: { tag: { type: 'string', pattern: '^[a-z]+$' } },
    }),
    'schemas/order.json': JSON.stringify({
      $schema: draft7,
      type: 'object',
      properties: { to: { $ref: 'parts/address.json#/definitions/address' } },
      required: ['to'],
    }),
    'schemas/parts/address.json': JSON.stringify({
      definitions: { address: { type: 'object', required: ['city'], properties: { country: { $ref: '../country.json' } } } },
    }),
    'schemas/country.json': JSON.stringify({ $id: 'https://example.com/country.json', type: 'string', maxLength: 2 }),
    'named.json': JSON.stringify({
      $schema: draft2020,
      $id: 'https://example.com/schemas/named.json',
      $ref: 'https://example.com/schemas/named.json#/$defs/n',
      $defs: { n: { $ref: 'schemas/country.json' } },
    }),
    'gone.json': JSON.stringify({ $ref: 'nowhere.json' }),
    'web.json': JSON.stringify({ properties: { a: { $ref: 'https://example.com/a.json' } } }),
    'outside.json': JSON.stringify({ $ref: '../../../etc/passwd.json' }),
    'slow.json': JSON.stringify({ type: 'string', pattern: '^(a+)+$' }),
    'tree.json': JSON.stringify({ type: 'array', items: { $ref: '#' } }),
    'circle.json': JSON.stringify({ $ref: 'circle2.json' }),
    'circle2.json': JSON.stringify({ anyOf: [{ type: 'string' }, { $ref: 'circle.json' }] }),
  };
  const verdict = (path: string, output: string) => ask(`schema: ${path}`, output, { files });

  it('says what does not fit, where, what was found, and in which line; all of it at once', () => {
    const output = '{\n  "title": "ab",\n  "date": "tomorrow",\n  "kind": "poem",\n  "tags": ["ok", "Not ok"],\n  "extra": 1\n}';
    const { status, message, range } = verdict('post.json', output);
    assert.equal(status, 'fail');
    for (const part of [
      'Expected JSON that fits post.json; ',
      'at the root it must NOT have additional properties (“extra”) (line 1)',
      'at /title it must NOT have fewer than 3 characters, found "ab" (line 2)',
      'at /date it must match format "date", found "tomorrow" (line 3)',
      'at /kind it must be equal to one of the allowed values ("news", "essay"), found "poem" (line 4)',
      'at /tags/1 it must match pattern "^[a-z]+$", found "Not ok" (line 5)',
    ])
      assert.ok(message.includes(part), `${part}\n${message}`);
    assert.equal(range?.start.line, 0);
    assert.match(verdict('post.json', `\`\`\`json\r\n${output}\r\n\`\`\``).message, /at \/title .*\(line 3\)/);
    assert.equal(verdict('post.json', '{"title": "abc", "date": "2026-02-11", "url": "https://example.com/ä"}').status, 'fail');
    assert.equal(verdict('post.json', '{"title": "abc", "date": "2026-02-11", "url": "https://example.com/a"}').status, 'pass');
  });

  it('follows references to files of the workspace, never to the network', () => {
    assert.equal(verdict('schemas/order.json', '{"to": {"city": "Bern", "country": "CH"}}').status, 'pass');
    assert.match(
      verdict('schemas/order.json', '{"to": {"country": "Schweiz"}}').message,
      /at \/to it must have required property 'city'.*at \/to\/country it must NOT have more than 2 characters/,
    );
    assert.equal(verdict('named.json', '"CH"').status, 'pass');
    assert.equal(verdict('named.json', '"Schweiz"').status, 'fail');
    assert.equal(verdict('circle.json', '"x"').status, 'pass');
    assert.match(verdict('gone.json', '{}').message, /^nowhere\.json, which the schema gone\.json refers to, could not be read/);
    assert.match(verdict('web.json', '{}').message, /refers to https:\/\/example\.com\/a\.json, and nothing is fetched/);
    for (const path of ['gone.json', 'web.json', 'outside.json', 'missing.json']) assert.equal(verdict(path, '{}').status, 'error', path);
    assert.match(verdict('missing.json', '{}').message, /missing\.json could not be read/);
    assert.deepEqual(referencedFiles('schemas/order.json', files['schemas/order.json']), ['schemas/parts/address.json']);
    assert.deepEqual(referencedFiles('schemas/parts/address.json', files['schemas/parts/address.json']), ['schemas/country.json']);
    assert.deepEqual(referencedFiles('x.json', 'no json'), []);
  });

  it('reads a schema, or what it refers to, anew where it has changed', () => {
    const at = (limit: number, path: string) =>
      ask(`schema: ${path}`, '"abc"', { files: { 'a.json': '{"$ref": "b.json"}', 'b.json': JSON.stringify({ type: 'string', maxLength: limit }) } }).status;
    for (const path of ['a.json', 'b.json']) assert.deepEqual([at(3, path), at(2, path), at(3, path)], ['pass', 'fail', 'pass']);
  });

  it('ends in time and with a message on what is hostile', () => {
    assert.match(verdict('slow.json', JSON.stringify(`${'a'.repeat(40)}b`)).message, /took too long/);
    const deep = verdict('tree.json', '['.repeat(100_000) + ']'.repeat(100_000));
    assert.equal(deep.status, 'error', deep.message);
    assert.match(deep.message, /too deeply/);
    assert.equal(verdict('tree.json', `[${Array.from({ length: 100_000 }, () => '1').join(',')}]`).status, 'fail');
  });
});

describe('a place in JSON', () => {
  const at = (value: unknown, pointer: string, indent?: number) => {
    const text = JSON.stringify(value, null, indent);
    return text.slice(placeInJson(text, pointer));
  };

  it('is found by its pointer', () => {
    assert.ok(at({ a: [1, { 'b/c': 'x', '~': 2 }] }, '/a/1/b~1c', 2).startsWith('"x"'));
    assert.ok(at({ a: [1, { 'b/c': 'x', '~': 2 }] }, '/a/1/~0').startsWith('2'));
    assert.ok(at({ a: [1] }, '/a/7').startsWith('[1]'));
    assert.ok(at({ a: {} }, '/a/x').startsWith('{}'));
    assert.ok(at([], '').startsWith('[]'));
    assert.ok(at({ '': { '': 3 } }, '//').startsWith('3'));
  });

  it('is that of the value for every value', () => {
    const escaped = (name: string | number) => String(name).replace(/~/g, '~0').replace(/\//g, '~1');
    const pointers = (value: unknown): [string, unknown][] => [
      ['', value],
      ...(typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, inner]) => pointers(inner).map(([rest, found]): [string, unknown] => [`/${escaped(name)}${rest}`, found]))
        : []),
    ];
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat({ max: 2 }), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        for (const [pointer, found] of pointers(JSON.parse(text)))
          assert.ok(text.slice(placeInJson(text, pointer)).startsWith(JSON.stringify(found).slice(0, 1)), pointer);
      }),
      { numRuns: 200 },
    );
  });
});
