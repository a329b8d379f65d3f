/** The API server's side: bodies, patches, protobuf, what apply and admission make of them. */
import { createCluster } from '../../../../src/apiserver/index.ts';
import { negotiate } from '../../../../src/apiserver/wire/accept.ts';
import { silentLog } from '../../../../src/adapters/log/index.ts';
import { parseApp, parseChannel, parseSource, parseTargetCluster } from '../../../../src/api/index.ts';
import { parseJson } from '../../../../src/core/kube/json/index.ts';
import { ProtobufReader } from '../../../../src/core/kube/protobuf/index.ts';
import { serverSideApply } from '../../../../src/core/merge/apply/index.ts';
import { mergePatch, threeWayMergePatch } from '../../../../src/core/merge/json-merge/index.ts';
import { applyJsonPatch, parsePatch } from '../../../../src/core/merge/json-patch/index.ts';
import { strategicMerge, threeWayPatch, twoWayPatch } from '../../../../src/core/merge/strategic/index.ts';
import type { Log } from '../../../../src/ports/index.ts';
import { isObject, type Json, type JsonObject, type KubeObject } from '../../../../src/core/object/index.ts';
import { builtinSchema } from '../../../../src/core/schema/index.ts';
import { fakeClock, seededRandom } from '../../../../src/testing/clock/index.ts';
import { promised, type Target } from '../target.ts';

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'fuzz', namespace: 'default', labels: { a: 'b' }, annotations: {}, finalizers: ['x/y'] },
  spec: {
    replicas: 2,
    selector: { matchLabels: { a: 'b' } },
    template: {
      metadata: { labels: { a: 'b' } },
      spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80, protocol: 'TCP' }], env: [{ name: 'E', value: 'v' }] }] },
    },
  },
};

const crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'ws.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'ws', singular: 'w', kind: 'W' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {}, scale: { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n' } },
        additionalPrinterColumns: [{ name: 'N', type: 'string', jsonPath: '.spec.n' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                'x-kubernetes-validations': [{ rule: 'self.n > 0', message: 'm' }],
                properties: {
                  n: { type: 'integer', default: 1, maximum: 9 },
                  l: { type: 'array', items: { type: 'string', pattern: '^a' } },
                },
              },
            },
          },
        },
      },
    ],
  },
};

const others: readonly Json[] = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's' },
    spec: { ports: [{ port: 80, targetPort: 'http' }], clusterIP: 'None', ipFamilies: ['IPv4'] },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: {
      containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: '1', memory: '1Gi' } } }],
      volumes: [{ name: 'v', emptyDir: {} }],
    },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'j' },
    spec: {
      schedule: '*/5 * * * *',
      jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } } },
    },
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'r' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  },
  {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user: 'a', groups: ['b'], resourceAttributes: { verb: 'get', resource: 'pods' } },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'vap' },
    spec: {
      validations: [{ expression: 'object.metadata.name != "x"' }],
      matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE'] }] },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'x' },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': 'YQ==' },
    stringData: { 'tls.key': 'b' },
  },
  {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'q' },
    spec: { hard: { pods: '3', 'requests.cpu': '1', 'count/jobs.batch': '2' } },
  },
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'h' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'fuzz' },
      maxReplicas: 3,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
    },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'i' },
    spec: {
      rules: [
        { host: 'a.b', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } } }] } },
      ],
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 't' },
    spec: {
      ...deployment.spec,
      serviceName: 's',
      volumeClaimTemplates: [
        { metadata: { name: 'd' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
      ],
    },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'b' },
    spec: { completions: 2, backoffLimit: 1, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } },
  },
  crd,
];

const line = (method: string, path: string, type: string): string => `${method} ${path} ${type}\n`;
const json = 'application/json';
const apps = '/apis/apps/v1/namespaces/default/deployments';
const body = JSON.stringify(deployment);
const pathOf: Readonly<Record<string, string>> = {
  Service: '/api/v1/namespaces/default/services',
  Pod: '/api/v1/namespaces/default/pods',
  Secret: '/api/v1/namespaces/default/secrets',
  ResourceQuota: '/api/v1/namespaces/default/resourcequotas',
  HorizontalPodAutoscaler: '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers',
  Ingress: '/apis/networking.k8s.io/v1/namespaces/default/ingresses',
  StatefulSet: '/apis/apps/v1/namespaces/default/statefulsets',
  Job: '/apis/batch/v1/namespaces/default/jobs',
  CronJob: '/apis/batch/v1/namespaces/default/cronjobs',
  Role: '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles',
  SubjectAccessReview: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
  ValidatingAdmissionPolicy: '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies',
  CustomResourceDefinition: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
};

const requests: readonly string[] = [
  line('POST', apps, json) + body,
  line('PUT', `${apps}/fuzz`, json) + body,
  line('PATCH', `${apps}/fuzz?fieldManager=f&force=true`, 'application/apply-patch+yaml') + body,
  line('PATCH', `${apps}/fuzz`, 'application/strategic-merge-patch+json') +
    '{"spec":{"template":{"spec":{"containers":[{"name":"c","$patch":"delete"}]}}}}',
  line('PATCH', `${apps}/fuzz/scale`, 'application/merge-patch+json') + '{"spec":{"replicas":3}}',
  line('PATCH', `${apps}/fuzz/status`, 'application/json-patch+json') + '[{"op":"add","path":"/status/replicas","value":1}]',
  line('POST', apps, 'application/yaml') +
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {generateName: x-}\nspec: {selector: {matchLabels: {a: b}}}\n',
  line('DELETE', `${apps}/fuzz?propagationPolicy=Orphan`, json) +
    '{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"x"},"gracePeriodSeconds":0}',
  line('GET', `${apps}?labelSelector=a%3Db&fieldSelector=metadata.name%3Dx&limit=1`, json),
  line('DELETE', `${apps}?labelSelector=a%3Db`, json),
  line('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', json) + '{"spec":{"expirationSeconds":600,"audiences":["a"]}}',
  ...others.map((object) => line('POST', pathOf[(object as KubeObject).kind] ?? '', json) + JSON.stringify(object)),
];

const objectWords = [
  '"metadata":',
  '"spec":',
  '"labels":{',
  '"name":"',
  '"generateName":"x"',
  '"ownerReferences":[{}]',
  '"managedFields":[{}]',
  '"finalizers":["x"]',
  'null',
  '[]',
  '{}',
  '[null]',
  '-1',
  '1.5',
  'true',
  '"',
  '"__proto__":{}',
  '"deletionTimestamp":"x"',
  '"resourceVersion":"x"',
  '"uid":"x"',
  '"$patch":"replace"',
  '"$retainKeys":["a"]',
  '"$deleteFromPrimitiveList/x":[1]',
  '"$setElementOrder/containers":[{"name":"c"}]',
  '"op":"copy"',
  '"from":"/a"',
  '~1',
  '~0',
  '/-',
  '/00',
  '?dryRun=All',
  '&fieldValidation=Strict',
  '/status',
  '/scale',
  '/eviction',
  'limit=1&continue=x',
  'watch=true&timeoutSeconds=0',
  '%2f',
];

const schema = builtinSchema();
const type = schema.typeOf({ group: 'apps', version: 'v1', kind: 'Deployment' }) as NonNullable<ReturnType<typeof schema.typeOf>>;
const reader = new ProtobufReader();

const parsed = (bytes: Buffer): Json | undefined => {
  const read = parseJson(bytes.toString('utf8'));
  return 'error' in read ? undefined : read.value;
};

function patch(value: Json): void {
  for (const dialect of ['v4', 'v5', 'rfc'] as const) {
    const operations = parsePatch(value, dialect);
    if (!operations.ok) continue;
    for (const ensurePathExistsOnAdd of [true, false])
      applyJsonPatch(deployment, operations.value, { dialect, ensurePathExistsOnAdd, allowMissingPathOnRemove: ensurePathExistsOnAdd });
  }
  mergePatch(deployment, value);
  if (!isObject(value)) return;
  threeWayMergePatch({ original: deployment, modified: value, current: deployment });
  strategicMerge(deployment, value, type);
  const made = twoWayPatch(deployment, value, type);
  if (made.ok) strategicMerge(deployment, made.value, type);
  threeWayPatch({ original: value, modified: deployment, current: value }, type);
}

function apply(config: JsonObject): void {
  if (!isObject(config.metadata ?? null)) return;
  const [wanted, live] = [config as unknown as KubeObject, deployment as unknown as KubeObject];
  const rules = { type, now: '2026-01-01T00:00:00Z' };
  const first = serverSideApply({ live, config: wanted, manager: 'a' }, rules);
  if (first.kind === 'applied') serverSideApply({ live: first.object, config: live, manager: 'b', force: true }, rules);
  serverSideApply({ live: wanted, config: live, manager: 'b', force: true }, rules);
}

/** What the server did not expect, which it logs and answers with 500. Other 500s are Kubernetes' own answers to bad input. */
const unexpected: string[] = [];
const log: Log = {
  ...silentLog(),
  error: (message, fields) => void unexpected.push(`${message} ${String(fields?.['error'])}`),
  with: () => log,
};
const cluster = await createCluster({ clock: fakeClock(), random: seededRandom(1), log, storage: 'memory' });
const transport = cluster.transport();

async function request(bytes: Buffer): Promise<void> {
  const end = bytes.indexOf(10);
  const [method = '', address = '', contentType = json] = bytes.toString('latin1', 0, Math.max(0, end)).split(' ');
  if (!/^(GET|POST|PUT|PATCH|DELETE)$/.test(method) || !/^\/[\x21-\x7e]*$/.test(address)) return;
  const [path = '', search = ''] = address.split('?', 2);
  const query = Object.fromEntries(new URLSearchParams(search));
  const signal = AbortSignal.timeout(2000);
  const sent = {
    method: method as 'GET',
    path,
    query: { timeoutSeconds: '0', ...query },
    headers: { 'content-type': contentType },
    signal,
  };
  unexpected.length = 0;
  const answer = await transport.send({ ...sent, body: { kind: 'bytes', bytes: bytes.subarray(end + 1) } });
  if (answer.body.kind === 'events') return;
  const [failure] = unexpected;
  if (failure !== undefined) throw new Error(failure);
  if (answer.status >= 400 && answer.body.kind === 'json')
    promised((answer.body.value as { kind?: string }).kind === 'Status', 'a refusal is a Status');
}

const ours = [parseApp, parseSource, parseChannel, parseTargetCluster];

export const clusterTargets: readonly Target[] = [
  { name: 'API requests', seeds: requests, words: objectWords, read: request },
  {
    name: 'patches',
    seeds: [
      '[{"op":"add","path":"/spec/template/spec/containers/-","value":{"name":"d"}},{"op":"test","path":"/metadata/name","value":"fuzz"},{"op":"move","from":"/spec","path":"/x"}]',
      '[{"op":"remove","path":"/metadata/labels/a"},{"op":"copy","from":"/metadata","path":"/metadata/labels"},{"op":"replace","path":"","value":{}}]',
      '{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"x"},{"$patch":"delete","name":"d"}],"$setElementOrder/containers":[{"name":"c"}]}}}}',
      body,
    ],
    words: objectWords,
    read: (bytes) => {
      const value = parsed(bytes);
      if (value !== undefined) patch(value);
    },
  },
  {
    name: 'server-side apply',
    seeds: [
      body,
      JSON.stringify({
        ...deployment,
        metadata: {
          ...deployment.metadata,
          managedFields: [
            {
              manager: 'm',
              operation: 'Apply',
              apiVersion: 'apps/v1',
              fieldsType: 'FieldsV1',
              fieldsV1: { 'f:spec': { 'f:replicas': {}, 'k:{"name":"c"}': { '.': {} }, 'v:"x"': {}, 'i:0': {} } },
            },
          ],
        },
      }),
    ],
    words: [...objectWords, '"f:spec":{', '"k:{\\"name\\":\\"c\\"}":{}', '"v:1":{}', '"i:9":{}', '".":{}', '"fieldsV1":'],
    read: (bytes) => {
      const value = parsed(bytes);
      if (value !== undefined && isObject(value)) apply(value);
    },
  },
  {
    name: 'protobuf',
    // k8s, an envelope with apps/v1 Deployment and a message with a name in its metadata.
    seeds: [Buffer.from('azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EggKBgoEZnV6eg==', 'base64').toString('latin1')],
    words: ['\x0a\x7f', '\x12\x05', '\x08\x01', '\x09', '\x0d\x00', '\x0b', '\x0c', 'k8s\0'],
    read: (bytes) => void reader.read(Buffer.from(bytes.toString('utf8'), 'latin1'), () => 'io.k8s.api.apps.v1.Deployment'),
  },
  {
    name: 'our kinds',
    seeds: [
      JSON.stringify({
        apiVersion: 'lockstep.dev/v1',
        kind: 'App',
        metadata: { name: 'a', namespace: 'n' },
        spec: {
          source: { name: 's', path: 'p' },
          sync: { retry: { backoff: '5s' } },
          health: { timeout: '5m' },
          dependsOn: [{ name: 'b' }],
        },
      }),
      JSON.stringify({
        apiVersion: 'lockstep.dev/v1',
        kind: 'Source',
        metadata: { name: 'a', namespace: 'n' },
        spec: { git: { url: 'https://a/b', ref: { branch: 'main' }, ignore: '*.md' }, interval: '1m' },
      }),
    ],
    words: [
      ...objectWords,
      '"helm":{',
      '"valuesFrom":[{"secret":"a"}]',
      '"interval":"1x"',
      '"semver":">"',
      '"path":"../x"',
      '"build":{"helm":{},"kustomize":{}}',
    ],
    read: (bytes) => {
      const value = parsed(bytes);
      // The API server has seen to these three.
      if (value === undefined || !isObject(value) || typeof value.apiVersion !== 'string' || typeof value.kind !== 'string') return;
      if (isObject(value.metadata ?? null)) for (const parse of ours) parse(value as unknown as KubeObject);
    },
  },
  {
    name: 'Accept headers',
    seeds: ['application/json;as=Table;g=meta.k8s.io;v=v1, application/json', 'application/yaml;q=0.5,*/*'],
    words: [';', ',', '=', 'as=', 'q=', '*/*', ' '],
    read: (bytes) => void negotiate(bytes.toString('latin1')),
  },
];
