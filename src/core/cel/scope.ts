/** Names that an expression may use, and what a call refers to. */
import type { Call, Expr } from './ast.ts';
import type { CompileFailure } from './failure.ts';
import { globalFunctions, methods, type Overload } from './functions/index.ts';
import type { Type } from './type.ts';

export interface Scope {
  lookup(name: string): Type | undefined;
  /** What the checker found. */
  readonly problems: CompileFailure[];
  /** Calls for which the types leave several overloads. */
  readonly ambiguous: Set<Expr>;
}

export const scopeOf = (variables: ReadonlyMap<string, Type>): Scope & { readonly used: ReadonlySet<string> } => {
  const used = new Set<string>();
  return {
    problems: [],
    ambiguous: new Set(),
    used,
    lookup(name) {
      if (variables.has(name)) used.add(name);
      return variables.get(name);
    },
  };
};

export const withVariables = (scope: Scope, added: readonly (readonly [string, Type])[]): Scope => ({
  problems: scope.problems,
  ambiguous: scope.ambiguous,
  lookup: (name) => added.find(([candidate]) => candidate === name)?.[1] ?? scope.lookup(name),
});

/** `a.b.c` as written; undefined for anything but a chain of names. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.op === 'ident') return expr.name;
  if (expr.op !== 'select' || expr.test || expr.optional) return undefined;
  const operand = qualifiedName(expr.operand);
  return operand === undefined ? undefined : `${operand}.${expr.field}`;
}

export interface Resolved {
  /** What messages call the function. */
  readonly name: string;
  readonly overloads: readonly Overload[];
  /** A method's receiver first. */
  readonly args: readonly Expr[];
  readonly isMember: boolean;
}

/** A call of a method, or of a global function, whose name may have dots: `sets.contains(a, b)` looks like a method of `sets`. */
export function resolveCall(call: Call, scope: Scope): Resolved {
  const { target, name, args } = call;
  if (target === undefined) return { name, overloads: globalFunctions(name), args, isMember: false };
  const prefix = qualifiedName(target);
  if (prefix !== undefined && scope.lookup(prefix.split('.')[0] ?? '') === undefined) {
    const full = `${prefix}.${name}`;
    const found = globalFunctions(full);
    if (found.length > 0) return { name: full, overloads: found, args, isMember: false };
  }
  return { name, overloads: methods(name), args: [target, ...args], isMember: true };
}

/** Names that stand for types: `type(x) == int`. */
export const TYPE_NAMES: ReadonlyMap<string, string> = new Map(
  [
    'bool',
    'bytes',
    'double',
    'int',
    'list',
    'map',
    'null_type',
    'string',
    'type',
    'uint',
    'google.protobuf.Timestamp',
    'google.protobuf.Duration',
    'net.IP',
    'net.CIDR',
    'kubernetes.URL',
    'kubernetes.Quantity',
    'kubernetes.Semver',
    'kubernetes.NamedFormat',
    'optional_type',
  ].map((name) => [name, name]),
);
