/**
 * The rights of the controllers, each with its reason. Delivering is not among them: Apps are applied as ServiceAccounts of their own namespaces (S11).
 * Acting as people is a choice of its own: without it nobody can become `system:masters` through Lockstep.
 */
import type { Json } from '../../core/object/index.ts';
import { GROUP } from '../kinds/kind.ts';

export interface Right {
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Only objects of these names. */
  readonly names?: readonly string[];
  readonly why: string;
}

/** As RBAC has it. */
export const ruleOf = ({ groups, resources, verbs, names }: Right): Json => ({
  apiGroups: groups,
  resources,
  verbs,
  ...(names === undefined ? {} : { resourceNames: names }),
});

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch', 'delete'];

/** In the whole cluster. */
export const CLUSTER_RIGHTS: readonly Right[] = [
  { groups: ['*'], resources: ['*'], verbs: READ, why: 'Drift and health are seen by watching what was delivered, whatever its kind.' },
  { groups: [GROUP], resources: ['*'], verbs: WRITE, why: 'Status, inventories and finalizers of its own kinds.' },
  { groups: [''], resources: ['serviceaccounts'], verbs: ['impersonate'], why: 'Apps are applied as a ServiceAccount of their namespace.' },
  { groups: [''], resources: ['events'], verbs: ['create', 'patch'], why: 'What happened, for `kubectl get events`.' },
  { groups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'], why: 'Who calls the HTTP API.' },
  {
    groups: ['authorization.k8s.io'],
    resources: ['subjectaccessreviews'],
    verbs: ['create'],
    why: 'What a caller of the HTTP API may see.',
  },
  {
    groups: [''],
    resources: ['secrets'],
    verbs: ['create', 'update'],
    why: 'Unsealing SealedSecrets that no App delivers, as their original controller does.',
  },
  {
    groups: ['bitnami.com'],
    resources: ['sealedsecrets/status', 'sealedsecrets/finalizers'],
    verbs: ['update', 'patch'],
    why: 'Whether a SealedSecret was unsealed, and that its Secret goes with it.',
  },
  {
    groups: ['apps'],
    resources: ['deployments'],
    names: ['sealed-secrets-controller', 'sealed-secrets'],
    verbs: ['patch'],
    why: 'Scaling the original controller of Sealed Secrets to zero, where `Platform.spec.secrets.sealedSecrets` says `takeOver`.',
  },
];

/** In the whole cluster, where `people` is `any`. */
export const ACTING_RIGHTS: readonly Right[] = [
  {
    groups: [''],
    resources: ['users', 'groups'],
    verbs: ['impersonate'],
    why: 'Whoever has signed in to the dashboard sees and does what RBAC allows them.',
  },
];

/** In Lockstep's own namespace. */
export const OWN_RIGHTS: readonly Right[] = [
  {
    groups: ['coordination.k8s.io'],
    resources: ['leases'],
    verbs: WRITE,
    why: 'One active replica at a time.',
  },
  { groups: [''], resources: ['secrets'], verbs: ['create'], why: 'The key of the installation, and sealing keys.' },
  {
    groups: [''],
    resources: ['serviceaccounts/token'],
    verbs: ['create'],
    why: 'Short-lived tokens for other clusters (`spec.token.serviceAccount` of a TargetCluster).',
  },
  { groups: [''], resources: ['configmaps'], verbs: ['create', 'update', 'patch'], why: 'Saved views of the dashboard.' },
];

/** What people may do with our kinds, added to Kubernetes' own roles. */
export const PEOPLE_RIGHTS: readonly { readonly name: string; readonly role: string; readonly right: Right }[] = [
  { name: 'lockstep-view', role: 'view', right: { groups: [GROUP], resources: ['*'], verbs: READ, why: 'Whoever may view may see Apps.' } },
  {
    name: 'lockstep-edit',
    role: 'edit',
    right: { groups: [GROUP], resources: ['apps', 'sources', 'channels'], verbs: WRITE, why: 'Whoever may edit may change Apps.' },
  },
  {
    name: 'lockstep-approve',
    role: 'admin',
    right: { groups: [GROUP], resources: ['approvals'], verbs: WRITE, why: 'Whoever is admin of a namespace may approve its plans (S2).' },
  },
];
