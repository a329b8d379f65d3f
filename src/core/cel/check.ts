/** Static checking (cel-go: checker/checker.go): every name is declared, every field exists, every call has an overload. */
import type { Call, Expr, Fold, Index, ListLiteral, MapLiteral, OptMap, Select } from './ast.ts';
import { compileRegexp } from '../go/regexp/index.ts';
import { CompileFailure, EvalFailure } from './failure.ts';
import { globalFunctions, methods } from './functions/index.ts';
import { parseDurationText, parseTimestampText } from './functions/time.ts';
import { qualifiedName, resolveCall, type Scope, TYPE_NAMES, withVariables } from './scope.ts';
import { BOOL, BYTES, DOUBLE, DYN, INT, NULL, STRING, TYPE, type Type, UINT, bound, fits, formatType, join } from './type.ts';
import { CelUint, type Value } from './value.ts';

/** The type of the expression; everything that is wrong goes to `scope.problems`. What is wrong counts as unknown from there on. */
export function check(expr: Expr, scope: Scope): Type {
  try {
    return typeOf(expr, scope);
  } catch (error) {
    if (!(error instanceof CompileFailure)) throw error;
    scope.problems.push(error);
    return DYN;
  }
}

function typeOf(expr: Expr, scope: Scope): Type {
  switch (expr.op) {
    case 'const':
      return constType(expr.value);
    case 'ident':
      return identType(expr.name, scope, expr.at);
    case 'select':
      return selectType(expr, scope);
    case 'index':
      return indexType(expr, scope);
    case 'call':
      return callType(expr, scope);
    case 'list':
      return listType(expr, scope);
    case 'map':
      return mapType(expr, scope);
    case 'and':
    case 'or':
      return logicType(expr, scope);
    case 'cond':
      return conditionType(expr, scope);
    case 'fold':
      return foldType(expr, scope);
    case 'optMap':
      return optMapType(expr, scope);
  }
}

function constType(value: Value): Type {
  if (value === null) return NULL;
  if (typeof value === 'boolean') return BOOL;
  if (typeof value === 'bigint') return INT;
  if (typeof value === 'number') return DOUBLE;
  if (typeof value === 'string') return STRING;
  return value instanceof CelUint ? UINT : BYTES;
}

function identType(name: string, scope: Scope, at: number): Type {
  const found = scope.lookup(name) ?? (TYPE_NAMES.has(name) ? TYPE : undefined);
  if (found === undefined) throw new CompileFailure(`undeclared reference to '${name}' (in container '')`, at);
  return found;
}

const noOverload = (
  name: string,
  args: readonly Type[],
  { isMember, at }: { readonly isMember: boolean; readonly at: number },
): CompileFailure => {
  const names = args.map(formatType);
  const signature = isMember ? `${names[0] ?? ''}.(${names.slice(1).join(', ')})` : `(${names.join(', ')})`;
  return new CompileFailure(`found no matching overload for '${name}' applied to '${signature}'`, at);
};

function selectType(expr: Select, scope: Scope): Type {
  const name = qualifiedName(expr);
  if (name !== undefined && TYPE_NAMES.has(name) && scope.lookup(name.split('.')[0] ?? '') === undefined) return TYPE;
  const operand = check(expr.operand, scope);
  const isOptional = operand.k === 'optional';
  const field = fieldType(isOptional ? operand.item : operand, expr);
  if (expr.test) return BOOL;
  return expr.optional || isOptional ? optionalOf(field) : field;
}

const optionalOf = (item: Type): Type => (item.k === 'optional' ? item : { k: 'optional', item });

function fieldType(type: Type, { field, at }: Select): Type {
  switch (type.k) {
    case 'map':
      return type.value;
    case 'object': {
      const declared = type.fields.get(field);
      if (declared === undefined) throw new CompileFailure(`undefined field '${field}'`, at);
      return declared.type;
    }
    case 'dyn':
    case 'param':
      return DYN;
    default:
      throw new CompileFailure(`type '${formatType(type)}' does not support field selection`, at);
  }
}

function indexType(expr: Index, scope: Scope): Type {
  const operand = check(expr.operand, scope);
  const index = check(expr.index, scope);
  const isOptional = operand.k === 'optional';
  const container = isOptional ? operand.item : operand;
  const fail = (): CompileFailure => noOverload(expr.optional ? '_[?_]' : '_[_]', [operand, index], { isMember: false, at: expr.at });
  const element = ((): Type => {
    if (container.k === 'dyn' || container.k === 'param') return DYN;
    if (container.k === 'list' && (fits(INT, index, new Map()) || index.k === 'uint' || index.k === 'double')) return container.item;
    if (container.k === 'map' && fits(container.key, index, new Map())) return container.value;
    throw fail();
  })();
  return expr.optional || isOptional ? optionalOf(element) : element;
}

function callType(expr: Call, scope: Scope): Type {
  const call = resolveCall(expr, scope);
  const args = call.args.map((arg) => (call.name === 'format' && arg.op === 'list' ? mixedList(arg, scope) : check(arg, scope)));
  if (call.overloads.length === 0) {
    const elsewhere = call.isMember ? globalFunctions(call.name) : methods(call.name);
    if (elsewhere.length > 0) throw noOverload(call.name, args, { isMember: call.isMember, at: expr.at });
    throw new CompileFailure(`undeclared reference to '${call.name}' (in container '')`, expr.at);
  }
  checkLiteral(call.name, call.args.at(-1));
  let result: Type | undefined;
  for (const overload of call.overloads) {
    if (overload.args.length !== args.length) continue;
    const bindings = new Map<string, Type>();
    if (!overload.args.every((wanted, index) => fits(wanted, args[index] ?? DYN, bindings))) continue;
    const type = bound(overload.result, bindings);
    if (result !== undefined) scope.ambiguous.add(expr);
    // Where unknown arguments leave several overloads, the result is unknown unless they agree.
    result = result === undefined || formatType(result) === formatType(type) ? type : DYN;
  }
  if (result === undefined) throw noOverload(call.name, args, { isMember: call.isMember, at: expr.at });
  return result;
}

/** The arguments of `format` may be of any types. */
function mixedList({ items }: ListLiteral, scope: Scope): Type {
  for (const { value } of items) check(value, scope);
  return { k: 'list', item: DYN };
}

/** Texts that can be seen to be wrong beforehand (Kubernetes: ValidateRegexLiterals and its like). */
function checkLiteral(name: string, arg: Expr | undefined): void {
  if (arg?.op !== 'const' || typeof arg.value !== 'string') return;
  const test = LITERALS.get(name);
  if (test !== undefined && !test(arg.value)) throw new CompileFailure(`invalid ${name} argument`, arg.at);
}

const succeeds =
  (parse: (text: string) => unknown) =>
  (text: string): boolean => {
    try {
      parse(text);
      return true;
    } catch (error) {
      if (error instanceof EvalFailure) return false;
      throw error;
    }
  };

const LITERALS: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['matches', (text: string) => compileRegexp(text).ok],
  ['duration', succeeds(parseDurationText)],
  ['timestamp', succeeds(parseTimestampText)],
]);

function listType({ items }: ListLiteral, scope: Scope): Type {
  let item: Type = { k: 'param', name: '_' };
  for (const { value, optional } of items) item = joined(item, element(check(value, scope), optional, value), { expr: value, scope });
  return { k: 'list', item: item.k === 'param' ? { k: 'param', name: '_' } : item };
}

function element(type: Type, optional: boolean, expr: Expr): Type {
  if (!optional || type.k === 'dyn') return type;
  if (type.k !== 'optional')
    throw new CompileFailure(`expected type 'optional_type(${formatType(type)})' but found '${formatType(type)}'`, expr.at);
  return type.item;
}

/** Literals hold one type (Kubernetes: HomogeneousAggregateLiterals). */
function joined(before: Type, type: Type, { expr, scope }: { readonly expr: Expr; readonly scope: Scope }): Type {
  const both = (before.k === 'dyn') === (type.k === 'dyn') || before.k === 'param' ? join(before, type) : undefined;
  if (both !== undefined) return both;
  scope.problems.push(new CompileFailure(`expected type '${formatType(before)}' but found '${formatType(type)}'`, expr.at));
  return before;
}

function mapType({ entries }: MapLiteral, scope: Scope): Type {
  let key: Type = { k: 'param', name: '_' };
  let value: Type = { k: 'param', name: '_' };
  for (const entry of entries) {
    key = joined(key, check(entry.key, scope), { expr: entry.key, scope });
    value = joined(value, element(check(entry.value, scope), entry.optional, entry.value), { expr: entry.value, scope });
  }
  return { k: 'map', key, value };
}

function logicType(expr: Extract<Expr, { op: 'and' | 'or' }>, scope: Scope): Type {
  const left = check(expr.left, scope);
  const right = check(expr.right, scope);
  if (!fits(BOOL, left, new Map()) || !fits(BOOL, right, new Map()))
    throw noOverload(expr.op === 'and' ? '_&&_' : '_||_', [left, right], { isMember: false, at: expr.at });
  return BOOL;
}

function conditionType(expr: Extract<Expr, { op: 'cond' }>, scope: Scope): Type {
  const test = check(expr.test, scope);
  const yes = check(expr.yes, scope);
  const no = check(expr.no, scope);
  const both = fits(BOOL, test, new Map()) ? join(yes, no) : undefined;
  if (both === undefined) throw noOverload('_?_:_', [test, yes, no], { isMember: false, at: expr.at });
  return both;
}

/** The types of the variables of a macro over `range`. */
function elementTypes(range: Type, expr: Fold): readonly Type[] {
  const two = expr.variables.length === 2;
  switch (range.k) {
    case 'list':
      return two ? [INT, range.item] : [range.item];
    case 'map':
      return two ? [range.key, range.value] : [range.key];
    case 'dyn':
    case 'param':
      return [DYN, DYN];
    default:
      throw new CompileFailure(
        `expression of type '${formatType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        expr.range.at,
      );
  }
}

function foldType(expr: Fold, scope: Scope): Type {
  const range = check(expr.range, scope);
  const types = elementTypes(range, expr);
  const inner = withVariables(
    scope,
    expr.variables.map((name, index) => [name, types[index] ?? DYN]),
  );
  const filter = expr.filter === undefined ? BOOL : check(expr.filter, inner);
  const body = check(expr.body, inner);
  const predicate = expr.filter ?? expr.body;
  const isTest = expr.filter !== undefined || !TRANSFORMS.has(expr.kind);
  const found = expr.filter === undefined ? body : filter;
  if (isTest && !fits(BOOL, found, new Map()))
    throw new CompileFailure(`expected type 'bool' but found '${formatType(found)}'`, predicate.at);
  return foldResult(expr, { range, body, element: types[0] ?? DYN });
}

const TRANSFORMS: ReadonlySet<string> = new Set(['map', 'transformList', 'transformMap', 'transformMapEntry']);

function foldResult(
  expr: Fold,
  { range, body, element: item }: { readonly range: Type; readonly body: Type; readonly element: Type },
): Type {
  switch (expr.kind) {
    case 'all':
    case 'exists':
    case 'existsOne':
      return BOOL;
    case 'map':
    case 'transformList':
      return { k: 'list', item: body };
    case 'filter':
      return { k: 'list', item };
    case 'transformMap':
      return { k: 'map', key: range.k === 'map' ? range.key : range.k === 'list' ? INT : DYN, value: body };
    case 'transformMapEntry':
      return body.k === 'map' ? body : DYN;
  }
}

function optMapType(expr: OptMap, scope: Scope): Type {
  const target = check(expr.target, scope);
  if (target.k !== 'optional' && target.k !== 'dyn') throw noOverload('optMap', [target], { isMember: true, at: expr.at });
  const body = check(expr.body, withVariables(scope, [[expr.variable, target.k === 'optional' ? target.item : DYN]]));
  if (!expr.flat) return { k: 'optional', item: body };
  if (body.k !== 'optional' && body.k !== 'dyn') throw noOverload('optFlatMap', [target, body], { isMember: true, at: expr.at });
  return body;
}
