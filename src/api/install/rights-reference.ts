/** `docs/reference/rights.md`, written from the table. */
import { ACTING_RIGHTS, CLUSTER_RIGHTS, OWN_RIGHTS, PEOPLE_RIGHTS, type Right } from './rights.table.ts';
import { SEALING_RIGHTS } from './sealing.ts';

const named = (names: readonly string[] | undefined): string => (names === undefined ? '' : ` named ${names.join(' or ')}`);

const row = ({ groups, resources, verbs, names, why }: Right): string =>
  `| ${groups.map((group) => (group === '' ? 'core' : group)).join(', ')} | ${resources.join(', ')}${named(names)} | ${verbs.join(', ')} | ${why} |`;

const table = (rights: readonly Right[]): readonly string[] => [
  '| group | resources | verbs | why |',
  '|---|---|---|---|',
  ...rights.map(row),
];

export function rightsReference(): string {
  return `${[
    '# Rights',
    '',
    'What `lockstep install` grants. This page is written from `src/api/install/rights.table.ts`.',
    '',
    '## The controllers, in the whole cluster',
    '',
    ...table(CLUSTER_RIGHTS),
    '',
    'They cannot create, change or delete anything else. An App is applied as the ServiceAccount `lockstep` of its namespace (or the one in',
    '`spec.serviceAccountName`), with the rights that you give to it; the API server derives its groups. To act as any ServiceAccount is much: keep those',
    'with wide rights (those of `kube-system`, for example) in namespaces in which nobody may create Apps.',
    '',
    '## With `--people any`',
    '',
    ...table(ACTING_RIGHTS),
    '',
    'Without it only ServiceAccounts sign in to the dashboard, by their tokens.',
    '',
    '## The controllers, in `lockstep-system`',
    '',
    ...table(OWN_RIGHTS),
    '',
    '## Apps in `lockstep-system`',
    '',
    'They are applied as `lockstep-system/lockstep`, which is bound to the ClusterRole in `--root-role`. With `--root-role none` it has no right but those you give it.',
    '',
    '## People',
    '',
    'Everybody who is signed in, in `lockstep-system`, so that kubeseal works (docs/secrets.md):',
    '',
    ...table(SEALING_RIGHTS),
    '',
    ...PEOPLE_RIGHTS.flatMap(({ name, role, right }) => [
      `\`${name}\` is added to Kubernetes' role \`${role}\`.`,
      '',
      ...table([right]),
      '',
    ]),
  ]
    .join('\n')
    .trimEnd()}\n`;
}
