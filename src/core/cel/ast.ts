/** The tree of an expression. `at` is the offset that an error message points at, as cel-go chooses it (the operator, the opening bracket). */
import type { Value } from './value.ts';

export type Expr = Const | Ident | Select | Index | Call | ListLiteral | MapLiteral | Logic | Condition | Fold | OptMap;

export interface Const {
  readonly op: 'const';
  readonly value: Value;
  readonly at: number;
}
export interface Ident {
  readonly op: 'ident';
  readonly name: string;
  readonly at: number;
}
export interface Select {
  readonly op: 'select';
  readonly operand: Expr;
  readonly field: string;
  /** `has(a.b)` */
  readonly test: boolean;
  /** `a.?b` */
  readonly optional: boolean;
  readonly at: number;
}
export interface Index {
  readonly op: 'index';
  readonly operand: Expr;
  readonly index: Expr;
  /** `a[?b]` */
  readonly optional: boolean;
  readonly at: number;
}
/** A function, a method (with a target), or an operator by its function name: `_+_`. */
export interface Call {
  readonly op: 'call';
  readonly name: string;
  readonly target: Expr | undefined;
  readonly args: readonly Expr[];
  readonly at: number;
}
export interface ListLiteral {
  readonly op: 'list';
  readonly items: readonly { readonly value: Expr; readonly optional: boolean }[];
  readonly at: number;
}
export interface MapLiteral {
  readonly op: 'map';
  readonly entries: readonly { readonly key: Expr; readonly value: Expr; readonly optional: boolean }[];
  readonly at: number;
}
export interface Logic {
  readonly op: 'and' | 'or';
  readonly left: Expr;
  readonly right: Expr;
  readonly at: number;
}
export interface Condition {
  readonly op: 'cond';
  readonly test: Expr;
  readonly yes: Expr;
  readonly no: Expr;
  readonly at: number;
}
export type FoldKind = 'all' | 'exists' | 'existsOne' | 'map' | 'filter' | 'transformList' | 'transformMap' | 'transformMapEntry';
/** A macro over a list or map. With two variables the first is the index or key. */
export interface Fold {
  readonly op: 'fold';
  readonly kind: FoldKind;
  readonly range: Expr;
  readonly variables: readonly string[];
  /** Only elements for which it holds (three-argument `map` and the transforms). */
  readonly filter: Expr | undefined;
  readonly body: Expr;
  readonly at: number;
}
/** `target.optMap(variable, body)` */
export interface OptMap {
  readonly op: 'optMap';
  readonly flat: boolean;
  readonly target: Expr;
  readonly variable: string;
  readonly body: Expr;
  readonly at: number;
}

/** The expressions an expression is made of. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.op) {
    case 'const':
    case 'ident':
      return [];
    case 'select':
      return [expr.operand];
    case 'index':
      return [expr.operand, expr.index];
    case 'call':
      return expr.target === undefined ? expr.args : [expr.target, ...expr.args];
    case 'list':
      return expr.items.map(({ value }) => value);
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case 'and':
    case 'or':
      return [expr.left, expr.right];
    case 'cond':
      return [expr.test, expr.yes, expr.no];
    case 'fold':
      return expr.filter === undefined ? [expr.range, expr.body] : [expr.range, expr.filter, expr.body];
    case 'optMap':
      return [expr.target, expr.body];
  }
}
