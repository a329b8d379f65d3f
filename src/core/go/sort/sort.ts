/** Byte order and the natural order of YAML keys. */

const surrogate = /[\ud800-\udfff]/;

/** Go's `<` on strings: by UTF-8 bytes, which is by code point. Negative, zero or positive. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === length) return a.length - b.length;
  const left = a.charCodeAt(i);
  const right = b.charCodeAt(i);
  // In UTF-16 surrogates stand below U+E000…U+FFFF, but the code points they form are above.
  if (left >= 0xd800 && right >= 0xd800) return rank(left) - rank(right);
  return left - right;
}

const rank = (unit: number): number => (unit >= 0xe000 ? unit - 0x2000 : unit + 0x2000);

/** A copy in byte order. */
export function sortStrings(strings: readonly string[]): string[] {
  const copy = strings.slice();
  return copy.some((text) => surrogate.test(text)) ? copy.sort(compareStrings) : copy.sort();
}

const letter = /\p{L}/u;
const digit = /\p{Nd}/u;

/** Whether a letter right after digits comes before other characters (go-yaml v3) or behind them as everywhere else (v2). */
export type NaturalOrder = 'v2' | 'v3';

/**
 * The order go-yaml writes string keys in: numbers inside the text count as numbers, letters come after everything else.
 * Source: go-yaml v2 and v3, sorter.go `keyList.Less`.
 */
export function compareNatural(a: string, b: string, order: NaturalOrder): number {
  if (a === b) return 0;
  const left = Array.from(a);
  const right = Array.from(b);
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    if (left[i] !== right[i]) return difference({ left, right, at: i, order });
  }
  return left.length - right.length;
}

interface Difference {
  readonly left: readonly string[];
  readonly right: readonly string[];
  /** The first place where the texts differ. */
  readonly at: number;
  readonly order: NaturalOrder;
}

function difference({ left, right, at, order }: Difference): number {
  const x = left[at] as string;
  const y = right[at] as string;
  const isLetterX = letter.test(x);
  const isLetterY = letter.test(y);
  if (isLetterX && isLetterY) return codeOf(x) - codeOf(y);
  if (isLetterX || isLetterY) {
    const isAfterDigits = at > 0 && digit.test(left[at - 1] as string);
    return isLetterX === (order === 'v3' && isAfterDigits) ? -1 : 1;
  }
  // A zero inside a longer number is one of its digits, not a leading zero.
  const head = (x === '0' || y === '0') && isInsideNumber(left, at) ? 1n : 0n;
  const [numberX, endX] = numberAt(left, at, head);
  const [numberY, endY] = numberAt(right, at, head);
  if (numberX !== numberY) return numberX < numberY ? -1 : 1;
  return endX - endY || codeOf(x) - codeOf(y);
}

/** Whether the digits right before a place contain one that is not zero. */
function isInsideNumber(chars: readonly string[], at: number): boolean {
  for (let i = at - 1; i >= 0 && digit.test(chars[i] as string); i--) if (chars[i] !== '0') return true;
  return false;
}

function numberAt(chars: readonly string[], start: number, head: bigint): readonly [value: bigint, end: number] {
  let end = start;
  let value = head;
  for (; end < chars.length && digit.test(chars[end] as string); end++) {
    value = BigInt.asIntN(64, value * 10n + BigInt(codeOf(chars[end] as string) - 48));
  }
  return [value, end];
}

const codeOf = (char: string): number => char.codePointAt(0) ?? 0;
