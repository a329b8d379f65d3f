/** A document says something else, and every other byte stays. */
import { expect, test } from 'vitest';
import fc from 'fast-check';
import type { Json } from '../../object/index.ts';
import { equalJson } from '../../object/value/index.ts';
import { encode } from '../write.ts';
import { kyaml, sigsYaml } from '../variant.ts';
import { readDocuments, rewriteDocument } from './index.ts';

const ROWS: readonly (readonly [name: string, text: string, wanted: Json, after: string])[] = [
  ['a plain value', 'a: 1 # one\nb: 2\n', { a: 3, b: 2 }, 'a: 3 # one\nb: 2\n'],
  ['quotes stay', 'a: "1.0"  # x\nb: \'y\'\n', { a: '1.1', b: "it's" }, "a: \"1.1\"  # x\nb: 'it''s'\n"],
  ['a text that looks like a number', 'a: v1\n', { a: '1.10' }, 'a: "1.10"\n'],
  ['a number stays a number', 'a: 2\n', { a: 5 }, 'a: 5\n'],
  ['a key comes', 'a:\n  b: 1 # one\n\n# next\nc: 2\n', { a: { b: 1, d: 'x' }, c: 2 }, 'a:\n  b: 1 # one\n  d: x\n\n# next\nc: 2\n'],
  ['a table comes', 'a: 1\n', { a: 1, image: { tag: 'x', pull: ['a', 'b'] } }, 'a: 1\nimage:\n  pull:\n  - a\n  - b\n  tag: x\n'],
  ['from nothing', 'a:\n', { a: 'x' }, 'a: x\n'],
  ['an empty table', 'a: {} # none\nb: 1\n', { a: { c: 1 }, b: 1 }, 'a:\n  c: 1 # none\nb: 1\n'],
  [
    'between brackets',
    'i: [{name: web, newTag: v1}, {name: x}]\n',
    { i: [{ name: 'web', newTag: 'v2', digest: 'd' }, { name: 'x' }] },
    'i: [{name: web, newTag: v2, digest: d}, {name: x}]\n',
  ],
  [
    'a list grows',
    'l:\n  - a\n  # why\n  - b # two\nz: 1\n',
    { l: ['a', 'b', { c: 1, d: 2 }], z: 1 },
    'l:\n  - a\n  # why\n  - b # two\n  - c: 1\n    d: 2\nz: 1\n',
  ],
  ['a list shrinks', 'l:\n  - a\n  - b\n  - c # x\nz: 1\n', { l: ['a'], z: 1 }, 'l:\n  - a\nz: 1\n'],
  [
    'a list below its key',
    'l:\n- name: a\n  t: 1\n- name: b\nz: 1\n',
    {
      l: [
        { name: 'a', t: 2 },
        { name: 'b', t: 3 },
      ],
      z: 1,
    },
    'l:\n- name: a\n  t: 2\n- name: b\n  t: 3\nz: 1\n',
  ],
  ['a key goes', 'a: 1\nb:\n  c: 1\n  d: 2\ne: 3\n', { a: 1, e: 3 }, 'a: 1\ne: 3\n'],
  ['the first key of an item goes', 'l:\n  - a: 1\n    b: 2\n', { l: [{ b: 2 }] }, 'l:\n  - b: 2\n'],
  ['a key between brackets goes', 'a: {b: 1, c: 2}\n', { a: { b: 1 } }, 'a: {b: 1}\n'],
  ['a block text', 'a: |\n  one\n  two\n\nb: 1\n', { a: 'x', b: 1 }, 'a: x\n\nb: 1\n'],
  ['lines of Windows', 'a: 1\r\nb:\r\n  c: 2\r\n', { a: 2, b: { c: 2, d: 3 } }, 'a: 2\r\nb:\r\n  c: 2\r\n  d: 3\r\n'],
  ['beyond the first plane', 'a: "🚀🚀" # 🚀\nb: {c: "🚀", d: 1}\n', { a: 'x', b: { c: '🚀', d: 2 } }, 'a: "x" # 🚀\nb: {c: "🚀", d: 2}\n'],
  ['an alias gives way', 'a: &x v1\nb: *x # same\n', { a: 'v1', b: 'v2' }, 'a: &x v1\nb: v2 # same\n'],
  ['an anchor that nobody uses', 'a: &x v1\n', { a: 'v2' }, 'a: &x v2\n'],
  ['a block becomes a value', 'a:\n  b: 1\nc: 2\n', { a: 'x', c: 2 }, 'a: x\nc: 2\n'],
  ['no end of line', 'a: 1', { a: 1, b: 2 }, 'a: 1\nb: 2'],
  ['an empty file', '', { a: 1 }, 'a: 1\n'],
  ['only comments', '# values\n', { a: 1 }, '# values\na: 1\n'],
];

test.each(ROWS)('%s', (_name, text, wanted, after) => {
  expect(rewriteDocument(text, 0, wanted)).toEqual({ ok: true, value: after });
});

test('other documents stay as they are', () => {
  const text = '# head\na: 1\n---\nb: 1 # here\n---\nc: [1,2]\n';
  expect(rewriteDocument(text, 1, { b: 2 })).toEqual({ ok: true, value: text.replace('b: 1', 'b: 2') });
});

test('what cannot be changed without changing something else is refused', () => {
  expect(rewriteDocument('a: &x v1\nb: *x\n', 0, { a: 'v2', b: 'v1' })).toMatchObject({ ok: false });
  expect(rewriteDocument('base: &b {t: 1}\nx: {<<: *b}\n', 0, { base: { t: 2 }, x: { t: 1 } })).toMatchObject({ ok: false });
  expect(rewriteDocument('a: [', 0, {})).toMatchObject({ ok: false });
});

const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>(null, true, false, 0, 1.5, '', 'x', 'yes', '1', 'a: b', "it's", '# c', 'two\nlines\n', '[x', 'ü🚀'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'on', '1'), tie('value'), { maxKeys: 4 }),
  ),
})).value;

test('any document can be made to say anything else', () => {
  const table = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), json, { minKeys: 1, maxKeys: 4 });
  let refused = 0;
  let done = 0;
  fc.assert(
    fc.property(table, table, fc.constantFrom(kyaml, sigsYaml), (before, wanted, variant) => {
      const made = rewriteDocument(encode(before, { variant }), 0, wanted);
      if (!made.ok) refused += 1;
      else {
        done += 1;
        const read = readDocuments(made.value);
        expect(read.ok && equalJson(read.value[0]?.value, wanted)).toBe(true);
      }
    }),
    { numRuns: 1500, seed: 7 },
  );
  expect(done).toBeGreaterThan(refused * 20);
});
