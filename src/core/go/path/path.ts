/** Names separated by slashes. Go: path/path.go, path/match.go; filepath does the same on Unix. */
import { err, ok, type Result } from '../../../std/index.ts';

/** `Clean`: the shortest name for the same place; `.` for the empty one. */
export function cleanPath(path: string): string {
  const isRooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!isRooted) parts.push('..');
  }
  const text = parts.join('/');
  return isRooted ? `/${text}` : text === '' ? '.' : text;
}

/** `Base`: the last element; `.` for the empty path, `/` for slashes only. */
export function baseName(path: string): string {
  if (path === '') return '.';
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** `Dir`: everything but the last element, cleaned. */
export const dirName = (path: string): string => cleanPath(splitPath(path)[0]);

/** `Ext`: from the last point of the last element on; empty without one. */
export function extension(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const point = name.lastIndexOf('.');
  return point < 0 ? '' : name.slice(point);
}

export const isAbsolute = (path: string): boolean => path.startsWith('/');

/** `Join`: the elements that are not empty, cleaned; empty when there are none. */
export function joinPath(elements: readonly string[]): string {
  const used = elements.filter((element) => element !== '');
  return used.length === 0 ? '' : cleanPath(used.join('/'));
}

/** `Split`: directory with its slash, and name. */
export function splitPath(path: string): readonly [directory: string, name: string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, slash + 1), path.slice(slash + 1)];
}

const badPattern: Result<boolean, string> = Object.freeze(err('syntax error in pattern'));

/** `Match`: `*` and `?` match within one element, `[…]` a class, `\` the next character. Fails for a malformed pattern, wherever it is. */
export function matchPath(pattern: string, name: string): Result<boolean, string> {
  const tokens = patternTokens(pattern);
  return tokens === undefined ? badPattern : ok(matchTokens(tokens, Array.from(name)));
}

/** One step of a pattern: a run of anything, or a test of one character. */
type Token = 'star' | ((char: string) => boolean);

const isNoSlash: Token = (char) => char !== '/';

function patternTokens(pattern: string): readonly Token[] | undefined {
  const chars = Array.from(pattern);
  const tokens: Token[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] as string;
    if (char === '*') {
      if (tokens.at(-1) !== 'star') tokens.push('star');
    } else if (char === '?') tokens.push(isNoSlash);
    else if (char === '[') {
      const found = classAt(chars, i + 1);
      if (found === undefined) return undefined;
      tokens.push(found.token);
      i = found.end;
    } else if (char === '\\') {
      const next = chars[++i];
      if (next === undefined) return undefined;
      tokens.push((other) => other === next);
    } else tokens.push((other) => other === char);
  }
  return tokens;
}

/** A class whose bracket opened right before `start`; `end` is the closing bracket. */
function classAt(chars: readonly string[], start: number): { readonly token: Token; readonly end: number } | undefined {
  const isNegated = chars[start] === '^';
  const ranges: (readonly [number, number])[] = [];
  let at = isNegated ? start + 1 : start;
  while (chars[at] !== ']' || ranges.length === 0) {
    const low = classChar(chars, at);
    if (low === undefined) return undefined;
    at = low.next;
    let high = low;
    if (chars[at] === '-') {
      const end = classChar(chars, at + 1);
      if (end === undefined) return undefined;
      high = end;
      at = end.next;
    }
    ranges.push([low.code, high.code]);
  }
  const token: Token = (char) => {
    const code = char.codePointAt(0) as number;
    return ranges.some(([low, high]) => low <= code && code <= high) !== isNegated;
  };
  return { token, end: at };
}

function classChar(chars: readonly string[], at: number): { readonly code: number; readonly next: number } | undefined {
  let i = at;
  if (chars[i] === undefined || chars[i] === '-' || chars[i] === ']') return undefined;
  if (chars[i] === '\\') i++;
  const char = chars[i];
  // A class must go on after each of its characters.
  if (char === undefined || i + 1 >= chars.length) return undefined;
  return { code: char.codePointAt(0) as number, next: i + 1 };
}

/** Matches with one point to come back to: the last star takes one character more when the rest does not fit. */
function matchTokens(tokens: readonly Token[], chars: readonly string[]): boolean {
  let token = 0;
  let starToken = -1;
  let starChar = 0;
  for (let at = 0; at < chars.length;) {
    const current = tokens[token];
    if (current === 'star') {
      starToken = token++;
      starChar = at;
    } else if (current?.(chars[at] as string) === true) {
      token++;
      at++;
    } else if (starToken >= 0 && chars[starChar] !== '/') {
      token = starToken + 1;
      at = ++starChar;
    } else return false;
  }
  while (tokens[token] === 'star') token++;
  return token === tokens.length;
}
