/** Apps whose objects at the current revision of their head are not known, by head and by the cluster they are delivered to. In the order they became so. */

export interface Place {
  readonly key: string;
  readonly head: string;
  /** Empty: the cluster that Lockstep lives in. */
  readonly cluster: string;
}

const none: ReadonlySet<string> = new Set();

export class DirtyApps {
  readonly #heads = new Map<string, Map<string, Set<string>>>();

  add({ key, head, cluster }: Place): void {
    const clusters = this.#heads.get(head) ?? new Map<string, Set<string>>();
    const keys = clusters.get(cluster) ?? new Set<string>();
    this.#heads.set(head, clusters.set(cluster, keys.add(key)));
  }

  /** False: it was not among them. */
  delete({ key, head, cluster }: Place): boolean {
    const clusters = this.#heads.get(head);
    const keys = clusters?.get(cluster);
    if (keys?.delete(key) !== true) return false;
    if (keys.size === 0) clusters?.delete(cluster);
    if (clusters?.size === 0) this.#heads.delete(head);
    return true;
  }

  /** Of one cluster. */
  beside({ head, cluster }: Pick<Place, 'head' | 'cluster'>): ReadonlySet<string> {
    return this.#heads.get(head)?.get(cluster) ?? none;
  }

  /** Of all clusters. */
  ofHead(head: string): readonly string[] {
    return [...(this.#heads.get(head)?.values() ?? [])].flatMap((keys) => [...keys]);
  }
}
