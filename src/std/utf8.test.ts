/** UTF-8 both ways against the platform's own coder, and Go's one-replacement-per-byte rule. */
import { expect, test } from 'vitest';
import { decodeUtf8, encodeUtf8, escapeUtf8, isUtf8, unescapeUtf8, utf8Length } from './index.ts';

test.each([
  '',
  'plain',
  'größe',
  '€uro',
  '😀x',
  'a\u0000b',
  'x'.repeat(20_000) + 'é'.repeat(20_000) + '😀'.repeat(9_000),
  '\ud800',
  'a\udc80b',
  '\udc00\ud800',
])('encodes as the platform does (%#)', (text) => {
  const bytes = encodeUtf8(text);
  expect(Buffer.from(bytes).equals(Buffer.from(new TextEncoder().encode(text)))).toBe(true);
  expect(utf8Length(text)).toBe(bytes.length);
  expect(decodeUtf8(bytes)).toBe(new TextDecoder().decode(bytes));
});

test.each([
  [[0xff], '�'],
  [[0xe2, 0x82], '��'],
  [[0xe2, 0x82, 0x41], '��A'],
  [[0xc0, 0x80], '��'],
  [[0xed, 0xa0, 0x80], '���'],
  [[0xf4, 0x90, 0x80, 0x80], '����'],
  [[0xf0, 0x80, 0x80, 0x80], '����'],
  [[0x80, 0x41], '�A'],
])('each invalid byte of %j is one replacement', (bytes, text) => {
  const input = new Uint8Array(bytes);
  expect(decodeUtf8(input)).toBe(text);
  expect(isUtf8(input)).toBe(false);
  expect([...unescapeUtf8(escapeUtf8(input))]).toEqual(bytes);
});

test('escaping loses no byte', () => {
  let state = 7;
  for (let round = 0; round < 300; round++) {
    const bytes = Uint8Array.from({ length: round % 40 }, () => (state = (state * 1103515245 + 12345) & 0x7fffffff) >> 16);
    expect([...unescapeUtf8(escapeUtf8(bytes))]).toEqual([...bytes]);
  }
});
