/**
 * The evaluator of templates: trees become closures, once; closures run with values.
 * In: trees, a function table, data. Out: text, or Go's error. Never: parses text, does I/O.
 */
export { Budget, type BudgetLimits } from './budget.ts';
export { type Block, Coverage } from './coverage.ts';
export { TemplateFailure } from './failure.ts';
export { isRecord, zeroOf } from './fields.ts';
export { sortedKeys } from './order.ts';
export { fixed, type FunctionTable, type Param, param, paramOfType, type TemplateFunction, variadic } from './params.ts';
export { type Delimiters, executeNamed, executeTemplate, type SetOptions, TemplateCache, TemplateSet } from './set.ts';
export { State } from './state.ts';
export { weigh } from './weigh.ts';
export type { MissingKey, Run, Template, Value } from './state.ts';
