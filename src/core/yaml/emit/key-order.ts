/**
 * The natural order of keys: runs of digits by their number, letters behind everything else. Source of the rules: go-yaml sorter.go.
 */

const letter = /\p{L}/u;
const digit = /\p{Nd}/u;

/** Code points are compared as runes; below U+0080 without a pattern. */
function isLetter(c: number): boolean {
  if (c < 128) return (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
  return letter.test(String.fromCodePoint(c));
}

const isDigit = (c: number): boolean => (c < 128 ? c >= 48 && c <= 57 : digit.test(String.fromCodePoint(c)));

/** The number a run of digits has from `from` on, and where it ends. Go's int64 wraps around; so does this. */
function runAt(runes: readonly number[], from: number, start: bigint): { readonly end: number; readonly value: bigint } {
  let value = start;
  let end = from;
  for (; end < runes.length && isDigit(runes[end] as number); end++)
    value = BigInt.asIntN(64, value * 10n + BigInt((runes[end] as number) - 48));
  return { end, value };
}

/** Both texts have something other than letters at `at`, where they first differ. */
function compareRuns(a: readonly number[], b: readonly number[], at: number): number {
  let start = 0n;
  if (a[at] === 48 || b[at] === 48) {
    for (let j = at - 1; j >= 0 && isDigit(a[j] as number); j--) {
      if (a[j] === 48) continue;
      start = 1n;
      break;
    }
  }
  const left = runAt(a, at, start);
  const right = runAt(b, at, start);
  if (left.value !== right.value) return left.value < right.value ? -1 : 1;
  return left.end !== right.end ? left.end - right.end : (a[at] as number) - (b[at] as number);
}

/** Negative when `left` comes first. `digitsThenLetters`: behind digits, letters sort before other characters. */
export function compareKeys(left: string, right: string, digitsThenLetters: boolean): number {
  const shorter = Math.min(left.length, right.length);
  let same = 0;
  while (same < shorter && left.charCodeAt(same) === right.charCodeAt(same)) same++;
  if (same === left.length || same === right.length) return left.length - right.length;
  const a = left.charCodeAt(same);
  const b = right.charCodeAt(same);
  if (a < 128 && b < 128 && isLetter(a) && isLetter(b)) return a - b;
  return compareRunes([...left].map(runeOf), [...right].map(runeOf), digitsThenLetters);
}

const runeOf = (c: string): number => c.codePointAt(0) as number;

function compareRunes(a: readonly number[], b: readonly number[], digitsThenLetters: boolean): number {
  let inDigits = false;
  for (let at = 0; at < a.length && at < b.length; at++) {
    const left = a[at] as number;
    const right = b[at] as number;
    if (left === right) {
      inDigits = isDigit(left);
      continue;
    }
    const leftLetter = isLetter(left);
    const rightLetter = isLetter(right);
    if (leftLetter && rightLetter) return left - right;
    if (leftLetter || rightLetter) return (digitsThenLetters && inDigits ? leftLetter : rightLetter) ? -1 : 1;
    return compareRuns(a, b, at);
  }
  return a.length - b.length;
}
