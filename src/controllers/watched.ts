/** The kinds of ours that the controllers look at, each through one shared informer. */
import type { KubeObject } from '../core/object/index.ts';
import type { ApiResource } from '../ports/index.ts';
import type { Informer, Informers } from '../runtime/index.ts';
import { apps, approvals, inventories, sources, targetClusters } from './app/cluster.ts';
import type { PlatformObject } from './sealed/backups.ts';

const platforms: ApiResource = { ...apps, kind: 'Platform', resource: 'platforms', namespaced: false };

export class Watched {
  readonly apps: Informer;
  readonly sources: Informer;
  readonly inventories: Informer;
  readonly approvals: Informer;
  readonly platforms: Informer;
  readonly targetClusters: Informer;

  constructor(informers: Informers) {
    const of = (resource: ApiResource): Informer => informers.acquire(resource).informer;
    this.apps = of(apps);
    this.sources = of(sources);
    this.inventories = of(inventories);
    this.approvals = of(approvals);
    this.platforms = of(platforms);
    this.targetClusters = of(targetClusters);
    this.approvals.addIndex('app', (object) => [appOf(object)?.uid ?? '']);
  }

  /** Resolves once everything that exists is known. */
  async ready(): Promise<void> {
    const all = [this.apps, this.sources, this.inventories, this.approvals, this.platforms, this.targetClusters];
    await Promise.all(all.map((informer) => informer.ready()));
  }

  /** The same with word of its changes. */
  get platformObject(): PlatformObject {
    return { get: () => this.platform, subscribe: (listener) => void this.platforms.subscribe(() => listener()) };
  }

  /** By `namespace/name`, as it was last heard of. */
  app(key: string): KubeObject | undefined {
    const [namespace = '', name = ''] = key.split('/');
    return this.apps.get(namespace, name);
  }

  /** There is at most one, named `default`. */
  get platform(): KubeObject | undefined {
    return this.platforms.get('', 'default');
  }
}

/** The App a record (Inventory, Approval) is about. */
export const appOf = (object: KubeObject): { readonly name?: string; readonly uid?: string } | undefined =>
  (object['spec'] as { readonly app?: { readonly name?: string; readonly uid?: string } } | undefined)?.app;

/** Group and kind of what a record (Inventory) lists; the record is as somebody wrote it. */
export function kindsOf({ spec }: KubeObject): readonly { readonly group: string; readonly kind: string }[] {
  const entries = (spec as { readonly entries?: readonly { readonly group?: string; readonly kind?: string }[] } | undefined)?.entries;
  return Array.isArray(entries) ? entries.map(({ group = '', kind = '' }) => ({ group, kind })) : [];
}
