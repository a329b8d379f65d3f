/** Our kinds: defaults, problems, definitions, conditions. */
import { expect, test } from 'vitest';
import { compileRules } from '../core/cel/index.ts';
import { getKey, isObject, type Json, type JsonObject, type KubeObject } from '../core/object/index.ts';
import { formatProblem } from '../core/problem/index.ts';
import {
  type Condition,
  crds,
  getCondition,
  names,
  onRewrite,
  parseApp,
  parseApproval,
  parseDuration,
  parseInventory,
  parsePlatform,
  parseSource,
  parseTargetCluster,
  reasons,
  removeCondition,
  setCondition,
  targetOf,
} from './index.ts';

const make = (kind: string, spec: Json, metadata: KubeObject['metadata'] = { name: 'shop', namespace: 'team' }): KubeObject => ({
  apiVersion: 'lockstep.dev/v1',
  kind,
  metadata,
  spec,
});

const parsers = {
  App: parseApp,
  Source: parseSource,
  Inventory: parseInventory,
  Approval: parseApproval,
  Platform: parsePlatform,
  TargetCluster: parseTargetCluster,
};
const problemsOf = (object: KubeObject): string[] => parsers[object.kind as keyof typeof parsers](object).problems.map(formatProblem);

test('five lines are an App, with every default', () => {
  const { value, problems } = parseApp(make('App', { source: { name: 'config', path: 'apps/shop' } }));
  expect(problems).toEqual([]);
  expect(value?.spec).toEqual({
    source: { name: 'config', path: 'apps/shop' },
    target: { namespaceMode: 'default' },
    serviceAccountName: 'lockstep',
    build: {},
    sync: {
      approve: 'never',
      prune: true,
      prunePropagation: 'background',
      pruneLast: false,
      heal: 'auto',
      conflicts: 'take',
      adopt: 'unowned',
      recreate: false,
      retry: { limit: -1, backoff: '5s', factor: 2, max: '5m' },
      onFailure: 'retry',
      onDelete: 'confirm',
    },
    health: { timeout: '5m', wait: true },
    tests: { after: 'deploy' },
    suspend: false,
    historyLimit: 10,
  });
  if (value !== null) expect(targetOf(value)).toEqual({ cluster: undefined, namespace: 'team' });
});

test('an object that is complete already is returned as it is', () => {
  const once = parseApp(make('App', { source: { name: 'config' } })).value;
  expect(once).not.toBeNull();
  if (once !== null) expect(parseApp(once).value).toBe(once);
});

/** [title, object, problems] */
test.each<[string, KubeObject, string[]]>([
  [
    'all problems at once',
    make('App', { source: { name: 'X', chrt: 1 }, sync: { heal: 'atuo', retry: { limit: 'x', backoff: '5' } }, dependsOn: {} }),
    [
      'App/team/shop spec.source.chrt: is not a field here (did you mean "chart"?)',
      'App/team/shop spec.source.name: must be a Kubernetes object name (lower case, digits, "-" and "."), not "X"',
      'App/team/shop spec.dependsOn: must be a list, not an object (start the entry with "- ")',
      'App/team/shop spec.sync.heal: must be one of auto, strict, report, not "atuo" (did you mean "auto"?)',
      'App/team/shop spec.sync.retry.limit: must be a whole number, not "x"',
      'App/team/shop spec.sync.retry.backoff: must be a duration such as 30s, 5m or 1h30m, not "5"',
    ],
  ],
  [
    'what is required',
    make('App', {}),
    ['App/team/shop spec.source: is required (it is: What: a path of a Source, or a chart of an oci/helm Source.)'],
  ],
  [
    'unions',
    make('App', { source: { name: 'a', path: 'b', chart: 'c' }, build: { helm: {}, plain: {} } }),
    [
      'App/team/shop spec.source: at most one of path, chart may be set',
      'App/team/shop spec.build: at most one of helm, kustomize, helmfile, plain may be set',
    ],
  ],
  [
    'a path that leaves the source',
    make('App', { source: { name: 'a', path: 'x/../../y' } }),
    [
      'App/team/shop spec.source.path: must be a relative path that stays inside the source (write the path from the root of the repository, without ".." and without a leading "/")',
    ],
  ],
  [
    'bounds',
    make('App', { source: { name: 'a' }, historyLimit: 0, health: { timeout: '1ms' }, sync: { retry: { factor: 99 } } }),
    [
      'App/team/shop spec.sync.retry.factor: must be at most 10, not 99',
      'App/team/shop spec.health.timeout: must be at least 1s',
      'App/team/shop spec.historyLimit: must be at least 1, not 0',
    ],
  ],
  [
    'types',
    make('App', { source: { name: 'a' }, suspend: 'yes', links: [{ name: 1, url: 'u' }] }),
    [
      'App/team/shop spec.suspend: must be true or false, not "yes" (write true or false without quotes)',
      'App/team/shop spec.links[0].name: must be a string, not 1 (put it in quotes: "1")',
    ],
  ],
  [
    'repeated keys',
    make('App', {
      source: { name: 'a' },
      provides: [
        { name: 'api', version: '1' },
        { name: 'api', version: '2' },
      ],
    }),
    ['App/team/shop spec.provides[1]: repeats entry 0: "api"'],
  ],
  [
    'exactly one origin',
    make('Source', { git: { url: 'https://h/x' }, helm: { url: 'https://h' } }),
    ['Source/team/shop spec: exactly one of git, oci, helm must be set'],
  ],
  [
    'credentials in a URL',
    make('Source', { git: { url: 'https://u:p@h/x' } }),
    [
      'Source/team/shop spec.git.url: must not contain credentials (put user name and password (or token) into a Secret and name it in spec.auth.secretRef)',
    ],
  ],
  [
    'a URL of an unsafe kind',
    make('Source', { git: { url: 'ext::sh -c x' } }),
    ['Source/team/shop spec.git.url: must be an https://, ssh:// or user@host:path URL'],
  ],
  ['an interval', make('Source', { git: { url: 'git@h:x.git' }, interval: '1s' }), ['Source/team/shop spec.interval: must be at least 5s']],
  [
    'a signed tag needs a tag',
    make('Source', { git: { url: 'https://h/x', verify: { mode: 'tag', keysFrom: [{ secretRef: { name: 'k' } }] } } }),
    ['Source/team/shop spec.git: verify.mode: tag needs ref.tag or ref.semver (a branch has no tag to verify; use verify.mode: head)'],
  ],
  [
    'the name of the Platform',
    make('Platform', {}, { name: 'other' }),
    ['Platform/other metadata.name: the Platform is named "default" (there is one Platform per installation)'],
  ],
  [
    'no namespace',
    make('App', { source: { name: 'a' } }, { name: 'x' }),
    ['App/x metadata.namespace: is required (an object of kind App lives in a namespace)'],
  ],
  [
    'hostile keys',
    make('App', JSON.parse('{"source": {"name": "a"}, "__proto__": {"x": 1}, "constructor": 1}') as Json),
    [
      'App/team/shop spec.__proto__: is not a field here (known fields: source, target, serviceAccountName, build, dependsOn, provides, requires, sync, health, tests, decrypt, suspend, suspendReason, suspendUntil, historyLimit, links)',
      'App/team/shop spec.constructor: is not a field here (known fields: source, target, serviceAccountName, build, dependsOn, provides, requires, sync, health, tests, decrypt, suspend, suspendReason, suspendUntil, historyLimit, links)',
    ],
  ],
])('%s', (_title, object, problems) => {
  expect(problemsOf(object)).toEqual(problems);
});

test('a damaged status is dropped with a warning', () => {
  const { value, problems } = parseApp({ ...make('App', { source: { name: 'a' } }), status: { conditions: 'x' } });
  expect(value?.status).toBeUndefined();
  expect(problems).toMatchObject([{ severity: 'warning', field: 'status.conditions' }]);
});

test('records', () => {
  const app = { name: 'shop', uid: 'u' };
  expect(
    problemsOf(
      make('Inventory', {
        app,
        cluster: { uid: 'c' },
        chunk: 0,
        entries: [{ group: 'apps', kind: 'Deployment', namespace: 'x', name: 'web' }],
      }),
    ),
  ).toEqual([]);
  expect(problemsOf(make('Approval', { app, plan: `sha256:${'0'.repeat(64)}` }))).toEqual([]);
  expect(problemsOf(make('Approval', { app, plan: 'yes' }))).toEqual([
    'Approval/team/shop spec.plan: must be a plan digest such as sha256:…, not "yes"',
  ]);
});

test('signed sources hold when history is rewritten', () => {
  const git = { url: 'https://h/x' };
  const verify = { mode: 'head', keysFrom: [] } as const;
  expect([onRewrite(git), onRewrite({ ...git, verify }), onRewrite({ ...git, verify, onRewrite: 'follow' })]).toEqual([
    'follow',
    'hold',
    'follow',
  ]);
});

const definitions = crds();
const schemaOf = (crd: KubeObject): JsonObject => {
  const [version] = (crd['spec'] as { versions: { schema: { openAPIV3Schema: JsonObject } }[] }).versions;
  return version?.schema.openAPIV3Schema ?? {};
};

test('the definitions, with short names of their own', () => {
  const all = definitions.map((crd) => (crd['spec'] as { names: { shortNames: string[]; categories: string[] } }).names);
  expect(definitions.map(({ metadata }) => metadata.name)).toEqual([
    'sources.lockstep.dev',
    'apps.lockstep.dev',
    'inventories.lockstep.dev',
    'approvals.lockstep.dev',
    'channels.lockstep.dev',
    'platforms.lockstep.dev',
    'targetclusters.lockstep.dev',
  ]);
  expect(all.flatMap(({ shortNames }) => shortNames)).toEqual(['lssrc', 'lsapp', 'lsinv', 'lsapproval', 'lschannel', 'lsplatform', 'lstc']);
  expect(all.every(({ categories }) => categories.includes('lockstep'))).toBe(true);
});

/** Every schema below, with its path. */
function* below(schema: JsonObject, path: string): Generator<readonly [string, JsonObject]> {
  yield [path, schema];
  const properties = getKey(schema, 'properties');
  for (const [name, property] of isObject(properties) ? Object.entries(properties) : [])
    if (isObject(property)) yield* below(property, `${path}.${name}`);
  for (const key of ['items', 'additionalProperties']) {
    const child = getKey(schema, key);
    if (isObject(child)) yield* below(child, `${path}[]`);
  }
}

test.each(definitions.map((crd): [string, JsonObject] => [crd.metadata.name ?? '', schemaOf(crd)]))(
  '%s: bounded everywhere, documented everywhere, rules compile',
  (_name, schema) => {
    expect(compileRules(schema, { isResource: true }).errors).toEqual([]);
    for (const [path, node] of below(schema, '')) {
      const type = getKey(node, 'type');
      if (type === 'array')
        expect([path, typeof getKey(node, 'maxItems'), typeof getKey(node, 'x-kubernetes-list-type')]).toEqual([path, 'number', 'string']);
      if (type === 'string' && path.startsWith('.s'))
        expect([path, 'maxLength' in node || 'enum' in node || 'format' in node]).toEqual([path, true]);
      if (getKey(node, 'additionalProperties') !== undefined)
        expect([path, typeof getKey(node, 'maxProperties')]).toEqual([path, 'number']);
      if (path.startsWith('.s')) expect([path, typeof getKey(node, 'description')]).toEqual([path, 'string']);
    }
  },
);

const NOW = '2026-01-01T00:00:00Z';
const LATER = '2026-01-02T00:00:00Z';

test('conditions move their time only when the status does', () => {
  const first = setCondition([], { type: 'Synced', status: 'True', reason: 'InSync' }, { now: NOW, generation: 1 });
  const again = setCondition(first, { type: 'Synced', status: 'True', reason: 'InSync' }, { now: LATER, generation: 1 });
  expect(again).toBe(first);
  const worded = setCondition(first, { type: 'Synced', status: 'True', reason: 'Drifted', message: 'm' }, { now: LATER, generation: 2 });
  expect(worded).toEqual([
    { type: 'Synced', status: 'True', reason: 'Drifted', message: 'm', lastTransitionTime: NOW, observedGeneration: 2 },
  ]);
  const turned = setCondition(worded, { type: 'Synced', status: 'False', reason: 'Drifted' }, { now: LATER });
  expect(getCondition(turned, 'Synced')).toMatchObject({ status: 'False', lastTransitionTime: LATER });
  expect(removeCondition(turned, 'Synced')).toEqual([]);
  expect(removeCondition(turned, 'Ready')).toBe(turned);
});

test('conditions are listed in one order, unknown ones last, and their messages have a bound', () => {
  const foreign: Condition = { type: 'Other', status: 'True', reason: 'R', message: '', lastTransitionTime: NOW };
  const one = setCondition([foreign], { type: 'Synced', status: 'True', reason: 'InSync' }, { now: NOW });
  const two = setCondition(one, { type: 'Ready', status: 'False', reason: 'Applying', message: 'x'.repeat(40_000) }, { now: NOW });
  expect(two.map(({ type }) => type)).toEqual(['Ready', 'Synced', 'Other']);
  expect(getCondition(two, 'Ready')?.message).toHaveLength(32_768);
});

test.each<[string, number | undefined]>([
  ['5s', 5000],
  ['1h30m', 5_400_000],
  ['1.5s', 1500],
  ['250ms', 250],
  ['5', undefined],
  ['-5s', undefined],
  ['', undefined],
])('parseDuration(%j) = %j', (text, ms) => expect(parseDuration(text)).toBe(ms));

test('names and reasons are well-formed', () => {
  for (const name of Object.values(names)) expect(name).toMatch(/^(lockstep\.dev\/)?[A-Za-z-]+$/);
  for (const [code, { meaning, hint }] of Object.entries(reasons)) {
    expect(code).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(`${meaning}${hint}`).toMatch(/\.$/);
  }
});
