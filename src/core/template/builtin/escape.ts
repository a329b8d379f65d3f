/** html, js, urlquery. Source of the rules: Go text/template/funcs.go, net/url QueryEscape. */
import { unescapeUtf8 } from '../../../std/index.ts';
import { isPrint } from '../../go/strconv/index.ts';

const htmlEntities: ReadonlyMap<string, string> = new Map([
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['\0', '\uFFFD'],
]);

/** Text as HTML content. */
export const escapeHtml = (text: string): string => text.replaceAll(/["'&<>\0]/g, (character) => htmlEntities.get(character) ?? character);

const hex4 = (code: number): string => code.toString(16).toUpperCase().padStart(4, '0');

/** Text inside a JavaScript string. */
export function escapeJs(text: string): string {
  let result = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\\' || character === "'" || character === '"') result += `\\${character}`;
    else if (code < 0x20 || '<>&='.includes(character)) result += `\\u${hex4(code)}`;
    else if (code < 0x80 || isPrint(code)) result += character;
    else result += `\\u${hex4(code)}`;
  }
  return result;
}

/** Text as part of a URL's query: space becomes `+`. */
export function escapeQuery(text: string): string {
  let result = '';
  for (const byte of unescapeUtf8(text)) {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-_.~]/.test(character)) result += character;
    else result += byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
}
