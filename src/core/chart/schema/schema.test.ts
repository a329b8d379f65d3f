/** Schemas in the words of the validator Helm uses: those that are none, what they refuse, and those that would never end. */
import { expect, test } from 'vitest';
import { compileSchema } from './schema.ts';

function check(text: string, expected: string | undefined): void {
  const compiled = compileSchema(text);
  expect({ text, problem: compiled.ok ? undefined : compiled.error }).toEqual({ text, problem: expected });
}

const invalid = (meta: string, lines: string): string =>
  `"file:///values.schema.json#" is not valid against metaschema: jsonschema validation failed with '${meta}#'\n${lines}`;
const draft7 = 'http://json-schema.org/draft-07/schema';
const newest = 'https://json-schema.org/draft/2020-12/schema';

test.each<[string, string | undefined]>([
  ['{"properties":{"a":{"$ref":"#/definitions/no"}}}', 'json-pointer in "file:///values.schema.json#/definitions/no" not found'],
  ['{"properties":{"a":{"$ref":"#/definitions/b"}},"definitions":{"b":{}}}', undefined],
  ['{"enum":[{"$ref":"#/no"}],"default":{"$ref":"#/no"}}', undefined],
  ['{"type":', 'unexpected EOF'],
  [
    '{"$schema":"http://example.com/s"}',
    'failing loading "http://example.com/s": schemas are not fetched from elsewhere; --skip-schema-validation (of an App: `build.helm.skipSchemaValidation`) goes without the check',
  ],
  ['{"$ref":"other.json"}', 'failing loading "file:///other.json": open /other.json: no such file or directory'],
  [
    '{"$ref":"https://example.com/s.json"}',
    'failing loading "https://example.com/s.json": schemas are not fetched from elsewhere; --skip-schema-validation (of an App: `build.helm.skipSchemaValidation`) goes without the check',
  ],
  ['{"$ref":"http://json-schema.org/draft-07/schema#"}', undefined],
  ['{"$ref":"urn:a:b"}', undefined],
  [`{"$schema":"${draft7}#","properties":{"a":{"minimum":"x"}}}`, invalid(draft7, "- at '/properties/a/minimum': got string, want number")],
  [
    `{"$schema":"${draft7}#","pattern":"(?=a)"}`,
    invalid(draft7, "- at '/pattern': '(?=a)' is not valid regex: error parsing regexp: invalid or unsupported Perl syntax: `(?=`"),
  ],
  [
    '{"properties":{"a":{"$id":"#/a"}}}',
    invalid(
      newest,
      "- at '': 'allOf' failed\n  - at '/properties/a': 'allOf' failed\n    - at '/properties/a/$id': '#/a' does not match pattern '^[^#]*#?$'",
    ),
  ],
  [
    '{"$id":"https://a.b/c","$defs":{"x":{"$id":"https://a.b/c"}}}',
    'duplicate id "https://a.b/c" in "file:///values.schema.json" at "/$defs/x" and ""',
  ],
])('%s', check);

function checkValue(schema: string, value: unknown, expected: string | undefined): void {
  const compiled = compileSchema(schema);
  expect(compiled.ok ? compiled.value.problemOf(value as never, 20_000) : compiled.error).toBe(expected);
}

const deep = (depth: number): unknown => (depth === 0 ? 1 : { a: deep(depth - 1) });
const many = (count: number, schema: string): string => `{"allOf":[${Array.from({ length: count }, () => schema).join(',')}]}`;
const tooMuch = '- checking values takes more than 20000 steps';

test.each<[string, unknown, string | undefined]>([
  ['{"$ref":"#"}', {}, `- at '': both /$ref and  resolve to "file:///values.schema.json#" causing reference cycle`],
  ['{"allOf":[{"properties":{"a":{"$ref":"#"}}},{"properties":{"a":{"$ref":"#"}}}]}', deep(200), tooMuch],
  ['{"uniqueItems":true}', Array.from({ length: 1000 }, (_, i) => [i]), tooMuch],
  [many(100, '{"minProperties":1}'), Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i])), tooMuch],
  [many(100, '{"minItems":1}'), Array.from({ length: 5000 }, () => 1), tooMuch],
  [many(10, '{"minLength":1}'), 'a'.repeat(100_000), tooMuch],
  [`{"pattern":"(a{0,1000})*b"}`, 'a'.repeat(100_000), tooMuch],
  ['{"propertyNames":{"maxLength":1}}', { ab: 1 }, "- at '': invalid propertyName 'ab'\n  - at '': maxLength: got 2, want 1"],
  [
    `{"$schema":"${draft7}#","$ref":"#/definitions/a","const":1,"type":"string","definitions":{"a":{"type":"object"}}}`,
    {},
    "- at '': value must be 1",
  ],
  ['{"prefixItems":[true],"items":{"type":"string"}}', [1, 'a', 2], "- at '/1': got number, want string"],
  ['{"$ref":"urn:a:b"}', { anything: 1 }, undefined],
])('%s of a value', checkValue);
