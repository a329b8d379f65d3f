/** One JSON value at the beginning of a text, as Go's json.Decoder takes it. */
import type { GoValue } from '../../go/value/index.ts';
import { decodeJson } from '../../template/json/index.ts';

/** Where a JSON value that begins at the first character that is no blank ends; the text's length when it does not end. */
function endOfValue(text: string): number {
  let at = /^[ \t\r\n]*/.exec(text)?.[0].length ?? 0;
  const first = text[at];
  if (first !== '{' && first !== '[' && first !== '"') {
    const scalar = /^[^\s,\]}[{":]+/.exec(text.slice(at))?.[0].length ?? 1;
    return at + scalar;
  }
  let depth = 0;
  for (; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

export function readJsonPrefix(text: string): { readonly value: GoValue; readonly length: number } | { readonly error: string } {
  const length = endOfValue(text);
  const decoded = decodeJson(text.slice(0, length));
  if (decoded.ok) return { value: decoded.value, length };
  return { error: decoded.error === 'unexpected end of JSON input' ? 'unexpected EOF' : decoded.error };
}
