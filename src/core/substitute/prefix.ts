/**
 * How much of a text a shell pattern matches from its start (envsubst: path/match.go, where `*` takes slashes too). All lengths are tried in one walk:
 * the set of pattern places that can be reached is carried along, so the cost is the product of both lengths and is bounded.
 */
import { SubstitutionFailure } from './failure.ts';

type Item = { readonly star: true } | { readonly star: false; readonly matches: (char: string) => boolean };

const MAX_STEPS = 20_000_000;

/** Length of the shortest matching prefix of at least one character; 0 when there is none or the pattern is malformed. */
export const shortestPrefix = (pattern: string, text: string): number => prefixes(pattern, text, 'first');

/** Length of the longest matching prefix; 0 when there is none or the pattern is malformed. */
export const longestPrefix = (pattern: string, text: string): number => prefixes(pattern, text, 'last');

function prefixes(pattern: string, text: string, which: 'first' | 'last'): number {
  const items = compile(pattern);
  if (items === undefined) return 0;
  if (items.length * text.length > MAX_STEPS) throw new SubstitutionFailure('pattern and value are too long');
  let places = closure(items, [0]);
  let end = 0;
  let found = 0;
  for (const char of text) {
    end += char.length;
    places = closure(items, advance(items, places, char));
    if (places.length === 0) break;
    if (places.at(-1) !== items.length) continue;
    found = end;
    if (which === 'first') break;
  }
  return found;
}

/** A star may be passed without taking anything. Places stay sorted and unique. */
function closure(items: readonly Item[], places: readonly number[]): number[] {
  const result: number[] = [];
  for (const place of places) {
    if ((result.at(-1) ?? -1) < place) result.push(place);
    for (let next = result.at(-1) ?? 0; items[next]?.star === true;) result.push(++next);
  }
  return result;
}

function advance(items: readonly Item[], places: readonly number[], char: string): number[] {
  const result: number[] = [];
  for (const place of places) {
    const item = items[place];
    if (item === undefined) continue;
    if (item.star) result.push(place);
    else if (item.matches(char) && result.at(-1) !== place + 1) result.push(place + 1);
  }
  return result;
}

/** Undefined when the pattern is malformed. */
function compile(pattern: string): readonly Item[] | undefined {
  const chars = [...pattern];
  const items: Item[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? '';
    if (char === '*') {
      if (items.at(-1)?.star !== true) items.push({ star: true });
    } else if (char === '?') items.push({ star: false, matches: () => true });
    else if (char === '[') {
      const set = readClass(chars, i + 1);
      if (set === undefined) return undefined;
      items.push({ star: false, matches: set.matches });
      i = set.last;
    } else {
      const literal = char === '\\' ? chars[++i] : char;
      if (literal === undefined) return undefined;
      items.push({ star: false, matches: (other) => other === literal });
    }
  }
  return items;
}

interface CharSet {
  readonly matches: (char: string) => boolean;
  /** Index of the closing bracket. */
  readonly last: number;
}

function readClass(chars: readonly string[], start: number): CharSet | undefined {
  const negated = chars[start] === '^';
  const ranges: (readonly [string, string])[] = [];
  let i = negated ? start + 1 : start;
  while (ranges.length === 0 || chars[i] !== ']') {
    const low = readChar(chars, i);
    if (low === undefined) return undefined;
    i = low.next;
    if (chars[i] !== '-') {
      ranges.push([low.char, low.char]);
      continue;
    }
    const high = readChar(chars, i + 1);
    if (high === undefined) return undefined;
    ranges.push([low.char, high.char]);
    i = high.next;
  }
  return { matches: (char) => ranges.some(([low, high]) => low <= char && char <= high) !== negated, last: i };
}

function readChar(chars: readonly string[], at: number): { readonly char: string; readonly next: number } | undefined {
  const escaped = chars[at] === '\\';
  const char = chars[escaped ? at + 1 : at];
  if (char === undefined || (!escaped && (char === '-' || char === ']'))) return undefined;
  const next = at + (escaped ? 2 : 1);
  return next < chars.length ? { char, next } : undefined;
}
