/** Expressions over named variables: compile once, run often. */
import { type Result, err, ok } from '../../std/index.ts';
import type { Json } from '../object/index.ts';
import { check } from './check.ts';
import { plan } from './evaluate.ts';
import { BudgetFailure, CompileFailure, EvalFailure } from './failure.ts';
import { Frame, Patterns } from './frame.ts';
import { parse } from './parse.ts';
import { valueOf } from './schema.ts';
import { scopeOf } from './scope.ts';
import { BOOL, DYN, fits, formatType, STRING, type Type } from './type.ts';
import { CelOptional, type Value } from './value.ts';

export interface CelError {
  /** One line; several problems are joined. */
  readonly message: string;
  /** Of the first problem, 1-based. */
  readonly line: number;
  readonly column: number;
  /** All of it as cel-go prints it: `ERROR: <input>:1:5: …` with the line and a mark below it. */
  readonly display: string;
}

export interface RunError {
  readonly message: string;
  /** Whether the budget was used up: nothing more should be run. */
  readonly exhausted: boolean;
}

export interface RunOptions {
  /** Cost units as cel-go counts them. Default: what Kubernetes allows one expression. */
  readonly limit?: number;
}

/** Kubernetes: PerCallLimit. */
export const PER_CALL_LIMIT = 1_000_000;
/** Kubernetes: RuntimeCELCostBudget, for all rules of one object. */
export const OBJECT_BUDGET = 10_000_000;

export interface Program {
  /** Of the result. */
  readonly type: Type;
  /** The variables it mentions. */
  readonly uses: ReadonlySet<string>;
  /** The result for these variables, and what it cost. A variable that is missing is an error only when it is reached. */
  run(
    variables: Iterable<readonly [string, Json | Value]>,
    options?: RunOptions,
  ): { readonly result: Result<Value, RunError>; readonly cost: number };
}

export interface CompileOptions {
  /** Type by name; `undefined` for a value that can be anything. */
  readonly variables: ReadonlyMap<string, Type | undefined>;
  readonly result?: 'bool' | 'string';
}

/** Reads and checks an expression. */
export function compileCel(text: string, options: CompileOptions): Result<Program, CelError> {
  try {
    return compile(text, options);
  } catch (error) {
    if (error instanceof CompileFailure) return err(celError(text, [error]));
    throw error;
  }
}

function compile(text: string, { variables, result }: CompileOptions): Result<Program, CelError> {
  const types = new Map([...variables].map(([name, type]) => [name, type ?? DYN]));
  const scope = scopeOf(types);
  const tree = parse(text);
  const type = check(tree, scope);
  if (scope.problems.length > 0)
    return err(
      celError(
        text,
        scope.problems.toSorted((a, b) => a.at - b.at),
      ),
    );
  const wanted = result === 'bool' ? BOOL : result === 'string' ? STRING : undefined;
  if (wanted !== undefined && !fits(wanted, type, new Map()))
    throw new CompileFailure(`the expression gives ${formatType(type)}, but ${result ?? ''} is needed`, 0);
  const evaluate = plan(tree, scope);
  const patterns = new Patterns();
  return ok({
    type,
    uses: scope.used,
    run(values, { limit = PER_CALL_LIMIT } = {}) {
      const readers = new Map([...values].map(([name, value]) => [name, reader(value, types.get(name) ?? DYN)]));
      const frame = new Frame(readers, { limit, patterns });
      try {
        return { result: ok(evaluate(frame)), cost: frame.spent };
      } catch (error) {
        if (!(error instanceof EvalFailure) && !(error instanceof BudgetFailure)) throw error;
        return { result: err({ message: error.message, exhausted: error instanceof BudgetFailure }), cost: frame.spent };
      }
    },
  });
}

/** Converts when it is first read, and once. */
function reader(value: Json | Value, type: Type): () => Value {
  let converted: Value | undefined;
  return () => (converted ??= isJson(value) ? convert(value, type) : value);
}

function convert(value: Json, type: Type): Value {
  if (type.k !== 'optional') return valueOf(value, type);
  return new CelOptional(value === null ? undefined : valueOf(value, type.item));
}

/** Plain objects and records of `core/object` inherit from a root; instances of the value classes do not. */
function isJson(value: Json | Value): value is Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** cel-go: common/errors.go, maxErrorsToReport. */
const MOST_ERRORS = 100;

function celError(text: string, failures: readonly CompileFailure[]): CelError {
  const told = failures.slice(0, MOST_ERRORS);
  const rest = failures.length > told.length ? [`${failures.length - told.length} more errors were truncated`] : [];
  const places = told.map((failure) => placeOf(text, failure));
  const [first] = places;
  return {
    message: [...told.map(({ message }) => message), ...rest].join('; '),
    line: first?.line ?? 1,
    column: first?.column ?? 1,
    display: [...places.map(({ display }) => display), ...rest].join('\n'),
  };
}

/** cel-go: common/error.go, ToDisplayString. */
function placeOf(text: string, { message, at }: CompileFailure): Omit<CelError, 'message'> {
  const before = text.slice(0, at).split('\n');
  const start = before.at(-1) ?? '';
  const column = [...start].length;
  const line = (text.split('\n')[before.length - 1] ?? '').replaceAll('\t', ' ');
  const wide = (char: string): boolean => (char.codePointAt(0) ?? 0) > 0x7f;
  const dots = Array.from(start, (char) => (wide(char) ? '．' : '.')).join('');
  const mark = wide([...line][column] ?? '') ? '＾' : '^';
  return {
    line: before.length,
    column: column + 1,
    display: `ERROR: <input>:${before.length}:${column + 1}: ${message}\n | ${line}\n | ${dots}${mark}`,
  };
}
