/** Regular expressions, by Go's RE2 rules. Source: Masterminds/sprig regex.go. */
import { strings } from '../../go/composite/index.ts';
import { quoteMeta, type Regexp } from '../../go/regexp/index.ts';
import { quote } from '../../go/strconv/index.ts';
import { basicType, listType } from '../../go/type/index.ts';
import { GoNil } from '../../go/value/index.ts';
import { fixed, param, type State, TemplateFailure, type TemplateFunction, type Value } from '../exec/index.ts';
import { hostOf } from './host.ts';

const { string } = param;
const integer = param.int;

type Rule = 'panic' | 'error';

interface Search {
  readonly pattern: string;
  readonly text: string;
}

/** Compiles, or fails as MustCompile panics or as Compile reports. What running over the text may take is charged. */
function compile({ pattern, text }: Search, state: State, rule: Rule): Regexp {
  state.run.budget.step(Math.floor(pattern.length / instructionsPerStep));
  const compiled = hostOf(state).patterns.compile(pattern);
  if (compiled.ok) return charge(compiled.value, text, state);
  const shown = /^[^`\n\r]*$/.test(pattern) ? `\`${pattern}\`` : quote(pattern);
  throw new TemplateFailure(rule === 'error' ? compiled.error : `regexp: Compile(${shown}): ${compiled.error}`);
}

const nilStrings = new GoNil(listType(basicType.string));

/** So many instructions of a pattern run over one character each for one step. */
const instructionsPerStep = 32;

/** Charges for looking at all of the text with a pattern, in the worst case. */
function charge(regexp: Regexp, text: string, state: State): Regexp {
  state.run.budget.step(Math.ceil((text.length * regexp.size) / instructionsPerStep));
  return regexp;
}

function findAll(regexp: Regexp, text: string, limit: number): Value {
  const found = limit === 0 ? [] : regexp.findAllTexts(text, limit);
  return found.length === 0 ? nilStrings : strings(found);
}

/** A function of a pattern, under its name and its `must` name. */
function both(name: string, make: (rule: Rule) => TemplateFunction): [string, TemplateFunction][] {
  return [
    [name, make('panic')],
    [`must${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`, make('error')],
  ];
}

const matches: TemplateFunction = fixed([string, string], ([pattern, text], state) =>
  compile({ pattern, text }, state, 'error').matches(text),
);

/** `regexMatch` drops the error of a bad pattern. */
const matchesOrNot: TemplateFunction = fixed([string, string], ([pattern, text], state) => {
  state.run.budget.step(Math.floor(pattern.length / instructionsPerStep));
  const compiled = hostOf(state).patterns.compile(pattern);
  return compiled.ok && charge(compiled.value, text, state).matches(text);
});

/** Name → function. */
export const regexFunctions: readonly (readonly [string, TemplateFunction])[] = [
  ['regexMatch', matchesOrNot],
  ['mustRegexMatch', matches],
  ...both('regexFindAll', (rule) =>
    fixed([string, string, integer], ([pattern, text, limit], state) => findAll(compile({ pattern, text }, state, rule), text, limit)),
  ),
  ...both('regexFind', (rule) =>
    fixed([string, string], ([pattern, text], state) => compile({ pattern, text }, state, rule).findAllTexts(text, 1)[0] ?? ''),
  ),
  ...both('regexReplaceAll', (rule) =>
    fixed([string, string, string], ([pattern, text, by], state) => compile({ pattern, text }, state, rule).replaceAll(text, by)),
  ),
  ...both('regexReplaceAllLiteral', (rule) =>
    fixed([string, string, string], ([pattern, text, by], state) => compile({ pattern, text }, state, rule).replaceAllWith(text, () => by)),
  ),
  ...both('regexSplit', (rule) =>
    fixed([string, string, integer], ([pattern, text, limit], state) => {
      const parts = compile({ pattern, text }, state, rule).split(text, limit);
      return parts === undefined ? nilStrings : strings(parts);
    }),
  ),
  ['regexQuoteMeta', fixed([string], ([text]) => quoteMeta(text))],
];
