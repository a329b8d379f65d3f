/** Arithmetic. Integers wrap to 64 bits as in Go. Source: Masterminds/sprig numeric.go. */
import { castFloat64, castInt64 } from '../../go/cast/index.ts';
import { GoList } from '../../go/composite/index.ts';
import { sprint } from '../../go/fmt/index.ts';
import { parseGoInt } from '../../go/strconv/index.ts';
import { basicType, listType } from '../../go/type/index.ts';
import { GoInt, type GoValue, int } from '../../go/value/index.ts';
import { fixed, param, type State, TemplateFailure, type TemplateFunction, variadic } from '../exec/index.ts';
import { Decimal } from './decimal.ts';
import { Draw } from './host.ts';

const { any } = param;
const integer = param.int;

/** toInt, toInt64 */
export const toInt = (value: GoValue): number | bigint => castInt64(value) ?? 0;

const toFloat = (value: GoValue): number => castFloat64(value) ?? 0;

const int64 = (value: number | bigint): GoInt => new GoInt(basicType.int64, value);
const isSmall = (value: number | bigint): value is number => typeof value === 'number' && value < 2 ** 26 && value > -(2 ** 26);

const add = (a: number | bigint, b: number | bigint): number | bigint =>
  isSmall(a) && isSmall(b) ? a + b : BigInt.asIntN(64, BigInt(a) + BigInt(b));
const multiply = (a: number | bigint, b: number | bigint): number | bigint =>
  isSmall(a) && isSmall(b) ? a * b + 0 : BigInt.asIntN(64, BigInt(a) * BigInt(b));

function divide(a: GoValue, b: GoValue, part: 'quotient' | 'remainder'): GoInt {
  const x = BigInt(toInt(a));
  const y = BigInt(toInt(b));
  if (y === 0n) throw new TemplateFailure('runtime error: integer divide by zero');
  return int64(part === 'quotient' ? x / y : x % y);
}

const fold = (values: readonly GoValue[], pick: (a: number | bigint, b: number | bigint) => boolean): GoInt => {
  let best: number | bigint = toInt(values[0] ?? null);
  for (const value of values) {
    const next = toInt(value);
    if (pick(next, best)) best = next;
  }
  return int64(best);
};

const foldFloat = (values: readonly GoValue[], pick: (a: number, b: number) => number): number =>
  values.map(toFloat).reduce((a, b) => pick(a, b));

const intsType = listType(basicType.int);

function steps(start: number, stop: number, step: number): { readonly count: number } {
  const span = stop - start;
  if (span === 0 || step === 0 || span > 0 !== step > 0) return { count: 0 };
  return { count: Math.ceil(span / step) };
}

/** What a number of a list takes, in characters: each is an object. */
const numberSize = 32;

function untilStep(range: { readonly start: number; readonly stop: number; readonly step: number }, state: State): readonly number[] {
  const { start, stop, step } = range;
  const { count } = steps(start, stop, step);
  state.run.budget.reserve(numberSize * count);
  return Array.from({ length: count }, (_, i) => start + i * step);
}

const intList = (values: readonly number[]): GoList => new GoList(intsType, values.map(int));

/** `seq end`, `seq start end`, `seq start step end`: inclusive, as text. */
function seq(params: readonly number[], state: State): string {
  const [first = 0, second = 0, third = 0] = params;
  switch (params.length) {
    case 1: {
      const step = first < 1 ? -1 : 1;
      return untilStep({ start: 1, stop: first + step, step }, state).join(' ');
    }
    case 2: {
      const step = second < first ? -1 : 1;
      return untilStep({ start: first, stop: second + step, step }, state).join(' ');
    }
    case 3: {
      if (third < first && second > 0) return '';
      return untilStep({ start: first, stop: third + (third < first ? -1 : 1), step: second }, state).join(' ');
    }
    default:
      return '';
  }
}

/** Half up (or from `roundOn` up) at the given decimal place; float64 arithmetic, as sprig does it. */
function round(args: readonly [GoValue, number, ...number[]]): number {
  const [value, places, roundOn = 0.5] = args;
  const power = 10 ** places;
  const digit = power * toFloat(value);
  const fraction = digit - Math.trunc(digit);
  return (fraction >= roundOn ? Math.ceil(digit) : Math.floor(digit)) / power;
}

/** The value's text read as an octal number. */
const fromOctal = (value: GoValue): GoInt => {
  const parsed = parseGoInt(sprint([value]), { base: 8 });
  return int64(parsed.error === '' ? parsed.value : 0);
};

const decimals = (values: readonly GoValue[], combine: (a: Decimal, b: Decimal) => Decimal): number =>
  values
    .map((value) => Decimal.fromFloat(toFloat(value)))
    .reduce((a, b) => combine(a, b))
    .toFloat();

const decimal = (combine: (a: Decimal, b: Decimal) => Decimal): TemplateFunction =>
  variadic([any], any, (values) => decimals(values, combine));

function randInt(min: number, max: number, state: State): GoInt {
  if (max <= min) throw new TemplateFailure('invalid argument to Intn');
  return int(min + new Draw(state, 1).below(max - min));
}

const biggest: TemplateFunction = variadic([any], any, (values) => fold(values, (a, b) => a > b));
const float1 = (change: (value: number) => number): TemplateFunction => fixed([any], ([value]) => change(toFloat(value)));

/** Go's math.Max and math.Min: NaN wins, -0 is less than 0; Math.max agrees. */
const floats = (pick: (a: number, b: number) => number): TemplateFunction => variadic([any], any, (values) => foldFloat(values, pick));

/** Name → function. */
export const numberFunctions: readonly (readonly [string, TemplateFunction])[] = [
  ['int', fixed([any], ([value]) => int(toInt(value)))],
  ['int64', fixed([any], ([value]) => int64(toInt(value)))],
  ['float64', fixed([any], ([value]) => toFloat(value))],
  ['toDecimal', fixed([any], ([value]) => fromOctal(value))],
  ['add1', fixed([any], ([value]) => int64(add(toInt(value), 1)))],
  ['add', variadic([], any, (values) => int64(values.map(toInt).reduce(add, 0)))],
  ['sub', fixed([any, any], ([a, b]) => int64(add(toInt(a), multiply(toInt(b), -1))))],
  ['div', fixed([any, any], ([a, b]) => divide(a, b, 'quotient'))],
  ['mod', fixed([any, any], ([a, b]) => divide(a, b, 'remainder'))],
  ['mul', variadic([any], any, (values) => int64(values.map(toInt).reduce(multiply, 1)))],
  ['randInt', fixed([integer, integer], ([min, max], state) => randInt(min, max, state))],
  ['add1f', fixed([any], ([value]) => decimals([value, 1], (a, b) => a.plus(b)))],
  ['addf', variadic([], any, (values) => decimals([0, ...values], (a, b) => a.plus(b)))],
  ['subf', decimal((a, b) => a.minus(b))],
  ['divf', decimal((a, b) => a.dividedBy(b))],
  ['mulf', decimal((a, b) => a.times(b))],
  ['biggest', biggest],
  ['max', biggest],
  ['min', variadic([any], any, (values) => fold(values, (a, b) => a < b))],
  ['maxf', floats(Math.max)],
  ['minf', floats(Math.min)],
  ['ceil', float1(Math.ceil)],
  ['floor', float1(Math.floor)],
  ['round', variadic([any, integer], param.float64, round)],
  ['until', fixed([integer], ([count], state) => intList(untilStep({ start: 0, stop: count, step: count < 0 ? -1 : 1 }, state)))],
  ['untilStep', fixed([integer, integer, integer], ([start, stop, step], state) => intList(untilStep({ start, stop, step }, state)))],
  ['seq', variadic([], integer, seq)],
];
