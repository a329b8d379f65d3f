/** The table of Go's own functions. Source: Go text/template/funcs.go builtins. */
import { GoFunc } from '../../go/composite/index.ts';
import { sprint, sprintf, sprintln } from '../../go/fmt/index.ts';
import { indirect, isTrue, typeName } from '../../go/reflect/index.ts';
import { int, type GoValue } from '../../go/value/index.ts';
import {
  fixed,
  type FunctionTable,
  param,
  paramOfType,
  TemplateFailure,
  type TemplateFunction,
  type Value,
  variadic,
} from '../exec/index.ts';
import { index, length, slice } from './access.ts';
import { eq, le, lt } from './compare.ts';
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts';

/** What one argument or several print as: pointers are followed. */
const textOf = (args: readonly GoValue[]): string =>
  args.length === 1 && typeof args[0] === 'string' ? args[0] : sprint(args.map((arg) => (arg === null ? '<no value>' : indirect(arg))));

/** Go: call. Calls a function that is a value. */
function call([name, callee, ...given]: readonly Value[]): Value {
  const func = callee ?? undefined;
  const called = String(name);
  if (func === undefined) throw new TemplateFailure('call of nil');
  if (!(func instanceof GoFunc)) throw new TemplateFailure(`non-function ${called} of type ${typeName(func)}`);
  const { params, variadic: isVariadic } = func.signature;
  const count = params.length;
  if (isVariadic ? given.length < count - 1 : given.length !== count) {
    throw new TemplateFailure(
      `wrong number of args for ${called}: got ${given.length} want ${isVariadic ? `at least ${count - 1}` : count}`,
    );
  }
  const values = given.map((arg, i) => {
    const type = params[Math.min(i, count - 1)];
    const to = type === undefined ? param.any : paramOfType(type);
    if (arg === undefined || arg === null) {
      if (!to.nilable) throw new TemplateFailure(`arg ${i}: value is nil; should be of type ${to.type.name}`);
      return to.nil;
    }
    return to.accept(arg) ?? fail(`arg ${i}: value has type ${typeName(arg)}; should be ${to.type.name}`);
  });
  const result = func.call(values);
  return result.ok ? result.value : fail(result.error);
}

function fail(message: string): never {
  throw new TemplateFailure(message);
}

const shortCircuit = (which: 'and' | 'or'): TemplateFunction => ({
  ...variadic([param.value], param.value, () => undefined),
  shortCircuit: which,
});

const ordered = (compare: (a: Value, b: Value) => boolean): TemplateFunction =>
  fixed([param.value, param.value], ([a, b]) => compare(a, b));

/** and, or, not, eq, ne, lt, le, gt, ge, index, slice, len, print, printf, println, html, js, urlquery, call. */
export const builtins: FunctionTable = new Map<string, TemplateFunction>([
  ['and', shortCircuit('and')],
  ['or', shortCircuit('or')],
  ['not', fixed([param.value], ([value]) => !isTrue(value ?? null))],
  ['eq', variadic([param.value], param.value, (args) => eq(args))],
  ['ne', ordered((a, b) => !eq([a, b]))],
  ['lt', ordered(lt)],
  ['le', ordered(le)],
  ['gt', ordered((a, b) => !le(a, b))],
  ['ge', ordered((a, b) => !lt(a, b))],
  ['index', variadic([param.value], param.value, (args) => index(args))],
  ['slice', variadic([param.value], param.value, (args) => slice(args))],
  ['len', fixed([param.value], ([value]) => int(length(value)))],
  ['call', { ...variadic([param.value], param.value, (args) => call(args)), namesCallee: true }],
  ['print', variadic([], param.any, (args) => sprint(args))],
  ['printf', variadic([param.string], param.any, ([format, ...args]) => sprintf(format, args))],
  ['println', variadic([], param.any, (args) => sprintln(args))],
  ['html', variadic([], param.any, (args) => escapeHtml(textOf(args)))],
  ['js', variadic([], param.any, (args) => escapeJs(textOf(args)))],
  ['urlquery', variadic([], param.any, (args) => escapeQuery(textOf(args)))],
]);
