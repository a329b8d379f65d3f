/**
 * JSON as the server reads it: repeated keys are noticed, integers keep all their digits, nesting is bounded, errors read like Go's.
 * The usual body is read by the engine's own parser; only one that it could misread goes through the slower parser below.
 */
import { encodeUtf8 } from '../../../std/index.ts';
import { type Json, record } from '../../object/index.ts';

export interface ParsedJson {
  readonly value: Json;
  /** Paths of keys that occur twice, in order: `data.a`. */
  readonly duplicates: readonly string[];
  /** Where keys stand in the text: present when one occurs twice. A path's first place, and where each duplicate is. */
  readonly places?: KeyPlaces;
}

export interface KeyPlaces {
  readonly first: ReadonlyMap<string, number>;
  /** Parallel to `duplicates`. */
  readonly again: readonly number[];
}

export type JsonOutcome = ParsedJson | { readonly error: string };

const MAX_DEPTH = 500;

interface Shape {
  readonly keys: number;
  readonly depth: number;
}

/** Keys and depth of a text, strings skipped; right for well-formed JSON only. */
function shapeOf(text: string): Shape {
  let keys = 0;
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34) {
      for (i++; i < text.length; i++) {
        const inner = text.charCodeAt(i);
        if (inner === 92) i++;
        else if (inner === 34) break;
      }
    } else if (code === 58) keys++;
    else if (code === 123 || code === 91) deepest = Math.max(deepest, ++depth);
    else if (code === 125 || code === 93) depth--;
  }
  return { keys, depth: deepest };
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item);
    return count;
  }
  for (const key in value) count += 1 + countKeys((value as { readonly [key: string]: unknown })[key]);
  return count;
}

/** Reads a JSON text; the error is Go's wording. */
export function parseJson(text: string): JsonOutcome {
  const shape = shapeOf(text);
  if (shape.depth > MAX_DEPTH) return { error: 'exceeded max depth' };
  if (!/\d{16}/.test(text)) {
    try {
      const value = JSON.parse(text, HALVES.test(text) ? wholeText : undefined) as Json;
      if (countKeys(value) === shape.keys) return { value, duplicates: [] };
    } catch {
      // The slower parser words the error.
    }
  }
  return new Parser(text).run();
}

/** Escapes that may be half of a character. */
const HALVES = /\\u[dD][89a-fA-F]/;
const ALONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Go has no half characters. */
const whole = (text: string): string => text.replaceAll(ALONE, '\ufffd');
const wholeText = (_key: string, value: unknown): unknown => (typeof value === 'string' ? whole(value) : value);

/** The first byte of a character, as Go shows what it stumbles over. */
const firstByte = (char: string): string => (char > '\u007f' ? String.fromCharCode(encodeUtf8(char)[0] ?? 0) : char);

class Failure extends Error {}

class Parser {
  readonly #text: string;
  #at = 0;
  readonly #duplicates: string[] = [];
  readonly #first = new Map<string, number>();
  readonly #again: number[] = [];
  readonly #path: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  run(): JsonOutcome {
    try {
      const value = this.#value('looking for beginning of value');
      this.#space();
      if (this.#at < this.#text.length) this.#unexpected('after top-level value');
      const found = { value, duplicates: this.#duplicates };
      return this.#again.length === 0 ? found : { ...found, places: { first: this.#first, again: this.#again } };
    } catch (error) {
      if (error instanceof Failure) return { error: error.message };
      throw error;
    }
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #unexpected(where: string): never {
    const char = this.#text[this.#at];
    if (char === undefined) throw new Failure('unexpected end of JSON input');
    const shown = char === "'" ? `'\\''` : `'${JSON.stringify(firstByte(char)).slice(1, -1).replace('\\"', '"')}'`;
    throw new Failure(`invalid character ${shown} ${where}`);
  }

  #value(where: string): Json {
    this.#space();
    const char = this.#text[this.#at];
    switch (char) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return char !== undefined && /[-\d]/.test(char) ? this.#number() : this.#unexpected(where);
    }
  }

  #word<T extends Json>(word: string, value: T): T {
    for (const char of word) {
      if (this.#text[this.#at] !== char) this.#unexpected(`in literal ${word} (expecting '${char}')`);
      this.#at++;
    }
    return value;
  }

  #number(): Json {
    const match = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(this.#text.slice(this.#at, this.#at + 400));
    if (match === null) {
      this.#at++;
      return this.#unexpected('in numeric literal');
    }
    this.#at += match[0].length;
    const value = Number(match[0]);
    return match[2] === undefined && match[3] === undefined && !Number.isSafeInteger(value) ? BigInt(match[0]) : value;
  }

  #string(): string {
    const start = this.#at++;
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at] as string;
      if (char === '\\') this.#at++;
      else if (char === '"') break;
      else if (char < ' ') this.#unexpected('in string literal');
    }
    if (this.#at >= this.#text.length) throw new Failure('unexpected end of JSON input');
    this.#at++;
    try {
      return whole(JSON.parse(this.#text.slice(start, this.#at)) as string);
    } catch {
      throw new Failure('invalid character in string escape code');
    }
  }

  #array(): Json {
    const items: Json[] = [];
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === ']') {
      this.#at++;
      return items;
    }
    for (;;) {
      this.#path.push(`[${items.length}]`);
      items.push(this.#value('looking for beginning of value'));
      this.#path.pop();
      this.#space();
      const char = this.#text[this.#at];
      if (char !== ',' && char !== ']') this.#unexpected('after array element');
      this.#at++;
      if (char === ']') return items;
    }
  }

  #object(): Json {
    const result = record();
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === '}') {
      this.#at++;
      return result;
    }
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== '"') this.#unexpected('looking for beginning of object key string');
      const key = this.#string();
      this.#space();
      if (this.#text[this.#at] !== ':') this.#unexpected('after object key');
      this.#at++;
      this.#path.push(key);
      this.#note(Object.hasOwn(result, key));
      result[key] = this.#value('looking for beginning of value');
      this.#path.pop();
      this.#space();
      const char = this.#text[this.#at];
      if (char !== ',' && char !== '}') this.#unexpected('after object key:value pair');
      this.#at++;
      if (char === '}') return result;
    }
  }

  #note(again: boolean): void {
    const where = this.#where();
    if (!this.#first.has(where)) this.#first.set(where, this.#at);
    if (!again) return;
    this.#duplicates.push(where);
    this.#again.push(this.#at);
  }

  #where(): string {
    return this.#path.reduce((path, step) => (path === '' || step.startsWith('[') ? path + step : `${path}.${step}`), '');
  }
}
