/** Schemas that are none, in the words of the validator Helm uses. */
import { expect, test } from 'vitest';
import { compileSchema } from './schema.ts';

function check(text: string, expected: string | undefined): void {
  const compiled = compileSchema(text);
  expect({ text, problem: compiled.ok ? undefined : compiled.error }).toEqual({ text, problem: expected });
}

test.each<[string, string | undefined]>([
  ['{"properties":{"a":{"$ref":"#/definitions/no"}}}', 'json-pointer in "file:///values.schema.json#/definitions/no" not found'],
  ['{"properties":{"a":{"$ref":"#/definitions/b"}},"definitions":{"b":{}}}', undefined],
  ['{"enum":[{"$ref":"#/no"}],"default":{"$ref":"#/no"}}', undefined],
  ['{"type":', 'unexpected EOF'],
  ['{"$schema":"http://example.com/s"}', 'failing loading "http://example.com/s": schemas are not fetched from elsewhere'],
])('%s', check);
