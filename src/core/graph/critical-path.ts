/** The chain of dependencies that takes longest: what to make faster. */
import type { Graph } from './graph.ts';
import { waves } from './order.ts';

export interface CriticalPath {
  /** From the first to the last. */
  readonly path: readonly string[];
  /** Sum of the weights along it. */
  readonly total: number;
}

/** Weights are at least 0; of equally long paths the one with the smaller keys. Keys on a cycle do not take part. */
export function criticalPath(graph: Graph, weight: (key: string) => number): CriticalPath {
  const best = new Map<string, { readonly total: number; readonly previous: string | undefined }>();
  let last: string | undefined;
  for (const key of waves(graph).flat()) {
    let total = 0;
    let previous: string | undefined;
    for (const dependency of graph.dependencies.get(key) ?? []) {
      const sum = best.get(dependency)?.total ?? 0;
      if (previous === undefined || sum > total) {
        total = sum;
        previous = dependency;
      }
    }
    const entry = { total: total + Math.max(0, weight(key)), previous };
    best.set(key, entry);
    if (last === undefined || entry.total > (best.get(last)?.total ?? 0)) last = key;
  }
  const path: string[] = [];
  for (let key = last; key !== undefined; key = best.get(key)?.previous) path.unshift(key);
  return { path, total: last === undefined ? 0 : (best.get(last)?.total ?? 0) };
}
