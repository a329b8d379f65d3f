/** What is read by the short way is what the reader of YAML makes of it; everything else is left to that reader. */
import { expect, test } from 'vitest';
import { decode, sigsYaml } from '../../yaml/index.ts';
import { readYamlAlike } from './index.ts';

const yaml = (text: string): unknown => {
  const read = decode(text, { variant: sigsYaml, strict: true });
  return read.ok ? read.value : { refused: read.error.message };
};

test.each([
  '{}',
  '{"a":1,"b":[true,false,null,-3,1.5,1.0,1e3,1E-2],"c":{"d":{}}}\n',
  '{ "a" : "yes" , "0x1F" : "010" , "b" : "2020-01-01", "~": "~", "null": "y" }',
  String.raw`{"text":"line\nnext\ttab \"quoted\" back\\slash \\u0041","# no":"comment # here: - ? & * ! | > %"}`,
  '{"ü":"é – ok?"}'.replace('–', '-'),
  `{"long":"${'x'.repeat(5000)}"}`,
  `${'{"a":'.repeat(90)}1${'}'.repeat(90)}`,
  '{"__proto__":{"x":1},"constructor":"y"}',
])('the same value: %s', (text) => {
  expect(JSON.stringify(readYamlAlike(text))).toBe(JSON.stringify(yaml(text)));
});

test.each([
  'a: 1',
  '[1]',
  '{a: 1}',
  '{"a":1}\n---\n{"b":2}',
  '{"a":\t1}',
  '{"a":1,"a":2}',
  '{"<<":{"b":1}}',
  '{"a":12345678901234567890}',
  '{"a":1e400}',
  String.raw`{"a":"\ud83d\ude00"}`,
  String.raw`{"a":"\/"}`,
  '{"a":"\u2028"}',
  '{"a":"\u0085"}',
  `{"${'k'.repeat(2000)}":1}`,
  '{"a":1',
  '',
])('left to the reader of YAML: %s', (text) => {
  expect(readYamlAlike(text)).toBeUndefined();
});
