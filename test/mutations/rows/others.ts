/** Mistakes in what stands around Pods: Services, ConfigMaps, Secrets, schedules, bindings, claims, custom resources. */
import type { JsonObject } from '../../../src/core/object/index.ts';
import { at, listAt } from '../system.ts';
import { ports, type Row, selecting, spec } from './row.ts';

const data = (more: JsonObject) => (value: JsonObject) => ({ ...value, data: { ...(value['data'] as JsonObject | undefined), ...more } });

const subject =
  (more: JsonObject) =>
  (value: JsonObject): JsonObject => ({
    ...value,
    subjects: listAt(value, 'subjects').map((one) => ({ ...(one as JsonObject), ...more })),
  });
const boundToAccounts = (value: JsonObject): boolean =>
  listAt(value, 'subjects').length > 0 && listAt(value, 'subjects').every((one) => at(one, 'kind') === 'ServiceAccount');

export const OTHER_ROWS: Readonly<Record<string, Row>> = {
  'a flag for a value of a ConfigMap': { kinds: ['ConfigMap'], change: data({ DEBUG: true }), cause: /DEBUG|data/ },
  'a key that no file may have': { kinds: ['ConfigMap'], change: data({ 'a/b': 'c' }), cause: /a\/b/ },
  'a Secret that is not encoded': { kinds: ['Secret'], change: data({ password: 'not so secret!' }), cause: /password|base64/i },
  'a Secret of a type that wants more': {
    kinds: ['Secret'],
    change: (value) => ({ ...value, type: 'kubernetes.io/tls' }),
    cause: /tls\.(?:crt|key)/,
  },
  'a Service port without a number': {
    kinds: ['Service'],
    change: (value) => spec(value, { ports: ports(value).map((port) => ({ ...port, port: null })) }),
    cause: /port/,
  },
  'two Service ports without names': {
    kinds: ['Service'],
    change: (value) => spec(value, { ports: [{ port: 80 }, { port: 443 }] }),
    cause: /name/,
  },
  'a node port out of range': {
    kinds: ['Service'],
    fits: ({ value }) => at(value, 'spec', 'clusterIP') !== 'None',
    change: (value) => spec(value, { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }),
    cause: /nodePort|30000/,
  },
  'a type of Service that is none': { kinds: ['Service'], change: (value) => spec(value, { type: 'Loadbalancer' }), cause: /Loadbalancer/ },
  'a protocol that is none': {
    kinds: ['Service'],
    change: (value) => spec(value, { ports: ports(value).map((port) => ({ ...port, protocol: 'HTTP' })) }),
    cause: /HTTP/,
  },
  'a selector in the style of Deployments': {
    kinds: ['Service'],
    fits: selecting,
    change: (value) => spec(value, { selector: { matchLabels: { app: 'web' } } }),
    cause: /selector/,
  },
  'a role for an account of another namespace': {
    kinds: ['RoleBinding', 'ClusterRoleBinding'],
    fits: ({ value }) => boundToAccounts(value),
    change: subject({ namespace: 'nowhere' }),
    warned: /nowhere/,
  },
  'a role for a kind of subject that is none': {
    kinds: ['RoleBinding', 'ClusterRoleBinding'],
    change: subject({ kind: 'Serviceaccount' }),
    cause: /Serviceaccount/,
  },
  'a rule without verbs': {
    kinds: ['Role', 'ClusterRole'],
    fits: ({ value }) => listAt(value, 'rules').length > 0,
    change: (value) => ({ ...value, rules: listAt(value, 'rules').map((rule) => ({ ...(rule as JsonObject), verbs: [] })) }),
    cause: /verbs/,
  },
  'a version that a definition does not serve': {
    kinds: ['FeatureFlag'],
    change: (value) => ({ ...value, apiVersion: String(value['apiVersion']).replace(/\/.*/, '/v1beta9') }),
    cause: /v1beta9/,
  },
  'a definition that serves nothing': {
    kinds: ['CustomResourceDefinition'],
    change: (value) =>
      spec(value, {
        versions: listAt(value, 'spec', 'versions').map((version) => ({ ...(version as JsonObject), served: false })),
      }),
    users: true,
    cause: /serves no .* FeatureFlag/,
  },
  'a definition with another name': {
    kinds: ['CustomResourceDefinition'],
    change: (value) => spec(value, { names: { ...(at(value, 'spec', 'names') as JsonObject), plural: 'flagz' } }),
    cause: /spec\.names\.plural/,
  },
  'an autoscaler upside down': {
    kinds: ['HorizontalPodAutoscaler'],
    change: (value) => spec(value, { minReplicas: 9, maxReplicas: 3 }),
    cause: /maxReplicas/,
  },
  'a schedule of six fields': { kinds: ['CronJob'], change: (value) => spec(value, { schedule: '0 0 3 * * *' }), cause: /schedule|0 0 3/ },
  'a zone that is none': { kinds: ['CronJob'], change: (value) => spec(value, { timeZone: 'Europe/Atlantis' }), cause: /Atlantis/ },
};
