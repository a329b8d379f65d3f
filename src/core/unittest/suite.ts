/** Suites as files say them. Source: helm-unittest pkg/unittest/test_suite.go, test_job.go. */
import { err, ok, type Result } from '../../std/index.ts';
import { getKey, isObject, type Json, type JsonObject } from '../object/index.ts';
import { compileGlob } from '../chart/glob/index.ts';
import { decode, goYamlV3 } from '../yaml/index.ts';
import { assertionKinds } from './assertions.ts';

export interface Selector {
  readonly path: string;
  readonly value: Json;
  readonly matchMany: boolean;
  readonly skipEmptyTemplates: boolean;
}

export interface Assertion {
  readonly kind: string;
  readonly params: JsonObject;
  readonly not: boolean;
  readonly template: string;
  /** -1: every document. */
  readonly documentIndex: number;
  readonly selector: Selector | undefined;
}

export interface Settings {
  readonly values: readonly string[];
  readonly set: JsonObject;
  readonly release: JsonObject;
  readonly chart: JsonObject;
  readonly capabilities: JsonObject;
  readonly provider: JsonObject;
  readonly skip: string;
}

export interface Test extends Settings {
  readonly name: string;
  readonly template: string;
  readonly templates: readonly string[];
  readonly documentIndex: number | undefined;
  readonly selector: Selector | undefined;
  readonly assertions: readonly Assertion[];
}

export interface Suite extends Settings {
  readonly name: string;
  readonly file: string;
  /** Appended to the name of the snapshot file. */
  readonly snapshotId: string;
  readonly templates: readonly string[];
  readonly excluded: readonly string[];
  readonly includeCrds: boolean;
  readonly tests: readonly Test[];
}

const objectAt = (from: JsonObject, key: string): JsonObject => {
  const value = getKey(from, key);
  return isObject(value) ? value : {};
};

const textAt = (from: JsonObject, key: string): string => {
  const value = getKey(from, key);
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
};

const textsAt = (from: JsonObject, key: string): readonly string[] => {
  const value = getKey(from, key);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
};

function selectorOf(from: JsonObject): Result<Selector | undefined, string> {
  const value = getKey(from, 'documentSelector');
  if (!isObject(value)) return ok(undefined);
  const path = getKey(value, 'path');
  if (typeof path !== 'string') return err("empty 'documentSelector.path' not supported");
  return ok({
    path,
    value: getKey(value, 'value') ?? null,
    matchMany: getKey(value, 'matchMany') === true,
    skipEmptyTemplates: getKey(value, 'skipEmptyTemplates') === true,
  });
}

const aside = new Set(['template', 'documentIndex', 'not', 'documentSelector']);

function assertionOf(value: Json): Result<Assertion, string> {
  if (!isObject(value)) return err('no assertion type defined');
  const kinds = Object.keys(value).filter((key) => assertionKinds.has(key));
  const [kind] = kinds;
  if (kinds.length > 1) return err(`assertion type \`${kinds[0]}\` and \`${kinds[1]}\` is declared duplicately`);
  if (kind === undefined) {
    const unknown = Object.keys(value).find((key) => !aside.has(key));
    return err(unknown === undefined ? 'no assertion type defined' : `Assertion type \`${unknown}\` is invalid`);
  }
  const selector = selectorOf(value);
  if (!selector.ok) return selector;
  const index = getKey(value, 'documentIndex');
  return ok({
    kind,
    params: objectAt(value, kind),
    not: getKey(value, 'not') === true,
    template: textAt(value, 'template'),
    documentIndex: typeof index === 'number' ? index : -1,
    selector: selector.value,
  });
}

const settingsOf = (from: JsonObject): Settings => ({
  values: textsAt(from, 'values'),
  set: objectAt(from, 'set'),
  release: objectAt(from, 'release'),
  chart: objectAt(from, 'chart'),
  capabilities: objectAt(from, 'capabilities'),
  provider: objectAt(from, 'kubernetesProvider'),
  skip: textAt(objectAt(from, 'skip'), 'reason'),
});

function testOf(value: Json): Result<Test, string> {
  if (!isObject(value)) return err('a test is no object');
  if (isObject(getKey(value, 'postRenderer'))) return err('post-renderers are commands; they are not run here');
  const selector = selectorOf(value);
  if (!selector.ok) return selector;
  const index = getKey(value, 'documentIndex');
  const asserts = getKey(value, 'asserts');
  const assertions: Assertion[] = [];
  for (const item of Array.isArray(asserts) ? (asserts as readonly Json[]) : []) {
    if (item === null) continue;
    const assertion = assertionOf(item);
    if (!assertion.ok) return assertion;
    assertions.push(assertion.value);
  }
  return ok({
    ...settingsOf(value),
    name: textAt(value, 'it'),
    template: textAt(value, 'template'),
    templates: textsAt(value, 'templates'),
    documentIndex: typeof index === 'number' ? index : undefined,
    selector: selector.value,
    assertions,
  });
}

function suiteOf(file: string, value: JsonObject): Result<Suite, string> {
  if (isObject(getKey(value, 'postRenderer'))) return err('post-renderers are commands; they are not run here');
  const list = getKey(value, 'tests');
  if (!Array.isArray(list) || list.length === 0) return err('no tests found');
  const tests: Test[] = [];
  for (const item of list as readonly Json[]) {
    if (item === null) continue;
    const test = testOf(item);
    if (!test.ok) return test;
    tests.push(test.value);
  }
  return ok({
    ...settingsOf(value),
    name: textAt(value, 'suite'),
    file,
    snapshotId: textAt(value, 'snapshotId'),
    templates: textsAt(value, 'templates'),
    excluded: textsAt(value, 'excludeTemplates'),
    includeCrds: getKey(value, 'includeCrds') === true,
    tests,
  });
}

/** The suites of one file; several are separated as documents. */
export function parseSuites(file: string, text: string): Result<readonly Suite[], string> {
  const suites: Suite[] = [];
  for (const part of text.split(/(?:^|\s*\n)---\s*/)) {
    if (part.trim() === '') continue;
    const decoded = decode(part, { variant: goYamlV3 });
    if (!decoded.ok) return err(decoded.error.message);
    if (decoded.value === null) continue;
    if (!isObject(decoded.value)) return err('a suite is no object');
    const suite = suiteOf(file, decoded.value);
    if (!suite.ok) return suite;
    suites.push(suite.value);
  }
  return ok(suites);
}

/** Whether a path matches one of the patterns: `tests/*_test.yaml`, with `**` for folders. */
export function pathFilter(patterns: readonly string[]): (path: string) => boolean {
  const globs = patterns.map((pattern) => compileGlob(pattern));
  return (path) => globs.some((glob) => glob.matches(path));
}
