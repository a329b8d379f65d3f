/**
 * Strings and numbers of programs as scalars: quoted when they would read as something else. Source of the rules: go-yaml encode.go.
 */
import { encodeBase64, unescapeUtf8 } from '../../../std/index.ts';
import { formatFloat } from '../../go/strconv/index.ts';
import { floatText } from '../float-text.ts';
import { type ScalarNode, scalarNode } from '../node/node.ts';
import { resolvePlain } from '../resolve.ts';
import { oldBooleans } from '../resolve.table.ts';
import type { Variant } from '../variant.ts';

/** Numbers in base 60, which YAML 1.1 has and Go does not read: quoted all the same. */
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const surrogate = /[\ud800-\udfff]/;
const notUtf8 = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Whether the first character can begin nothing but a string. */
const isSurelyString = (c: number): boolean => (c >= 65 && c <= 122 && !'yYnNtTfFoO~'.includes(String.fromCharCode(c))) || c > 126;

function wouldBeString(text: string, variant: Variant): boolean {
  if (text !== '' && isSurelyString(text.charCodeAt(0))) return true;
  return resolvePlain(text, variant) === undefined && !oldBooleans.has(text) && !base60.test(text);
}

/** Base64 in lines of 70 characters. */
function binaryNode(bytes: Uint8Array): ScalarNode {
  const text = encodeBase64(bytes);
  const lines = text.length > 70 || text.length === 70 ? (text.match(/.{1,70}/g) ?? []).map((line) => `${line}\n`).join('') : text;
  return { ...scalarNode(lines, '!!binary', lines.includes('\n') ? 'literal' : 'plain'), tagged: true };
}

/** A Go string. Text that stands for bytes which are not UTF-8 ("escaped", std/utf8) becomes `!!binary`. */
export function stringNode(text: string, variant: Variant): ScalarNode {
  if (surrogate.test(text) && notUtf8.test(text)) return binaryNode(unescapeUtf8(text));
  if (text.includes('\n')) return scalarNode(text, '', 'literal');
  return scalarNode(text, '', wouldBeString(text, variant) ? 'plain' : 'double');
}

/** A number that goes through JSON first: what has only digits there is an integer afterwards, if 64 bits can hold it. */
export function jsonNumberText(value: number): string {
  if (Number.isSafeInteger(value)) return String(value + 0);
  if (Number.isInteger(value) && value >= -9223372036854775808 && value < 18446744073709551616)
    return BigInt(shortestInteger(value)).toString();
  return floatText(value);
}

/** The shortest digits that read back as this float, with zeros for the rest. */
const shortestInteger = (value: number): string => formatFloat(value, 'f');
