/** Go values as JSON text. Source: Go encoding/json encode.go, indent.go. Map keys are sorted by bytes. */
import { err, ok, type Result } from '../../../std/index.ts';
import { GoList, GoMap, GoPointer, GoStruct } from '../../go/composite/index.ts';
import { methodOf, typeName } from '../../go/reflect/index.ts';
import { compareStrings, sortStrings } from '../../go/sort/index.ts';
import { formatTime } from '../../go/time/index.ts';
import {
  GoBoxed,
  GoBytes,
  GoComplex,
  GoError,
  GoFloat32,
  GoInt,
  GoNamed,
  GoNil,
  GoRawString,
  GoTime,
  type GoRecord,
  type GoValue,
} from '../../go/value/index.ts';
import { getKey } from '../../object/index.ts';
import { decodeUtf8 } from '../../../std/index.ts';

export interface JsonStyle {
  /** Escape `<`, `>`, `&` as json.Marshal does. */
  readonly escapeHtml: boolean;
  /** Indentation of a level; the empty string writes everything on one line. */
  readonly indent: string;
}

const maxDepth = 1000;

class Unsupported extends Error {}

/** The value as JSON, or Go's error text. */
export function encodeJson(value: GoValue, style: JsonStyle = { escapeHtml: true, indent: '' }): Result<string, string> {
  try {
    return ok(new Encoder(style).value(value, 0));
  } catch (error) {
    if (error instanceof Unsupported) return err(error.message);
    throw error;
  }
}

/** What the value's MarshalJSON method writes; undefined when it has none. */
function ownJson(value: GoBoxed): string | undefined {
  if (!(value instanceof GoPointer || value instanceof GoStruct)) return undefined;
  const written = methodOf(value, 'MarshalJSON')?.call(value, []);
  return written?.ok === true && written.value instanceof GoBytes ? decodeUtf8(written.value.bytes) : undefined;
}

class Encoder {
  private readonly style: JsonStyle;

  constructor(style: JsonStyle) {
    this.style = style;
  }

  value(value: GoValue, depth: number): string {
    switch (typeof value) {
      case 'string':
        return this.text(value);
      case 'number':
        return numberText(value);
      case 'boolean':
        return value ? 'true' : 'false';
    }
    if (value === null) return 'null';
    if (depth > maxDepth) throw new Unsupported('json: unsupported value: encountered a cycle');
    if (Array.isArray(value)) return this.list(value as readonly GoValue[], depth);
    if (value instanceof GoBoxed) return this.boxed(value, depth);
    const keys = Object.keys(value);
    return this.fields(
      (keys.length < 2 ? keys : sortStrings(keys)).map((key) => [key, getKey(value as GoRecord, key) ?? null]),
      depth,
    );
  }

  private boxed(value: GoBoxed, depth: number): string {
    if (value instanceof GoInt) return String(value.value);
    if (value instanceof GoList) return this.list(value.items, depth);
    if (value instanceof GoMap) return this.map(value, depth);
    const own = ownJson(value);
    if (own !== undefined) return own;
    if (value instanceof GoStruct) {
      const { jsonName = (name: string): string => name } = value;
      const exported = value.fields.filter(([name]) => /^\p{Lu}/u.test(name));
      const named = exported.map(([name, field]) => ({ name: jsonName(name, field), field })).filter(({ name }) => name !== undefined);
      return this.fields(
        named.map(({ name, field }): [string, GoValue] => [name ?? '', field]),
        depth,
      );
    }
    if (value instanceof GoNil) return 'null';
    if (value instanceof GoPointer) return this.value(value.target, depth + 1);
    if (value instanceof GoBytes) return `"${base64(value.bytes)}"`;
    if (value instanceof GoTime) return `"${formatTime(value, '2006-01-02T15:04:05.999999999Z07:00')}"`;
    if (value instanceof GoFloat32)
      return numberText(Number(value.value.toPrecision(9)) === value.value ? value.value : shortest32(value.value));
    if (value instanceof GoNamed) return this.value(value.value, depth);
    if (value instanceof GoRawString) return this.text(decodeUtf8(value.bytes));
    if (value instanceof GoError) return '{}';
    throw new Unsupported(
      value instanceof GoComplex ? `json: unsupported type: ${typeName(value)}` : `json: unsupported type: ${typeName(value)}`,
    );
  }

  private map(map: GoMap, depth: number): string {
    const key = map.type.key?.kind ?? 'invalid';
    if (key !== 'string' && !/^u?int/.test(key)) throw new Unsupported(`json: unsupported type: ${map.type.name}`);
    const entries = map.entries.map(([name, value]): [string, GoValue] => [
      name instanceof GoInt ? String(name.value) : String(name),
      value,
    ]);
    return this.fields(
      entries.sort(([a], [b]) => compareStrings(a, b)),
      depth,
    );
  }

  private list(items: readonly GoValue[], depth: number): string {
    if (items.length === 0) return '[]';
    const { gap, end, separator } = this.spacing(depth);
    return `[${gap}${items.map((item) => this.value(item, depth + 1)).join(separator)}${end}]`;
  }

  private fields(entries: readonly (readonly [string, GoValue])[], depth: number): string {
    if (entries.length === 0) return '{}';
    const { gap, end, separator } = this.spacing(depth);
    const colon = this.style.indent === '' ? ':' : ': ';
    return `{${gap}${entries.map(([key, value]) => this.text(key) + colon + this.value(value, depth + 1)).join(separator)}${end}}`;
  }

  private spacing(depth: number): { readonly gap: string; readonly end: string; readonly separator: string } {
    const { indent } = this.style;
    if (indent === '') return { gap: '', end: '', separator: ',' };
    const gap = `\n${indent.repeat(depth + 1)}`;
    return { gap, end: `\n${indent.repeat(depth)}`, separator: `,${gap}` };
  }

  private text(text: string): string {
    const special = this.style.escapeHtml ? htmlSpecial : plainSpecial;
    return `"${special.test(text) ? text.replace(this.style.escapeHtml ? htmlSpecials : plainSpecials, escapeCharacter) : text}"`;
  }
}

const htmlSpecial = /[\0-\x1f"\\<>&\u2028\u2029\ud800-\udfff]/;
const plainSpecial = /[\0-\x1f"\\\u2028\u2029\ud800-\udfff]/;
const htmlSpecials = /[\0-\x1f"\\<>&\u2028\u2029]|\p{Cs}/gu;
const plainSpecials = /[\0-\x1f"\\\u2028\u2029]|\p{Cs}/gu;

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function escapeCharacter(character: string): string {
  const short = shortEscapes.get(character);
  if (short !== undefined) return short;
  const code = character.charCodeAt(0);
  return code >= 0xd800 && code <= 0xdfff ? '\\ufffd' : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Go writes floats as JavaScript does: plain between 1e-6 and 1e21, with a bare exponent outside. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new Unsupported(`json: unsupported value: ${value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN'}`);
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The shortest decimal that is still this 32-bit float. */
function shortest32(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Standard base64 with padding. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += (alphabet[word >> 18] ?? '') + (alphabet[(word >> 12) & 63] ?? '');
    text += left > 1 ? alphabet[(word >> 6) & 63] : '=';
    text += left > 2 ? alphabet[word & 63] : '=';
  }
  return text;
}
