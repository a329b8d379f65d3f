/** What can be asserted. Source: helm-unittest pkg/unittest/validators. */
import { err, escapeUtf8, ok, type Result } from '../../std/index.ts';
import { type RegexpCache, quoteMeta } from '../go/regexp/index.ts';
import { getKey, hasKey, isObject, type Json, type JsonObject } from '../object/index.ts';
import { equalJson } from '../object/value/index.ts';
import { base64 } from '../template/sprig/index.ts';
import { valuesAt } from './path.ts';
import { type Compared, shownYaml } from './snapshot.ts';
import { failInfo, unifiedDiff } from './text.ts';

/** What an assertion looks at. */
export interface Context {
  /** Every document of the template. */
  readonly documents: readonly Json[];
  readonly selected: readonly Json[];
  readonly negative: boolean;
  readonly renderError: string | undefined;
  readonly patterns: RegexpCache;
  readonly compare: (content: Json, check?: (text: string) => boolean) => Compared;
}

/** Lines of complaint; none when it holds. Undefined texts are complaints without words. */
export interface Verdict {
  readonly passed: boolean;
  readonly lines: readonly string[];
}

export type Validator = (params: JsonObject, context: Context) => Verdict;

export interface AssertionKind {
  readonly validate: Validator;
  readonly antonym: boolean;
  /** Whether the templates have to render. */
  readonly needsRender: boolean;
}

const pass: Verdict = Object.freeze({ passed: true, lines: [] });
const fail = (lines: readonly string[]): Verdict => ({ passed: false, lines });

const textOf = (params: JsonObject, name: string): string => {
  const value = param(params, name);
  return typeof value === 'string' ? value : '';
};

/** Names are read as mapstructure does: in any case. */
function param(params: JsonObject, name: string): Json | undefined {
  if (hasKey(params, name)) return getKey(params, name);
  const key = Object.keys(params).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : getKey(params, key);
}

const problem = (message: string, document: number, value: number): Verdict =>
  fail(failInfo('\nError:\n%s\n', [message], { document, value }));

function expectation(
  custom: string,
  context: Context,
  parts: { readonly path?: string; readonly expected: string; readonly actual?: string; readonly diff?: string },
): (document: number, value: number) => Verdict {
  return (document, value) => {
    const format = [
      ...(parts.path === undefined ? [] : ['Path:%s']),
      `Expected${context.negative ? ' NOT' : ''}${custom}:`,
      '%s',
      ...(parts.actual === undefined ? [] : ['Actual:', '%s']),
      ...(parts.diff === undefined ? [] : ['Diff:', '%s']),
    ].join('\n');
    const texts = [parts.path, parts.expected, parts.actual, parts.diff].filter((text) => text !== undefined);
    return fail(failInfo(format, texts, { document, value }));
  };
}

const noManifest = 'no manifest found';

/** Judges each document; all have to pass. Without documents only negative assertions do. */
function eachDocument(context: Context, judge: (document: Json, index: number) => Verdict, none: () => Verdict): Verdict {
  const verdicts = context.selected.map(judge);
  if (verdicts.length === 0) return context.negative ? pass : { passed: false, lines: none().lines };
  return { passed: verdicts.every(({ passed }) => passed), lines: verdicts.flatMap(({ lines }) => lines) };
}

/** Judges each value a path leads to. */
function eachValue(params: JsonObject, context: Context, judge: (value: Json, document: number, index: number) => Verdict): Verdict {
  const path = textOf(params, 'path');
  const judgeDocument = (document: Json, at: number): Verdict => {
    const values = valuesAt(document, path, context.patterns);
    if (!values.ok) return problem(values.error, at, -1);
    if (values.value.length === 0) return context.negative ? pass : problem(`unknown path ${path}`, at, -1);
    const verdicts = values.value.map((value, i) => judge(value, at, i));
    return { passed: verdicts.every(({ passed }) => passed), lines: verdicts.flatMap(({ lines }) => lines) };
  };
  return eachDocument(context, judgeDocument, () => problem(noManifest, -1, -1));
}

/** A text without spaces at the ends of lines and newlines at its beginning. */
const uniform = (text: string): string => text.replaceAll(/ +\r?\n/g, '\n').replace(/^\n+/, '');

const rawOf = (document: Json): string => {
  const raw = isObject(document) ? getKey(document, 'raw') : undefined;
  return raw === undefined || raw === null ? '<nil>' : String(raw);
};

function decoded(params: JsonObject, value: string): Result<string, string> {
  if (param(params, 'decodeBase64') !== true) return ok(value);
  const bytes = base64.decode(value);
  return typeof bytes !== 'string' ? ok(escapeUtf8(bytes)) : err(`unable to decode base64 expected content ${value}`);
}

const equal: Validator = (params, context) => {
  const wanted = param(params, 'value') ?? null;
  return eachValue(params, context, (value, document, index) => {
    let actual = value;
    if (typeof value === 'string') {
      const text = decoded(params, value);
      if (!text.ok) return problem(text.error, document, index);
      actual = uniform(text.value);
    }
    return equalJson(wanted, actual) === context.negative
      ? expectation(' to equal', context, { path: textOf(params, 'path'), ...shownPair(wanted, actual, context) })(document, index)
      : pass;
  });
};

function shownPair(
  wanted: Json,
  actual: Json,
  { negative }: Context,
): { readonly expected: string; readonly actual?: string; readonly diff?: string } {
  const expected = shownYaml(wanted);
  if (negative) return { expected };
  const shown = shownYaml(actual);
  return { expected, actual: shown, diff: unifiedDiff(expected, shown) };
}

const equalRaw: Validator = (params, context) => {
  const wanted = textOf(params, 'value');
  return eachDocument(
    context,
    (document) => {
      const actual = uniform(rawOf(document));
      return (wanted === actual) === context.negative
        ? expectation(' to equal', context, shownPair(wanted, actual, context))(-1, -1)
        : pass;
    },
    () => expectation(' to equal', context, shownPair(wanted, noManifest, context))(-1, -1),
  );
};

const compareWith =
  (name: 'greater' | 'less'): Validator =>
  (params, context) => {
    const wanted = param(params, 'value') ?? null;
    return eachValue(params, context, (value, document, index) => {
      if (typeof value !== typeof wanted)
        return problem(`actual '${typeof value}' and expected '${typeof wanted}' types do not match`, document, index);
      if (typeof wanted !== 'string' && typeof wanted !== 'number') return problem(`unsupported type '${typeof wanted}'`, document, index);
      const actual = value as typeof wanted;
      const holds = name === 'greater' ? actual >= wanted : actual <= wanted;
      if (holds !== context.negative) return pass;
      const message = `the actual '${actual}' is not ${name} or equal to the expected '${wanted}'`;
      return expectation(` to be ${name} then or equal to, got`, context, { path: textOf(params, 'path'), expected: message })(
        document,
        index,
      );
    });
  };

const exists: Validator = (params, context) => {
  const path = textOf(params, 'path');
  const complain = (document: number): Verdict =>
    fail(failInfo(`Path:%s expected to ${context.negative ? 'NOT ' : ''}exists`, [path], { document, value: -1 }));
  return eachDocument(
    context,
    (document, at) => {
      const values = valuesAt(document, path, context.patterns);
      if (!values.ok) return problem(values.error, at, -1);
      return values.value.length > 0 === context.negative ? complain(at) : pass;
    },
    () => complain(-1),
  );
};

const isEmptyValue = (value: Json): boolean =>
  value === null ||
  value === '' ||
  value === 0 ||
  value === false ||
  (typeof value === 'object' && (Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0));

const isNullOrEmpty: Validator = (params, context) =>
  eachValue(params, context, (value, document, index) =>
    isEmptyValue(value) === context.negative
      ? expectation(' to be null or empty, got', context, { path: textOf(params, 'path'), expected: shownYaml(value) })(document, index)
      : pass,
  );

const typeOf = (value: Json): string => {
  if (value === null) return '';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return typeof value === 'number' && !Number.isInteger(value) ? 'float64' : 'int';
};

const isType: Validator = (params, context) => {
  const wanted = textOf(params, 'type');
  return eachValue(params, context, (value, document, index) =>
    (typeOf(value) === wanted) === context.negative
      ? expectation(' to be of type', context, { path: textOf(params, 'path'), expected: wanted, actual: typeOf(value) })(document, index)
      : pass,
  );
};

const matchRegex: Validator = (params, context) => {
  const pattern = textOf(params, 'pattern');
  if (pattern === '') return problem("expected field 'pattern' to be filled", -1, -1);
  const compiled = context.patterns.compile(pattern);
  if (!compiled.ok) return problem(compiled.error, -1, -1);
  return eachValue(params, context, (value, document, index) => {
    if (typeof value !== 'string')
      return problem(`expect '${textOf(params, 'path')}' to be a string, got:\n${shownYaml(value)}`, document, index);
    const text = decoded(params, value);
    if (!text.ok) return problem(text.error, document, index);
    return compiled.value.matches(text.value) === context.negative
      ? expectation(' to match', context, { path: textOf(params, 'path'), expected: pattern, actual: text.value })(document, index)
      : pass;
  });
};

const matchRegexRaw: Validator = (params, context) => {
  const pattern = textOf(params, 'pattern');
  if (pattern === '') return problem("expected field 'pattern' to be filled", -1, -1);
  const compiled = context.patterns.compile(pattern);
  if (!compiled.ok) return problem(compiled.error, -1, -1);
  const complain = (actual: string): Verdict => expectation(' to match', context, { expected: pattern, actual })(-1, -1);
  return eachDocument(
    context,
    (document) => {
      const actual = uniform(rawOf(document));
      return compiled.value.matches(actual) === context.negative ? complain(actual) : pass;
    },
    () => complain(noManifest),
  );
};

const isSubset = (actual: JsonObject, content: JsonObject): boolean =>
  Object.keys(content).every((key) => equalJson(getKey(actual, key) ?? null, getKey(content, key) ?? null));

const subset: Validator = (params, context) => {
  const content = param(params, 'content') ?? null;
  return eachValue(params, context, (value, document, index) => {
    if (!isObject(value) || !isObject(content))
      return problem(`expect '${textOf(params, 'path')}' to be an object, got:\n${shownYaml(value)}`, document, index);
    return isSubset(value, content) === context.negative
      ? expectation(' to contain', context, { path: textOf(params, 'path'), expected: shownYaml(content), actual: shownYaml(value) })(
          document,
          index,
        )
      : pass;
  });
};

const contains: Validator = (params, context) => {
  const content = param(params, 'content') ?? null;
  const count = param(params, 'count');
  const any = param(params, 'any') === true;
  const path = textOf(params, 'path');
  const matches = (item: Json): boolean =>
    any && isObject(item) && isObject(content) ? isSubset(item, content) : equalJson(item, content);
  return eachValue(params, context, (value, document, index) => {
    if (!Array.isArray(value)) return problem(`expect '${path}' to be an array, got:\n${shownYaml(value)}`, document, index);
    const found = (value as readonly Json[]).filter(matches).length;
    const isRight = typeof count === 'number' ? found > 0 && found === count : found > 0;
    if (isRight !== context.negative) return pass;
    if (typeof count === 'number' && found > 0)
      return problem(`expect count ${count} in '${path}' to be in array, got ${found}:\n${shownYaml(value)}`, document, index);
    return expectation(' to contain', context, { path, expected: shownYaml([content]), actual: shownYaml(value) })(document, index);
  });
};

const fieldIs =
  (field: string, custom: string): Validator =>
  (params, context) => {
    const wanted = textOf(params, 'of');
    const complain = (actual: Json, at: number): Verdict =>
      expectation(custom, context, { expected: wanted, ...(context.negative ? {} : { actual: shownYaml(actual) }) })(at, -1);
    return eachDocument(
      context,
      (document, at) => {
        const actual = isObject(document) ? getKey(document, field) : undefined;
        return (actual === wanted) === context.negative ? complain(actual ?? null, at) : pass;
      },
      () => complain(noManifest, -1),
    );
  };

const hasDocuments: Validator = (params, context) => {
  const wanted = Number(param(params, 'count') ?? 0);
  const actual = (param(params, 'filterAware') === true ? context.selected : context.documents).length;
  if ((actual === wanted) !== context.negative) return pass;
  return expectation(' documents count to be', context, {
    expected: String(wanted),
    ...(context.negative ? {} : { actual: String(actual) }),
  })(-1, -1);
};

const lengthEqual: Validator = (params, context) => {
  const path = textOf(params, 'path');
  const count = param(params, 'count');
  const several = param(params, 'paths');
  const paths = Array.isArray(several) ? several.map(String) : [];
  if (path !== '' && (typeof count !== 'number' || count < 0)) return problem("'count' field must be set if 'path' is used", -1, -1);
  if (path !== '' && paths.length > 0) return problem("'paths' couldn't be used with 'path'", -1, -1);
  const complain = (at: string, wanted: string, actual: string, document: number): Verdict =>
    expectation(' to match count', context, { path: at, expected: wanted, actual })(document, -1);
  return eachDocument(
    context,
    (document, at) => {
      const lengths: number[] = [];
      for (const each of path === '' ? paths : [path]) {
        const values = valuesAt(document, each, context.patterns);
        if (!values.ok) return problem(values.error, at, -1);
        if (values.value.length === 0 && !context.negative) return fail([]);
        for (const value of values.value) {
          if (!Array.isArray(value) && typeof count !== 'number') return problem(`${each} is not array`, at, -1);
          const length = Array.isArray(value) ? value.length : 0;
          if (typeof count === 'number' && (length === count) === context.negative)
            return complain(each, String(count), String(length), at);
          lengths.push(length);
        }
      }
      if (path !== '') return pass;
      const other = lengths.slice(1).find((length) => (length === lengths[0]) === context.negative);
      return other === undefined ? pass : complain(paths.join(', '), '-1', String(other), at);
    },
    () => complain('', '', noManifest, -1),
  );
};

const containsDocument: Validator = (params, context) => {
  const fields = ['kind', 'apiVersion'].map((name): readonly [string, string] => [name, textOf(params, name)]);
  const metadata = ['name', 'namespace'].map((name): readonly [string, string] => [name, textOf(params, name)]);
  const isWanted = (document: Json): boolean => {
    if (!isObject(document)) return false;
    const meta = getKey(document, 'metadata');
    return (
      fields.every(([name, wanted]) => typeof getKey(document, name) !== 'string' || getKey(document, name) === wanted) &&
      metadata.every(([name, wanted]) => wanted === '' || (isObject(meta) && getKey(meta, name) === wanted))
    );
  };
  const [kind, apiVersion] = fields;
  const shown = [
    `Kind = ${kind?.[1]}, apiVersion = ${apiVersion?.[1]}`,
    ...metadata.filter(([, wanted]) => wanted !== '').map(([name, wanted]) => `${name === 'name' ? 'Name' : 'Namespace'} = ${wanted}`),
  ].join(', ');
  const complain = (at: number): Verdict => expectation(' to contain document', context, { expected: shown })(at, -1);
  if (context.selected.length === 0) return context.negative ? pass : complain(0);
  const lines: string[] = [];
  let passed = true;
  for (const [at, document] of context.selected.entries()) {
    if (isWanted(document) === context.negative) {
      lines.push(...complain(at).lines);
      passed = false;
    } else if ((param(params, 'any') === true) !== context.negative) return pass;
  }
  return { passed, lines };
};

const failedTemplate: Validator = (params, context) => {
  const message = textOf(params, 'errorMessage');
  const pattern = textOf(params, 'errorPattern');
  if (message !== '' && pattern !== '')
    return problem("single attribute 'errorMessage' or 'errorPattern' supported at the same time", -1, -1);
  const complain = (actual: string, at: number): Verdict =>
    expectation(pattern === '' ? ' to equal' : ' to match', context, {
      expected: message === '' ? pattern : message,
      ...(context.negative ? {} : { actual }),
    })(at, -1);
  const matches = (text: string): boolean => {
    const quoted = context.patterns.compile(quoteMeta(pattern));
    const compiled = context.patterns.compile(pattern);
    return [compiled, quoted].some((each) => each.ok && each.value.matches(text));
  };
  const judge = (actual: string | undefined, at: number): Verdict => {
    if (pattern !== '') return actual !== undefined && matches(actual) === context.negative ? complain(actual, at) : pass;
    if (message === '') return pass;
    return (actual === message) === context.negative ? complain(actual ?? '', at) : pass;
  };
  if (context.renderError !== undefined) return judge(context.renderError, -1);
  if (context.selected.length === 0) return context.negative ? pass : complain('No failed document', -1);
  const verdicts = context.selected.map((document, at) => {
    const raw = isObject(document) ? getKey(document, 'raw') : undefined;
    return judge(typeof raw === 'string' ? raw : undefined, at);
  });
  return { passed: verdicts.every(({ passed }) => passed), lines: verdicts.flatMap(({ lines }) => lines) };
};

function comparedText({ index, cached, current }: Compared, context: Context, path: string | undefined): (d: number, v: number) => Verdict {
  const expected = context.negative ? cached : unifiedDiff(cached, current);
  return expectation(` to match snapshot ${index}`, context, { ...(path === undefined ? {} : { path }), expected });
}

function snapshotCheck(params: JsonObject, { patterns }: Context): ((text: string) => boolean) | undefined {
  const patternOf = (name: string): string => {
    const value = param(params, name);
    return isObject(value) ? textOf(value, 'pattern').trim() : '';
  };
  const wanted = patternOf('matchRegex');
  const unwanted = patternOf('notMatchRegex');
  if (wanted === '' && unwanted === '') return undefined;
  const has = (pattern: string, text: string): boolean => {
    const compiled = patterns.compile(pattern);
    return compiled.ok && compiled.value.matches(text);
  };
  return (text) => (wanted === '' || has(wanted, text)) && (unwanted === '' || !has(unwanted, text));
}

const matchSnapshot: Validator = (params, context) => {
  if (context.selected.length === 0) return context.negative ? fail([]) : pass;
  const check = snapshotCheck(params, context);
  return eachValue(params, context, (value, document, index) => {
    const compared = context.compare(value, check);
    return compared.passed === context.negative ? comparedText(compared, context, textOf(params, 'path'))(document, index) : pass;
  });
};

const matchSnapshotRaw: Validator = (_, context) => {
  if (context.selected.length === 0) return context.negative ? fail([]) : pass;
  return eachDocument(
    context,
    (document) => {
      const compared = context.compare(uniform(rawOf(document)));
      return compared.passed === context.negative ? comparedText(compared, context, undefined)(-1, -1) : pass;
    },
    () => pass,
  );
};

const notRendered: Validator = () => fail(['Error:', '\tvalidValues and invalidValues have to stand in tests of their own']);

const kind = (validate: Validator, antonym = false, needsRender = true): AssertionKind => ({ validate, antonym, needsRender });

/** Every assertion, by the name it has in suites. */
export const assertionKinds: ReadonlyMap<string, AssertionKind> = new Map([
  ['matchSnapshot', kind(matchSnapshot)],
  ['matchSnapshotRaw', kind(matchSnapshotRaw)],
  ['equal', kind(equal)],
  ['notEqual', kind(equal, true)],
  ['equalRaw', kind(equalRaw)],
  ['notEqualRaw', kind(equalRaw, true)],
  ['greaterOrEqual', kind(compareWith('greater'))],
  ['notGreaterOrEqual', kind(compareWith('greater'), true)],
  ['lessOrEqual', kind(compareWith('less'))],
  ['notLessOrEqual', kind(compareWith('less'), true)],
  ['exists', kind(exists)],
  ['notExists', kind(exists, true)],
  ['isNull', kind(exists, true)],
  ['isNotNull', kind(exists)],
  ['matchRegex', kind(matchRegex)],
  ['notMatchRegex', kind(matchRegex, true)],
  ['matchRegexRaw', kind(matchRegexRaw)],
  ['notMatchRegexRaw', kind(matchRegexRaw, true)],
  ['contains', kind(contains)],
  ['notContains', kind(contains, true)],
  ['isKind', kind(fieldIs('kind', ' to be kind'))],
  ['isAPIVersion', kind(fieldIs('apiVersion', ' to be apiVersion'))],
  ['hasDocuments', kind(hasDocuments)],
  ['isSubset', kind(subset)],
  ['isNotSubset', kind(subset, true)],
  ['isNullOrEmpty', kind(isNullOrEmpty)],
  ['isNotNullOrEmpty', kind(isNullOrEmpty, true)],
  ['isEmpty', kind(isNullOrEmpty)],
  ['isNotEmpty', kind(isNullOrEmpty, true)],
  ['isType', kind(isType)],
  ['isNotType', kind(isType, true)],
  ['failedTemplate', kind(failedTemplate, false, false)],
  ['notFailedTemplate', kind(failedTemplate, true)],
  ['containsDocument', kind(containsDocument)],
  // Judged by values-assertions.ts, without a render.
  ['validValues', kind(notRendered)],
  ['invalidValues', kind(notRendered)],
  ['lengthEqual', kind(lengthEqual)],
  ['notLengthEqual', kind(lengthEqual, true)],
]);
