/** What each verb makes of a text, an integer, a float. Go: fmt/print.go `fmtString`, `fmtInteger`, `fmtFloat`, `fmtComplex`. False = no such verb. */
import { unescapeUtf8 } from '../../../std/index.ts';
import type { GoComplex, GoInt } from '../value/index.ts';
import type { Format } from './format.ts';

export function printText(format: Format, text: string, verb: string): boolean {
  switch (verb) {
    case 'v':
      if (format.sharpV) format.quoted(text);
      else format.string(text);
      return true;
    case 's':
      format.string(text);
      return true;
    case 'q':
      format.quoted(text);
      return true;
    case 'x':
    case 'X':
      format.hexBytes(unescapeUtf8(text), verb === 'X');
      return true;
    default:
      return false;
  }
}

const bases: ReadonlyMap<string, number> = new Map([
  ['v', 10],
  ['d', 10],
  ['b', 2],
  ['o', 8],
  ['O', 8],
  ['x', 16],
  ['X', 16],
]);

export function printInteger(format: Format, integer: GoInt, verb: string): boolean {
  const { value } = integer;
  const base = bases.get(verb);
  if (base !== undefined) {
    if (verb === 'v' && format.sharpV && !integer.signed) printHex(format, value, { sharp: true });
    else format.integer(value, base, verb);
    return true;
  }
  if (verb === 'c') format.character(value);
  else if (verb === 'q') format.quotedCharacter(value);
  else if (verb === 'U') format.unicode(value);
  else return false;
  return true;
}

/** Hexadecimal with or without `0x`, whatever the flags say. */
export function printHex(format: Format, value: number | bigint, { sharp }: { readonly sharp: boolean }): void {
  const before = [format.sharp, format.isPlain] as const;
  format.sharp = sharp;
  format.isPlain = false;
  format.integer(value, 16, 'v');
  [format.sharp, format.isPlain] = before;
}

export interface Float {
  readonly value: number;
  readonly bits: 32 | 64;
}

export function printFloat(format: Format, { value, bits }: Float, verb: string): boolean {
  switch (verb) {
    case 'v':
      format.float(value, { bits, verb: 'g', precision: -1 });
      return true;
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X':
      format.float(value, { bits, verb, precision: -1 });
      return true;
    case 'f':
    case 'e':
    case 'E':
    case 'F':
      format.float(value, { bits, verb: verb === 'F' ? 'f' : verb, precision: 6 });
      return true;
    default:
      return false;
  }
}

/** `(1+2i)`: the imaginary part always has a sign. */
export function printComplex(format: Format, complex: GoComplex, verb: string): boolean {
  if (!/^[vbgGxXfFeE]$/.test(verb)) return false;
  const bits = complex.type.kind === 'complex64' ? 32 : 64;
  const { plus, isPlain } = format;
  format.write('(');
  printFloat(format, { value: complex.re, bits }, verb);
  format.plus = true;
  format.isPlain = false;
  printFloat(format, { value: complex.im, bits }, verb);
  format.write('i)');
  format.plus = plus;
  format.isPlain = isPlain;
  return true;
}
