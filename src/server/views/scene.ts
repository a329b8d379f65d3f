/** Everything views are made of, kept up to date by informers; one per server. */
import { type App, environmentLabel, type InventoryEntry, targetOf } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { ApiResource, Ledger } from '../../ports/index.ts';
import { createInformers, type Informer, type Informers } from '../../runtime/index.ts';
import type { DashboardPorts, River } from '../ports.ts';
import { measureApps } from '../app-metrics.ts';
import { AppIndex } from './app-index.ts';
import { Clusters } from './clusters.ts';
import { Commits } from './commits.ts';
import { appUid, inventoryOf, Masks, Objects } from './object/index.ts';
import { ServedKinds } from './served.ts';
import { Trees } from './tree/index.ts';

export interface Scene {
  readonly apps: AppIndex;
  readonly sources: Informer;
  readonly approvals: Informer;
  readonly trees: Trees;
  readonly clusters: Clusters;
  readonly objects: Objects;
  readonly masks: Masks;
  readonly river: River;
  readonly ledger: Ledger;
  readonly commits: Commits;
  /** What an App owns. */
  inventory(app: App): readonly InventoryEntry[];
  /** The one Platform object. */
  platform(): KubeObject | undefined;
  /** Undefined when everything has been read, else what has not. */
  notReady(): string | undefined;
  close(): Promise<void>;
}

const kind = (name: string, resource: string): ApiResource => ({
  group: 'lockstep.dev',
  version: 'v1',
  kind: name,
  resource,
  namespaced: true,
  verbs: [],
});

/** What the labels of a TargetCluster say. Two of one name are told apart by nobody who reads a table: the first one with labels counts. */
function environmentOfCluster(clusters: Informer, name: string): string | undefined {
  for (const cluster of clusters.values()) {
    const label = cluster.metadata.name === name ? environmentLabel(cluster) : undefined;
    if (label !== undefined) return label;
  }
  return undefined;
}

const targetNamed =
  (cluster: string) =>
  (app: KubeObject): boolean =>
    targetOf(app as unknown as App).cluster === cluster;

/** `changed` is called whenever something may look different. */
export function createScene(ports: DashboardPorts, changed: () => void): Scene {
  const { kube, clock, random, log, metrics, ledger, river, masking } = ports;
  const informers: Informers = createInformers({ client: kube, clock, random, log, metrics });
  const follow = (resource: ApiResource): Informer => informers.acquire(resource).informer;
  const [apps, sources] = [follow(kind('App', 'apps')), follow(kind('Source', 'sources'))];
  const [inventories, approvals] = [follow(kind('Inventory', 'inventories')), follow(kind('Approval', 'approvals'))];
  for (const record of [inventories, approvals]) record.addIndex('app', appUid);
  const platforms = follow({ ...kind('Platform', 'platforms'), namespaced: false });
  const declared = follow(kind('TargetCluster', 'targetclusters'));
  const index = new AppIndex(clock, (name) => environmentOfCluster(declared, name));
  measureApps(index, metrics);
  apps.subscribe((change) => {
    if (change.type === 'deleted') index.remove(change.old);
    else index.put(change.now);
    changed();
  });
  for (const informer of [sources, approvals]) informer.subscribe(changed);
  declared.subscribe((change) => {
    const named = targetNamed((change.type === 'deleted' ? change.old : change.now).metadata.name ?? '');
    for (const app of apps.values()) if (named(app)) index.put(app);
    changed();
  });
  const served = new ServedKinds(kube, clock);
  const clusters = new Clusters(ports, { kube, informers, served });
  const masks = new Masks({ clusters, river, masking, inventories });
  const trees = new Trees({ clusters, inventories, clock, planOf: (app) => river.plan(app.metadata), changed });
  const unread = { Apps: apps, Sources: sources, Inventories: inventories, Approvals: approvals, Platforms: platforms };
  return {
    apps: index,
    sources,
    approvals,
    trees,
    clusters,
    objects: new Objects({ clusters, masks, river, inventories, clock }),
    masks,
    river,
    ledger,
    commits: new Commits(ledger),
    inventory: (app) => inventoryOf(app, inventories),
    platform: () => platforms.get('', 'default'),
    notReady: () => {
      const waiting = Object.entries(unread).find(([, informer]) => !informer.synced);
      return waiting === undefined ? undefined : `the ${waiting[0]} are not read yet`;
    },
    close: async () => {
      trees.close();
      await clusters.close();
      await informers.stop();
    },
  };
}
