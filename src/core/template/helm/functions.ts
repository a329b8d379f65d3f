/** Go's, sprig's and Helm's functions; later ones win. */
import { builtins } from '../builtin/index.ts';
import { type FunctionTable, type State, type TemplateFunction, weigh } from '../exec/index.ts';
import type { GoValue } from '../../go/value/index.ts';
import { sprigFunctions } from '../sprig/index.ts';
import { engineFunctions } from './engine.ts';
import { formatFunctions } from './formats.ts';

/** Functions that walk through all there is within their arguments. */
const walking: ReadonlySet<string> = new Set(
  `toYaml mustToYaml toYamlPretty toToml mustToToml toJson mustToJson toPrettyJson mustToPrettyJson toRawJson mustToRawJson
   print printf println html js urlquery quote squote cat toString toStrings join sortAlpha`.split(/\s+/),
);

/** Functions that look at each character, not only copy it. */
const reading: ReadonlySet<string> = new Set(
  `sha1sum sha256sum sha512sum adler32sum b64enc b64dec b32enc b32dec encryptAES decryptAES
   title untitle swapcase initials nospace snakecase camelcase kebabcase wrap wrapWith upper lower shuffle trimAll trimall trim trunc substr
   split splitList splitn replace html js urlquery quote squote urlParse semver semverCompare toDate mustToDate date dateInZone date_in_zone
   fromYaml fromYamlArray fromJson mustFromJson fromJsonArray fromToml tpl`.split(/\s+/),
);

/** So many characters are looked at for one step. */
const charactersPerStep = 8;

type Charge = (args: readonly unknown[], state: State) => void;

const walkedThrough: Charge = (args, state) => {
  for (const arg of args) if (typeof arg === 'object' && arg !== null) weigh(arg as GoValue, state.run.budget);
};

const readThrough: Charge = (args, state) => {
  for (const arg of args) if (typeof arg === 'string') state.run.budget.step(Math.floor(arg.length / charactersPerStep));
};

/** The same function; what it costs is charged first. */
const charged = (func: TemplateFunction, charge: Charge): TemplateFunction => ({
  ...func,
  call: (args, state) => {
    charge(args, state);
    return func.call(args, state);
  },
});

function withCharges(name: string, func: TemplateFunction): TemplateFunction {
  const walks = walking.has(name) ? charged(func, walkedThrough) : func;
  return reading.has(name) ? charged(walks, readThrough) : walks;
}

const all: FunctionTable = new Map<string, TemplateFunction>([...builtins, ...sprigFunctions, ...formatFunctions, ...engineFunctions]);

export const helmFunctions: FunctionTable = new Map(
  Array.from(all, ([name, func]): [string, TemplateFunction] => [name, withCharges(name, func)]),
);
