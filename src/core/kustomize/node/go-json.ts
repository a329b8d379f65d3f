/** JSON as Go's encoding/json writes it: sorted keys, HTML characters escaped. */
import { type Json, type JsonObject, isObject } from '../../object/index.ts';
import { byCodePoint } from './json.ts';

const escapes: ReadonlyMap<string, string> = new Map([
  ['<', '\\u003c'],
  ['>', '\\u003e'],
  ['&', '\\u0026'],
  ['\u2028', '\\u2028'],
  ['\u2029', '\\u2029'],
]);

export const goString = (text: string): string => JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (char) => escapes.get(char) ?? char);

function numberText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-6 || size >= 1e21)) return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return Object.is(value, -0) ? '-0' : String(value);
}

/** With `indent`, as `json.MarshalIndent(v, "", "  ")`. */
export function canonicalJson(value: Json | undefined, indent?: string): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return goString(value);
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'object') return String(value);
  const parts = Array.isArray(value)
    ? (value as readonly Json[]).map((item) => canonicalJson(item, indent === undefined ? undefined : `${indent}  `))
    : members(value as JsonObject, indent);
  const [open, close] = isObject(value) ? ['{', '}'] : ['[', ']'];
  if (parts.length === 0) return `${open}${close}`;
  return indent === undefined
    ? `${open}${parts.join(',')}${close}`
    : `${open}\n${parts.map((part) => `${indent}  ${part}`).join(',\n')}\n${indent}${close}`;
}

const members = (object: JsonObject, indent: string | undefined): string[] =>
  Object.keys(object)
    .sort(byCodePoint)
    .map(
      (key) =>
        `${goString(key)}:${indent === undefined ? '' : ' '}${canonicalJson(object[key], indent === undefined ? undefined : `${indent}  `)}`,
    );
