/** What may start now, kept up to date one completion at a time. */
import type { Graph } from './graph.ts';

/** Belongs to whoever started it; each call costs as much as the key has dependents. */
export interface Frontier {
  /** Keys that may start and have not been completed, sorted. */
  ready(): readonly string[];
  /** Marks a key as done; returns the keys that may start because of it, sorted. A second time, or for an unknown key: none. */
  complete(key: string): readonly string[];
  /** Takes a completion back (it is no longer healthy); returns the keys that may no longer start. */
  reopen(key: string): readonly string[];
  /** Keys that wait, each with the dependencies it waits for. */
  waiting(): ReadonlyMap<string, readonly string[]>;
}

export function startFrontier(graph: Graph, done: Iterable<string> = []): Frontier {
  const completed = new Set<string>();
  const open = new Map([...graph.dependencies].map(([key, dependencies]) => [key, dependencies.length]));
  const change = (key: string, by: 1 | -1): readonly string[] => {
    const changed: string[] = [];
    for (const dependent of graph.dependents.get(key) ?? []) {
      const before = open.get(dependent) ?? 0;
      open.set(dependent, before + by);
      const turned = by < 0 ? before === 1 : before === 0;
      if (turned && !completed.has(dependent)) changed.push(dependent);
    }
    return changed;
  };
  const frontier: Frontier = {
    ready: () => [...open].filter(([key, count]) => count === 0 && !completed.has(key)).map(([key]) => key),
    complete(key) {
      if (completed.has(key) || !open.has(key)) return [];
      completed.add(key);
      return change(key, -1);
    },
    reopen: (key) => (completed.delete(key) ? change(key, 1) : []),
    waiting: () =>
      new Map(
        [...open]
          .filter(([key, count]) => count > 0 && !completed.has(key))
          .map(([key]) => [key, (graph.dependencies.get(key) ?? []).filter((dependency) => !completed.has(dependency))]),
      ),
  };
  for (const key of done) frontier.complete(key);
  return frontier;
}

/** Everything that depends on the keys, directly or not, themselves included; sorted. */
export function dependentsOf(graph: Graph, keys: Iterable<string>): readonly string[] {
  const found = new Set<string>();
  const queue = [...keys].filter((key) => graph.dependencies.has(key));
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    if (found.has(key)) continue;
    found.add(key);
    queue.push(...(graph.dependents.get(key) ?? []));
  }
  return [...found].toSorted();
}
