/** Go's rules around the engine: repeated names, templates, splitting, bytes that are no UTF-8, error texts. */
import { expect, test } from 'vitest';
import { compileRegexp, quoteMeta, RegexpCache, type Regexp } from './index.ts';

function regexp(pattern: string): Regexp {
  const result = compileRegexp(pattern);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

test.each([
  ['(?P<n>a)|(?P<n>b)', 'xaby', '<$n>', 'x<a><b>y'],
  ['(a)(b)?', 'aab', '${1}$2x$1_', 'aa'],
  ['a*', 'baac', '-', '-b-c-'],
  ['(.)', 'é😀', '$1$1', 'éé😀😀'],
  ['a', 'a', '$$1 $ ${x ${01}', '$1 $ ${x '],
  ['.', 'a\udcffb', '[$0]', '[a][\udcff][b]'],
])('%s in %j with %s', (...row) => {
  const [pattern, text, replacement, result] = row;
  expect(regexp(pattern).replaceAll(text, replacement)).toBe(result);
});

test('finds and splits', () => {
  expect(regexp('a+').findAllTexts('baaab', -1)).toEqual(['aaa']);
  expect(regexp('(a)|(b)').find('b')).toEqual([0, 1, -1, -1, 0, 1]);
  expect(regexp('x').find('b')).toBeUndefined();
  expect(regexp('a').findAll('aaa', 2)).toHaveLength(2);
  expect(regexp(',').split('a,b,c', 2)).toEqual(['a', 'b,c']);
  expect(regexp(',').split('', -1)).toEqual(['']);
  expect(regexp('').split('', -1)).toEqual([]);
  expect(regexp('a').split('a', 0)).toEqual([]);
  expect(regexp('\ufffd').matches('\udc80')).toBe(true);
  expect(regexp('[(<](?P<a>x)\\Q(?<b>\\E(?:y)').groupNames).toEqual(['', 'a']);
});

test.each([
  ['a(', 'error parsing regexp: missing closing ): `a(`'],
  ['a\\', 'error parsing regexp: trailing backslash at end of expression: ``'],
  ['(?!x)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?!`'],
  ['a**', 'error parsing regexp: invalid nested repetition operator: `**`'],
  ['(?P<n>a)(?P<n>b', 'error parsing regexp: missing closing ): `(?P<n>a)(?P<n>b`'],
  ['a{1001}', 'error parsing regexp: invalid repeat count: `{1001}`'],
  ['\udcff', 'error parsing regexp: invalid UTF-8: `\udcff`'],
])('%s does not compile', (pattern, error) => {
  expect(compileRegexp(pattern)).toEqual({ ok: false, error });
});

test('nesting is bounded, with the pattern in the message', () => {
  const pattern = '('.repeat(3000) + ')'.repeat(3000);
  expect(compileRegexp(pattern)).toEqual({ ok: false, error: `error parsing regexp: expression nests too deeply: \`${pattern}\`` });
});

test('quoting and the cache', () => {
  expect(quoteMeta('a.b*c-d')).toBe('a\\.b\\*c-d');
  const cache = new RegexpCache();
  expect(cache.compile('a')).toBe(cache.compile('a'));
  for (let i = 0; i < 1000; i++) cache.compile(`x${i}`);
  const first = cache.compile('a');
  expect(first).toBe(cache.compile('a'));
});
