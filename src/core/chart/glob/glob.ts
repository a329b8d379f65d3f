/** Patterns of `.Files.Glob`. Source: gobwas/glob with `/` as separator: `*` and `?` stop at it, `**` does not. */
import { compileRegexp, quoteMeta, type Regexp } from '../../go/regexp/index.ts';

/** A matcher; what cannot be read matches everything, as in Helm. */
export function compileGlob(pattern: string): { readonly matches: (name: string) => boolean } {
  const source = translate(pattern);
  const compiled = source === undefined ? undefined : compileRegexp(`^(?s:${source})$`);
  if (compiled === undefined || !compiled.ok) return { matches: () => true };
  const regexp: Regexp = compiled.value;
  return { matches: (name) => regexp.matches(name) };
}

/** The pattern as a regular expression; undefined when it is malformed. */
function translate(pattern: string): string | undefined {
  let result = '';
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '*') {
      const isSuper = pattern.charAt(at + 1) === '*';
      if (isSuper) at++;
      result += isSuper ? '.*' : '[^/]*';
    } else if (character === '?') result += '[^/]';
    else if (character === '{') {
      depth++;
      result += '(?:';
    } else if (character === '}' && depth > 0) {
      depth--;
      result += ')';
    } else if (character === ',' && depth > 0) result += '|';
    else if (character === '[') {
      const range = rangeAt(pattern, at);
      if (range === undefined) return undefined;
      result += range.source;
      at = range.end;
    } else if (character === '\\') {
      at++;
      result += quoteMeta(pattern.charAt(at));
    } else result += quoteMeta(character);
  }
  return depth === 0 ? result : undefined;
}

/** `[abc]`, `[!abc]`, `[a-z]`: a list or one range, never both. */
function rangeAt(pattern: string, start: number): { readonly source: string; readonly end: number } | undefined {
  const close = pattern.indexOf(']', start + 1);
  if (close < 0) return undefined;
  const body = pattern.slice(start + 1, close);
  const isNot = body.startsWith('!');
  const list = isNot ? body.slice(1) : body;
  if (list === '') return undefined;
  const isRange = [...list].length === 3 && [...list][1] === '-';
  if (!isRange && [...list][1] === '-') return undefined;
  const escaped = isRange
    ? list.replace(/^(.)-(.)$/u, (_, low: string, high: string) => `${escapeClass(low)}-${escapeClass(high)}`)
    : Array.from(list, escapeClass).join('');
  return { source: `[${isNot ? '^' : ''}${escaped}]`, end: close };
}

const escapeClass = (character: string): string => (/[\\\]^-]/.test(character) ? `\\${character}` : character);
