/**
 * CEL as Kubernetes has it: the language, its libraries, types from schemas, costs, and the rules of CustomResourceDefinitions.
 * In: expressions, schemas, JSON. Out: values, or errors in cel-go's words. Never: runs longer than its budget, uses a backtracking regular expression.
 */
export { compileCel, type CelError, type CompileOptions, type Program, type RunError, type RunOptions } from './program.ts';
export { checkRules, compileRules, type CompiledRules, type RuleError, type RuleInput, type Violation } from './rules.ts';
export { typeOfSchema, valueOf } from './schema.ts';
export { formatType, type ObjectField, type Type } from './type.ts';
export type { Value } from './value.ts';
