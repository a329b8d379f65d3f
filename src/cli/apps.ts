/** What the commands say about Apps: one line of a table, and finding an App by the name a person types. */
import type { App, Condition } from '../api/index.ts';
import { getCondition } from '../api/index.ts';
import type { ApiResource, KubeClient } from '../ports/index.ts';
import { CommandError } from './errors.ts';
import { formatAge } from './table.ts';

export const APP_RESOURCE: ApiResource = {
  group: 'lockstep.dev',
  version: 'v1',
  kind: 'App',
  resource: 'apps',
  namespaced: true,
  verbs: [],
};

export const APP_HEADER = ['NAMESPACE', 'NAME', 'REVISION', 'SYNC', 'HEALTH', 'AGE', 'MESSAGE'] as const;

export interface AppRow {
  readonly namespace: string;
  readonly name: string;
  readonly revision: string;
  readonly sync: string;
  readonly health: string;
  /** Since when the health is what it is. */
  readonly age: string;
  /** Empty when all is well. */
  readonly message: string;
  readonly ready: boolean;
}

export function appRow(app: App, now: number): AppRow {
  const ready = getCondition(app.status?.conditions, 'Ready');
  const since = app.status?.health?.since ?? app.metadata.creationTimestamp;
  return {
    namespace: app.metadata.namespace,
    name: app.metadata.name,
    revision: shortRevision(app.status?.applied?.inputs[0]?.revision),
    sync: syncWord(app),
    health: healthWord(app),
    age: since === undefined ? '' : formatAge(now - Date.parse(since)),
    message: ready?.status === 'True' ? '' : firstLine(app.status?.why?.[0]?.message ?? ready?.message ?? ''),
    ready: isReady(app),
  };
}

export const appCells = (row: AppRow): string[] => [row.namespace, row.name, row.revision, row.sync, row.health, row.age, row.message];

/** Ready for the spec as it stands now. */
export function isReady(app: App): boolean {
  const ready = getCondition(app.status?.conditions, 'Ready');
  return ready?.status === 'True' && app.status?.observedGeneration === app.metadata.generation;
}

/** `main@sha1:0123456…` → `main@0123456`. */
export function shortRevision(revision: string | undefined): string {
  return revision === undefined ? '-' : revision.replace(/(^|@)sha(?:1|256):([0-9a-f]{7})[0-9a-f]+$/, '$1$2');
}

function syncWord(app: App): string {
  const is = (type: 'Drifted' | 'Synced' | 'Stalled'): Condition['status'] | undefined =>
    getCondition(app.status?.conditions, type)?.status;
  if (app.spec.suspend) return is('Drifted') === 'True' ? 'Suspended, drifted' : 'Suspended';
  if (is('Drifted') === 'True') return 'Drifted';
  if (is('Stalled') === 'True') return 'Stalled';
  if (is('Synced') === 'True') return 'Synced';
  return getCondition(app.status?.conditions, 'Ready')?.reason ?? 'New';
}

function healthWord(app: App): string {
  const health = app.status?.health;
  if (health === undefined) return 'Unknown';
  return health.provenance === undefined || health.provenance === 'observed' ? health.state : `${health.state} (${health.provenance})`;
}

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

export async function listApps(kube: KubeClient, namespace?: string): Promise<readonly App[]> {
  const list = await kube.list(APP_RESOURCE, namespace === undefined ? {} : { namespace });
  if (list.ok) return list.value.items as readonly App[];
  if (list.error.code === 404) {
    throw new CommandError(
      'this cluster does not have the App kind',
      'Is Lockstep running there? Start it with: lockstep up --kubeconfig FILE',
    );
  }
  throw new CommandError(`cannot list Apps: ${list.error.message}`);
}

/** `shop`, `team-shop/shop`; a bare name is looked for in `namespace`, or everywhere when that is absent. */
export async function findApp(kube: KubeClient, text: string, namespace?: string): Promise<App> {
  const parts = text.replace(/^apps?\//i, '').split('/');
  const name = parts.at(-1) ?? '';
  const inNamespace = parts.length > 1 ? parts[0] : namespace;
  const found = (await listApps(kube, inNamespace)).filter((app) => app.metadata.name === name);
  if (found.length === 1 && found[0] !== undefined) return found[0];
  if (found.length === 0) {
    throw new CommandError(
      `there is no App "${name}"${inNamespace === undefined ? '' : ` in namespace "${inNamespace}"`}`,
      'List them with: lockstep get apps',
    );
  }
  throw new CommandError(
    `there are ${found.length} Apps called "${name}": ${found.map((app) => `${app.metadata.namespace}/${name}`).join(', ')}`,
    'Say which: NAMESPACE/NAME',
  );
}
