/**
 * `helm get all --template`: a release as Go's template language sees it, under Go's names of fields. Source: Helm 4 pkg/cmd/get_all.go, pkg/release/v1,
 * pkg/chart/v2.
 */
import { GoList, GoMap, GoPointer, GoStruct } from '../../core/go/composite/index.ts';
import { parseTime, utc } from '../../core/go/time/index.ts';
import { basicType, listType, mapType, namedType, pointerType } from '../../core/go/type/index.ts';
import { GoNil, GoTime, type GoValue, int } from '../../core/go/value/index.ts';
import { type Json, type JsonObject, getKey, isObject, record } from '../../core/object/index.ts';
import type { HookRecord, Release } from '../../core/release/index.ts';
import { Budget, executeNamed, ParseError, TemplateCache, TemplateFailure, TemplateSet } from '../../core/template/index.ts';
import { builtins } from '../../core/template/builtin/index.ts';
import { CommandError } from '../errors.ts';

type Field = readonly [string, GoValue];
type GoType = GoStruct['type'];

const structType = (name: string): GoType => namedType(name, { kind: 'struct', name, named: true });
const types = {
  release: structType('v1.Release'),
  info: structType('v1.Info'),
  hook: structType('v1.Hook'),
  run: structType('v1.HookExecution'),
  chart: structType('v2.Chart'),
  metadata: structType('v2.Metadata'),
  maintainer: structType('v2.Maintainer'),
  dependency: structType('v2.Dependency'),
};

const pointer = (type: GoType, fields: readonly Field[]): GoPointer => new GoPointer(type, new GoStruct(type, fields));
const pointers = (type: GoType, items: readonly (readonly Field[])[]): GoList =>
  new GoList(
    listType(pointerType(type)),
    items.map((fields) => pointer(type, fields)),
  );
const texts = (items: readonly string[]): GoList => new GoList(listType(basicType.string), items);
const pairs = (of: JsonObject | Release['labels']): GoMap =>
  new GoMap(
    mapType(basicType.string, basicType.string),
    Object.entries(of)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, text(value)]),
  );

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const listed = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const objectsIn = (value: Json | undefined): readonly JsonObject[] => listed(value).filter(isObject);

/** Year 1 of an empty one, as Go's zero. */
function time(at: string | undefined): GoTime {
  const read = at === undefined || at === '' ? undefined : parseTime('2006-01-02T15:04:05Z07:00', at);
  return read?.ok === true ? read.value : new GoTime(-62_135_596_800, 0, utc);
}

/** A release as `.Release`. */
export function goRelease(release: Release): GoPointer {
  const { firstDeployed, lastDeployed, deleted, description, status, notes } = release;
  const info = pointer(types.info, [
    ['FirstDeployed', time(firstDeployed)],
    ['LastDeployed', time(lastDeployed)],
    ['Deleted', time(deleted)],
    ['Description', description],
    ['Status', status],
    ['Notes', notes],
    ['Resources', new GoMap(mapType(basicType.string, listType(basicType.any)), [])],
  ]);
  return pointer(types.release, [
    ['Name', release.name],
    ['Info', info],
    ['Chart', release.chart === null ? new GoNil(pointerType(types.chart)) : goChart(release.chart)],
    ['Config', (release.config ?? record()) as GoValue],
    ['Manifest', release.manifest],
    ['Hooks', pointers(types.hook, release.hooks.map(hookFields))],
    ['Version', int(release.version)],
    ['Namespace', release.namespace],
    ['Labels', pairs(release.labels)],
    ['ApplyMethod', release.applyMethod],
  ]);
}

const hookFields = (hook: HookRecord): readonly Field[] => [
  ['Name', hook.name],
  ['Kind', hook.kind],
  ['Path', hook.path],
  ['Manifest', hook.manifest],
  ['Events', texts(hook.events)],
  [
    'LastRun',
    new GoStruct(types.run, [
      ['StartedAt', time(hook.lastRun.startedAt)],
      ['CompletedAt', time(hook.lastRun.completedAt)],
      ['Phase', hook.lastRun.phase],
    ]),
  ],
  ['Weight', int(hook.weight)],
  ['DeletePolicies', texts(hook.deletePolicies)],
  ['OutputLogPolicies', texts(hook.outputLogPolicies)],
];

function goChart(chart: JsonObject): GoPointer {
  const metadata = getKey(chart, 'metadata');
  const values = getKey(chart, 'values');
  return pointer(types.chart, [
    ['Metadata', pointer(types.metadata, metadataFields(isObject(metadata) ? metadata : record()))],
    ['Values', (isObject(values) ? values : record()) as GoValue],
    // Methods in Go.
    ...textsOf(isObject(metadata) ? metadata : record(), ['name', 'appVersion']),
  ]);
}

/** Go's name of a field, from its name in JSON. */
const goName = (key: string): string =>
  key === 'apiVersion' ? 'APIVersion' : key === 'url' ? 'URL' : key.replace(/^./, (first) => first.toUpperCase());

const textsOf = (of: JsonObject, keys: readonly string[]): readonly Field[] => keys.map((key) => [goName(key), text(getKey(of, key))]);

function metadataFields(of: JsonObject): readonly Field[] {
  const annotations = getKey(of, 'annotations');
  return [
    ...textsOf(of, [
      'name',
      'home',
      'version',
      'description',
      'icon',
      'apiVersion',
      'condition',
      'tags',
      'appVersion',
      'kubeVersion',
      'type',
    ]),
    ...['sources', 'keywords'].map((key): Field => [goName(key), texts(listed(getKey(of, key)).map(text))]),
    [
      'Maintainers',
      pointers(
        types.maintainer,
        objectsIn(getKey(of, 'maintainers')).map((one) => textsOf(one, ['name', 'email', 'url'])),
      ),
    ],
    ['Deprecated', getKey(of, 'deprecated') === true],
    ['Annotations', pairs(isObject(annotations) ? annotations : {})],
    [
      'Dependencies',
      pointers(
        types.dependency,
        objectsIn(getKey(of, 'dependencies')).map((one) => [
          ...textsOf(one, ['name', 'version', 'repository', 'condition', 'alias']),
          ['Tags', texts(listed(getKey(one, 'tags')).map(text))] as Field,
          ['Enabled', getKey(one, 'enabled') === true] as Field,
        ]),
      ),
    ],
  ];
}

const limits = { steps: 5_000_000, size: 16 << 20, single: 8 << 20, depth: 100 };

/** @throws CommandError in Go's words */
export function formatByTemplate(release: Release, template: string): string {
  const set = new TemplateSet('', new TemplateCache(builtins));
  try {
    set.add('_', template);
    const data = record<GoValue>([['Release', goRelease(release)]]) as GoValue;
    return executeNamed(set, '_', { data, run: { budget: new Budget(limits), host: undefined, depth: 0 } });
  } catch (error) {
    if (error instanceof ParseError || error instanceof TemplateFailure || error instanceof RangeError)
      throw new CommandError(error.message);
    throw error;
  }
}
