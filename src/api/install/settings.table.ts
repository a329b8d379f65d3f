/** What may differ between installations: one row gives a flag of `lockstep install` and a value of the chart. */

interface Setting {
  /** Flag, and name in the chart's values (in camel case). */
  readonly flag: string;
  readonly value: string;
  readonly doc: string;
  /** Empty: absent from the objects. */
  readonly default: string;
}

export const SETTINGS = {
  image: { flag: 'image', value: 'IMAGE', doc: 'Image of Lockstep, built from its Dockerfile', default: '' },
  rootRole: {
    flag: 'root-role',
    value: 'CLUSTERROLE',
    doc: 'What Apps in lockstep-system may do; "none" leaves it to you',
    default: 'cluster-admin',
  },
  people: {
    flag: 'people',
    value: 'none|any',
    doc: 'Whom the dashboard may act as: "any" user and group that signs in, or "none", only ServiceAccounts',
    default: 'none',
  },
  dashboardUrl: { flag: 'dashboard-url', value: 'URL', doc: 'Under which browsers reach the dashboard, for signing in', default: '' },
  storageSize: { flag: 'storage-size', value: 'QUANTITY', doc: 'Volume for mirrors, charts and the ledger', default: '10Gi' },
  storageClass: { flag: 'storage-class', value: 'NAME', doc: "StorageClass of the volume; without it the cluster's default", default: '' },
  memory: { flag: 'memory', value: 'QUANTITY', doc: 'Most memory the controllers may use', default: '1Gi' },
  pullSecret: { flag: 'pull-secret', value: 'NAME', doc: 'Secret in lockstep-system that the image is pulled with', default: '' },
} as const satisfies { readonly [name: string]: Setting };

export type SettingName = keyof typeof SETTINGS;

export type InstallSettings = {
  readonly [Name in SettingName]: string;
} & {
  /** Version of Lockstep, for labels and for `image` when that is empty. */
  readonly version: string;
};
