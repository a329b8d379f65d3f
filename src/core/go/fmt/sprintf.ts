/** Formats and operands. Go: fmt/print.go `doPrintf`, `doPrint`, `doPrintln`. */
import { kindOf, typeName } from '../reflect/index.ts';
import { GoInt, type GoValue } from '../value/index.ts';
import { Printer } from './printer.ts';

const maxNumber = 1e6;

/** `fmt.Sprintf`. */
export const sprintf = (format: string, args: readonly GoValue[]): string => new Formatting(format, args).run();

/** `fmt.Sprint`: spaces between operands when neither is a string. */
export function sprint(args: readonly GoValue[]): string {
  const printer = new Printer();
  let wasString = false;
  for (const [i, arg] of args.entries()) {
    const isString = typeof arg === 'string' || kindOf(arg) === 'string';
    if (i > 0 && !isString && !wasString) printer.format.write(' ');
    printer.arg(arg, 'v');
    wasString = isString;
  }
  return printer.format.text;
}

/** `fmt.Sprintln`: spaces between all operands, and a newline. */
export function sprintln(args: readonly GoValue[]): string {
  const printer = new Printer();
  for (const [i, arg] of args.entries()) {
    if (i > 0) printer.format.write(' ');
    printer.arg(arg, 'v');
  }
  return `${printer.format.text}\n`;
}

/** One run over a format. */
class Formatting {
  readonly #printer = new Printer();
  readonly #format: string;
  readonly #args: readonly GoValue[];
  #at = 0;
  #arg = 0;
  /** Whether the format names operands by index anywhere; then unused operands are no mistake. */
  #isReordered = false;
  /** Whether the index of the verb at hand is good, and whether an index stands right before the position. */
  #isGoodIndex = true;
  #isAfterIndex = false;

  constructor(format: string, args: readonly GoValue[]) {
    this.#format = format;
    this.#args = args;
  }

  run(): string {
    const { format } = this.#printer;
    while (this.#at < this.#format.length) {
      const percent = this.#format.indexOf('%', this.#at);
      if (percent !== this.#at) format.write(this.#format.slice(this.#at, percent < 0 ? undefined : percent));
      if (percent < 0) break;
      this.#at = percent + 1;
      this.#verb();
    }
    if (!this.#isReordered && this.#arg < this.#args.length) this.#extra();
    return format.text;
  }

  #verb(): void {
    const { format } = this.#printer;
    format.clear();
    this.#isGoodIndex = true;
    this.#isAfterIndex = false;
    this.#flags();
    const code = this.#format.charCodeAt(this.#at);
    const isLetter = code >= 97 && code <= 122;
    if (!isLetter) {
      this.#index();
      this.#width();
      this.#precision();
      if (!this.#isAfterIndex) this.#index();
    }
    if (this.#at >= this.#format.length) {
      format.write('%!(NOVERB)');
      return;
    }
    const verb = String.fromCodePoint(this.#format.codePointAt(this.#at) as number);
    this.#at += verb.length;
    if (verb === '%') format.write('%');
    else if (!this.#isGoodIndex) format.write(`%!${verb}(BADINDEX)`);
    else if (this.#arg >= this.#args.length) format.write(`%!${verb}(MISSING)`);
    else this.#operand(verb);
  }

  #operand(verb: string): void {
    const { format } = this.#printer;
    if ((verb === 'v' || verb === 'w') && !format.isPlain) {
      format.sharpV = format.sharp;
      format.sharp = false;
      format.plusV = format.plus;
      format.plus = false;
    }
    this.#printer.arg(this.#args[this.#arg++] as GoValue, verb);
  }

  #flags(): void {
    const { format } = this.#printer;
    for (; ; this.#at++) {
      switch (this.#format.charCodeAt(this.#at)) {
        case 0x23:
          format.sharp = true;
          break;
        case 0x30:
          format.zero = true;
          break;
        case 0x2b:
          format.plus = true;
          break;
        case 0x2d:
          format.minus = true;
          break;
        case 0x20:
          format.space = true;
          break;
        default:
          return;
      }
      format.isPlain = false;
    }
  }

  /** `[3]`: the operand the next part of the verb takes. */
  #index(): void {
    if (this.#format[this.#at] !== '[') {
      this.#isAfterIndex = false;
      return;
    }
    this.#isReordered = true;
    const close = this.#format.indexOf(']', this.#at);
    const isTooShort = this.#format.length - this.#at < 3;
    const text = close < 0 || isTooShort ? '' : this.#format.slice(this.#at + 1, close);
    const number = /^\d{1,8}$/.test(text) ? Number(text) : 0;
    this.#at = close < 0 || isTooShort ? this.#at + 1 : close + 1;
    this.#isAfterIndex = /^\d+$/.test(text) && number <= maxNumber * 10;
    if (number >= 1 && number <= this.#args.length) this.#arg = number - 1;
    else this.#isGoodIndex = false;
  }

  #width(): void {
    const { format } = this.#printer;
    if (this.#format[this.#at] === '*') {
      this.#at++;
      const width = this.#starValue();
      format.isPlain = false;
      if (width === undefined) format.write('%!(BADWIDTH)');
      else {
        format.width = Math.abs(width);
        if (width < 0) {
          format.minus = true;
          format.zero = false;
        }
      }
      this.#isAfterIndex = false;
      return;
    }
    const width = this.#number();
    if (width === undefined) return;
    format.isPlain = false;
    format.width = width;
    if (this.#isAfterIndex) this.#isGoodIndex = false;
  }

  #precision(): void {
    const { format } = this.#printer;
    // A point at the very end is no precision but the verb.
    if (this.#format[this.#at] !== '.' || this.#at + 1 >= this.#format.length) return;
    this.#at++;
    format.isPlain = false;
    if (this.#isAfterIndex) this.#isGoodIndex = false;
    this.#index();
    if (this.#format[this.#at] !== '*') {
      format.precision = this.#number() ?? 0;
      return;
    }
    this.#at++;
    const precision = this.#starValue();
    if (precision === undefined || precision < 0) format.write('%!(BADPREC)');
    else format.precision = precision;
    this.#isAfterIndex = false;
  }

  /** Decimal digits at the position. A number past a million makes Go drop the rest of the format. */
  #number(): number | undefined {
    const start = this.#at;
    let value = 0;
    for (let code = this.#format.charCodeAt(this.#at); code >= 48 && code <= 57; code = this.#format.charCodeAt(this.#at)) {
      if (value > maxNumber) {
        this.#at = this.#format.length;
        return undefined;
      }
      value = value * 10 + code - 48;
      this.#at++;
    }
    return this.#at > start ? value : undefined;
  }

  /** The operand a `*` takes; undefined when it is no integer of a sensible size. */
  #starValue(): number | undefined {
    const arg = this.#args[this.#arg];
    if (this.#arg >= this.#args.length) return undefined;
    this.#arg++;
    if (!(arg instanceof GoInt)) return undefined;
    const value = Number(arg.value);
    return value > maxNumber || value < -maxNumber ? undefined : value;
  }

  #extra(): void {
    const { format } = this.#printer;
    format.clear();
    format.write('%!(EXTRA ');
    for (const [i, arg] of this.#args.slice(this.#arg).entries()) {
      if (i > 0) format.write(', ');
      if (arg === null) format.write('<nil>');
      else {
        format.write(`${typeName(arg)}=`);
        this.#printer.arg(arg, 'v');
      }
    }
    format.write(')');
  }
}
