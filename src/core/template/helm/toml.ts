/** TOML as BurntSushi/toml v1.6 writes it: tables after plain keys, each level indented by two spaces, keys sorted. */
import { err, ok, type Result } from '../../../std/index.ts';
import { GoMap, GoStruct } from '../../go/composite/index.ts';
import { indirect, isNil, kindOf, textOf, typeName } from '../../go/reflect/index.ts';
import { compareStrings } from '../../go/sort/index.ts';
import { formatFloat } from '../../go/strconv/index.ts';
import { durationString, formatTime } from '../../go/time/index.ts';
import { GoFloat32, GoInt, GoTime, type GoValue } from '../../go/value/index.ts';
import { isRecord, TemplateFailure } from '../exec/index.ts';
import { itemsOf } from '../sprig/index.ts';

const maxDepth = 1000;

/** The text, or the library's error. */
export function encodeToml(value: GoValue): Result<string, string> {
  try {
    const encoder = new Encoder();
    encoder.entry([], value);
    return ok(encoder.text);
  } catch (error) {
    if (error instanceof TemplateFailure) return err(error.message);
    throw error;
  }
}

const fail = (message: string): never => {
  throw new TemplateFailure(message);
};

/** Keys and values of a table; undefined for what is none. */
function fieldsOf(value: GoValue): (readonly [string, GoValue])[] | undefined {
  if (isRecord(value)) return Object.entries(value).sort(([a], [b]) => compareStrings(a, b));
  if (value instanceof GoStruct) return value.fields.filter(([name]) => /^\p{Lu}/u.test(name));
  if (!(value instanceof GoMap)) return undefined;
  if (value.type.key?.kind !== 'string') return fail('toml: top-level values must be Go maps or structs');
  return value.entries.map(([key, item]): [string, GoValue] => [String(key), item]).sort(([a], [b]) => compareStrings(a, b));
}

/** A list of tables. A nil in a list is an error wherever it stands. */
function isTableList(value: GoValue): boolean {
  const items = itemsOf(value);
  if (items === undefined || items.length === 0) return false;
  if (items.some(isNil)) fail('toml: cannot encode array with nil element');
  return items.every((item) => fieldsOf(indirect(item)) !== undefined);
}

const isTable = (value: GoValue): boolean => !isNil(value) && (fieldsOf(indirect(value)) !== undefined || isTableList(value));

const bareKey = /^[A-Za-z0-9_-]+$/;
const keyText = (key: string): string => (bareKey.test(key) ? key : quoted(key));

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
]);

const quoted = (text: string): string =>
  `"${text.replaceAll(/[\0-\x1f"\\\x7f]/g, (c) => escapes.get(c) ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

function floatText(value: number, bits: 32 | 64): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  const text = formatFloat(value, 'g', { bits });
  return /[.e]/.test(text) ? text : `${text}.0`;
}

class Encoder {
  text = '';

  private newline(): void {
    if (this.text !== '') this.text += '\n';
  }

  entry(path: readonly string[], given: GoValue): void {
    if (path.length > maxDepth) fail('toml: nested too deeply');
    if (isNil(given)) return;
    const value = indirect(given);
    if (isTableList(value)) {
      if (path.length === 0) fail('toml: top-level values must be Go maps or structs');
      for (const item of itemsOf(value) ?? []) {
        this.newline();
        this.header(path, '[[', ']]');
        this.fields(path, indirect(item));
      }
      return;
    }
    if (fieldsOf(value) === undefined) {
      this.keyValue(path, value);
      return;
    }
    if (path.length === 1) this.newline();
    if (path.length > 0) this.header(path, '[', ']');
    this.fields(path, value);
  }

  private header(path: readonly string[], open: string, close: string): void {
    this.text += `${'  '.repeat(path.length - 1)}${open}${path.map(keyText).join('.')}${close}`;
    this.newline();
  }

  private fields(path: readonly string[], value: GoValue): void {
    const fields = fieldsOf(value) ?? [];
    for (const tables of [false, true]) {
      for (const [key, item] of fields) if (isTable(item) === tables) this.entry([...path, key], item);
    }
  }

  private keyValue(path: readonly string[], value: GoValue): void {
    if (path.length === 0) {
      this.text += element(value, 0);
      return;
    }
    this.text += `${'  '.repeat(path.length - 1)}${keyText(path.at(-1) ?? '')} = ${element(value, 0)}`;
    this.newline();
  }
}

/** A value on one line. */
function element(given: GoValue, depth: number): string {
  if (depth > maxDepth) return fail('toml: nested too deeply');
  const value = indirect(given);
  const text = textOf(value);
  if (text !== undefined) return quoted(text);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return floatText(value, 64);
  if (value instanceof GoFloat32) return floatText(value.value, 32);
  if (value instanceof GoInt) return value.type.name === 'time.Duration' ? quoted(durationString(value.value)) : String(value.value);
  if (value instanceof GoTime) return formatTime(value, '2006-01-02T15:04:05.999999999Z07:00');
  const items = itemsOf(value);
  if (items !== undefined) return `[${items.map((item) => element(item, depth + 1)).join(', ')}]`;
  const fields = fieldsOf(value);
  if (fields === undefined)
    return fail(value === null ? 'toml: cannot encode nil' : `unexpected type: ${typeName(value)} ${kindOf(value)}`);
  const order = [...fields.filter(([, item]) => !isTable(item)), ...fields.filter(([, item]) => isTable(item))];
  return `{${order
    .filter(([, item]) => !isNil(item))
    .map(([key, item]) => `${keyText(key)} = ${element(item, depth + 1)}`)
    .join(', ')}}`;
}
