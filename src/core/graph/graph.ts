/** A dependency graph over string keys. */

export interface GraphNode {
  readonly key: string;
  /** Keys that have to come first. */
  readonly dependsOn: readonly string[];
}

export interface Graph {
  /** What each key depends on, sorted; only keys that are nodes themselves. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
  /** What depends on each key, sorted. */
  readonly dependents: ReadonlyMap<string, readonly string[]>;
  /** Dependencies that are not nodes. */
  readonly missing: readonly { readonly key: string; readonly dependency: string }[];
}

/** Nodes of equal key are merged; an edge given twice counts once. */
export function buildGraph(nodes: Iterable<GraphNode>): Graph {
  const wanted = new Map<string, Set<string>>();
  for (const { key, dependsOn } of nodes) {
    const set = wanted.get(key) ?? new Set();
    for (const dependency of dependsOn) set.add(dependency);
    wanted.set(key, set);
  }
  const keys = [...wanted.keys()].toSorted();
  const dependencies = new Map<string, readonly string[]>();
  const dependents = new Map<string, string[]>(keys.map((key) => [key, []]));
  const missing: { key: string; dependency: string }[] = [];
  for (const key of keys) {
    const all = [...(wanted.get(key) ?? [])].toSorted();
    dependencies.set(
      key,
      all.filter((dependency) => wanted.has(dependency)),
    );
    for (const dependency of all) {
      const list = dependents.get(dependency);
      if (list === undefined) missing.push({ key, dependency });
      else list.push(key);
    }
  }
  return { dependencies, dependents, missing };
}
