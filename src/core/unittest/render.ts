/** The chart of a test: which templates take part, what they make, what their errors are filed under. Source: helm-unittest test_job.go, deep_copy.go. */
import type { Ask, Request } from '../ask/index.ts';
import { ok, type Result } from '../../std/index.ts';

import type { Chart, RenderCache } from '../chart/index.ts';
import { processDependencies } from '../chart/dependencies/index.ts';
import { defaultCapabilities, goCapabilities } from '../chart/capabilities/index.ts';
import { releaseNameProblem, renderTemplates } from '../chart/render/index.ts';
import { validateValues } from '../chart/schema/index.ts';
import { coalesceValues, helm3Values } from '../chart/values/index.ts';
import { baseName, joinPath } from '../go/path/index.ts';
import { type GoRecord, type GoValue, int } from '../go/value/index.ts';
import { getKey, isObject, type Json, type JsonObject, record } from '../object/index.ts';
import { shownYaml } from './snapshot.ts';
import type { Suite, Test } from './suite.ts';

export interface TestRender {
  /** By path with the chart's name. After a failure: the error, as YAML with the key `raw`. */
  readonly files: ReadonlyMap<string, string>;
  readonly succeeded: boolean;
  readonly error: string | undefined;
}

/** A path below the chart, when a suite says only a template's name. */
export const templatePath = (name: string): string => (/^(?:templates|charts|crds|\*\*)/.test(name) ? name : joinPath(['templates', name]));

const escaped = (name: string): string =>
  name
    .replaceAll(/[.+[\]?(){}|^$]/g, String.raw`\$&`)
    .replaceAll('**', '\0')
    .replaceAll('*', String.raw`[0-9a-zA-Z_\-_/.]*`)
    .replaceAll('\0', String.raw`[0-9a-zA-Z_\-/.]+`);

const patternsOf = (route: string, names: readonly string[]): readonly RegExp[] =>
  names.map((name) => new RegExp(escaped(joinPath([route, templatePath(name)]))));

function withTemplates(chart: Chart, path: string, takes: (path: string) => boolean): Chart {
  return {
    ...chart,
    templates: chart.templates.filter(({ name }) => baseName(name).startsWith('_') || takes(joinPath([path, name]))),
    dependencies: chart.dependencies.map((child) => withTemplates(child, joinPath([path, 'charts', child.metadata.name]), takes)),
  };
}

function withVersions(chart: Chart, { version, appVersion }: { readonly version: string; readonly appVersion: string }): Chart {
  const change = (from: Chart): Chart => ({
    ...from,
    metadata: {
      ...from.metadata,
      ...(version === '' ? {} : { version }),
      ...(appVersion === '' ? {} : { appVersion }),
    },
  });
  const changed = change(chart);
  return { ...changed, dependencies: chart.dependencies.map(change) };
}

/** The first of the two tables' values that says something. */
function either(test: JsonObject, suite: JsonObject, key: string): string {
  for (const from of [test, suite]) {
    const value = getKey(from, key);
    if (value !== undefined && value !== null && value !== '' && value !== 0) return String(value);
  }
  return '';
}

function capabilitiesFor(suite: Suite, test: Test): GoValue {
  const major = either(test.capabilities, suite.capabilities, 'majorVersion') || defaultCapabilities.kubeVersion.major;
  const minor = either(test.capabilities, suite.capabilities, 'minorVersion') || defaultCapabilities.kubeVersion.minor;
  const versionsOf = (from: JsonObject): readonly string[] | undefined => {
    const value = getKey(from, 'apiVersions');
    return value === undefined ? [] : Array.isArray(value) ? value.map(String) : undefined;
  };
  const own = versionsOf(test.capabilities);
  const version = `v${major}.${minor}.0`;
  return goCapabilities({
    ...defaultCapabilities,
    kubeVersion: { version, normalized: version, major, minor },
    apiVersions: own === undefined ? [] : [...own, ...(versionsOf(suite.capabilities) ?? [])],
  });
}

function releaseFor(suite: Suite, test: Test): GoRecord {
  const isUpgrade = [test, suite].some(({ release }) => getKey(release, 'upgrade') === true);
  return record<GoValue>([
    ['Name', either(test.release, suite.release, 'name') || 'RELEASE-NAME'],
    ['Namespace', either(test.release, suite.release, 'namespace') || 'NAMESPACE'],
    ['IsUpgrade', isUpgrade],
    ['IsInstall', !isUpgrade],
    ['Revision', int(Number(either(test.release, suite.release, 'revision') || 0))],
    ['Service', 'Helm'],
  ]);
}

const objectsOf = (provider: JsonObject): readonly JsonObject[] => {
  const objects = getKey(provider, 'objects');
  return Array.isArray(objects) ? (objects as readonly Json[]).filter(isObject) : [];
};

/** Answers `lookup` from the objects of the suite and the test; only kinds of the scheme are known. */
function withProvider(ask: Ask, suite: Suite, test: Test): Ask {
  const objects = [...objectsOf(test.provider), ...objectsOf(suite.provider)];
  if (objects.length === 0) return ((request: Request) => (request.kind === 'lookup' ? null : ask(request))) as Ask;
  const schemes = [suite.provider, test.provider].map((provider) => getKey(provider, 'scheme')).filter(isObject);
  return ((request: Request) => {
    if (request.kind !== 'lookup') return ask(request);
    const { apiVersion, kindName, namespace, name } = request;
    const known = schemes.map((scheme) => getKey(scheme, `${apiVersion}/${kindName}`)).findLast((found) => isObject(found));
    if (!isObject(known)) return null;
    const isNamespaced = getKey(known, 'namespaced') === true;
    const found = objects.filter((object) => {
      const metadata = getKey(object, 'metadata');
      const at = (key: string): Json => (isObject(metadata) ? (getKey(metadata, key) ?? '') : '');
      return (
        getKey(object, 'apiVersion') === apiVersion &&
        getKey(object, 'kind') === kindName &&
        (!isNamespaced || namespace === '' || at('namespace') === namespace) &&
        (name === '' || at('name') === name)
      );
    });
    return name === '' ? found : (found[0] ?? null);
  }) as Ask;
}

/** The path an error speaks of, and what it says. */
function errorParts(message: string): { readonly path: string; readonly text: string } | undefined {
  const match = /^(?:.+?: |.+? \()(?:(.+?):\d+?:\d+?).+?(?:.+?>)*?: (.+?)$/ms.exec(message);
  if (match === null) return undefined;
  const line = message.indexOf('\n');
  return { path: match[1] ?? '', text: line < 0 ? (match[2] ?? '') : message.slice(line + 1) };
}

const failure = (error: string): TestRender => ({ files: new Map(), succeeded: false, error });

/** Files an error where assertions look for it. */
function failedRender(
  message: string,
  how: { readonly mustSucceed: boolean; readonly route: string; readonly asserted: readonly string[] },
): TestRender {
  const parts = how.mustSucceed ? undefined : errorParts(message);
  if (parts === undefined || (parts.path === '' && parts.text === '')) return failure(message);
  const content = shownYaml({ raw: parts.text });
  const paths = baseName(parts.path).startsWith('_') ? how.asserted.map((name) => joinPath([how.route, templatePath(name)])) : [parts.path];
  return { files: new Map(paths.map((path) => [path, content])), succeeded: false, error: undefined };
}

export interface RenderTest {
  readonly chart: Chart;
  readonly suite: Suite;
  readonly test: Test;
  readonly route: string;
  readonly values: GoRecord;
  /** False when an assertion expects a failure. */
  readonly mustSucceed: boolean;
  readonly skipSchemaValidation: boolean;
}

/** The chart with the dependencies that are enabled, and the values its templates see. */
function prepared({
  chart,
  values,
}: Pick<RenderTest, 'chart' | 'values'>): Result<{ readonly chart: Chart; readonly values: GoRecord }, string> {
  const warn = (): void => undefined;
  const processed = processDependencies(chart, values, { warn, variant: helm3Values });
  if (!processed.ok) return processed;
  const coalesced = coalesceValues(processed.value, values, { warn, variant: helm3Values, rule: 'coalesce' });
  return coalesced.ok ? ok({ chart: processed.value, values: coalesced.value }) : coalesced;
}

/** What the chart's schemas say about the values of a test; undefined when they are content. */
export function valuesProblem(input: Pick<RenderTest, 'chart' | 'values'>, cache: RenderCache): string | undefined {
  const ready = prepared(input);
  if (!ready.ok) return ready.error;
  return validateValues(ready.value.chart, ready.value.values, { cache: cache.schemas, warn: () => undefined, steps: cache.limits.schema });
}

export function renderTest(ask: Ask, input: RenderTest, cache: RenderCache): TestRender {
  const { suite, test, route } = input;
  const name = either(test.release, suite.release, 'name');
  const nameProblem = name === '' ? undefined : releaseNameProblem(name);
  if (nameProblem !== undefined) return failure(nameProblem);
  const ready = prepared(input);
  if (!ready.ok) return failure(ready.error);
  const { values } = ready.value;
  if (!input.skipSchemaValidation) {
    const schema = validateValues(ready.value.chart, values, { cache: cache.schemas, warn: () => undefined, steps: cache.limits.schema });
    if (schema !== undefined) return failure(`values don't meet the specifications of the schema(s) in the following chart(s):\n${schema}`);
  }
  const asserted = suite.templates.length === 0 ? ['**'] : suite.templates;
  const [wanted, unwanted] = [patternsOf(route, asserted), patternsOf(route, suite.excluded)];
  const takes = (path: string): boolean => wanted.some((each) => each.test(path)) && !unwanted.some((each) => each.test(path));
  const versions = { version: either(test.chart, suite.chart, 'version'), appVersion: either(test.chart, suite.chart, 'appVersion') };
  const chart = withVersions(withTemplates(ready.value.chart, ready.value.chart.metadata.name, takes), versions);
  const rendered = renderTemplates(
    withProvider(ask, suite, test),
    { chart, values, release: releaseFor(suite, test), capabilities: capabilitiesFor(suite, test) },
    { caches: cache },
  );
  return rendered.ok
    ? { files: rendered.value, succeeded: true, error: undefined }
    : failedRender(rendered.error, { mustSucceed: input.mustSucceed, route, asserted });
}
