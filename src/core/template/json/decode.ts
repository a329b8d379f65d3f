/**
 * JSON text as Go values. JavaScript's parser does the work; only what it refuses is read again, to say what is wrong in Go's words.
 * Source of the errors: Go encoding/json scanner.go, decode.go.
 */
import { err, ok, type Result } from '../../../std/index.ts';
import { quoteRune } from '../../go/strconv/index.ts';
import type { GoValue } from '../../go/value/index.ts';
import { encodeUtf8 } from '../../../std/index.ts';
import { record } from '../../object/index.ts';

/** The value, or Go's error text. */
export function decodeJson(text: string): Result<GoValue, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return err(new Scanner(text).problem());
  }
  return fromJson(parsed, 0);
}

const maxDepth = 1000;

/** Records get a null prototype; numbers too large for a float64 are Go's error. */
function fromJson(value: unknown, depth: number): Result<GoValue, string> {
  if (depth > maxDepth) return err('exceeded max depth');
  if (typeof value === 'number')
    return Number.isFinite(value) ? ok(value) : err('json: cannot unmarshal number into Go value of type float64');
  if (typeof value !== 'object' || value === null) return ok(value as GoValue);
  if (Array.isArray(value)) {
    const items: GoValue[] = [];
    for (const item of value as unknown[]) {
      const made = fromJson(item, depth + 1);
      if (!made.ok) return made;
      items.push(made.value);
    }
    return ok(items);
  }
  const made = record<GoValue>();
  for (const [key, item] of Object.entries(value)) {
    const inner = fromJson(item, depth + 1);
    if (!inner.ok) return inner;
    made[key] = inner.value;
  }
  return ok(made);
}

const endOfInput = 'unexpected end of JSON input';

/** Walks a text that is known to be wrong, up to the first place where it is. */
class Scanner {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  problem(): string {
    return this.document() ?? endOfInput;
  }

  private document(): string | undefined {
    const wrong = this.value('looking for beginning of value', 0);
    if (wrong !== undefined) return wrong;
    this.space();
    return this.at < this.text.length ? this.invalid('after top-level value') : undefined;
  }

  private space(): void {
    while (/[ \t\r\n]/.test(this.text.charAt(this.at))) this.at++;
  }

  private invalid(where: string): string {
    const character = this.text.codePointAt(this.at);
    if (character === undefined) return endOfInput;
    // Go reads bytes and shows the one it stopped at, as if it were a character.
    const code = encodeUtf8(String.fromCodePoint(character))[0] ?? character;
    const shown = code === 39 ? String.raw`'\''` : code === 34 ? `'"'` : quoteRune(code);
    return `invalid character ${shown} ${where}`;
  }

  private value(where: string, depth: number): string | undefined {
    if (depth > maxDepth) return 'exceeded max depth';
    this.space();
    switch (this.text.charAt(this.at)) {
      case '{':
        return this.object(depth);
      case '[':
        return this.array(depth);
      case '"':
        return this.string();
      case 't':
        return this.word('true');
      case 'f':
        return this.word('false');
      case 'n':
        return this.word('null');
      default:
        return /[-0-9]/.test(this.text.charAt(this.at)) ? this.number() : this.invalid(where);
    }
  }

  private object(depth: number): string | undefined {
    this.at++;
    this.space();
    if (this.text.charAt(this.at) === '}') {
      this.at++;
      return undefined;
    }
    for (;;) {
      this.space();
      if (this.text.charAt(this.at) !== '"') return this.invalid('looking for beginning of object key string');
      const key = this.string();
      if (key !== undefined) return key;
      this.space();
      if (this.text.charAt(this.at) !== ':') return this.invalid('after object key');
      this.at++;
      const wrong = this.value('looking for beginning of value', depth + 1);
      if (wrong !== undefined) return wrong;
      this.space();
      const next = this.text.charAt(this.at);
      if (next !== ',' && next !== '}') return this.invalid('after object key:value pair');
      this.at++;
      if (next === '}') return undefined;
    }
  }

  private array(depth: number): string | undefined {
    this.at++;
    this.space();
    if (this.text.charAt(this.at) === ']') {
      this.at++;
      return undefined;
    }
    for (;;) {
      const wrong = this.value('looking for beginning of value', depth + 1);
      if (wrong !== undefined) return wrong;
      this.space();
      const next = this.text.charAt(this.at);
      if (next !== ',' && next !== ']') return this.invalid('after array element');
      this.at++;
      if (next === ']') return undefined;
    }
  }

  private string(): string | undefined {
    for (this.at++; this.at < this.text.length; this.at++) {
      const character = this.text.charAt(this.at);
      if (character === '"') {
        this.at++;
        return undefined;
      }
      if (character < ' ') return this.invalid('in string literal');
      if (character !== '\\') continue;
      this.at++;
      const escape = this.text.charAt(this.at);
      if (escape === 'u') {
        for (let i = 0; i < 4; i++) {
          this.at++;
          if (!/[0-9a-fA-F]/.test(this.text.charAt(this.at))) return this.invalid('in \\u hexadecimal character escape');
        }
      } else if (!/["\\/bfnrt]/.test(escape)) return this.invalid('in string escape code');
    }
    return endOfInput;
  }

  private word(word: string): string | undefined {
    for (let i = 0; i < word.length; i++, this.at++) {
      if (this.text.charAt(this.at) !== word.charAt(i))
        return this.invalid(`in literal ${word} (expecting ${quoteRune(word.charCodeAt(i))})`);
    }
    return undefined;
  }

  private digits(where: string): string | undefined {
    if (!/[0-9]/.test(this.text.charAt(this.at))) return this.invalid(where);
    while (/[0-9]/.test(this.text.charAt(this.at))) this.at++;
    return undefined;
  }

  private number(): string | undefined {
    if (this.text.charAt(this.at) === '-') {
      this.at++;
      if (!/[0-9]/.test(this.text.charAt(this.at))) return this.invalid('in numeric literal');
    }
    if (this.text.charAt(this.at) === '0') this.at++;
    else this.digits('in numeric literal');
    if (this.text.charAt(this.at) === '.') {
      this.at++;
      const wrong = this.digits('after decimal point in numeric literal');
      if (wrong !== undefined) return wrong;
    }
    if (/[eE]/.test(this.text.charAt(this.at))) {
      this.at++;
      if (/[+-]/.test(this.text.charAt(this.at))) this.at++;
      return this.digits('in exponent of numeric literal');
    }
    return undefined;
  }
}
