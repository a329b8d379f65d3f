/**
 * JSON with whole numbers beyond ±2^53 kept exact as `bigint`. The engine's own parser does the work whenever a scan shows that no number can be
 * that long, which is nearly always.
 */
import type { Json } from '../../core/object/index.ts';

// A number follows the colon of a key or one of these brackets; digits in a row alone are too common (every fortieth hexadecimal digest has sixteen,
// and every list of a thousand Apps a `sha256:` with sixteen digits behind it).
const longNumber = /"\s*:\s*-?\d{16}|[[,]\s*-?\d{16}/;
const startsLong = /^\s*-?\d{16}/;
const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const stringToken = /"(?:[^"\\]|\\.)*"/y;
const space = /[ \t\n\r]*/y;
const deepest = 10_000;

/** @throws SyntaxError on anything that is not one JSON value. */
export function parseJson(text: string): Json {
  const plain = JSON.parse(text) as Json;
  return longNumber.test(text) || startsLong.test(text) ? new ExactParser(text).parse() : plain;
}

/** Re-reads a text that is known to be valid JSON, this time exactly. */
class ExactParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(depth = 0): Json {
    if (depth > deepest) throw new SyntaxError('JSON is nested too deeply');
    this.#take(space);
    const start = this.#text[this.#at];
    if (start === '{') return this.#object(depth);
    if (start === '[') return this.#array(depth);
    if (start === '"') return JSON.parse(this.#take(stringToken)) as string;
    if (start === 't') return this.#word('true', true);
    if (start === 'f') return this.#word('false', false);
    if (start === 'n') return this.#word('null', null);
    return exactNumber(this.#take(numberToken));
  }

  #object(depth: number): Json {
    const entries: [string, Json][] = [];
    this.#at++;
    while (!this.#closes('}')) {
      const key = JSON.parse(this.#take(stringToken)) as string;
      this.#take(space);
      this.#at++;
      entries.push([key, this.parse(depth + 1)]);
    }
    return Object.fromEntries(entries);
  }

  #array(depth: number): Json {
    const items: Json[] = [];
    this.#at++;
    while (!this.#closes(']')) items.push(this.parse(depth + 1));
    return items;
  }

  /** Skips a separator; true after the closing bracket. */
  #closes(bracket: string): boolean {
    this.#take(space);
    if (this.#text[this.#at] === ',') {
      this.#at++;
      this.#take(space);
    }
    if (this.#text[this.#at] !== bracket) return false;
    this.#at++;
    return true;
  }

  #word<T>(word: string, value: T): T {
    this.#at += word.length;
    return value;
  }

  #take(token: RegExp): string {
    token.lastIndex = this.#at;
    const found = token.exec(this.#text)?.[0] ?? '';
    if (found === '' && token !== space) throw new SyntaxError(`unexpected character at ${this.#at}`);
    this.#at += found.length;
    return found;
  }
}

function exactNumber(token: string): number | bigint {
  const value = Number(token);
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(token) ? value : BigInt(token);
}

/** The inverse of `parseJson`. */
export function stringifyJson(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return exactText(value) ?? 'null';
  }
}

function exactText(value: Json | undefined): string | undefined {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => exactText(item) ?? 'null').join(',')}]`;
  const members = Object.entries(value).flatMap(([key, member]) => {
    const text = exactText(member);
    return text === undefined ? [] : [`${JSON.stringify(key)}:${text}`];
  });
  return `{${members.join(',')}}`;
}
