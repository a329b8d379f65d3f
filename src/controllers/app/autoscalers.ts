/** Which workloads an autoscaler scales, planned or living (S8): their replicas are left to it from the start. */
import type { KubeObject } from '../../core/object/index.ts';
import type { Informer, Informers } from '../../runtime/index.ts';
import type { Served } from './cluster.ts';
import { scaleTargets } from './manifests.ts';

const kinds = [
  { group: 'autoscaling', kind: 'HorizontalPodAutoscaler' },
  { group: 'keda.sh', kind: 'ScaledObject' },
] as const;

export class Autoscalers {
  readonly #informers: Informers;
  readonly #watched = new Map<string, Informer>();
  #living: ReadonlyMap<string, string> | undefined;

  constructor(informers: Informers) {
    this.#informers = informers;
  }

  /** Watches the autoscaler kinds that are served. */
  async watch(served: Served): Promise<void> {
    for (const kind of kinds) {
      const resource = served.findKind(kind);
      if (resource === undefined || this.#watched.has(kind.kind)) continue;
      const { informer } = this.#informers.acquire(resource);
      this.#watched.set(kind.kind, informer);
      informer.subscribe(() => (this.#living = undefined));
      await informer.ready();
    }
  }

  /** `Kind/namespace/name` of every scaled workload → the autoscaler's name. */
  targets(wanted: readonly KubeObject[]): ReadonlyMap<string, string> {
    this.#living ??= scaleTargets([...this.#watched.values()].flatMap((informer) => [...informer.values()]));
    const planned = scaleTargets(wanted);
    if (planned.size === 0) return this.#living;
    return this.#living.size === 0 ? planned : new Map([...this.#living, ...planned]);
  }
}
