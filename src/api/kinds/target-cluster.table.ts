/** `TargetCluster`: another cluster that Apps are delivered to. */
import { bool, by, list, must, object, str, type Infer } from '../schema/field.ts';
import { AGE, conditionColumn, type Kind } from './kind.ts';
import { commonStatus, objectName, secretRef } from './shared.table.ts';

const targetClusterSpec = object('How the cluster is reached.', {
  kubeconfig: must(
    object('A kubeconfig that stands for itself: no files, no programs.', {
      secretRef: must(secretRef('Secret in the same namespace that holds it. A change counts at once.')),
      key: by('value', str('Key in the Secret.', { maxLength: 253 })),
      context: str('Context in it; absent: its `current-context`.', { maxLength: 253 }),
      allowInsecureTls: by(false, bool('Accept `insecure-skip-tls-verify` in it.')),
    }),
  ),
  token: object(
    'Who Lockstep is there by a short-lived token that is renewed by itself; the kubeconfig then names server and certificate authority only.',
    {
      serviceAccount: object('A ServiceAccount of the same namespace; that cluster trusts the issuer of the one that Lockstep lives in.', {
        name: must(objectName('Its name.')),
        audiences: must(
          list(str('An audience that the other API server expects.', { maxLength: 253, minLength: 1 }), 'Whom the token is for.', {
            minItems: 1,
            maxItems: 10,
          }),
        ),
      }),
      file: str("Name of a file that the platform projects into Lockstep's Pod and rotates. Only in Lockstep's own namespace.", {
        maxLength: 253,
        pattern: '^[A-Za-z0-9_-][A-Za-z0-9._-]*$',
        means: 'the name of a file',
      }),
    },
    { exactlyOne: ['serviceAccount', 'file'] },
  ),
  allowedNamespaces: list(
    str('Name of a namespace; `*`: every one.', { maxLength: 63 }),
    "Namespaces whose Apps may be delivered there, besides its own. Counts only in Lockstep's own namespace.",
    { maxItems: 1000, merge: 'set' },
  ),
});

const targetClusterStatus = object('What is known of the cluster.', {
  ...commonStatus,
  uid: str('Its identity: uid of its kube-system namespace (S5).', { maxLength: 64 }),
  version: str('Version of its API server.', { maxLength: 128 }),
  server: str('Address of its API server.', { maxLength: 2048 }),
});

export type TargetClusterSpec = Infer<typeof targetClusterSpec>;
export type TargetClusterStatus = Infer<typeof targetClusterStatus>;

export const targetClusterKind: Kind = {
  kind: 'TargetCluster',
  plural: 'targetclusters',
  singular: 'targetcluster',
  shortName: 'lstc',
  scope: 'Namespaced',
  doc: 'Another cluster that Apps are delivered to, named by `spec.target.cluster`. Its labels say what it is.',
  spec: must(targetClusterSpec),
  status: targetClusterStatus,
  columns: [
    { name: 'Server', type: 'string', path: '.status.server' },
    { name: 'Version', type: 'string', path: '.status.version' },
    conditionColumn('Ready', 'Ready', 'status'),
    conditionColumn('Reason', 'Ready', 'reason'),
    conditionColumn('Message', 'Ready', 'message'),
    AGE,
  ],
  example: `apiVersion: lockstep.dev/v1
kind: TargetCluster
metadata: {name: prod-eu, namespace: lockstep-system, labels: {environment: prod, region: eu}}
spec:
  kubeconfig: {secretRef: {name: prod-eu-kubeconfig}}
  allowedNamespaces: [team-shop]
`,
};
