/**
 * How the real kubeseal reaches Lockstep in a cluster: a Service of the name it looks for, whose first port it takes, and the right of everybody who is
 * signed in to go through the API server's proxy to it. Source: sealed-secrets controller.jsonnet (service, sealed-secrets-service-proxier).
 */
import type { Json, KubeObject } from '../../core/object/index.ts';
import { SEALING_SERVICE, SYSTEM_NAMESPACE } from './place.ts';
import { type Right, ruleOf } from './rights.table.ts';

const namespace = SYSTEM_NAMESPACE;
const PROXIER = 'lockstep-sealing';
const RBAC = 'rbac.authorization.k8s.io';

/** As the original grants them: certificates are public, and what may be asked besides is answered with yes or no, twice a second. */
export const SEALING_RIGHTS: readonly Right[] = [
  { groups: [''], resources: ['services'], names: [SEALING_SERVICE], verbs: ['get'], why: 'kubeseal looks up the name of the port.' },
  {
    groups: [''],
    resources: ['services/proxy'],
    names: [`http:${SEALING_SERVICE}:http`, `http:${SEALING_SERVICE}:`, SEALING_SERVICE],
    verbs: ['get', 'create'],
    why: 'Fetching the certificate, and having a SealedSecret checked or sealed again. Nothing is answered in clear.',
  },
];

export const sealingObjects = (selector: Readonly<Record<string, string>>): readonly KubeObject[] => [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: SEALING_SERVICE, namespace },
    spec: { selector, ports: [{ name: 'http', port: 8080, targetPort: 'sealing', protocol: 'TCP' }] },
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { name: PROXIER, namespace },
    rules: SEALING_RIGHTS.map(ruleOf) as Json,
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: PROXIER, namespace },
    roleRef: { apiGroup: RBAC, kind: 'Role', name: PROXIER },
    subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'system:authenticated' }],
  },
];
