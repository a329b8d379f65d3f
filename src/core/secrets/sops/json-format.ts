/**
 * SOPS' JSON: objects whose keys keep their order, integers that keep their digits. Source: sops stores/json/store.go; Go: encoding/json.
 */
import { decodeUtf8, unescapeUtf8 } from '../../../std/index.ts';
import { formatFloat, parseGoFloat, parseGoInt } from '../../go/strconv/index.ts';
import { formatTime } from '../../go/time/index.ts';
import { SecretsFailure } from '../failure.ts';
import { type Branch, branchOf, isBranch, isComment, isList, type Item, listOf, type Value } from './tree.ts';

const maxDepth = 1000;

/** The top-level object of a JSON text. @throws SecretsFailure */
export function readJson(text: string): Branch {
  const reader = new JsonReader(text);
  const value = reader.document();
  if (!isBranch(value)) throw new SecretsFailure('InvalidFile', 'the top level of a JSON file must be an object');
  return value;
}

const space = /[ \t\n\r]*/y;
const stringToken = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const wordToken = /true|false|null/y;

class JsonReader {
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(): Value {
    const value = this.value();
    this.token(space);
    if (this.at < this.text.length) throw this.wrong('something follows the end of the value');
    return value;
  }

  private wrong(what: string): SecretsFailure {
    const line = this.text.slice(0, this.at).split('\n').length;
    return new SecretsFailure('InvalidFile', `line ${line}: invalid JSON: ${what}`);
  }

  private token(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Whether the next character, spaces aside, is this one; it is passed over. */
  private skip(character: string): boolean {
    this.token(space);
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private value(): Value {
    if (this.skip('{')) return this.nested(() => branchOf(this.items('}', () => this.item())));
    if (this.skip('[')) return this.nested(() => listOf(this.items(']', () => this.value())));
    const text = this.token(stringToken);
    if (text !== undefined) return JSON.parse(text) as string;
    const number = this.token(numberToken);
    if (number !== undefined) return this.number(number);
    const word = this.token(wordToken);
    if (word === undefined) throw this.wrong('a value was expected');
    return word === 'null' ? null : word === 'true';
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > maxDepth) throw this.wrong('it is nested too deeply');
    const value = read();
    this.depth--;
    return value;
  }

  private items<T>(end: string, read: () => T): readonly T[] {
    const items: T[] = [];
    if (this.skip(end)) return items;
    do items.push(read());
    while (this.skip(','));
    if (!this.skip(end)) throw this.wrong(`"," or "${end}" was expected`);
    return items;
  }

  private item(): Item {
    this.token(space);
    const key = this.token(stringToken);
    if (key === undefined) throw this.wrong('a key in quotes was expected');
    if (!this.skip(':')) throw this.wrong('":" was expected');
    return { key: JSON.parse(key) as string, value: this.value() };
  }

  private number(text: string): Value {
    const integer = /[.eE]/.test(text) ? undefined : parseGoInt(text);
    if (integer?.error === '') return BigInt(integer.value);
    const { value, error } = parseGoFloat(text);
    if (error !== '') throw this.wrong('a number is out of range');
    return value;
  }
}

/** Go escapes what HTML or JavaScript would misread. */
const escapes: ReadonlyMap<string, string> = new Map([
  ['<', String.raw`\u003c`],
  ['>', String.raw`\u003e`],
  ['&', String.raw`\u0026`],
  ['\u2028', String.raw`\u2028`],
  ['\u2029', String.raw`\u2029`],
]);

const quoted = (text: string): string =>
  JSON.stringify(decodeUtf8(unescapeUtf8(text))).replaceAll(/[<>&\u2028\u2029]/g, (c) => escapes.get(c) ?? c);

/** Go: encoding/json, floatEncoder. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) throw new SecretsFailure('InvalidFile', `JSON has no ${formatFloat(value, 'g')}`);
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-6 && size < 1e21)) return formatFloat(value, 'f');
  return formatFloat(value, 'e').replace(/e-0(\d)$/, 'e-$1');
}

function leafText(value: Exclude<Value, Branch | { readonly kind: 'list' }>): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return isComment(value) ? quoted(value.text) : `"${formatTime(value, '2006-01-02T15:04:05.999999999Z07:00')}"`;
}

/** A value with what is inside it indented; comments are left out, because JSON has none. */
export function writeJson(value: Value, indent: string): string {
  const write = (inner: Value, margin: string): string => {
    const deeper = margin + indent;
    if (isBranch(inner)) {
      const items = inner.items.filter(({ key }) => typeof key === 'string');
      return block(
        '{}',
        margin,
        items.map(({ key, value: of }) => `${deeper}${quoted(String(key))}: ${write(of, deeper)}`),
      );
    }
    if (!isList(inner)) return leafText(inner);
    return block(
      '[]',
      margin,
      inner.items.filter((item) => !isComment(item)).map((item) => `${deeper}${write(item, deeper)}`),
    );
  };
  return write(value, '');
}

const block = (brackets: string, margin: string, lines: readonly string[]): string =>
  lines.length === 0 ? brackets : `${brackets[0]}\n${lines.join(',\n')}\n${margin}${brackets[1]}`;

/** SOPS' own indent. */
export const jsonIndent = '\t';
