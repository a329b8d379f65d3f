/** A glob over one path part: `*`, `?`, `[a-z]`, `[!a-z]`, `[[:alpha:]]`, `\x`. It never sees a slash. */

type Item = { readonly type: 'star' } | { readonly type: 'any' } | { readonly type: 'char'; readonly char: string } | CharClass;

interface CharClass {
  readonly type: 'class';
  readonly negated: boolean;
  readonly ranges: readonly (readonly [string, string])[];
}

/** Undefined items: the pattern is malformed and matches nothing, as in git. */
export interface Glob {
  readonly items: readonly Item[] | undefined;
}

export function compileGlob(text: string): Glob {
  const chars = [...text];
  const items: Item[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? '';
    if (char === '*') {
      if (items.at(-1)?.type !== 'star') items.push({ type: 'star' });
    } else if (char === '?') items.push({ type: 'any' });
    else if (char === '\\') {
      const next = chars[++i];
      if (next === undefined) return { items: undefined };
      items.push({ type: 'char', char: next });
    } else if (char === '[') {
      const end = readClass(chars, i, items);
      if (end === undefined) return { items: undefined };
      i = end;
    } else items.push({ type: 'char', char });
  }
  return { items };
}

/** Ranges of the POSIX class names, in ASCII as in git's C locale. */
const POSIX: ReadonlyMap<string, readonly (readonly [string, string])[]> = new Map([
  [
    'alnum',
    [
      ['0', '9'],
      ['A', 'Z'],
      ['a', 'z'],
    ],
  ],
  [
    'alpha',
    [
      ['A', 'Z'],
      ['a', 'z'],
    ],
  ],
  [
    'blank',
    [
      [' ', ' '],
      ['\t', '\t'],
    ],
  ],
  [
    'cntrl',
    [
      ['\0', '\x1f'],
      ['\x7f', '\x7f'],
    ],
  ],
  ['digit', [['0', '9']]],
  ['graph', [['!', '~']]],
  ['lower', [['a', 'z']]],
  ['print', [[' ', '~']]],
  [
    'punct',
    [
      ['!', '/'],
      [':', '@'],
      ['[', '`'],
      ['{', '~'],
    ],
  ],
  [
    'space',
    [
      ['\t', '\r'],
      [' ', ' '],
    ],
  ],
  ['upper', [['A', 'Z']]],
  [
    'xdigit',
    [
      ['0', '9'],
      ['A', 'F'],
      ['a', 'f'],
    ],
  ],
]);

/** Reads a class that opens at `start`; returns the index of its `]`. */
function readClass(chars: readonly string[], start: number, items: Item[]): number | undefined {
  let i = start + 1;
  const negated = chars[i] === '!' || chars[i] === '^';
  if (negated) i++;
  const ranges: (readonly [string, string])[] = [];
  for (let first = true; first || chars[i] !== ']'; first = false) {
    const named = posixAt(chars, i);
    if (named !== undefined) {
      const known = POSIX.get(named.name);
      if (known === undefined) return undefined;
      ranges.push(...known);
      i = named.next;
      continue;
    }
    const low = charAt(chars, i);
    if (low === undefined) return undefined;
    i = low.next;
    if (chars[i] === '-' && chars[i + 1] !== ']' && chars[i + 1] !== undefined) {
      const high = charAt(chars, i + 1);
      if (high === undefined) return undefined;
      ranges.push([low.char, high.char]);
      i = high.next;
    } else ranges.push([low.char, low.char]);
  }
  items.push({ type: 'class', negated, ranges });
  return i;
}

function posixAt(chars: readonly string[], i: number): { readonly name: string; readonly next: number } | undefined {
  if (chars[i] !== '[' || chars[i + 1] !== ':') return undefined;
  const end = chars.indexOf(':', i + 2);
  return end > 0 && chars[end + 1] === ']' ? { name: chars.slice(i + 2, end).join(''), next: end + 2 } : undefined;
}

function charAt(chars: readonly string[], i: number): { readonly char: string; readonly next: number } | undefined {
  const escaped = chars[i] === '\\';
  const char = chars[escaped ? i + 1 : i];
  return char === undefined ? undefined : { char, next: i + (escaped ? 2 : 1) };
}

export function matchGlob(glob: Glob, text: string): boolean {
  const { items } = glob;
  if (items === undefined) return false;
  const chars = [...text];
  let p = 0;
  let i = 0;
  let star = -1;
  let resume = 0;
  while (i < chars.length) {
    const item = items[p];
    if (item?.type === 'star') {
      star = p++;
      resume = i;
    } else if (item !== undefined && matchesItem(item, chars[i] ?? '')) {
      p++;
      i++;
    } else if (star >= 0) {
      p = star + 1;
      i = ++resume;
    } else return false;
  }
  while (items[p]?.type === 'star') p++;
  return p === items.length;
}

function matchesItem(item: Item, char: string): boolean {
  if (item.type === 'char') return item.char === char;
  if (item.type === 'class') return item.ranges.some(([low, high]) => low <= char && char <= high) !== item.negated;
  return true;
}
