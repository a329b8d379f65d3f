/**
 * Go's template language with the functions of sprig and Helm.
 * In: texts, values, a host that asks for what is outside. Out: texts, or failures with Go's words and place. Never: does I/O, reads a clock.
 */
export { Budget, Coverage, executeNamed, isRecord, TemplateCache, TemplateFailure, TemplateSet } from './exec/index.ts';
export type { Block, BudgetLimits, FunctionTable, Run, TemplateFunction } from './exec/index.ts';
export { DocumentCache, encodeYaml, helmFunctions, type HelmHost, withoutNoValue } from './helm/index.ts';
export { ParseError } from './parse/index.ts';
