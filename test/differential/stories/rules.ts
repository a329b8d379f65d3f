/** Who may do what, and what other objects forbid: RBAC, admission policies, quotas, limits, Pod security. */
import type { JsonObject } from '../../../src/core/object/index.ts';
import { type Ask, type Story, apply, apps, configMap, core, del, deployment, get, group, merge, pod, post, put } from './story.ts';

const cms = core('configmaps');
const rbac = (rest: string): string => group('rbac.authorization.k8s.io/v1', rest);
const clusterRbac = (rest: string): string => `/apis/rbac.authorization.k8s.io/v1/${rest}`;
const role = (name: string, rules: object[], kind = 'Role'): JsonObject =>
  ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name }, rules }) as JsonObject;
const binding = (name: string, to: string, user: string, kind = 'Role'): JsonObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: to },
  subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: user }],
});
const eve = { as: 'eve-$ns' } as const;

const admission = (rest: string): string => `/apis/admissionregistration.k8s.io/v1/${rest}`;
const policy = (spec: object, name = '$ns-p'): JsonObject =>
  ({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', metadata: { name }, spec }) as JsonObject;
const bound = (spec: object, name = '$ns-b'): JsonObject =>
  ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: {
      policyName: '$ns-p',
      matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': '$ns' } } },
      ...spec,
    },
  }) as JsonObject;
const onConfigMaps = {
  resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE', 'DELETE'], resources: ['configmaps'] }],
};
/** A policy counts a little after it is written: both servers are asked until it does. */
const inForce = (mark: string): Ask => post(`${cms}?dryRun=All`, configMap('probe', { deny: 'yes' }), { until: mark, quiet: true });
const cleared: readonly Ask[] = [
  del(admission('validatingadmissionpolicybindings/$ns-b'), undefined, { quiet: true }),
  del(admission('validatingadmissionpolicies/$ns-p'), undefined, { quiet: true, settle: 1200 }),
];

const quotas = core('resourcequotas');
/** Without a controller nobody counts but the server at admission; it enforces what the status says. */
const counted = (name: string, hard: JsonObject, used: JsonObject): Ask => merge(`${quotas}/${name}/status`, { status: { hard, used } });

export const rules: readonly Story[] = [
  {
    name: 'nobody grants more than they have',
    steps: [
      post(
        rbac('roles'),
        role('granter', [
          {
            apiGroups: ['rbac.authorization.k8s.io'],
            resources: ['roles', 'rolebindings'],
            verbs: ['get', 'list', 'create', 'update', 'patch'],
          },
          { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] },
        ]),
      ),
      post(rbac('rolebindings'), binding('granter', 'granter', 'eve-$ns')),
      get(rbac('roles'), { ...eve, until: 200, quiet: true }),
      post(rbac('roles'), role('same', [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }]), eve),
      post(rbac('roles'), role('more', [{ apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['get', 'delete'] }]), eve),
      post(
        rbac('roles'),
        role('named', [{ apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['a', 'b'], verbs: ['get'] }]),
        eve,
      ),
      post(rbac('roles'), role('all', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]), eve),
      put(rbac('roles/same'), role('same', [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]), eve),
      merge(rbac('roles/granter'), { metadata: { labels: { a: 'b' } } }, eve),
      apply(rbac('roles/applied'), role('applied', [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get'] }]), eve),
      post(rbac('rolebindings'), binding('same', 'same', 'x'), eve),
      post(rbac('rolebindings'), binding('all', 'cluster-admin', 'x', 'ClusterRole'), eve),
      post(rbac('rolebindings'), binding('discovery', 'system:discovery', 'x', 'ClusterRole'), eve),
      post(rbac('rolebindings'), binding('absent', 'absent', 'x'), eve),
      post(clusterRbac('clusterroles'), role('$ns-c', [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }], 'ClusterRole'), eve),
      post(clusterRbac('clusterroles'), {
        ...role('$ns-agg', [], 'ClusterRole'),
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { x: 'y' } }] },
      }),
      post(clusterRbac('clusterroles'), { ...role('$ns-agg2', [], 'ClusterRole'), aggregationRule: { clusterRoleSelectors: [] } }),
      post(clusterRbac('clusterroles'), {
        ...role('$ns-agg3', [], 'ClusterRole'),
        aggregationRule: { clusterRoleSelectors: [{ matchExpressions: [{ key: 'bad key', operator: 'Nope' }] }] },
      }),
      get(core('secrets'), eve),
      get(core('configmaps/x'), eve),
      get('/api/v1/nodes', eve),
      get('/metrics', eve),
      get(core('pods/x/log'), eve),
      post(core('pods/x/exec?command=ls'), {}, eve),
      get(`${cms}?watch=true`, { as: 'nobody-$ns' }),
      del(cms, undefined, eve),
      merge(apps('deployments/x/scale'), { spec: { replicas: 1 } }, eve),
      put(rbac('rolebindings/granter'), binding('granter', 'same', 'eve-$ns')),
      put(rbac('rolebindings/granter'), {
        ...binding('granter', 'granter', 'x'),
        subjects: [
          { kind: 'Nobody', name: '' },
          { kind: 'ServiceAccount', name: 'a' },
          { kind: 'Group', apiGroup: 'x', name: 'g' },
        ],
      }),
      post(
        rbac('roles'),
        role('bad', [
          { apiGroups: [], resources: [], verbs: [] },
          { nonResourceURLs: ['/x'], verbs: ['get'] },
        ]),
      ),
      post(
        '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
        { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: {} },
        eve,
      ),
      del(clusterRbac('clusterroles/$ns-agg'), undefined, { quiet: true }),
    ],
  },
  {
    name: 'admission policies',
    steps: [
      post(
        admission('validatingadmissionpolicies'),
        policy({
          matchConstraints: onConfigMaps,
          validations: [
            { expression: "!has(object.data) || !('deny' in object.data)", message: 'deny is denied' },
            {
              expression: 'object == null || size(object.metadata.name) < 20',
              messageExpression: "'too long: ' + object.metadata.name",
              reason: 'Forbidden',
            },
          ],
        }),
      ),
      post(admission('validatingadmissionpolicybindings'), bound({ validationActions: ['Deny'] })),
      inForce('denied request'),
      post(cms, configMap('a', { deny: 'x' })),
      post(cms, configMap('a', { ok: 'x' })),
      merge(`${cms}/a`, { data: { deny: 'x' } }),
      apply(`${cms}/a`, configMap('a', { deny: 'x' })),
      put(`${cms}/a`, configMap('a', { deny: 'x' })),
      post(cms, configMap('a-name-that-is-much-too-long')),
      post(cms, configMap('a-name-that-is-much-too-long', { deny: 'x' })),
      del(`${cms}/a`),
      put(admission('validatingadmissionpolicybindings/$ns-b'), bound({ validationActions: ['Warn', 'Audit'] }), { settle: 1500 }),
      post(cms, configMap('a', { deny: 'x' })),
      merge(`${cms}/a`, { data: { more: 'x' } }),
      ...cleared,
    ],
  },
  {
    name: 'admission policies with conditions, variables, and deletions',
    steps: [
      post(
        admission('validatingadmissionpolicies'),
        policy({
          matchConstraints: onConfigMaps,
          matchConditions: [{ name: 'not-exempt', expression: "request.name != 'exempt'" }],
          variables: [
            { name: 'old', expression: 'oldObject == null ? {} : (has(oldObject.data) ? oldObject.data : {})' },
            { name: 'keys', expression: 'variables.old.size()' },
          ],
          validations: [
            { expression: "request.operation != 'DELETE' || !('keep' in variables.old)", message: 'is kept', reason: 'Forbidden' },
            { expression: 'variables.keys < 3', messageExpression: "string(variables.keys) + ' keys by ' + request.operation" },
            { expression: "request.operation != 'CREATE' || !has(object.data) || !('deny' in object.data)" },
          ],
          auditAnnotations: [{ key: 'k', valueExpression: "'v'" }],
        }),
      ),
      post(admission('validatingadmissionpolicybindings'), bound({ validationActions: ['Deny'] })),
      inForce('failed expression'),
      post(cms, configMap('a', { keep: '1' })),
      del(`${cms}/a`),
      post(cms, configMap('exempt', { keep: '1' })),
      del(`${cms}/exempt`),
      merge(`${cms}/a`, { data: { b: '1', c: '1' } }),
      merge(`${cms}/a`, { data: { d: '1' } }),
      post(cms, configMap('b', { deny: '1' })),
      put(
        admission('validatingadmissionpolicies/$ns-p'),
        policy({ failurePolicy: 'Fail', matchConstraints: onConfigMaps, validations: [{ expression: 'object.data.absent == "x"' }] }),
        { settle: 1500 },
      ),
      post(cms, configMap('c', { a: '1' })),
      put(
        admission('validatingadmissionpolicies/$ns-p'),
        policy({ failurePolicy: 'Ignore', matchConstraints: onConfigMaps, validations: [{ expression: 'object.data.absent == "x"' }] }),
        { settle: 1500 },
      ),
      post(cms, configMap('c', { a: '1' })),
      ...cleared,
    ],
  },
  {
    name: 'admission policies with parameters',
    steps: [
      post(cms, configMap('limits', { max: '2' }, { labels: { params: 'yes' } })),
      post(
        admission('validatingadmissionpolicies'),
        policy({
          paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
          matchConstraints: {
            resourceRules: [
              {
                apiGroups: ['apps'],
                apiVersions: ['v1'],
                operations: ['CREATE', 'UPDATE'],
                resources: ['deployments', 'deployments/scale'],
              },
            ],
          },
          validations: [{ expression: 'object.spec.replicas <= int(params.data.max)', messageExpression: "'at most ' + params.data.max" }],
        }),
      ),
      post(
        admission('validatingadmissionpolicybindings'),
        bound({ validationActions: ['Deny'], paramRef: { name: 'limits', namespace: '$ns', parameterNotFoundAction: 'Deny' } }),
        { settle: 4000 },
      ),
      post(apps('deployments?dryRun=All'), deployment('probe', { replicas: 9 }), { until: 'at most', quiet: true }),
      post(apps('deployments'), deployment('web', { replicas: 3 })),
      post(apps('deployments'), deployment('web', { replicas: 2 })),
      merge(apps('deployments/web/scale'), { spec: { replicas: 5 } }),
      merge(`${cms}/limits`, { data: { max: '1' } }, { settle: 1500 }),
      merge(apps('deployments/web'), { spec: { replicas: 2, paused: true } }),
      del(`${cms}/limits`, undefined, { settle: 1500 }),
      merge(apps('deployments/web'), { spec: { replicas: 2, paused: false } }),
      post(cms, configMap('other', { max: '1' }, { labels: { params: 'yes' } })),
      put(
        admission('validatingadmissionpolicybindings/$ns-b'),
        bound({
          validationActions: ['Deny'],
          paramRef: { selector: { matchLabels: { params: 'yes' } }, namespace: '$ns', parameterNotFoundAction: 'Allow' },
        }),
        { settle: 1500 },
      ),
      merge(apps('deployments/web'), { spec: { replicas: 4 } }),
      del(`${cms}/other`, undefined, { settle: 1500 }),
      merge(apps('deployments/web'), { spec: { replicas: 4 } }),
      ...cleared,
    ],
  },
  {
    name: 'admission policies that are wrong',
    steps: [
      ...[
        { matchConstraints: onConfigMaps, validations: [{ expression: 'object.' }] },
        { matchConstraints: onConfigMaps, validations: [{ expression: '' }] },
        { matchConstraints: onConfigMaps, validations: [{ expression: '1 + 1' }] },
        { matchConstraints: onConfigMaps, validations: [{ expression: 'nothing.x' }] },
        { matchConstraints: onConfigMaps, validations: [{ expression: 'true', message: 'a\nb' }] },
        { matchConstraints: onConfigMaps, validations: [{ expression: 'true', reason: 'Odd' }] },
        { matchConstraints: onConfigMaps, validations: [] },
        { matchConstraints: onConfigMaps, validations: [{ expression: 'true', messageExpression: '1' }] },
        { validations: [{ expression: 'true' }] },
        { matchConstraints: { resourceRules: [] }, validations: [{ expression: 'true' }] },
        {
          matchConstraints: {
            resourceRules: [{ apiGroups: ['*', ''], apiVersions: [], operations: ['READ'], resources: ['*/*', 'pods'] }],
          },
          validations: [{ expression: 'true' }],
        },
        { failurePolicy: 'Never', matchConstraints: onConfigMaps, validations: [{ expression: 'true' }] },
        { paramKind: { apiVersion: 'a/b/c', kind: 'Bad_' }, matchConstraints: onConfigMaps, validations: [{ expression: 'params.x' }] },
        {
          matchConstraints: onConfigMaps,
          matchConditions: [
            { name: 'a b', expression: 'object' },
            { name: 'x', expression: 'true' },
            { name: 'x', expression: 'true' },
          ],
          validations: [{ expression: 'true' }],
        },
        {
          matchConstraints: onConfigMaps,
          variables: [
            { name: 'a', expression: 'variables.b' },
            { name: '1', expression: 'true' },
          ],
          validations: [{ expression: 'true' }],
        },
        {
          matchConstraints: onConfigMaps,
          auditAnnotations: [
            { key: 'a/b', valueExpression: 'true' },
            { key: '', valueExpression: '' },
          ],
        },
        { matchConstraints: onConfigMaps, validations: [{ expression: 'params.x == 1' }] },
        { matchConstraints: onConfigMaps, validations: [{ expression: "object.metadata.name.matches('(')" }] },
      ].map((spec) => post(`${admission('validatingadmissionpolicies')}?dryRun=All`, policy(spec))),
      ...[
        {},
        { validationActions: ['Deny', 'Warn'] },
        { validationActions: ['Deny', 'Deny'] },
        { validationActions: ['Odd'] },
        { policyName: '', validationActions: ['Deny'] },
        { validationActions: ['Deny'], paramRef: { name: 'a', selector: {} } },
        { validationActions: ['Deny'], paramRef: {} },
        {
          validationActions: ['Deny'],
          matchResources: { matchPolicy: 'Odd', namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } },
        },
      ].map((spec) => post(`${admission('validatingadmissionpolicybindings')}?dryRun=All`, bound(spec))),
    ],
  },
  {
    name: 'quotas',
    steps: [
      post(quotas, {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'q' },
        spec: { hard: { pods: '2', 'requests.cpu': '1', 'count/configmaps': '2', services: '1', 'services.nodeports': '0' } },
      }),
      counted(
        'q',
        { pods: '2', 'requests.cpu': '1', 'count/configmaps': '2', services: '1', 'services.nodeports': '0' },
        { pods: '0', 'requests.cpu': '0', 'count/configmaps': '1', services: '0', 'services.nodeports': '0' },
      ),
      { ...get(`${quotas}/q`), settle: 1500 },
      post(core('pods'), pod('none')),
      post(core('pods'), pod('a', {}, { containers: [{ name: 'main', image: 'x', resources: { requests: { cpu: '600m' } } }] })),
      post(core('pods'), pod('b', {}, { containers: [{ name: 'main', image: 'x', resources: { requests: { cpu: '600m' } } }] })),
      post(core('pods'), pod('c', {}, { containers: [{ name: 'main', image: 'x', resources: { requests: { cpu: '400m' } } }] })),
      post(core('pods'), pod('d', {}, { containers: [{ name: 'main', image: 'x', resources: { requests: { cpu: '0' } } }] })),
      post(cms, configMap('one')),
      post(core('services'), { metadata: { name: 's' }, spec: { type: 'NodePort', ports: [{ port: 80 }] } }),
      post(core('services'), { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } }),
      merge(core('services/s'), { spec: { type: 'NodePort' } }),
      post(core('services'), { metadata: { name: 't' }, spec: { ports: [{ port: 80 }] } }),
      post(quotas, {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'bad' },
        spec: {
          hard: { pods: '1.5', 'x y': '1', cpu: '-1', foo: '1' },
          scopes: ['Odd', 'BestEffort', 'NotBestEffort'],
          scopeSelector: {
            matchExpressions: [
              { scopeName: 'PriorityClass', operator: 'In' },
              { scopeName: 'BestEffort', operator: 'In', values: ['x'] },
            ],
          },
        },
      }),
      post(quotas, {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'best' },
        spec: { hard: { pods: '0' }, scopes: ['BestEffort'] },
      }),
      merge(`${quotas}/best`, { spec: { scopes: ['NotBestEffort'] } }),
      counted('best', { pods: '0' }, { pods: '0' }),
      { ...get(`${quotas}/best`), settle: 1500 },
      post(`${core('pods')}?dryRun=All`, pod('e')),
      del(`${quotas}/q`, undefined, { quiet: true, settle: 1500 }),
      post(`${core('pods')}?dryRun=All`, pod('f')),
      post(
        `${core('pods')}?dryRun=All`,
        pod('g', {}, { containers: [{ name: 'main', image: 'x', resources: { requests: { cpu: '1' } } }] }),
      ),
    ],
  },
  {
    name: 'limits',
    steps: [
      post(
        core('limitranges'),
        {
          apiVersion: 'v1',
          kind: 'LimitRange',
          metadata: { name: 'l' },
          spec: {
            limits: [
              {
                type: 'Container',
                default: { cpu: '500m', memory: '128Mi' },
                defaultRequest: { cpu: '100m' },
                min: { cpu: '50m' },
                max: { cpu: '1', memory: '1Gi' },
                maxLimitRequestRatio: { cpu: '10' },
              },
              { type: 'Pod', max: { cpu: '1500m' } },
              { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '10Gi' } },
            ],
          },
        },
        { settle: 1200 },
      ),
      post(core('pods'), pod('defaults')),
      ...[
        { limits: { cpu: '2' } },
        { requests: { cpu: '10m' } },
        { requests: { cpu: '60m' }, limits: { cpu: '900m' } },
        { limits: { memory: '2Gi', cpu: '1' } },
        { requests: { cpu: '600m' } },
      ].map((resources, index) => post(core('pods'), pod(`p${index}`, {}, { containers: [{ name: 'main', image: 'x', resources }] }))),
      post(
        core('pods'),
        pod(
          'many',
          {},
          {
            containers: ['a', 'b', 'c'].map((name) => ({
              name,
              image: 'x',
              resources: { limits: { cpu: '700m' }, requests: { cpu: '700m' } },
            })),
          },
        ),
      ),
      post(core('pods'), pod('init', {}, { initContainers: [{ name: 'i', image: 'x', resources: { limits: { cpu: '5' } } }] })),
      ...['500Mi', '5Gi', '50Gi'].map((storage, index) =>
        post(core('persistentvolumeclaims'), {
          metadata: { name: `c${index}` },
          spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'x', resources: { requests: { storage } } },
        }),
      ),
      post(core('limitranges'), {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'bad' },
        spec: {
          limits: [
            { type: 'Container', min: { cpu: '2' }, max: { cpu: '1' }, default: { cpu: '3' }, defaultRequest: { cpu: '4' } },
            { type: 'Container' },
            { type: 'Pod', default: { cpu: '1' } },
            { type: 'PersistentVolumeClaim' },
            { type: 'odd type' },
          ],
        },
      }),
      post(apps('deployments'), deployment('web')),
      post(apps('statefulsets'), {
        ...deployment('db', {
          serviceName: 'db',
          template: {
            metadata: { labels: { app: 'db' } },
            spec: { containers: [{ name: 'a', image: 'x', resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }] },
          },
        }),
        kind: 'StatefulSet',
      }),
      post(apps('statefulsets'), {
        ...deployment('db2', {
          serviceName: 'db',
          volumeClaimTemplates: [
            {
              metadata: { name: 'data' },
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' }, limits: { storage: '1Gi' } } },
            },
          ],
        }),
        kind: 'StatefulSet',
      }),
      post(apps('statefulsets'), {
        ...deployment('db3', { serviceName: 'db', volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] }),
        kind: 'StatefulSet',
      }),
      post(
        core('pods'),
        pod(
          'over',
          {},
          {
            containers: [
              { name: 'a', image: 'x', resources: { requests: { cpu: '2', memory: '1Gi' }, limits: { cpu: '1', memory: '1Mi' } } },
            ],
          },
        ),
      ),
    ],
  },
];
