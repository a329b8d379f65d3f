/** Go's, sprig's and Helm's functions; later ones win. */
import { builtins } from '../builtin/index.ts';
import { type FunctionTable, type TemplateFunction, weigh } from '../exec/index.ts';
import type { GoValue } from '../../go/value/index.ts';
import { sprigFunctions } from '../sprig/index.ts';
import { engineFunctions } from './engine.ts';
import { formatFunctions } from './formats.ts';

/** Functions that walk through all there is within their arguments. */
const walking: ReadonlySet<string> = new Set(
  `toYaml mustToYaml toYamlPretty toToml mustToToml toJson mustToJson toPrettyJson mustToPrettyJson toRawJson mustToRawJson
   print printf println html js urlquery quote squote cat toString toStrings join sortAlpha
   deepEqual has mustHas without mustWithout uniq mustUniq`.split(/\s+/),
);

/** The same function; what it walks through is charged first. */
const charged = (func: TemplateFunction): TemplateFunction => ({
  ...func,
  call: (args, state) => {
    for (const arg of args) if (typeof arg === 'object' && arg !== null) weigh(arg as GoValue, state.run.budget);
    return func.call(args, state);
  },
});

const all: FunctionTable = new Map<string, TemplateFunction>([...builtins, ...sprigFunctions, ...formatFunctions, ...engineFunctions]);

export const helmFunctions: FunctionTable = new Map(
  Array.from(all, ([name, func]): [string, TemplateFunction] => [name, walking.has(name) ? charged(func) : func]),
);
