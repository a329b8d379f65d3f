/** Requests that are no plain writes of objects: subresources, reviews, collections, other people. */
import type { Json, JsonObject } from '../../src/core/object/index.ts';
import { chance, type Draw, pick, some } from './draw.ts';
import type { Sent } from './generator.ts';
import { riskyPod } from './rare-kinds.ts';

const JSON_BODY = 'application/json';
const letters = ['a', 'b', 'c'];

interface Place {
  readonly namespace: string;
  readonly query: string;
}

type Action = (draw: Draw, at: Place) => Sent;

const post = (path: string, body: Json, as?: string): Sent => ({
  method: 'POST',
  path,
  contentType: JSON_BODY,
  body,
  ...(as === undefined ? {} : { as }),
});

const eviction: Action = (draw, { namespace }) => {
  const name = pick(draw, letters);
  return post(`/api/v1/namespaces/${namespace}/pods/${name}/eviction?dryRun=All`, {
    apiVersion: pick(draw, ['policy/v1', 'policy/v1beta1', 'v1']),
    kind: 'Eviction',
    metadata: { name: pick(draw, [name, 'other', '']) },
    ...some<Json>(draw, {
      deleteOptions: [
        0.5,
        () => pick<JsonObject>(draw, [{ gracePeriodSeconds: 0 }, { dryRun: ['All'] }, { preconditions: { uid: 'x' } }, { dryRun: ['No'] }]),
      ],
    }),
  });
};

const binding: Action = (draw, { namespace }) => {
  const name = pick(draw, letters);
  return post(`/api/v1/namespaces/${namespace}/pods/${name}/binding`, {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: pick(draw, [name, name, 'other']) },
    ...some<Json>(draw, {
      target: [
        0.9,
        () =>
          pick<JsonObject>(draw, [
            { apiVersion: 'v1', kind: 'Node', name: 'n1' },
            { kind: 'Pod', name: 'x' },
            { kind: 'Node', name: '' },
            {},
          ]),
      ],
    }),
  });
};

const token: Action = (draw, { namespace }) =>
  post(`/api/v1/namespaces/${namespace}/serviceaccounts/${pick(draw, [...letters, 'absent'])}/token`, {
    ...some<Json>(draw, {
      apiVersion: [0.8, () => 'authentication.k8s.io/v1'],
      kind: [0.8, () => pick(draw, ['TokenRequest', 'TokenRequest', 'Other'])],
    }),
    spec: some<Json>(draw, {
      expirationSeconds: [0.6, () => pick<Json>(draw, [600, 3600, 1, 'x', 4294967297])],
      audiences: [0.4, () => pick(draw, [['a'], [], ['a', 'b']])],
      boundObjectRef: [
        0.2,
        () =>
          pick<JsonObject>(draw, [
            { kind: 'Pod', apiVersion: 'v1', name: 'absent' },
            { kind: 'ConfigMap', apiVersion: 'v1', name: 'a' },
          ]),
      ],
    }),
  });

const attributes = (draw: Draw, namespace: string): JsonObject =>
  some<Json>(draw, {
    resourceAttributes: [
      0.85,
      () => ({
        verb: pick(draw, ['get', 'delete', 'patch', '*']),
        group: pick(draw, ['', 'apps', '*']),
        resource: pick(draw, ['configmaps', 'deployments', 'secrets', '*']),
        namespace: pick(draw, [namespace, 'default', '']),
      }),
    ],
    nonResourceAttributes: [0.2, () => ({ path: pick(draw, ['/healthz', '/x']), verb: 'get' })],
  });

const review: Action = (draw, { namespace }) => {
  const authorization = '/apis/authorization.k8s.io/v1';
  const as = pick(draw, ['eve', 'mallory', undefined, 'system:serviceaccount:default:a']);
  const who = some<Json>(draw, {
    user: [0.8, () => pick(draw, ['eve', 'mallory', 'system:serviceaccount:default:a'])],
    groups: [0.4, () => pick(draw, [['devs'], ['system:masters'], []])],
    uid: [0.1, () => 'u'],
  });
  return pick(draw, [
    () =>
      post(
        `${authorization}/selfsubjectaccessreviews`,
        { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', spec: attributes(draw, namespace) },
        as,
      ),
    () =>
      post(`${authorization}/subjectaccessreviews`, {
        kind: 'SubjectAccessReview',
        apiVersion: 'authorization.k8s.io/v1',
        spec: { ...attributes(draw, namespace), ...who },
      }),
    () =>
      post(`${authorization}/namespaces/${namespace}/localsubjectaccessreviews`, {
        kind: 'LocalSubjectAccessReview',
        apiVersion: 'authorization.k8s.io/v1',
        metadata: { namespace },
        spec: { ...attributes(draw, namespace), ...who },
      }),
    () =>
      post(
        '/apis/authentication.k8s.io/v1/selfsubjectreviews',
        { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1' },
        as ?? 'eve',
      ),
    () =>
      post('/apis/authentication.k8s.io/v1/tokenreviews', {
        kind: 'TokenReview',
        apiVersion: 'authentication.k8s.io/v1',
        spec: { token: pick(draw, ['', 'nonsense']) },
      }),
  ])();
};

const secured: Action = (draw, { namespace }) => {
  const pods = `/api/v1/namespaces/${namespace}-${pick(draw, ['strict', 'lax'])}/pods`;
  if (chance(draw, 0.7)) return post(`${pods}?dryRun=All`, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, ...riskyPod(draw) });
  const { spec } = riskyPod(draw) as { readonly spec: Json };
  const template = { metadata: { labels: { app: 'a' } }, spec };
  const deployments = pods.replace('/api/v1', '/apis/apps/v1').replace('/pods', '/deployments');
  return post(`${deployments}?dryRun=All`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { selector: { matchLabels: { app: 'a' } }, template },
  });
};

const labelled: Action = (draw, { namespace, query }) => ({
  method: 'PATCH',
  path: `/api/v1/namespaces/${namespace}-${pick(draw, letters)}${query}`,
  contentType: 'application/merge-patch+json',
  body: {
    metadata: {
      labels: Object.fromEntries(
        ['enforce', 'enforce-version', 'warn', 'audit-version']
          .filter(() => chance(draw, 0.5))
          .map((mode) => [
            `pod-security.kubernetes.io/${mode}`,
            pick<Json>(draw, mode.endsWith('version') ? ['latest', 'v1.30', '1.30'] : ['baseline', 'restricted', 'privileged', 'x', null]),
          ]),
      ),
    },
  },
});

const collections = [
  '/api/v1/@/configmaps',
  '/api/v1/@/services',
  '/apis/apps/v1/@/deployments',
  '/apis/diff.example.com/v1/@/widgets',
  '/api/v1/@/pods',
  '/apis/rbac.authorization.k8s.io/v1/@/roles',
];

const collection: Action = (draw, { namespace }) => {
  const path = pick(draw, collections).replace('@', `namespaces/${namespace}`);
  if (chance(draw, 0.3))
    return {
      method: 'DELETE',
      path: `${path}?labelSelector=${pick(draw, ['k1%3Dx', 'k1%3Dy,k2', 'k9'])}${pick(draw, ['', '&dryRun=All', '&propagationPolicy=Background'])}`,
    };
  return {
    method: 'GET',
    path: `${path}?${pick(draw, ['limit=2', 'limit=1&labelSelector=k1', '', 'fieldSelector=metadata.name%3Da', 'limit=1&resourceVersion=0', 'pretty=1&limit=1', 'fieldSelector=status.phase%3DPending', 'includeObject=Object', 'watch=0&limit=3'])}`,
    accept: pick(draw, [
      JSON_BODY,
      'application/json;as=Table;g=meta.k8s.io;v=v1',
      'application/yaml',
      'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
      'application/json;as=Other;g=meta.k8s.io;v=v1',
      'application/vnd.kubernetes.protobuf;q=0.1,application/json',
    ]),
  };
};

const request: Action = (draw, { namespace }) => {
  const item = `/apis/certificates.k8s.io/v1/certificatesigningrequests/${namespace}-${pick(draw, letters)}`;
  const condition = {
    type: pick(draw, ['Approved', 'Denied', 'Odd']),
    status: pick(draw, ['True', 'False', '']),
    reason: pick(draw, ['R', '']),
    message: 'm',
  };
  return {
    method: 'PATCH',
    path: `${item}/${pick(draw, ['approval', 'status'])}`,
    contentType: 'application/merge-patch+json',
    body: { status: some<Json>(draw, { conditions: [0.9, () => [condition]], certificate: [0.2, () => 'YQ=='] }) },
  };
};

const actions: readonly (readonly [share: number, action: Action])[] = [
  [0.1, eviction],
  [0.08, binding],
  [0.1, token],
  [0.2, review],
  [0.2, secured],
  [0.06, labelled],
  [0.2, collection],
  [0.06, request],
];

export function nextAction(draw: Draw, at: Place): Sent {
  let roll = draw();
  for (const [share, action] of actions) {
    if (roll < share) return action(draw, at);
    roll -= share;
  }
  return review(draw, at);
}
