/** Defaults, conditions, reflection. Source: Masterminds/sprig defaults.go, reflect.go. */
import { kindOf, typeName } from '../../go/reflect/index.ts';
import type { GoValue } from '../../go/value/index.ts';
import { fixed, param, TemplateFailure, type TemplateFunction, variadic } from '../exec/index.ts';
import { isEmpty } from './convert.ts';

const { any, string, bool } = param;

const isLike = (wanted: string, value: GoValue): boolean => typeName(value) === wanted || typeName(value) === `*${wanted}`;

/** Name → function. */
export const defaultFunctions: readonly (readonly [string, TemplateFunction])[] = [
  ['default', variadic([any], any, ([fallback, given]) => (given === undefined || isEmpty(given) ? fallback : given))],
  ['empty', fixed([any], ([value]) => isEmpty(value))],
  ['coalesce', variadic([], any, (values) => values.find((value) => !isEmpty(value)) ?? null)],
  ['all', variadic([], any, (values) => values.every((value) => !isEmpty(value)))],
  ['any', variadic([], any, (values) => values.some((value) => !isEmpty(value)))],
  ['ternary', fixed([any, any, bool], ([yes, no, test]) => (test ? yes : no))],
  ['typeOf', fixed([any], ([value]) => typeName(value))],
  ['typeIs', fixed([string, any], ([wanted, value]) => typeName(value) === wanted)],
  ['typeIsLike', fixed([string, any], ([wanted, value]) => isLike(wanted, value))],
  ['kindOf', fixed([any], ([value]) => kindOf(value))],
  ['kindIs', fixed([string, any], ([wanted, value]) => kindOf(value) === wanted)],
  [
    'fail',
    fixed([string], ([message]) => {
      throw new TemplateFailure(message);
    }),
  ],
];
