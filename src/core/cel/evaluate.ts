/**
 * Evaluation. A checked tree becomes one closure per node; each spends what cel-go's cost tracker counts for it, so that the same rule stops at the
 * same place as on a Kubernetes API server (cel-go: interpreter/runtimecost.go, Kubernetes: library/cost.go).
 */
import { compileRegexp } from '../go/regexp/index.ts';
import type { Call, Condition, Expr, Fold, Index, ListLiteral, Logic, MapLiteral, OptMap, Select } from './ast.ts';
import { BudgetFailure, CompileFailure, EvalFailure, noSuchOverload } from './failure.ts';
import { accepts, type Overload, type Runtime } from './functions/index.ts';
import { qualifiedName, resolveCall, type Scope, TYPE_NAMES, withVariables } from './scope.ts';
import { DYN } from './type.ts';
import { CelList, CelMap, CelOptional, CelTypeValue, CelUint, keyOf, listOf, mapOf, type Value } from './value.ts';

type Pattern = ReturnType<Runtime['pattern']>;

/** Patterns of one program, compiled once: most are literals. Those that come out of data are dropped together when there are many. */
export class Patterns {
  readonly #known = new Map<string, Pattern>();

  get(text: string): Pattern {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const compiled = compileRegexp(text);
    if (!compiled.ok) throw new EvalFailure(compiled.error);
    if (this.#known.size >= mostPatterns) this.#known.clear();
    this.#known.set(text, compiled.value);
    return compiled.value;
  }
}

const mostPatterns = 32;

/** The state of one evaluation: variables, what may still be spent. */
export class Frame implements Runtime {
  spent = 0;
  private readonly limit: number;
  private readonly variables: ReadonlyMap<string, () => Value>;
  private readonly locals: (readonly [string, Value])[] = [];
  private readonly patterns: Patterns;

  constructor(variables: ReadonlyMap<string, () => Value>, { limit, patterns }: { readonly limit: number; readonly patterns: Patterns }) {
    this.variables = variables;
    this.limit = limit;
    this.patterns = patterns;
  }

  spend(cost: number): void {
    this.spent += cost;
    if (this.spent > this.limit) throw new BudgetFailure();
  }

  pattern(text: string): Pattern {
    return this.patterns.get(text);
  }

  get(name: string): Value {
    const local = this.locals.findLast(([candidate]) => candidate === name);
    if (local !== undefined) return local[1];
    const variable = this.variables.get(name);
    if (variable === undefined) throw new EvalFailure(`no such attribute(s): ${name}`);
    return variable();
  }

  /** Runs with variables bound. */
  within<T>(bindings: readonly (readonly [string, Value])[], run: () => T): T {
    this.locals.push(...bindings);
    try {
      return run();
    } finally {
      this.locals.length -= bindings.length;
    }
  }
}

export type Evaluate = (frame: Frame) => Value;

export function plan(expr: Expr, scope: Scope): Evaluate {
  switch (expr.op) {
    case 'const': {
      const { value } = expr;
      return () => value;
    }
    case 'ident':
      return planIdent(expr.name, scope);
    case 'select':
      return planSelect(expr, scope);
    case 'index':
      return planIndex(expr, scope);
    case 'call':
      return planCall(expr, scope);
    case 'list':
      return planList(expr, scope);
    case 'map':
      return planMap(expr, scope);
    case 'and':
    case 'or':
      return planLogic(expr, scope);
    case 'cond':
      return planCondition(expr, scope);
    case 'fold':
      return planFold(expr, scope);
    case 'optMap':
      return planOptMap(expr, scope);
  }
}

/** cel-go resolves a name that is a branch as part of the condition, at no cost of its own. */
function planCondition(expr: Condition, scope: Scope): Evaluate {
  const test = plan(expr.test, scope);
  const [yes, no] = [expr.yes, expr.no].map((branch) => {
    const evaluate = plan(branch, scope);
    return { evaluate, refund: isAttribute(branch) ? 1 : 0 };
  }) as [{ evaluate: Evaluate; refund: number }, { evaluate: Evaluate; refund: number }];
  return (frame) => {
    const { evaluate, refund } = boolean(test(frame)) ? yes : no;
    frame.spend(-refund);
    return evaluate(frame);
  };
}

/** A name, or fields and elements reached from one. */
function isAttribute(expr: Expr): boolean {
  if (expr.op === 'select') return !expr.test && isAttribute(expr.operand);
  return expr.op === 'ident' || (expr.op === 'index' && isAttribute(expr.operand));
}

/** Reaching into what is not a name costs one more, once. */
const reachCost = (operand: Expr): number => (operand.op === 'ident' || operand.op === 'select' || operand.op === 'index' ? 0 : 1);

function boolean(value: Value): boolean {
  if (typeof value !== 'boolean') throw noSuchOverload();
  return value;
}

function planIdent(name: string, scope: Scope): Evaluate {
  if (scope.lookup(name) === undefined && TYPE_NAMES.has(name)) {
    const value = new CelTypeValue(name);
    return () => value;
  }
  return (frame) => {
    frame.spend(1);
    return frame.get(name);
  };
}

const noSuchKey = (key: Value): EvalFailure => new EvalFailure(`no such key: ${key instanceof CelUint ? key.value : String(key)}`);

/** The field of a map or object; undefined when it is not there. */
const fieldOf = (value: Value, field: string): Value | undefined => (value instanceof CelMap ? value.get(field) : undefined);

/** What is not there costs nothing. */
function optionalOf(found: Value | undefined, frame: Frame): CelOptional {
  if (found !== undefined) frame.spend(1);
  return found instanceof CelOptional ? found : new CelOptional(found);
}

function planSelect(expr: Select, scope: Scope): Evaluate {
  const name = qualifiedName(expr);
  if (name !== undefined && TYPE_NAMES.has(name) && scope.lookup(name.split('.')[0] ?? '') === undefined) {
    const value = new CelTypeValue(name);
    return () => value;
  }
  const operand = plan(expr.operand, scope);
  const { field, test, optional } = expr;
  const reach = reachCost(expr.operand);
  return (frame) => {
    // The name at the root of `has(a.b.c)` is free.
    if (test) frame.spend(-1);
    const from = operand(frame);
    const inner = from instanceof CelOptional ? from.value : from;
    const found = inner === undefined ? undefined : fieldOf(inner, field);
    if (optional || from instanceof CelOptional) return test ? found !== undefined : optionalOf(found, frame);
    frame.spend(1 + reach);
    if (test) return found !== undefined;
    if (found === undefined) throw noSuchKey(field);
    return found;
  };
}

/** The element of a list or map; undefined when it is not there. */
function elementOf(container: Value, index: Value): Value | undefined {
  if (container instanceof CelMap) return container.get(index);
  if (!(container instanceof CelList)) return undefined;
  const place = index instanceof CelUint ? index.value : index;
  const at = typeof place === 'bigint' || (typeof place === 'number' && Number.isInteger(place)) ? Number(place) : undefined;
  if (at === undefined) throw new EvalFailure(`unsupported index type '${typeof index === 'string' ? 'string' : 'dyn'}' in list`);
  return at < 0 || at >= container.size ? undefined : container.at(at);
}

function planIndex(expr: Index, scope: Scope): Evaluate {
  const operand = plan(expr.operand, scope);
  const index = plan(expr.index, scope);
  const { optional } = expr;
  // An index that is a name is itself the step.
  const cost = (isAttribute(expr.index) ? 0 : 1) + reachCost(expr.operand);
  return (frame) => {
    const from = operand(frame);
    const key = index(frame);
    const inner = from instanceof CelOptional ? from.value : from;
    const found = inner === undefined ? undefined : elementOf(inner, key);
    if (optional || from instanceof CelOptional) return optionalOf(found, frame);
    frame.spend(cost);
    if (found !== undefined) return found;
    throw from instanceof CelList
      ? new EvalFailure(`index out of bounds: ${String(key instanceof CelUint ? key.value : key)}`)
      : noSuchKey(key);
  };
}

/** What cel-go works out beforehand costs nothing: conversions of constants, and whether something is in a set of constants. */
const FOLDED: ReadonlySet<string> = new Set(['bytes', 'bool', 'double', 'duration', 'int', 'string', 'timestamp', 'uint', 'type', 'dyn']);

function isFolded(expr: Expr): boolean {
  if (expr.op === 'const') return true;
  return expr.op === 'call' && expr.target === undefined && FOLDED.has(expr.name) && expr.args.every(isFolded);
}

/** A list literal of plain constants. */
const isConstantSet = (expr: Expr | undefined): boolean =>
  expr?.op === 'list' && expr.items.every(({ value, optional }) => !optional && value.op === 'const');

function planCall(expr: Call, scope: Scope): Evaluate {
  const call = resolveCall(expr, scope);
  const args = call.args.map((arg) => plan(arg, scope));
  const candidates = call.overloads.filter((overload) => overload.args.length === args.length);
  if (call.isMember && (call.name === 'or' || call.name === 'orValue')) return planOr(call.name, args);
  if (isFolded(expr)) {
    const frame = new Frame(new Map(), { limit: Infinity, patterns: new Patterns() });
    const values = (): readonly Value[] => args.map((arg) => arg(frame));
    return planFolded(expr, () => choose(candidates, values()).run(values(), frame));
  }
  const isPlain = COSTED_BY_TYPE.has(call.name) && scope.ambiguous.has(expr);
  const isFree = call.name === 'dyn' || (call.name === '@in' && isConstantSet(call.args[1]));
  return (frame) => {
    let values: readonly Value[] = [];
    let overload: Overload | undefined;
    let result: Value = null;
    try {
      values = evaluateArgs(args, frame);
      overload = choose(candidates, values);
      result = overload.run(values, frame);
    } catch (error) {
      // A call that fails, be it for an argument, has been made.
      if (error instanceof EvalFailure && !isFree) frame.spend(overload?.cost?.(values, null) ?? 1);
      throw error;
    }
    if (!isFree) frame.spend(isPlain ? 1 : (overload.cost?.(values, result) ?? 1));
    return result;
  };
}

/** Operators whose cost cel-go knows only when their types do. */
const COSTED_BY_TYPE: ReadonlySet<string> = new Set(['@in', '_+_', '_<_', '_<=_', '_>_', '_>=_']);

/** Of two arguments both are evaluated, even if the first fails; of more, those behind a failure are not. */
function evaluateArgs(args: readonly Evaluate[], frame: Frame): readonly Value[] {
  const [left, right] = args;
  if (args.length !== 2 || left === undefined || right === undefined) return args.map((arg) => arg(frame));
  const first = attempt(left, frame);
  const second = attempt(right, frame);
  if (first instanceof EvalFailure) throw first;
  if (second instanceof EvalFailure) throw second;
  return [first, second];
}

/** Works a conversion of constants out once; what fails then is wrong with the expression. */
function planFolded(expr: Call, run: () => Value): Evaluate {
  try {
    const value = run();
    return () => value;
  } catch (error) {
    if (error instanceof EvalFailure) throw new CompileFailure(error.message, expr.at);
    throw error;
  }
}

/** `optional.or(other)` and `optional.orValue(value)` look at the other only when they need it. */
function planOr(name: 'or' | 'orValue', [target, other]: readonly Evaluate[]): Evaluate {
  return (frame) => {
    const optional = target?.(frame);
    if (!(optional instanceof CelOptional) || other === undefined) throw noSuchOverload();
    if (optional.value !== undefined) return name === 'or' ? optional : optional.value;
    return other(frame);
  };
}

function choose(candidates: readonly Overload[], values: readonly Value[]): Overload {
  for (const candidate of candidates) if (candidate.args.every((type, index) => accepts(type, values[index] ?? null))) return candidate;
  throw noSuchOverload();
}

/** A literal of literals. */
function isConstant(expr: Expr | undefined): boolean {
  if (expr === undefined) return false;
  if (expr.op === 'const') return true;
  if (expr.op === 'list') return expr.items.every(({ value, optional }) => !optional && isConstant(value));
  return expr.op === 'map' && expr.entries.every(({ key, value, optional }) => !optional && isConstant(key) && isConstant(value));
}

/** cel-go builds constant literals once, at no cost. */
const LIST_COST = 10;
const MAP_COST = 30;

function planList(expr: ListLiteral, scope: Scope): Evaluate {
  const items = expr.items.map(({ value, optional }) => ({ value: plan(value, scope), optional }));
  const cost = isConstant(expr) ? 0 : LIST_COST;
  return (frame) => {
    try {
      return listOf(items.flatMap(({ value, optional }) => (optional ? present(value(frame)) : [value(frame)])));
    } finally {
      frame.spend(cost);
    }
  };
}

function present(value: Value): readonly Value[] {
  if (!(value instanceof CelOptional)) throw new EvalFailure('cannot initialize optional list element from non-optional value');
  return value.value === undefined ? [] : [value.value];
}

function planMap(expr: MapLiteral, scope: Scope): Evaluate {
  const entries = expr.entries.map(({ key, value, optional }) => ({ key: plan(key, scope), value: plan(value, scope), optional }));
  const cost = isConstant(expr) ? 0 : MAP_COST;
  return (frame) => {
    const pairs = entries.flatMap(({ key, value, optional }) => {
      const name = key(frame);
      return (optional ? present(value(frame)) : [value(frame)]).map((one): readonly [Value, Value] => [name, one]);
    });
    checkKeys(pairs);
    frame.spend(cost);
    return mapOf(pairs);
  };
}

function checkKeys(pairs: readonly (readonly [Value, Value])[]): void {
  const seen = new Set<string>();
  for (const [key] of pairs) {
    const identity = keyOf(key);
    if (identity === undefined) throw new EvalFailure('unsupported key type');
    if (seen.has(identity)) throw new EvalFailure(`Failed with repeated key`);
    seen.add(identity);
  }
}

/** What evaluating gave: a value, or why there is none. */
function attempt(evaluate: Evaluate, frame: Frame): Value | EvalFailure {
  try {
    return evaluate(frame);
  } catch (error) {
    if (error instanceof EvalFailure) return error;
    throw error;
  }
}

/** One side that decides is enough, whatever happens on the other. */
function planLogic(expr: Logic, scope: Scope): Evaluate {
  const left = plan(expr.left, scope);
  const right = plan(expr.right, scope);
  const deciding = expr.op === 'or';
  return (frame) => {
    const first = attempt(left, frame);
    if (first === deciding) return deciding;
    const second = attempt(right, frame);
    if (second === deciding) return deciding;
    if (first instanceof EvalFailure) throw first;
    if (second instanceof EvalFailure) throw second;
    if (typeof first !== 'boolean' || typeof second !== 'boolean') throw noSuchOverload();
    return !deciding;
  };
}

type Binding = readonly (readonly [string, Value])[];

/** What the variables of a macro stand for, one element after the other. */
function* elements(range: Value, names: readonly string[]): Generator<Binding> {
  const [first = '', second] = names;
  if (range instanceof CelList) {
    for (let index = 0; index < range.size; index++)
      yield second === undefined
        ? [[first, range.at(index)]]
        : [
            [first, BigInt(index)],
            [second, range.at(index)],
          ];
    return;
  }
  if (!(range instanceof CelMap) || range.isObject) throw noSuchOverload();
  for (const key of range.keys())
    yield second === undefined
      ? [[first, key]]
      : [
          [first, key],
          [second, range.get(key) ?? null],
        ];
}

interface FoldPlan {
  readonly names: readonly string[];
  readonly range: Evaluate;
  readonly filter: Evaluate | undefined;
  readonly body: Evaluate;
}

function planFold(expr: Fold, scope: Scope): Evaluate {
  const inner = withVariables(
    scope,
    expr.variables.map((name) => [name, DYN]),
  );
  const fold: FoldPlan = {
    names: expr.variables,
    range: plan(expr.range, scope),
    filter: expr.filter === undefined ? undefined : plan(expr.filter, inner),
    body: plan(expr.body, inner),
  };
  switch (expr.kind) {
    case 'all':
      return quantifier(fold, { deciding: false, conditionCost: 2 });
    case 'exists':
      return quantifier(fold, { deciding: true, conditionCost: 3 });
    case 'existsOne':
      return existsOne(fold);
    case 'map':
    case 'transformList':
      return collect(fold);
    case 'filter':
      return filtered(fold);
    case 'transformMap':
    case 'transformMapEntry':
      return collectMap(fold, expr.kind === 'transformMapEntry');
  }
}

/** `all` and `exists`: stops at the first element that decides; an error counts only when no other element decides. */
function quantifier(fold: FoldPlan, { deciding, conditionCost }: { readonly deciding: boolean; readonly conditionCost: number }): Evaluate {
  return (frame) => {
    let failure: EvalFailure | undefined;
    const range = fold.range(frame);
    let left = range instanceof CelList || range instanceof CelMap ? range.size : 0;
    for (const binding of elements(range, fold.names)) {
      left -= 1;
      frame.spend(conditionCost + 1);
      const answer = frame.within(binding, () => attempt(fold.body, frame));
      if (answer === deciding) {
        // Whether to go on is asked only while there is something left.
        frame.spend(left > 0 ? conditionCost + 1 : 1);
        return deciding;
      }
      if (typeof answer !== 'boolean') failure ??= answer instanceof EvalFailure ? answer : noSuchOverload();
    }
    frame.spend(1);
    if (failure !== undefined) throw failure;
    return !deciding;
  };
}

function existsOne(fold: FoldPlan): Evaluate {
  return (frame) => {
    let count = 0;
    for (const binding of elements(fold.range(frame), fold.names)) {
      const holds = frame.within(binding, () => boolean(fold.body(frame)));
      if (!holds) continue;
      frame.spend(2);
      count += 1;
    }
    frame.spend(2);
    return count === 1;
  };
}

/** An element that is appended costs the list around it, the sum and the reading of what was collected. */
const APPEND_COST = LIST_COST + 2;

function collect(fold: FoldPlan): Evaluate {
  return (frame) => {
    const items: Value[] = [];
    for (const binding of elements(fold.range(frame), fold.names))
      frame.within(binding, () => {
        if (fold.filter !== undefined && !boolean(fold.filter(frame))) return;
        frame.spend(APPEND_COST);
        items.push(fold.body(frame));
      });
    frame.spend(1);
    return listOf(items);
  };
}

function filtered(fold: FoldPlan): Evaluate {
  return (frame) => {
    const items: Value[] = [];
    for (const binding of elements(fold.range(frame), fold.names)) {
      const wanted = frame.within(binding, () => boolean(fold.body(frame)));
      if (!wanted) continue;
      frame.spend(APPEND_COST + 1);
      items.push(binding[0]?.[1] ?? null);
    }
    frame.spend(1);
    return listOf(items);
  };
}

function collectMap(fold: FoldPlan, isEntry: boolean): Evaluate {
  return (frame) => {
    const pairs: (readonly [Value, Value])[] = [];
    for (const binding of elements(fold.range(frame), fold.names))
      frame.within(binding, () => {
        if (fold.filter !== undefined && !boolean(fold.filter(frame))) return;
        frame.spend(isEntry ? 2 : 3);
        const value = fold.body(frame);
        if (!isEntry) pairs.push([binding[0]?.[1] ?? null, value]);
        else if (value instanceof CelMap) for (const key of value.keys()) pairs.push([key, value.get(key) ?? null]);
        else throw noSuchOverload();
      });
    frame.spend(1);
    const seen = new Set<string | undefined>();
    for (const [key] of pairs) {
      if (seen.has(keyOf(key))) throw new EvalFailure(`insert failed: key ${String(key)} already exists`);
      seen.add(keyOf(key));
    }
    return mapOf(pairs);
  };
}

function planOptMap(expr: OptMap, scope: Scope): Evaluate {
  const target = plan(expr.target, scope);
  const body = plan(expr.body, withVariables(scope, [[expr.variable, DYN]]));
  return (frame) => {
    const before = frame.spent;
    const optional = target(frame);
    if (!(optional instanceof CelOptional)) throw noSuchOverload();
    // cel-go's macro asks `target.hasValue()` first and then takes `target.value()`.
    frame.spend(1);
    if (optional.value === undefined) return optional;
    frame.spend(frame.spent - before - (expr.flat ? 0 : -1));
    const { value } = optional;
    const result = frame.within([[expr.variable, value]], () => body(frame));
    if (!expr.flat) return new CelOptional(result);
    if (!(result instanceof CelOptional)) throw noSuchOverload();
    return result;
  };
}
