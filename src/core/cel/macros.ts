/** Macros (cel-spec: Macros; cel-go: parser/macro.go, ext/comprehensions.go): calls that bind a variable. */
import type { Call, Expr, FoldKind } from './ast.ts';
import { CompileFailure } from './failure.ts';

/** By name and number of arguments. */
const FOLDS: ReadonlyMap<string, { readonly kind: FoldKind; readonly variables: 1 | 2; readonly filtered: boolean }> = new Map(
  (
    [
      ['all', 2, 'all', 1, false],
      ['exists', 2, 'exists', 1, false],
      ['exists_one', 2, 'existsOne', 1, false],
      ['existsOne', 2, 'existsOne', 1, false],
      ['map', 2, 'map', 1, false],
      ['map', 3, 'map', 1, true],
      ['filter', 2, 'filter', 1, false],
      ['all', 3, 'all', 2, false],
      ['exists', 3, 'exists', 2, false],
      ['existsOne', 3, 'existsOne', 2, false],
      ['transformList', 3, 'transformList', 2, false],
      ['transformList', 4, 'transformList', 2, true],
      ['transformMap', 3, 'transformMap', 2, false],
      ['transformMap', 4, 'transformMap', 2, true],
      ['transformMapEntry', 3, 'transformMapEntry', 2, false],
      ['transformMapEntry', 4, 'transformMapEntry', 2, true],
    ] as const
  ).map(([name, count, kind, variables, filtered]) => [`${name}/${count}`, { kind, variables, filtered }]),
);

/** What the call means when it is a macro; undefined when it is an ordinary call. */
export function expandMacro(call: Call): Expr | undefined {
  const { target, name, args } = call;
  if (target === undefined) return name === 'has' && args.length === 1 ? expandHas(call) : undefined;
  if ((name === 'optMap' || name === 'optFlatMap') && args.length === 2) {
    const [variable, body] = args as readonly [Expr, Expr];
    return {
      op: 'optMap',
      flat: name === 'optFlatMap',
      target,
      variable: variableName(variable, `${name}() variable name must be a simple identifier`),
      body,
      at: call.at,
    };
  }
  const fold = FOLDS.get(`${name}/${args.length}`);
  if (fold === undefined) return undefined;
  const variables = args.slice(0, fold.variables).map((arg) => variableName(arg, 'argument must be a simple name'));
  if (variables.length === 2 && variables[0] === variables[1]) throw new CompileFailure('duplicate variable name', args[1]?.at ?? call.at);
  const body = args.at(-1);
  if (body === undefined) return undefined;
  const filter = fold.filtered ? args.at(-2) : undefined;
  return { op: 'fold', kind: fold.kind, range: target, variables, filter, body, at: call.at };
}

function expandHas({ args, at }: Call): Expr {
  const [arg] = args;
  if (arg?.op !== 'select' || arg.test || arg.optional) throw new CompileFailure('invalid argument to has() macro', arg?.at ?? at);
  return { ...arg, test: true, at };
}

function variableName(expr: Expr, message: string): string {
  if (expr.op !== 'ident') throw new CompileFailure(message, expr.at);
  return expr.name;
}
