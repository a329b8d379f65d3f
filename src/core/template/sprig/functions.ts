/** The table of all families. */
import { fixed, type FunctionTable, param, type TemplateFunction } from '../exec/index.ts';
import { dateFunctions } from './dates.ts';
import { defaultFunctions } from './defaults.ts';
import { dictFunctions } from './dicts.ts';
import { encodingFunctions } from './encoding.ts';
import { listFunctions } from './lists.ts';
import { numberFunctions } from './numbers.ts';
import { pathFunctions } from './paths.ts';
import { regexFunctions } from './regex.ts';
import { secretFunctions } from './secrets.ts';
import { stringFunctions } from './strings.ts';

/** Without `--enable-dns`, Helm answers the empty string; names are never looked up here. */
const getHostByName: TemplateFunction = fixed([param.string], () => '');

export const sprigFunctions: FunctionTable = new Map<string, TemplateFunction>([
  ...stringFunctions,
  ...numberFunctions,
  ...listFunctions,
  ...dictFunctions,
  ...defaultFunctions,
  ...encodingFunctions,
  ...dateFunctions,
  ...pathFunctions,
  ...regexFunctions,
  ...secretFunctions,
  ['getHostByName', getHostByName],
]);
