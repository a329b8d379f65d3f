/** Literals of templates: numbers of every Go notation, characters, quoted strings. Go: text/template/parse/node.go newNumber, strconv. */
import { parseGoFloat, parseGoInt, parseGoUint, quote, unquote } from '../../go/strconv/index.ts';

export interface NumberValue {
  readonly int: bigint | undefined;
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
  readonly complex: readonly [number, number] | undefined;
}

/** The text of a quoted or raw string literal; undefined when it is malformed. */
export const unquoteLiteral = (literal: string): string | undefined => unquote(literal);

const minInt = -(2n ** 63n);
const maxInt = 2n ** 63n - 1n;
const maxUint = 2n ** 64n - 1n;

/** Every type the number can have, or Go's words for what is wrong with it. */
export function parseNumber(kind: 'number' | 'complex' | 'charConstant', text: string): NumberValue | { readonly error: string } {
  if (kind === 'charConstant') return parseCharacter(text);
  if (kind === 'complex') return parseComplex(text);
  if (text.endsWith('i')) {
    const imaginary = parseGoFloat(text.slice(0, -1));
    if (imaginary.error === '') return fromComplex(0, imaginary.value);
  }
  const unsigned = parseGoUint(text, { base: 0 });
  const signed = parseGoInt(text, { base: 0 });
  const int = signed.error === '' ? BigInt(signed.value) : undefined;
  const uint = unsigned.error === '' ? BigInt(unsigned.value) : int === 0n ? 0n : undefined;
  const whole = int ?? uint;
  if (whole !== undefined) return { int, uint, float: Number(whole), complex: undefined };
  const float = parseGoFloat(text);
  if (float.error !== '') return { error: `illegal number syntax: ${quote(text)}` };
  return /[.eEpP]/.test(text) ? fromFloat(float.value) : { error: `integer overflow: ${quote(text)}` };
}

function fromFloat(value: number): NumberValue {
  const whole = Number.isInteger(value) ? BigInt(value) : undefined;
  return {
    int: whole !== undefined && whole >= minInt && whole <= maxInt ? whole : undefined,
    uint: whole !== undefined && whole >= 0n && whole <= maxUint ? whole : undefined,
    float: value,
    complex: undefined,
  };
}

/** A complex constant without imaginary part is also a float and, if whole, an integer. */
function fromComplex(re: number, im: number): NumberValue {
  const real = im === 0 ? fromFloat(re) : { int: undefined, uint: undefined, float: undefined };
  return { ...real, complex: [re, im] };
}

function parseComplex(text: string): NumberValue | { readonly error: string } {
  const split = /^([+-]?[^+-]*(?:[eEpP][+-])?[^+-]*)([+-].+)i$/.exec(text);
  const re = parseGoFloat(split?.[1] ?? '');
  const im = parseGoFloat(split?.[2] ?? '');
  return re.error === '' && im.error === '' ? fromComplex(re.value, im.value) : { error: 'syntax error scanning complex number' };
}

function parseCharacter(text: string): NumberValue | { readonly error: string } {
  const character = unquote(text);
  if (character === undefined) {
    for (let end = 2; end < Math.min(text.length, 12); end++) {
      if (unquote(`${text.slice(0, end)}'`) !== undefined) return { error: `malformed character constant: ${text}` };
    }
    return { error: 'invalid syntax' };
  }
  const unit = character.codePointAt(0) ?? 0;
  const code = unit >= 0xdc80 && unit <= 0xdcff ? unit - 0xdc00 : unit;
  return { int: BigInt(code), uint: BigInt(code), float: code, complex: undefined };
}
