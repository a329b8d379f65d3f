/** `Inventory` (what an App owns) and `Approval` (a person's yes to one plan): records rather than wishes, so neither has a status. */
import { int, list, must, object, str, time, word, type Infer } from '../schema/field.ts';
import { AGE, type Kind } from './kind.ts';
import { objectName, objectRefFields } from './shared.table.ts';

const app = object('The App it belongs to.', {
  name: must(objectName('Name, in the same namespace.')),
  uid: must(str('Uid: a record of a deleted and re-created App is void.', { maxLength: 64 })),
});

const inventorySpec = object('A chunk of what an App owns.', {
  app: must(app),
  cluster: must(
    object('The cluster the objects are in (S5).', {
      name: objectName('Name of a TargetCluster; absent: the cluster the App lives in.'),
      uid: must(str('Uid of its kube-system namespace.', { maxLength: 64 })),
    }),
  ),
  chunk: must(int('Number of this chunk, from 0.', 0, 10000)),
  entries: must(
    list(
      object('One object.', {
        ...objectRefFields,
        version: str('Version it was applied with.', { maxLength: 63 }),
        uid: str('Uid it had when it was last applied.', { maxLength: 64 }),
        digest: str('Digest of the manifest it was last applied from (S10).', { maxLength: 128 }),
        origin: word(
          ['manifest', 'createNamespace', 'crds', 'hook'],
          'Where it comes from; absent: the manifests. Namespaces of `createNamespace` and CRDs of `crds/` are never deleted (S3).',
        ),
      }),
      'The objects, sorted.',
      { maxItems: 1000 },
    ),
  ),
  releases: list(
    object('One release.', {
      kind: must(word(['helm', 'delivery'], 'Helm’s own records, or those of an App with hooks that is no Helm release.')),
      name: must(str('Its name.', { maxLength: 63 })),
      namespace: must(str('The namespace it is installed in.', { maxLength: 63 })),
      storage: must(str('The namespace its records are in.', { maxLength: 63 })),
    }),
    'Releases that may have records in this cluster, in chunk 0: also those that the App was before it was renamed or moved (S4).',
    { maxItems: 100 },
  ),
});

const approvalSpec = object(
  'Whoever may create this may approve (S2).',
  {
    app: must(app),
    plan: must(
      str('Digest of the plan; a new digest voids the approval.', {
        maxLength: 128,
        pattern: '^[a-z0-9]+:[0-9a-f]{32,128}$',
        means: 'a plan digest such as sha256:…',
      }),
    ),
    reason: str('Why, for the ledger.', { maxLength: 1024 }),
    expires: time('Not valid after.'),
  },
  { rules: [{ rule: 'self == oldSelf', message: 'an approval cannot be changed', hint: 'delete it and create another' }] },
);

export type InventorySpec = Infer<typeof inventorySpec>;
export type ApprovalSpec = Infer<typeof approvalSpec>;

export const inventoryKind: Kind = {
  kind: 'Inventory',
  plural: 'inventories',
  singular: 'inventory',
  shortName: 'lsinv',
  scope: 'Namespaced',
  doc: 'What an App owns, in chunks of at most 1,000 objects. Written by Lockstep before the first write of an apply; people only read it.',
  spec: must(inventorySpec),
  columns: [{ name: 'App', type: 'string', path: '.spec.app.name' }, { name: 'Chunk', type: 'integer', path: '.spec.chunk' }, AGE],
  example: `apiVersion: lockstep.dev/v1
kind: Inventory
metadata: {name: shop-0, namespace: team-shop}
spec:
  app: {name: shop, uid: 5d3c2b1a-0000-4000-8000-000000000001}
  cluster: {uid: 5d3c2b1a-0000-4000-8000-000000000002}
  chunk: 0
  entries: [{group: apps, kind: Deployment, namespace: shop, name: web}]
`,
};

export const approvalKind: Kind = {
  kind: 'Approval',
  plural: 'approvals',
  singular: 'approval',
  shortName: 'lsapproval',
  scope: 'Namespaced',
  doc: "A person's yes to one plan of one App. RBAC decides who may create it.",
  spec: must(approvalSpec),
  columns: [{ name: 'App', type: 'string', path: '.spec.app.name' }, { name: 'Plan', type: 'string', path: '.spec.plan' }, AGE],
  example: `apiVersion: lockstep.dev/v1
kind: Approval
metadata: {generateName: shop-, namespace: team-shop}
spec:
  app: {name: shop, uid: 5d3c2b1a-0000-4000-8000-000000000001}
  plan: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
`,
};
