/** Go's, sprig's and Helm's functions; later ones win. */
import { builtins } from '../builtin/index.ts';
import type { FunctionTable, TemplateFunction } from '../exec/index.ts';
import { sprigFunctions } from '../sprig/index.ts';
import { engineFunctions } from './engine.ts';
import { formatFunctions } from './formats.ts';

export const helmFunctions: FunctionTable = new Map<string, TemplateFunction>([
  ...builtins,
  ...sprigFunctions,
  ...formatFunctions,
  ...engineFunctions,
]);
