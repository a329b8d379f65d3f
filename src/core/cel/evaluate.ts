/**
 * Evaluation. A checked tree becomes one closure per node; each spends what cel-go's cost tracker counts for it, so that the same rule stops at the
 * same place as on a Kubernetes API server (cel-go: interpreter/runtimecost.go, Kubernetes: library/cost.go).
 */
import type { Call, Condition, Expr, Fold, Index, ListLiteral, Logic, MapLiteral, OptMap, Select } from './ast.ts';
import { CompileFailure, EvalFailure, noSuchOverload } from './failure.ts';
import { foldOf, LIST_COST } from './folds.ts';
import { attempt, boolean, type Evaluate, Frame, Patterns } from './frame.ts';
import { accepts, type Overload } from './functions/index.ts';
import { qualifiedName, resolveCall, type Scope, TYPE_NAMES, withVariables } from './scope.ts';
import { DYN } from './type.ts';
import { CelList, CelMap, CelOptional, CelTypeValue, CelUint, keyOf, listOf, mapOf, type Value } from './value.ts';

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

/** What building a map costs; constant literals cel-go builds once, at no cost. */
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

function planFold(expr: Fold, scope: Scope): Evaluate {
  const inner = withVariables(
    scope,
    expr.variables.map((name) => [name, DYN]),
  );
  return foldOf(expr.kind, {
    names: expr.variables,
    range: plan(expr.range, scope),
    filter: expr.filter === undefined ? undefined : plan(expr.filter, inner),
    body: plan(expr.body, inner),
  });
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
