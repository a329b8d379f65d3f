/** The embedded cluster against recordings of a real v1.33.5 API server. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createCluster } from '../../src/apiserver/index.ts';
import type { Json } from '../../src/core/object/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/index.ts';
import type { KubeRequest } from '../../src/ports/index.ts';
import { corpusPath, describeCorpus, readCorpus } from './corpus.ts';

interface Recorded {
  readonly path: string;
  readonly code: number;
  readonly sent: Json;
  readonly got: Json;
}

const bare = () => createCluster({ clock: systemClock(), random: systemRandom(), log: silentLog(), storage: 'memory', simulate: false });

/** Values that differ from run to run. */
const volatile = new Set(['uid', 'resourceVersion', 'managedFields']);
const uidLike = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function normal(value: Json | undefined, key = ''): Json {
  if (value === undefined) return null;
  if (typeof value === 'string') {
    if (uidLike.test(value)) return '<uid>';
    if (/^10\.\d+\.\d+\.\d+$/.test(value) && key.startsWith('clusterIP')) return '<ip>';
    if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) return '<time>';
    return value.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uid>');
  }
  if (key === 'nodePort') return '<port>';
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => normal(item, key));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([name, inner]) => inner !== undefined && !volatile.has(name) && !(name === 'creationTimestamp' && inner !== null))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, normal(inner, name)]));
}

/** One request, and the recorded answer it has to get. */
interface Step {
  /** Heading of the recording; absent: only prepares the next one. */
  readonly title?: string;
  readonly method?: KubeRequest['method'];
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly body?: Json;
  /** A body as text, for what JSON values cannot say. */
  readonly raw?: string;
  readonly as?: string;
  readonly accept?: string;
}

/** `### title`, then the answer's JSON, then `[HTTP code]`. */
function recordings(file: string): ReadonlyMap<string, { readonly body: Json; readonly code: number }> {
  const found = new Map<string, { readonly body: Json; readonly code: number }>();
  for (const section of readFileSync(corpusPath('kube-api', file), 'utf8').split(/^### /m)) {
    const match = /^(.*)\n([{][\s\S]*?\n[}])\n?\[HTTP (\d+)\]/.exec(section);
    if (match !== null) found.set(match[1] as string, { body: JSON.parse(match[2] as string) as Json, code: Number(match[3]) });
  }
  return found;
}

const cms = '/api/v1/namespaces/t2/configmaps';
const cm = (name: string, rest: Record<string, Json> = {}): Json => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...rest });
const apply = 'application/apply-patch+yaml';
const merge = 'application/merge-patch+json';
const jsonPatch = 'application/json-patch+json';

const first: readonly Step[] = [
  { path: '/api/v1/namespaces', body: { metadata: { name: 't2' } } },
  { title: '404', method: 'GET', path: `${cms}/nope` },
  { title: '404 unknown resource', method: 'GET', path: '/api/v1/namespaces/t2/foos' },
  { title: 'create: 201', path: cms, body: cm('a', { data: { k: 'v' } }) },
  { title: 'create again: 409 AlreadyExists', path: cms, body: cm('a') },
  {
    title: 'PUT stale rv: 409 Conflict',
    method: 'PUT',
    path: `${cms}/a`,
    body: { metadata: { name: 'a', resourceVersion: '1' }, data: { k: 'v2' } },
  },
  { title: 'PUT no rv (allowed: unconditional update)', method: 'PUT', path: `${cms}/a`, body: cm('a', { data: { k: 'v2' } }) },
  { title: 'PUT nonexistent no-create', method: 'PUT', path: `${cms}/zz`, body: cm('zz') },
  { title: 'PUT with uid mismatch', method: 'PUT', path: `${cms}/a`, body: { metadata: { name: 'a', uid: 'xx' } } },
  { title: 'create with resourceVersion set', path: cms, body: { metadata: { name: 'rv', resourceVersion: '1' } } },
  { title: 'name in body mismatched', method: 'PUT', path: `${cms}/a`, body: cm('b') },
  { title: 'namespace mismatch', path: cms, body: { metadata: { name: 'n', namespace: 'other' } } },
  { title: 'ns does not exist', path: '/api/v1/namespaces/absent/configmaps', body: cm('a') },
  { title: 'invalid name 422', path: cms, body: cm('B_') },
  { title: 'kind mismatch 400', path: cms, body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } } },
  { title: 'bad json', path: cms, raw: '{' },
  { title: 'unknown content type 415', path: cms, type: 'text/plain', raw: 'x' },
  {
    title: 'fieldValidation=Strict unknown+dup',
    path: cms,
    query: { fieldValidation: 'Strict' },
    raw: '{"metadata":{"name":"x"},"foo":1,"data":{"a":"1","a":"2"}}',
  },
  { title: 'dryRun=All create', path: cms, query: { dryRun: 'All' }, body: cm('dr') },
  { title: 'dryRun bad', path: cms, query: { dryRun: 'Foo' }, body: cm('dr') },
  {
    title: 'json patch test failing',
    method: 'PATCH',
    path: `${cms}/a`,
    type: jsonPatch,
    body: [{ op: 'test', path: '/data/k', value: 'other' }],
  },
  { title: 'json patch missing path', method: 'PATCH', path: `${cms}/a`, type: jsonPatch, body: [{ op: 'remove', path: '/data/zz' }] },
  {
    title: 'merge patch w/ stale rv => 409',
    method: 'PATCH',
    path: `${cms}/a`,
    type: merge,
    body: { metadata: { resourceVersion: '1' }, data: { q: '1' } },
  },
  { title: 'patch bad content-type', method: 'PATCH', path: `${cms}/a`, type: 'text/plain', body: {} },
  {
    title: 'merge patch managedFields & result',
    method: 'PATCH',
    path: `${cms}/a`,
    query: { fieldManager: 'm1' },
    type: merge,
    body: { data: { k: null, x: '1' } },
  },
  { title: 'apply w/o fieldManager', method: 'PATCH', path: `${cms}/a`, type: apply, body: cm('a') },
  { title: 'force on non-apply', method: 'PATCH', path: `${cms}/a`, query: { force: 'true' }, type: merge, body: {} },
  {
    title: 'SSA with managedFields',
    method: 'PATCH',
    path: `${cms}/s1`,
    query: { fieldManager: 'm' },
    type: apply,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 's1', managedFields: [{}] } },
  },
  {
    title: 'SSA unknown field',
    method: 'PATCH',
    path: `${cms}/s1`,
    query: { fieldManager: 'm' },
    type: apply,
    body: { apiVersion: 'v1', kind: 'ConfigMap', nope: 1 },
  },
  {
    title: 'SSA wrong kind',
    method: 'PATCH',
    path: `${cms}/s1`,
    query: { fieldManager: 'm' },
    type: apply,
    body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's1' } },
  },
  {
    title: 'SSA with uid on absent',
    method: 'PATCH',
    path: `${cms}/s9`,
    query: { fieldManager: 'm' },
    type: apply,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 's9', uid: 'abc' } },
  },
  { title: 'DELETE default', method: 'DELETE', path: `${cms}/a` },
  { title: 'impersonation forbidden', method: 'GET', path: cms, as: 'eve' },
  {
    title: 'impersonation forbidden write named',
    method: 'PATCH',
    path: `${cms}/s1`,
    query: { fieldManager: 'm' },
    type: apply,
    body: cm('s1'),
    as: 'system:serviceaccount:t2:default',
  },
  {
    title: 'impersonate escalate role',
    path: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    body: { metadata: { name: 'r' } },
    as: 'eve',
  },
  { title: 'label selector bad', method: 'GET', path: cms, query: { labelSelector: 'a b' } },
  { title: 'field selector unsupported', method: 'GET', path: '/api/v1/namespaces/t2/pods', query: { fieldSelector: 'spec.foo=1' } },
  { title: 'field selector unsupported cm', method: 'GET', path: cms, query: { fieldSelector: 'data.k=1' } },
  {
    title: 'continue + resourceVersion',
    method: 'GET',
    path: cms,
    query: { continue: 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiIvYVx1MDAwMCJ9', resourceVersion: '5' },
  },
  { title: 'bad continue', method: 'GET', path: cms, query: { continue: Buffer.from('invalid').toString('base64url') } },
  { title: 'method not allowed', method: 'PUT', path: cms, body: cm('a') },
];

const t3 = '/api/v1/namespaces/t3/configmaps';
const applied = (name: string, data: Record<string, Json> | undefined, manager: string, force = false): Step => ({
  method: 'PATCH',
  path: `${t3}/${name}`,
  query: { fieldManager: manager, ...(force ? { force: 'true' } : {}) },
  type: apply,
  body: cm(name, data === undefined ? {} : { data }),
});
const widgets = '/apis/ex.com/v1/namespaces/t3/ws';
const widget = (name: string, spec: Json): Json => ({ apiVersion: 'ex.com/v1', kind: 'W', metadata: { name }, spec });
const crd = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const names = (plural: string, kind: string): Json => ({ plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` });
const definition: Json = {
  metadata: { name: 'ws.ex.com' },
  spec: {
    group: 'ex.com',
    scope: 'Namespaced',
    names: names('ws', 'W'),
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                'x-kubernetes-validations': [
                  { rule: '!has(self.replicas) || self.replicas <= 5', message: 'too many', fieldPath: '.replicas' },
                  { rule: 'self.color == oldSelf.color', message: 'color immutable' },
                ],
                properties: {
                  replicas: { type: 'integer', default: 1 },
                  color: { type: 'string', enum: ['red', 'blue'], default: 'red' },
                  port: { 'x-kubernetes-int-or-string': true },
                  tags: { type: 'array', maxItems: 10, 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
                  items: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, v: { type: 'string' } } },
                  },
                },
              },
              status: { type: 'object', properties: { replicas: { type: 'integer' } } },
            },
          },
        },
      },
    ],
  },
};
const badDefinition = (name: string, group: string, schema: Json): Json => ({
  metadata: { name },
  spec: {
    group,
    scope: 'Namespaced',
    names: names('xs', 'X'),
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
});

const second: readonly Step[] = [
  { path: '/api/v1/namespaces', body: { metadata: { name: 't3' } } },
  { title: 'SSA create', ...applied('s1', { a: '1', b: '2' }, 'alice') },
  { title: 'SSA conflict 2', ...applied('s1', { a: 'X', b: 'Y' }, 'bob') },
  { title: 'SSA conflict 1', ...applied('s1', { a: 'X' }, 'bob') },
  { title: 'SSA shared same value', ...applied('s1', { a: '1' }, 'bob') },
  { title: 'SSA force', ...applied('s1', { a: 'X' }, 'bob', true) },
  { title: 'SSA alice drops everything: b removed, a stays(bob)', ...applied('s1', undefined, 'alice') },
  { title: 'SSA null value', ...applied('s1', { q: null }, 'alice') },
  { title: 'SSA empty map', ...applied('s1', {}, 'alice') },
  { method: 'PATCH', path: `${t3}/s1`, query: { fieldManager: 'editor' }, type: merge, body: { data: { z: '1' } } },
  { title: 'conflict with Update manager', ...applied('s1', { z: '2' }, 'carol') },
  { path: crd, body: definition },
  {
    title: 'CR invalid',
    path: widgets,
    body: widget('b', { color: 'green', port: true, tags: ['x', 'x'], items: [{ name: 'a' }, { name: 'a' }] }),
  },
  { title: 'CR type error', path: widgets, body: widget('b', { replicas: 'x' }) },
  { title: 'CR cel', path: widgets, body: widget('b', { replicas: 9 }) },
  { path: widgets, body: widget('a', { color: 'red' }) },
  { title: 'CR transition rule', method: 'PATCH', path: `${widgets}/a`, type: merge, body: { spec: { color: 'blue' } } },
  {
    title: 'CR strategic merge unsupported',
    method: 'PATCH',
    path: `${widgets}/a`,
    type: 'application/strategic-merge-patch+json',
    body: {},
  },
  { title: 'CR PUT without rv', method: 'PUT', path: `${widgets}/a`, body: widget('a', { color: 'red' }) },
  { title: 'CR SSA', method: 'PATCH', path: `${widgets}/a`, query: { fieldManager: 'm' }, type: apply, body: widget('a', { unk: 1 }) },
  {
    title: 'CRD bad structural',
    path: crd,
    body: badDefinition('xs.ex.com', 'ex.com', { properties: { spec: { properties: { a: {} } } } }),
  },
];

/** Other words for namespaces, objects, types, owners and values, in the same order. */
const others: Readonly<Record<string, string>> = {
  t2: 'room-2',
  t3: 'room-3',
  s1: 'thing-1',
  s9: 'thing-9',
  zz: 'zulu',
  nope: 'nowhere',
  absent: 'away',
  dr: 'dress',
  alice: 'mary',
  bob: 'nora',
  carol: 'olga',
  editor: 'paula',
  eve: 'ivan',
  'ws.ex.com': 'ws.new.example.org',
  'xs.ex.com': 'xs.new.example.org',
  'ex.com': 'new.example.org',
  red: 'crimson',
  blue: 'navy',
  green: 'olive',
  color: 'shade',
  replicas: 'numbers',
};
const anyOther = new RegExp(
  `(?<![\\w-])(${Object.keys(others)
    .map((word) => word.replaceAll('.', String.raw`\.`))
    .join('|')})(?![\\w-])`,
  'g',
);
const renamed = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(anyOther, (word) => others[word] ?? word)) as T;
const asTheyAre = <T>(value: T): T => value;

async function replay(file: string, told: readonly Step[], words: <T>(value: T) => T = asTheyAre): Promise<readonly string[]> {
  const recorded = recordings(file);
  const cluster = await bare();
  const failures: string[] = [];
  const steps = told.map(({ title, ...step }): Step => ({ ...words(step), ...(title === undefined ? {} : { title }) }));
  for (const step of steps) {
    const headers = {
      'user-agent': 'curl/8',
      'content-type': step.type ?? 'application/json',
      ...(step.as === undefined ? {} : { 'impersonate-user': step.as }),
    };
    const bytes = step.raw === undefined ? undefined : { kind: 'bytes' as const, bytes: new TextEncoder().encode(step.raw) };
    const body = bytes ?? (step.body === undefined ? undefined : { kind: 'json' as const, value: step.body });
    const { query = {}, method = 'POST', path } = step;
    const answer = await cluster.transport().send({ method, path, query, headers, ...(body === undefined ? {} : { body }) });
    // The definition is established in a turn of its own.
    if (step.path === crd) await new Promise((resolve) => setTimeout(resolve, 20));
    if (step.title === undefined) continue;
    const expected = recorded.get(step.title);
    const left = `${expected?.code} ${JSON.stringify(withManaged(words(expected?.body ?? null)))}`;
    const right = `${answer.status} ${JSON.stringify(withManaged(answer.body.kind === 'json' ? answer.body.value : null))}`;
    if (left !== right) failures.push(`${step.title}\n  got      ${right}\n  expected ${left}`);
  }
  await cluster.close();
  return failures;
}

/** Like `normal`, but owners count; their times and the order that follows from them do not. */
function withManaged(value: Json): Json {
  const fields = (value as { readonly metadata?: { readonly managedFields?: readonly Record<string, Json>[] } } | null)?.metadata
    ?.managedFields;
  const owners = (fields ?? [])
    .map(({ time: _time, ...entry }) => normal(entry))
    .map((entry) => JSON.stringify(entry))
    .sort();
  return [normal(value), owners];
}

describeCorpus('kube-api', 26 + first.length + second.length, () => {
  test('server-side apply and custom resources, answer by answer, as recorded', async () => {
    expect((await replay('wire2-1.33.5.txt', second)).join('\n')).toBe('');
  });

  test('a conversation, answer by answer, as recorded', async () => {
    expect((await replay('wire-1.33.5.txt', first)).join('\n')).toBe('');
  });

  test('whatever things are called, the verdicts are the same', async () => {
    const failures = [await replay('wire-1.33.5.txt', first, renamed), await replay('wire2-1.33.5.txt', second, renamed)];
    expect(failures.flat().join('\n')).toBe('');
  });

  test('defaults of minimal objects, exactly as recorded', async () => {
    const rows = readCorpus<readonly Recorded[]>('kube-api', 'defaults-1.33.5.json');
    const skips: Record<string, string> = {
      '0 /api/v1/namespaces/t5/pods': 'recorded with the ServiceAccount admission plugin switched off',
    };
    const cluster = await bare();
    const transport = cluster.transport();
    await transport.send({ method: 'POST', path: '/api/v1/namespaces', body: { kind: 'json', value: { metadata: { name: 't5' } } } });
    const failures: string[] = [];
    for (const [index, row] of rows.entries()) {
      const { body, status } = await transport.send({ method: 'POST', path: row.path, body: { kind: 'json', value: row.sent } });
      const got = body.kind === 'json' ? normal(body.value) : null;
      const same = status === row.code && JSON.stringify(got) === JSON.stringify(normal(row.got));
      const name = `${index} ${row.path}`;
      if (same === Object.hasOwn(skips, name))
        failures.push(`${name}\n  got      ${JSON.stringify(got)}\n  expected ${JSON.stringify(normal(row.got))}`);
      const created = body.kind === 'json' && status === 201 ? (row.sent as { metadata: { name: string } }).metadata.name : undefined;
      if (created !== undefined && created !== 't5') await transport.send({ method: 'DELETE', path: `${row.path}/${created}` });
    }
    await cluster.close();
    expect(failures.join('\n')).toBe('');
  });
});
