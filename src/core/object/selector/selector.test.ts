/** Label selectors: reading, matching, refusing. */
import { expect, test } from 'vitest';
import { formatSelector, matchesSelector, parseSelector, selectorOf } from './index.ts';

const read: readonly (readonly [text: string, canonical: string])[] = [
  ['', ''],
  ['a=b', 'a=b'],
  ['b, a in (y, x)', 'a in (x,y),b'],
  ['x in (foo,,baz),y,z notin ()', 'x in (,baz,foo),y,z notin ()'],
  ['!a,b!=,c>5', '!a,b!=,c>5'],
  ['in in (in)', 'in in (in)'],
];
test.each(read)('%j reads as %j', (text, canonical) => {
  const parsed = parseSelector(text);
  expect(parsed.ok ? formatSelector(parsed.value) : parsed.error).toBe(canonical);
});

const refused: readonly (readonly [text: string, message: string])[] = [
  ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
  ['a=b,', "found '', expected: identifier after ','"],
  ['a in b', "unable to parse requirement: found 'b' expected: '('"],
  ['=a', "found '=', expected: !, identifier, or 'end of string'"],
];
test.each(refused)('%j is refused', (text, message) => expect(parseSelector(text)).toEqual({ ok: false, error: message }));

const matches: readonly (readonly [selector: string, labels: Record<string, string>, matches: boolean])[] = [
  ['a=b', { a: 'b' }, true],
  ['a!=b', {}, true],
  ['a notin (b)', { a: 'c' }, true],
  ['!constructor', {}, true],
  ['a>5', { a: '10' }, true],
  ['a>5', { a: 'x' }, false],
  ['a', {}, false],
];
test.each(matches)('%j on %j', (text, labels, expected) => {
  const parsed = parseSelector(text);
  expect(parsed.ok && matchesSelector(parsed.value, labels)).toBe(expected);
});

test('the object form', () => {
  const parsed = selectorOf({ matchLabels: { app: 'x' }, matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['db'] }] });
  expect(parsed.ok && matchesSelector(parsed.value, { app: 'x', tier: 'web' })).toBe(true);
  const none = selectorOf(undefined);
  expect(none.ok && matchesSelector(none.value, {})).toBe(false);
  const all = selectorOf({});
  expect(all.ok && matchesSelector(all.value, {})).toBe(true);
  expect(selectorOf({ matchExpressions: [{ key: 'a', operator: 'Like' }] })).toEqual({
    ok: false,
    error: '"Like" is not a valid label selector operator',
  });
});
