/** Flags, padding, and the forms of single values. Go: fmt/format.go. */
import { canBackquote, formatFloat, isPrint, quote, quoteRune } from '../strconv/index.ts';

const maxText = 2 ** 26;

/** Written text and the flags of the verb at hand. `width` and `precision` are -1 when the verb has none. */
export class Format {
  text = '';
  isPlain = true;
  width = -1;
  precision = -1;
  minus = false;
  plus = false;
  sharp = false;
  space = false;
  zero = false;
  /** `%+v` and `%#v`, where the flags change the verb and not the operands. */
  plusV = false;
  sharpV = false;

  clear(): void {
    if (this.isPlain) return;
    this.isPlain = true;
    this.width = this.precision = -1;
    this.minus = this.plus = this.sharp = this.space = this.zero = this.plusV = this.sharpV = false;
  }

  write(text: string): void {
    this.text += text;
    if (this.text.length > maxText) throw new RangeError(`fmt: more than ${maxText} characters`);
  }

  /** Writes text padded to the width; the width counts characters. */
  pad(text: string): void {
    const missing = this.width > 0 ? this.width - runeCount(text) : 0;
    if (missing <= 0) this.write(text);
    else if (this.minus) this.write(text + ' '.repeat(missing));
    else this.write((this.zero ? '0' : ' ').repeat(missing) + text);
  }

  /** As `pad`, with spaces even when the zero flag is set. */
  padWithSpaces(text: string): void {
    const { zero } = this;
    this.zero = false;
    this.pad(text);
    this.zero = zero;
  }

  string(text: string): void {
    if (this.isPlain) this.write(text);
    else this.pad(this.#truncated(text));
  }

  quoted(text: string): void {
    const shown = this.#truncated(text);
    if (this.sharp && canBackquote(shown)) this.pad(`\`${shown}\``);
    else this.pad(quote(shown, this.plus ? 'ascii' : 'print'));
  }

  #truncated(text: string): string {
    if (this.precision < 0 || text.length <= this.precision) return text;
    let end = 0;
    for (let count = 0; count < this.precision && end < text.length; count++) end += (text.codePointAt(end) as number) > 0xffff ? 2 : 1;
    return text.slice(0, end);
  }

  /** Hexadecimal digits of bytes: `%x` and `%X`. */
  hexBytes(bytes: Uint8Array, isUpper: boolean): void {
    const count = this.precision >= 0 && this.precision < bytes.length ? this.precision : bytes.length;
    const prefix = this.sharp ? (isUpper ? '0X' : '0x') : '';
    const parts: string[] = [];
    for (let i = 0; i < count; i++) {
      const hex = (bytes[i] as number).toString(16).padStart(2, '0');
      parts.push(isUpper ? hex.toUpperCase() : hex);
    }
    if (parts.length === 0) this.pad('');
    else this.pad(this.space ? prefix + parts.join(` ${prefix}`) : prefix + parts.join(''));
  }

  /** An integer in a base; `verb` is the verb it was asked with. */
  integer(value: number | bigint, base: number, verb: string): void {
    if (this.isPlain && base === 10) {
      this.write(value.toString());
      return;
    }
    const isNegative = value < 0;
    const digits = this.#digits((isNegative ? -value : value).toString(base), isNegative);
    if (digits === undefined) {
      this.padWithSpaces('');
      return;
    }
    const sign = isNegative ? '-' : this.plus ? '+' : this.space ? ' ' : '';
    const text = sign + this.#prefix(digits, base, verb) + digits;
    this.padWithSpaces(verb === 'X' ? text.toUpperCase() : text);
  }

  /** Digits with the zeros that precision or zero padding ask for; undefined where precision 0 hides a zero. */
  #digits(digits: string, isNegative: boolean): string | undefined {
    if (this.precision >= 0) return this.precision === 0 && digits === '0' ? undefined : digits.padStart(this.precision, '0');
    if (!this.zero || this.minus || this.width < 0) return digits;
    return digits.padStart(isNegative || this.plus || this.space ? this.width - 1 : this.width, '0');
  }

  #prefix(digits: string, base: number, verb: string): string {
    if (verb === 'O') return this.sharp && !digits.startsWith('0') ? '0o0' : '0o';
    if (!this.sharp) return '';
    if (base === 2) return '0b';
    if (base === 8) return digits.startsWith('0') ? '' : '0';
    return base === 16 ? '0x' : '';
  }

  /** `U+0041`, with `#` also the character. */
  unicode(value: number | bigint): void {
    const digits = (value < 0 ? BigInt.asUintN(64, BigInt(value)) : value).toString(16).toUpperCase();
    const shown = `U+${digits.padStart(Math.max(4, this.precision), '0')}`;
    const rune = Number(value);
    this.padWithSpaces(this.sharp && rune >= 0 && rune <= 0x10ffff && isPrint(rune) ? `${shown} '${String.fromCodePoint(rune)}'` : shown);
  }

  character(value: number | bigint): void {
    this.pad(String.fromCodePoint(validRune(value)));
  }

  quotedCharacter(value: number | bigint): void {
    this.pad(quoteRune(validRune(value), this.plus ? 'ascii' : 'print'));
  }

  /** A float; `precision` holds when the verb has none of its own. */
  float(value: number, form: { readonly bits: 32 | 64; readonly verb: string; readonly precision: number }): void {
    const precision = this.precision >= 0 ? this.precision : form.precision;
    const plain = formatFloat(value, form.verb, { bits: form.bits, precision });
    if (this.isPlain) {
      this.write(plain);
      return;
    }
    const hasSign = plain.startsWith('-') || plain.startsWith('+');
    const size = hasSign ? plain.slice(1) : plain;
    const sign = plain.startsWith('-') ? '-' : this.space && !this.plus ? ' ' : '+';
    if (size.startsWith('I') || size.startsWith('N')) {
      const isBare = size.startsWith('N') && !this.space && !this.plus;
      this.padWithSpaces(isBare ? size : sign + size);
      return;
    }
    const digits = this.sharp && form.verb !== 'b' ? withPoint(size, form.verb, precision) : size;
    const text = this.plus || sign !== '+' ? sign + digits : digits;
    // Padding zeros stand between the sign and the number.
    if (text.length > digits.length && this.zero && !this.minus && this.width > text.length) {
      this.write(sign + '0'.repeat(this.width - text.length) + digits);
    } else this.pad(text);
  }
}

function runeCount(text: string): number {
  let count = text.length;
  for (let i = 0; i + 1 < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      count--;
      i++;
    }
  }
  return count;
}

function validRune(value: number | bigint): number {
  const rune = Number(value);
  return rune >= 0 && rune <= 0x10ffff && (rune < 0xd800 || rune > 0xdfff) ? rune : 0xfffd;
}

/** The `#` flag: always a point, and the zeros %g would drop. */
function withPoint(size: string, verb: string, precision: number): string {
  const mark = verb === 'x' || verb === 'X' ? size.search(/[pP]/) : size.search(/[eE]/);
  const number = mark < 0 ? size : size.slice(0, mark);
  const tail = mark < 0 ? '' : size.slice(mark);
  let digits = verb === 'g' || verb === 'G' || verb === 'x' ? (precision < 0 ? 6 : precision) : 0;
  let hasSeenNonZero = false;
  for (const char of number.replace('.', '')) {
    hasSeenNonZero ||= char !== '0';
    if (hasSeenNonZero) digits--;
  }
  if (number.includes('.')) return number + '0'.repeat(Math.max(digits, 0)) + tail;
  if (number === '0') digits--;
  return `${number}.${'0'.repeat(Math.max(digits, 0))}${tail}`;
}
