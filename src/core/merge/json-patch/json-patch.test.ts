/** JSON patches in the three dialects. */
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../object/index.ts';
import { deepFreeze } from '../../object/value/index.ts';
import { type Dialect, applyJsonPatch, parsePatch } from './index.ts';

const FAILS = Symbol('fails');

function run(document: Json, patch: Json, dialect: Dialect): Json | typeof FAILS | undefined {
  const parsed = parsePatch(patch, dialect);
  const result = parsed.ok ? applyJsonPatch(deepFreeze(document), parsed.value, { dialect }) : parsed;
  return result.ok ? result.value : FAILS;
}

const all: readonly Dialect[] = ['v4', 'v5', 'rfc'];
const rows: readonly (readonly [title: string, document: Json, patch: Json, expected: Partial<Record<Dialect, Json | typeof FAILS>>])[] = [
  [
    'adds to a list',
    { a: [1, 3] },
    [{ op: 'add', path: '/a/1', value: 2 }],
    { v4: { a: [1, 2, 3] }, v5: { a: [1, 2, 3] }, rfc: { a: [1, 2, 3] } },
  ],
  ['escapes', { 'a/b': { '~': 1 } }, [{ op: 'remove', path: '/a~1b/~0' }], { v4: { 'a/b': {} }, rfc: { 'a/b': {} } }],
  ['negative index', { a: [1, 2] }, [{ op: 'remove', path: '/a/-1' }], { v4: { a: [1] }, v5: { a: [1] }, rfc: FAILS }],
  ['replaces what is not there', {}, [{ op: 'replace', path: '/a', value: 1 }], { v4: { a: 1 }, v5: FAILS, rfc: FAILS }],
  ['copies what is not there', {}, [{ op: 'copy', from: '/a', path: '/b' }], { v4: { b: null }, v5: FAILS, rfc: FAILS }],
  ['replaces the whole document', {}, [{ op: 'replace', path: '', value: { a: 1 } }], { v4: { a: 1 }, v5: { a: 1 }, rfc: { a: 1 } }],
  ['adds the whole document', {}, [{ op: 'add', path: '', value: [] }], { v4: FAILS, v5: [], rfc: [] }],
  [
    'a failing test undoes nothing because nothing was done',
    { a: 1 },
    [
      { op: 'add', path: '/b', value: 1 },
      { op: 'test', path: '/a', value: 2 },
    ],
    { v4: FAILS, v5: FAILS, rfc: FAILS },
  ],
  ['a missing member equals null', {}, [{ op: 'test', path: '/a', value: null }], { v4: {}, v5: {} }],
  ['unknown operation', {}, [{ op: 'merge', path: '/a' }], { v4: FAILS, v5: FAILS, rfc: FAILS }],
  ['a missing parent', {}, [{ op: 'add', path: '/a/b', value: 1 }], { v4: FAILS, v5: FAILS, rfc: FAILS }],
];

test.each(rows)('%s', (_, document, patch, expected) => {
  for (const dialect of all)
    if (expected[dialect] !== undefined) expect([dialect, run(document, patch, dialect)]).toEqual([dialect, expected[dialect]]);
});

test.each<[patch: JsonObject, message: string]>([
  [{ op: 'add', path: '/x/y', value: 1 }, 'add operation does not apply: doc is missing path: "/x/y": missing value'],
  [{ op: 'add', path: '', value: 1 }, 'add operation does not apply: doc is missing path: "": missing value'],
  [{ op: 'add', path: '/a/9', value: 1 }, "error in add for path: '/a/9': Unable to access invalid index: 9: invalid index referenced"],
  [{ op: 'add', path: '/a/x', value: 1 }, `error in add for path: '/a/x': strconv.Atoi: parsing "x": invalid syntax`],
  [{ op: 'remove', path: '/x' }, "error in remove for path: '/x': Unable to remove nonexistent key: x: missing value"],
  [{ op: 'remove', path: '/x/y' }, 'remove operation does not apply: doc is missing path: "/x/y": missing value'],
  [{ op: 'replace', path: '/x/y', value: 1 }, 'replace operation does not apply: doc is missing path: /x/y: missing value'],
  [{ op: 'replace', path: '/a/3', value: 1 }, 'replace operation does not apply: doc is missing key: /a/3: missing value'],
  [{ op: 'move', from: '/x', path: '/b' }, "error in move for path: 'x': Unable to remove nonexistent key: x: missing value"],
  [{ op: 'copy', from: '/x/y', path: '/b' }, 'copy operation does not apply: doc is missing from path: /x/y: missing value'],
  [{ op: 'copy', from: '/a', path: '/x/y' }, 'copy operation does not apply: doc is missing destination path: /x/y: missing value'],
  [{ op: 'test', path: '/x/y', value: 1 }, 'test operation does not apply: is missing path: /x/y: missing value'],
  [{ op: 'test', path: '/a/0', value: 2 }, 'testing value /a/0 failed: test failed'],
])('%j is refused in the words of the original', (operation, message) => {
  const parsed = parsePatch([operation]);
  const result = parsed.ok ? applyJsonPatch({ a: [1] }, parsed.value) : parsed;
  expect(result.ok ? undefined : result.error).toMatchObject({ message });
});

test('changing nothing returns the document', () => {
  const document = deepFreeze({ a: { b: [1] } });
  const patch = parsePatch([{ op: 'replace', path: '/a/b/0', value: 1 }]);
  expect(patch.ok && applyJsonPatch(document, patch.value)).toEqual({ ok: true, value: document });
  const result = patch.ok ? applyJsonPatch(document, patch.value) : patch;
  expect(result.ok && result.value).toBe(document);
});

test('copies are bounded, and so is padding', () => {
  const doubling = Array.from({ length: 60 }, () => ({ op: 'copy', from: '/a', path: '/a/-' }));
  expect(run({ a: ['xxxxxxxxxxxxxxxx'] }, doubling, 'v4')).toBe(FAILS);
  const far = parsePatch([{ op: 'add', path: '/a/999999999/b', value: 1 }]);
  const result = far.ok ? applyJsonPatch({}, far.value, { ensurePathExistsOnAdd: true }) : far;
  expect(result.ok).toBe(false);
});

test('hostile keys are only keys', () => {
  const result = run({}, [{ op: 'add', path: '/__proto__', value: { polluted: true } }], 'v4');
  expect(Object.keys(result as object)).toEqual(['__proto__']);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
