/** Random requests that two API servers are sent alike. */
import type { Json, JsonObject } from '../../src/core/object/index.ts';
import { nextAction } from './actions.ts';
import { chance, type Draw, pick, some } from './draw.ts';
import { commonKinds, type Kind, map, words } from './kinds.ts';
import { moreKinds } from './more-kinds.ts';
import { clusterRare, namespacedRare } from './rare-kinds.ts';

export interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly contentType?: string;
  readonly accept?: string;
  /** Whom the administrator stands in for. */
  readonly as?: string;
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: Json;
  /** The object each server has itself is changed so and sent back, as an editor does. */
  readonly edit?: { readonly from: string; readonly change: JsonObject; readonly version: 'live' | 'none' | 'stale' };
}

export const kinds: readonly Kind[] = [...commonKinds, ...moreKinds, ...namespacedRare, ...clusterRare];

const names = ['a', 'b', 'c'];
const managers = ['alice', 'bob', 'kubectl', 'kubectl-client-side-apply', 'helm'];
const JSON_BODY = 'application/json';

function metadata(draw: Draw, name: string): JsonObject {
  return {
    name,
    ...some<Json>(draw, {
      labels: [0.4, () => (chance(draw, 0.03) ? { 'bad key': 'x' } : map(draw))],
      annotations: [0.3, () => map(draw)],
      finalizers: [0.05, () => [pick(draw, ['example.com/f', 'bad finalizer'])]],
      ownerReferences: [0.02, () => [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x' }]],
      generateName: [0.02, () => 'g-'],
      resourceVersion: [0.02, () => pick(draw, ['1', 'x'])],
      uid: [0.02, () => 'other'],
      generation: [0.03, () => 7],
      creationTimestamp: [0.03, () => null],
      managedFields: [0.01, () => []],
    }),
  };
}

const object = (draw: Draw, kind: Kind, name: string): JsonObject => ({
  apiVersion: chance(draw, 0.98) ? kind.apiVersion : pick(draw, ['v2', 'apps/v9', '']),
  kind: chance(draw, 0.99) ? kind.kind : 'Other',
  metadata: metadata(draw, chance(draw, 0.98) ? name : pick(draw, ['Bad_Name', 'other', ''])),
  ...kind.make(draw),
});

function mergePatch(draw: Draw, kind: Kind): JsonObject {
  const entries = Object.entries(kind.make(draw)).filter(() => chance(draw, 0.8));
  return {
    ...(chance(draw, 0.5)
      ? {
          metadata: some<Json>(draw, {
            labels: [0.7, () => ({ k1: pick<Json>(draw, ['x', null]) })],
            annotations: [0.3, () => ({ k2: pick<Json>(draw, ['y', null]) })],
            finalizers: [0.1, () => pick<Json>(draw, [null, ['example.com/f']])],
            resourceVersion: [0.05, () => pick(draw, ['1', 'x'])],
            name: [0.03, () => 'renamed'],
            uid: [0.03, () => 'other'],
          }),
        }
      : {}),
    ...Object.fromEntries(entries),
  };
}

/** Strategic merge with its own words. */
function directives(draw: Draw): JsonObject {
  const container = pick<JsonObject>(draw, [
    { name: 's', $patch: 'delete' },
    { name: 'c', image: 'patched' },
    {
      name: 'c',
      env: [
        { name: 'A', $patch: 'delete' },
        { name: 'Z', value: 'z' },
      ],
      '$setElementOrder/env': [{ name: 'Z' }, { name: 'B' }],
    },
    { name: 'c', ports: [{ containerPort: 80, $patch: 'delete' }] },
    { name: 'c', args: null, $retainKeys: ['name', 'image'] },
    { $patch: 'replace' },
    { name: 'n', image: 'new' },
  ]);
  return pick<JsonObject>(draw, [
    { spec: { template: { spec: { containers: [container] } } } },
    { spec: { containers: [container] } },
    { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/f'] } },
    { metadata: { finalizers: ['example.com/g'], '$setElementOrder/finalizers': ['example.com/g', 'example.com/f'] } },
    { metadata: { labels: { $patch: 'replace', only: 'x' } } },
    { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
    { spec: { ports: [{ port: 80, $patch: 'delete' }] } },
    { spec: { ports: [{ port: 81, name: 'more' }], '$setElementOrder/ports': [{ port: 81 }, { port: 80 }] } },
    { $patch: 'bogus' },
    { imagePullSecrets: [{ name: 'p', $patch: 'delete' }] },
    { data: { $patch: 'delete' } },
  ]);
}

const jsonPatches = (draw: Draw): Json =>
  [
    { op: 'add', path: '/metadata/labels', value: map(draw) },
    { op: 'replace', path: '/metadata/labels/k1', value: pick(draw, words) },
    { op: 'remove', path: '/metadata/annotations' },
    { op: 'test', path: '/metadata/name', value: 'a' },
    { op: 'add', path: '/metadata/annotations/q~1r', value: 'v' },
    { op: 'replace', path: '/metadata/finalizers', value: [] },
    { op: 'remove', path: '/metadata/finalizers' },
    { op: 'replace', path: '/metadata/managedFields', value: [{}] },
    { op: 'copy', from: '/metadata/labels', path: '/metadata/annotations' },
    { op: 'move', from: '/data/k1', path: '/data/k9' },
    { op: 'add', path: '/spec/replicas', value: pick<Json>(draw, [2, 'x', null]) },
    { op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'added', image: 'x' } },
    { op: 'replace', path: '/metadata/name', value: 'renamed' },
    { op: pick(draw, ['add', 'nope']), path: 'nope', value: 1 },
  ].filter(() => chance(draw, 0.13)) as unknown as Json;

const broken = (kind: Kind, name: string): readonly string[] => [
  '',
  '{',
  '[]',
  '"text"',
  'null',
  `{"apiVersion":"${kind.apiVersion}","kind":"${kind.kind}","metadata":{"name":"${name}"},"metadata":{"name":"${name}"}}`,
  `{"apiVersion":"${kind.apiVersion}","kind":"${kind.kind}","metadata":{"name":"${name}","labels":{"a":"1","a":"2"}}}`,
  `{"apiVersion":"${kind.apiVersion}","kind":"${kind.kind}","metadata":{"name":"${name}","labels":{"a":1}}}`,
  `{"apiVersion":"${kind.apiVersion}","kind":"${kind.kind}","metadata":{"name":["${name}"]}}`,
  `{"apiVersion":"${kind.apiVersion}","kind":"${kind.kind}","metadata":"x"}`,
  `{"apiVersion":"${kind.apiVersion}","kind":"${kind.kind}","metadata":{"name":"${name}"},"spec":7}`,
  `{"apiVersion":"${kind.apiVersion}","kind":"${kind.kind}","metadata":{"name":"${name}","__proto__":{"labels":{"a":"b"}}},"constructor":{}}`,
];

const documents = (kind: Kind, name: string): readonly string[] => [
  `apiVersion: ${kind.apiVersion}\nkind: ${kind.kind}\nmetadata:\n  name: ${name}\n  labels: {k1: x}\n`,
  `apiVersion: ${kind.apiVersion}\nkind: ${kind.kind}\nmetadata:\n  name: ${name}\n  labels: {k1: x, k1: y}\n`,
  `apiVersion: ${kind.apiVersion}\nkind: ${kind.kind}\nmetadata:\n  name: ${name}\n  labels: {k1: yes}\n`,
  `apiVersion: ${kind.apiVersion}\nkind: ${kind.kind}\nmetadata: [`,
];

interface Spot {
  readonly kind: Kind;
  readonly name: string;
  readonly collection: string;
  readonly item: string;
  readonly query: string;
}

type Maker = (draw: Draw, at: Spot) => Sent;

const selectors = ['k1=x', 'k1!=x', 'k1 in (x,y)', '!k2', 'k1,k2', 'k1=', '=bad', 'k1 foo', 'k1 notin (x)', 'k1>1', 'k1 in ()', 'a b,c'];
const TABLE = 'application/json;as=Table;g=meta.k8s.io;v=v1';
const PARTIAL = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const PARTIAL_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

const create: Maker = (draw, { kind, name, collection, query }) => ({
  method: 'POST',
  path: collection + query,
  contentType: JSON_BODY,
  body: object(draw, kind, name),
});

const apply: Maker = (draw, { kind, name, item, query }) => ({
  method: 'PATCH',
  path: `${item}${query}${chance(draw, 0.3) ? '&force=true' : ''}`,
  contentType: 'application/apply-patch+yaml',
  body: object(draw, kind, name),
});

const put: Maker = (draw, { kind, name, item, query }) => ({
  method: 'PUT',
  path: item + query,
  contentType: JSON_BODY,
  body: object(draw, kind, name),
});

const edit: Maker = (draw, { kind, item, query }) => ({
  method: 'PUT',
  path: item + query,
  contentType: JSON_BODY,
  edit: { from: item, change: mergePatch(draw, kind), version: pick(draw, ['live', 'live', 'none', 'stale']) },
});

const merge: Maker = (draw, { kind, item, query }) => ({
  method: 'PATCH',
  path: item + query,
  contentType: 'application/merge-patch+json',
  body: mergePatch(draw, kind),
});

const strategic: Maker = (draw, { kind, item, query }) => ({
  method: 'PATCH',
  path: item + query,
  contentType: 'application/strategic-merge-patch+json',
  body: chance(draw, 0.4) ? directives(draw) : mergePatch(draw, kind),
});

const json: Maker = (draw, { item, query }) => ({
  method: 'PATCH',
  path: item + query,
  contentType: 'application/json-patch+json',
  body: jsonPatches(draw),
});

/** Jobs orphan their Pods unless told otherwise, which only a garbage collector ends; namespaces end by a controller. */
const remove: Maker = (draw, at) =>
  at.kind.kind === 'Namespace'
    ? { method: 'DELETE', path: `${at.item}?dryRun=All` }
    : at.kind.kind === 'Job' || at.kind.kind === 'ReplicationController'
      ? { method: 'DELETE', path: `${at.item}?propagationPolicy=Background` }
      : removed(draw, at);

const removed: Maker = (draw, { item }) => ({
  method: 'DELETE',
  path: `${item}${pick(draw, ['', '', '?propagationPolicy=Background', '?gracePeriodSeconds=0', '?propagationPolicy=Nope', '?dryRun=All', '?dryRun=No'])}`,
  ...(chance(draw, 0.3)
    ? {
        contentType: JSON_BODY,
        body: pick<Json>(draw, [
          { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'other' } },
          { preconditions: { resourceVersion: '1' } },
          { propagationPolicy: 'Foreground', dryRun: ['All'] },
          { orphanDependents: true, dryRun: ['All'] },
          { orphanDependents: true, propagationPolicy: 'Orphan' },
          { gracePeriodSeconds: -1 },
          { propagationPolicy: 'Background' },
          '{',
        ]),
      }
    : {}),
});

const get: Maker = (draw, { item, collection }) => ({
  method: 'GET',
  path: chance(draw, 0.9) ? item : `${collection}/absent`,
  accept: pick(draw, [JSON_BODY, JSON_BODY, TABLE, PARTIAL, 'text/html', 'application/yaml;x=1, */*']),
});

const list: Maker = (draw, { collection }) => ({
  method: 'GET',
  path: `${collection}?${pick(draw, [
    `labelSelector=${encodeURIComponent(pick(draw, selectors))}`,
    `labelSelector=k1&limit=${pick(draw, ['1', '0', '-1', 'x'])}`,
    `labelSelector=k1&fieldSelector=${encodeURIComponent(pick(draw, ['metadata.name=a', 'metadata.name!=a', 'spec.nodeName=', 'status.phase=x', 'type=Opaque', 'bad', 'spec.foo=1']))}`,
    `labelSelector=k1&resourceVersion=${pick(draw, ['0', 'x', '-1'])}`,
    `labelSelector=k1&resourceVersionMatch=${pick(draw, ['Exact', 'NotOlderThan', 'x'])}`,
    `labelSelector=k1&continue=${pick(draw, ['x', 'e30', ''])}`,
  ])}`,
  accept: pick(draw, [JSON_BODY, JSON_BODY, TABLE, PARTIAL_LIST]),
});

const counts: readonly Json[] = [
  { replicas: 2, readyReplicas: 3, availableReplicas: 1 },
  { replicas: 2, readyReplicas: 2, availableReplicas: 2, currentReplicas: 3, updatedReplicas: 3, fullyLabeledReplicas: 3 },
  { replicas: -1, collisionCount: -1, currentNumberScheduled: -1, numberReady: -2, desiredHealthy: -1, currentHealthy: 1 },
  { collisionCount: 2 },
  { collisionCount: 1, observedGeneration: -1, desiredReplicas: -1, currentReplicas: 2 },
  { loadBalancer: { ingress: [{ ip: '1.2.3.4' }, { hostname: 'a.example' }] } },
  { loadBalancer: { ingress: [{ ip: 'x' }, { hostname: '1.2.3.4' }, { hostname: 'a', ipMode: 'VIP' }, { ip: '1.2.3.4', ipMode: 'no' }] } },
  { hard: { pods: '1500m', 'x y': '1', cpu: '-1' }, used: { what: '1' } },
  {
    conditions: [
      { type: 'bad type', status: 'True' },
      { type: 'Ready', status: 'False', observedGeneration: -1 },
    ],
  },
  { nominatedNodeName: 'Bad_' },
  { nominatedNodeName: 'n', qosClass: 'Guaranteed' },
  { phase: 'Active' },
];

const status: Maker = (draw, { kind, name, item, query }) =>
  chance(draw, 0.5)
    ? {
        method: 'PATCH',
        path: `${item}/status${query}`,
        contentType: 'application/merge-patch+json',
        body: {
          status: pick<Json>(draw, [
            { observedGeneration: 1 },
            { size: 2 },
            { phase: 'Running' },
            ...counts,
            { conditions: [] },
            null,
            { size: 'x' },
            5,
          ]),
        },
      }
    : {
        method: 'PATCH',
        path: `${item}/status${query}`,
        contentType: 'application/apply-patch+yaml',
        body: {
          apiVersion: kind.apiVersion,
          kind: kind.kind,
          metadata: { name },
          status: pick<Json>(draw, [{ observedGeneration: 2 }, { size: 3 }, {}]),
        },
      };

const scale: Maker = (draw, { name, item, query }) =>
  pick<Sent>(draw, [
    { method: 'GET', path: `${item}/scale` },
    {
      method: 'PUT',
      path: `${item}/scale${query}`,
      contentType: JSON_BODY,
      body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name }, spec: { replicas: pick<Json>(draw, [2, 0, -1, 'x']) } },
    },
    {
      method: 'PATCH',
      path: `${item}/scale${query}`,
      contentType: 'application/merge-patch+json',
      body: { spec: { replicas: pick<Json>(draw, [4, -1, null]) } },
    },
    {
      method: 'PATCH',
      path: `${item}/scale${query}`,
      contentType: 'application/apply-patch+yaml',
      body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name }, spec: { replicas: pick(draw, [5, 6]) } },
    },
  ]);

const asEve: Maker = (draw, at) => ({
  ...pick(draw, [create, apply, put, merge, get, list, remove])(draw, at),
  as: pick(draw, ['eve', 'system:serviceaccount:default:a', 'mallory']),
});

const malformed: Maker = (draw, { kind, name, collection, item, query }) =>
  pick<Sent>(draw, [
    { method: 'POST', path: collection + query, contentType: JSON_BODY, body: pick(draw, broken(kind, name)) },
    { method: 'PUT', path: item + query, contentType: JSON_BODY, body: pick(draw, broken(kind, name)) },
    { method: 'POST', path: collection + query, contentType: 'application/yaml', body: pick(draw, documents(kind, name)) },
    { method: 'PATCH', path: item + query, contentType: 'application/apply-patch+yaml', body: pick(draw, documents(kind, name)) },
    {
      method: 'PATCH',
      path: item + query,
      contentType: 'application/merge-patch+json',
      body: pick(draw, ['', '[]', '{', 'null', '"x"', '7']),
    },
    {
      method: 'PATCH',
      path: item + query,
      contentType: 'application/json-patch+json',
      body: pick(draw, ['', '{}', '[{}]', '[1]', 'null', '[{"op":"add"}]']),
    },
    { method: 'PATCH', path: item + query, contentType: pick(draw, ['application/json', 'text/plain', '']), body: {} },
    { method: 'POST', path: collection + query, contentType: 'text/plain', body: 'x' },
    { method: 'POST', path: item, contentType: JSON_BODY, body: {} },
    { method: 'PUT', path: collection, contentType: JSON_BODY, body: {} },
    { method: 'POST', path: `${collection}?dryRun=Some`, contentType: JSON_BODY, body: { metadata: { name } } },
    { method: 'POST', path: `${collection}?fieldValidation=Some`, contentType: JSON_BODY, body: { metadata: { name } } },
    {
      method: 'PATCH',
      path: item,
      contentType: 'application/apply-patch+yaml',
      body: { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name } },
    },
    { method: 'PATCH', path: `${item}?force=true`, contentType: 'application/merge-patch+json', body: {} },
    { method: 'GET', path: `${item}/nothing` },
    { method: 'GET', path: `${collection}s` },
    { method: 'POST', path: `${collection}?fieldManager=${'m'.repeat(200)}`, contentType: JSON_BODY, body: { metadata: { name } } },
  ]);

const makers: readonly (readonly [number, Maker])[] = [
  [0.17, create],
  [0.24, apply],
  [0.07, put],
  [0.08, edit],
  [0.09, merge],
  [0.08, strategic],
  [0.05, json],
  [0.05, remove],
  [0.04, get],
  [0.03, list],
  [0.03, status],
  [0.02, scale],
  [0.02, asEve],
  [0.03, malformed],
];

/** The next request in a namespace. */
export function nextRequest(draw: Draw, namespace: string): Sent {
  if (chance(draw, 0.08)) return nextAction(draw, { namespace, query: `?fieldManager=${pick(draw, managers)}` });
  const kind = pick(draw, kinds);
  const plain = pick(draw, names);
  const collection = kind.path(namespace);
  const name = collection.includes('/namespaces/') ? plain : `${namespace}-${plain}`;
  const manager = `fieldManager=${pick(draw, managers)}`;
  const validation = chance(draw, 0.4) ? `&fieldValidation=${pick(draw, ['Strict', 'Warn', 'Ignore'])}` : '';
  const dry = chance(draw, 0.1) ? '&dryRun=All' : '';
  const spot: Spot = { kind, name, collection, item: `${collection}/${name}`, query: `?${manager}${validation}${dry}` };
  let roll = draw();
  for (const [share, maker] of makers) {
    if (roll < share) return maker(draw, spot);
    roll -= share;
  }
  return get(draw, spot);
}
