/** Runs tests: renders, reads documents, judges assertions. Source: helm-unittest pkg/unittest/test_job.go, assertion.go. */
import type { Ask } from '../ask/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Chart, RenderCache } from '../chart/index.ts';
import { compareStrings } from '../go/sort/index.ts';
import { extension, joinPath } from '../go/path/index.ts';
import type { GoRecord } from '../go/value/index.ts';
import { equalJson } from '../object/value/index.ts';
import { getKey, isObject, type Json, type JsonObject } from '../object/index.ts';
import { decode, goYamlV3 } from '../yaml/index.ts';
import { assertionKinds, type Verdict } from './assertions.ts';
import { valuesAt } from './path.ts';
import { renderTest, templatePath, type TestRender, valuesProblem } from './render.ts';
import type { SnapshotCache } from './snapshot.ts';
import type { Assertion, Selector, Suite, Test } from './suite.ts';
import { isAboutValues, judgeValues } from './values-assertions.ts';
import { valuesFor } from './values.ts';

export interface AssertionResult extends Verdict {
  readonly index: number;
  readonly kind: string;
  readonly not: boolean;
  readonly skipped: boolean;
}

export interface TestResult {
  readonly name: string;
  readonly passed: boolean;
  readonly skipped: boolean;
  /** Why nothing could be asserted. */
  readonly error: string | undefined;
  readonly assertions: readonly AssertionResult[];
}

export interface RunOptions {
  readonly chart: Chart;
  /** The chart's name, and for a subchart those of the charts around it: `parent/charts/child`. */
  readonly route: string;
  readonly cache: RenderCache;
  readonly snapshots: SnapshotCache;
  /** Values files of the command, read. */
  readonly values?: readonly JsonObject[];
  readonly skipSchemaValidation?: boolean;
  readonly failFast?: boolean;
}

type Documents = ReadonlyMap<string, readonly Json[]>;

/** What stands before a separator ends its line, whatever white space the separator takes: a block scalar there keeps its line break. */
function documentsOf(text: string): Result<readonly Json[], string> {
  const documents: Json[] = [];
  const parts = text.split(/(?:^|\s*\n)---\s*/);
  for (const [index, part] of parts.entries()) {
    const decoded = decode(index < parts.length - 1 ? `${part}\n` : part, { variant: goYamlV3 });
    if (!decoded.ok) return err(decoded.error.message);
    if (decoded.value === null) continue;
    if (!isObject(decoded.value)) return err('yaml: unmarshal errors:\n  cannot unmarshal into a manifest');
    if (Object.keys(decoded.value).length > 0) documents.push(decoded.value);
  }
  return ok(documents);
}

function readFiles(render: TestRender, options: RunOptions, suite: Suite): Result<Documents, string> {
  const { chart } = options;
  const files: [string, string][] = [...render.files];
  if (suite.includeCrds) for (const { path, text } of crdsOf(chart)) files.push([path, text]);
  const documents = new Map<string, readonly Json[]>();
  for (const [name, text] of files) {
    const path = name.startsWith(chart.metadata.name) ? name : joinPath([chart.metadata.name, name]);
    const kind = render.succeeded ? extension(path) : '.yaml';
    if (kind === '.txt') documents.set(path, [{ raw: text }]);
    if (!['.yaml', '.yml', '.tpl'].includes(kind)) continue;
    const read = documentsOf(text);
    if (!read.ok) return read;
    documents.set(path, read.value);
  }
  return ok(documents);
}

const crdsOf = (chart: Chart): readonly { readonly path: string; readonly text: string }[] =>
  chart.files
    .filter(({ name }) => name.startsWith('crds/') && /\.(?:ya?ml|json)$/i.test(name))
    .map((file) => ({ path: joinPath([chart.metadata.name, file.name]), text: file.text }));

/** The templates an assertion is about. */
function templatesFor(
  assertion: Assertion,
  test: Test,
  at: { readonly suite: Suite; readonly render: TestRender; readonly options: RunOptions },
): readonly string[] {
  const { suite, render, options } = at;
  const named = [[assertion.template], test.templates, [test.template]].find((names) => names.some((name) => name !== ''));
  if (named === undefined && (suite.templates.length === 0 || suite.templates.some((name) => name.includes('*')))) {
    return [...render.files.keys(), ...(suite.includeCrds ? crdsOf(options.chart).map(({ path }) => path) : [])];
  }
  return (named ?? suite.templates).map((name) => joinPath([options.route, templatePath(name)]));
}

function matches(document: Json, selector: Selector, options: RunOptions): Result<boolean, string> {
  const values = valuesAt(document, selector.path, options.cache.patterns);
  if (!values.ok) return values;
  return ok(values.value.some((value) => selector.value === null || equalJson(selector.value, value)));
}

function bySelector(documents: Documents, selector: Selector, options: RunOptions): Result<Documents, string> {
  const selected = new Map<string, readonly Json[]>();
  let count = 0;
  for (const [template, list] of documents) {
    const found: Json[] = [];
    for (const document of list) {
      const isMatch = matches(document, selector, options);
      if (!isMatch.ok) return isMatch;
      if (isMatch.value) found.push(document);
    }
    count += found.length;
    if (!selector.matchMany && count > 1) return err('multiple indexes found');
    if (found.length === 0 && !selector.skipEmptyTemplates) return err('document not found');
    if (found.length > 0) selected.set(template, found);
  }
  return ok(selected);
}

function byIndex(documents: Documents, index: number): Result<Documents, string> {
  const selected = new Map<string, readonly Json[]>();
  for (const [template, list] of documents) {
    const document = list[index];
    if (document === undefined) return err(`document index ${index} is out of range`);
    selected.set(template, [document]);
  }
  return ok(selected);
}

interface Judged {
  readonly test: Test;
  readonly suite: Suite;
  readonly render: TestRender;
  readonly documents: Documents;
  readonly options: RunOptions;
  readonly nextSnapshot: () => number;
}

/** One template's share of an assertion. */
function judgeTemplate(assertion: Assertion, selected: readonly Json[], at: Judged & { readonly rendered: readonly Json[] }): Verdict {
  const kind = assertionKinds.get(assertion.kind);
  if (kind === undefined) return { passed: false, lines: [] };
  return kind.validate(assertion.params, {
    documents: at.rendered,
    selected,
    negative: assertion.not !== kind.antonym,
    renderError: at.render.error,
    patterns: at.options.cache.patterns,
    compare: (content, check) => at.options.snapshots.compare(at.test.name, at.nextSnapshot(), content, check),
  });
}

function judge(assertion: Assertion, at: Judged): Verdict & { readonly skipped?: boolean } {
  const needsRender = assertionKinds.get(assertion.kind)?.needsRender !== false;
  const templates = templatesFor(assertion, at.test, at);
  const all: Documents = new Map(templates.map((template) => [template, at.documents.get(template) ?? []]));
  const selector = assertion.selector ?? at.test.selector;
  const index = at.test.documentIndex ?? assertion.documentIndex;
  const selected = selector === undefined ? (index < 0 ? ok(all) : byIndex(all, index)) : bySelector(all, selector, at.options);
  if (!selected.ok) return { passed: false, lines: ['Error:', selected.error] };
  const names = [...selected.value.keys()].toSorted(compareStrings);
  const isSameOutcome = needsRender === at.render.succeeded;
  if (names.length === 0) {
    if (at.test.selector?.skipEmptyTemplates === true) return { passed: true, skipped: true, lines: [] };
    return isSameOutcome
      ? judgeTemplate(assertion, [], { ...at, rendered: [] })
      : { passed: false, lines: ['Error: rendered manifest is empty'] };
  }
  const lines: string[] = [];
  let passed = true;
  for (const name of names) {
    const rendered = at.documents.get(name);
    if (rendered === undefined && needsRender) {
      passed = false;
      lines.push('Error:', `\ttemplate "${name}" not exists or not selected in test suite`);
      continue;
    }
    const verdict = isSameOutcome
      ? judgeTemplate(assertion, selected.value.get(name) ?? [], { ...at, rendered: rendered ?? [] })
      : { passed: false, lines: [invalidRendering(rendered)] };
    if (verdict.passed) continue;
    passed = false;
    lines.push(`Template:\t${name}`, ...verdict.lines);
  }
  return { passed, lines };
}

function invalidRendering(rendered: readonly Json[] | undefined): string {
  const [first] = rendered ?? [];
  if (first === undefined) return 'Error: rendered manifest is empty';
  return `Error: Invalid rendering: ${String((isObject(first) ? getKey(first, 'raw') : undefined) ?? '<nil>')}`;
}

/** Runs one test of a suite. */
export function runTest(ask: Ask, suite: Suite, test: Test, options: RunOptions): TestResult {
  const result = { name: test.name, passed: false, skipped: false, error: undefined, assertions: [] };
  if (suite.skip !== '' || test.skip !== '') return { ...result, skipped: true };
  const values = valuesFor(ask, { suite, test, extra: options.values ?? [], route: options.route });
  if (!values.ok) return { ...result, error: values.error };
  if (test.assertions.length > 0 && test.assertions.every(isAboutValues))
    return { ...result, ...judgedValues(test, values.value, options) };
  const mustSucceed = test.assertions.every(({ kind }) => assertionKinds.get(kind)?.needsRender !== false);
  const { chart, route, cache } = options;
  const skipSchemaValidation = options.skipSchemaValidation === true;
  const render = renderTest(ask, { chart, suite, test, route, values: values.value, mustSucceed, skipSchemaValidation }, cache);
  const documents = readFiles(render, options, suite);
  if (!documents.ok) return { ...result, error: documents.error };
  let snapshot = 0;
  const at: Judged = { test, suite, render, documents: documents.value, options, nextSnapshot: () => ++snapshot };
  const assertions: AssertionResult[] = [];
  for (const [index, assertion] of test.assertions.entries()) {
    const verdict = judge(assertion, at);
    assertions.push({ index, kind: assertion.kind, not: assertion.not, skipped: false, ...verdict });
    if (!verdict.passed && options.failFast === true) break;
  }
  const passed = assertions.length > 0 && assertions.every((assertion) => assertion.passed);
  const skipped = assertions.length > 0 && assertions.every((assertion) => assertion.skipped);
  return { ...result, passed, skipped, error: render.error, assertions };
}

/** A test of values.schema.json. */
function judgedValues(test: Test, values: GoRecord, { chart, cache }: RunOptions): Pick<TestResult, 'passed' | 'assertions'> {
  const problem = valuesProblem({ chart, values }, cache);
  const assertions = test.assertions.map((assertion, index): AssertionResult => {
    const verdict = judgeValues(assertion, problem, cache.patterns);
    return { index, kind: assertion.kind, not: assertion.not, skipped: false, ...verdict };
  });
  return { passed: assertions.every(({ passed }) => passed), assertions };
}

export interface SuiteResult {
  readonly suite: Suite;
  readonly passed: boolean;
  readonly skipped: boolean;
  readonly tests: readonly TestResult[];
}

/** Runs all tests of a suite, up to the first failure when asked to. */
export function runSuite(ask: Ask, suite: Suite, options: RunOptions): SuiteResult {
  const tests: TestResult[] = [];
  for (const test of suite.tests) {
    const result = runTest(ask, suite, test, options);
    tests.push(result);
    if (!result.passed && !result.skipped && options.failFast === true) break;
  }
  return {
    suite,
    passed: tests.every(({ passed, skipped }) => passed || skipped),
    skipped: tests.every(({ skipped }) => skipped),
    tests,
  };
}
