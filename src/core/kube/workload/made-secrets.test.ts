/** Which Secrets programs make that are only simulated. */
import { expect, test } from 'vitest';
import type { KubeObject } from '../../object/index.ts';
import type { Change, View } from '../controller/index.ts';
import { madeByEnded, madeByOthers } from './made-secrets.ts';

type Parts = Readonly<Record<string, unknown>>;
const made = (kind: string, name: string, parts: Parts = {}): KubeObject =>
  ({ apiVersion: 'v1', kind, metadata: { name, namespace: 'shop', ...(parts['metadata'] as Parts) }, ...parts }) as unknown as KubeObject;

const RBAC = 'rbac.authorization.k8s.io';
const tables: Readonly<Record<string, readonly KubeObject[]>> = {
  secrets: [made('Secret', 'there')],
  [`roles.${RBAC}`]: [made('Role', 'maker', { rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['create'] }] })],
  [`rolebindings.${RBAC}`]: [
    made('RoleBinding', 'maker', {
      roleRef: { apiGroup: RBAC, kind: 'Role', name: 'maker' },
      subjects: [{ kind: 'ServiceAccount', name: 'maker', namespace: 'shop' }],
    }),
  ],
  'certificates.cert-manager.io': [made('Certificate', 'web', { spec: { secretName: 'web-tls' } })],
  'externalsecrets.external-secrets.io': [made('ExternalSecret', 'db', { spec: {} })],
  'clusters.postgresql.cnpg.io': [made('Cluster', 'orders', { spec: {} })],
};
const view: View = {
  get: (table, _namespace, name) => tables[table]?.find(({ metadata }) => metadata.name === name),
  list: (table) => tables[table] ?? [],
  owned: () => [],
  scenarios: () => [],
  now: 0,
};
const said = (changes: readonly Change[]): readonly string[] =>
  changes.flatMap((change) => {
    if (change.kind !== 'create') return [];
    const { name, annotations } = change.object['metadata'] as {
      readonly name: string;
      readonly annotations: Readonly<Record<string, string>>;
    };
    return [`${name} by ${annotations['lockstep.dev/simulated-by'] ?? ''}`];
  });

const ended = (container: Parts, account = 'maker'): readonly string[] => {
  const metadata = { namespace: 'shop', ownerReferences: [{ kind: 'Job', name: 'certgen' }] };
  return said(madeByEnded(made('Pod', 'certgen-1', { metadata, spec: { serviceAccountName: account, containers: [container] } }), view));
};

test.each<readonly [string, readonly string[], readonly string[]]>([
  ['a flag', ended({ args: ['create', '--host=web', '--secret-name=admission'] }), ['admission by Job/shop/certgen']],
  ['a flag and its value apart', ended({ args: ['create', '--tls-secret', 'admission'] }), ['admission by Job/shop/certgen']],
  [
    'a script',
    ended({ command: ['sh', '-c', 'kubectl create secret generic admission --from-file=/tls'] }),
    ['admission by Job/shop/certgen'],
  ],
  ['a variable', ended({ env: [{ name: 'SECRET_NAME', value: 'admission' }] }), ['admission by Job/shop/certgen']],
  ['one that is there', ended({ args: ['--secret-name=there'] }), []],
  ['an account that may not', ended({ args: ['--secret-name=admission'] }, 'default'), []],
  ['no name', ended({ args: ['--secret-name=$(NAME)', '--verbose'] }), []],
  ['a Certificate', said(madeByOthers('web-tls', 'shop', view)), ['web-tls by Certificate/shop/web']],
  ['an ExternalSecret without a target', said(madeByOthers('db', 'shop', view)), ['db by ExternalSecret/shop/db']],
  ['a database', said(madeByOthers('orders-app', 'shop', view)), ['orders-app by Cluster/shop/orders']],
  ['nobody', said(madeByOthers('other', 'shop', view)), []],
])('%s', (_name, found, expected) => expect(found).toEqual(expected));
