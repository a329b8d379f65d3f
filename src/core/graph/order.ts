/** Waves and cycles. Neither recurses: a chain of 100,000 is an ordinary input. */
import type { Graph } from './graph.ts';

/**
 * Keys in waves: each wave depends only on earlier ones, each key is in the first wave it can be in, and a wave is sorted.
 * Keys that are on a cycle, or behind one, are in no wave (see `findCycle`).
 */
export function waves(graph: Graph): readonly (readonly string[])[] {
  const open = new Map([...graph.dependencies].map(([key, dependencies]) => [key, dependencies.length]));
  let wave = [...open].filter(([, count]) => count === 0).map(([key]) => key);
  const result: string[][] = [];
  while (wave.length > 0) {
    result.push(wave.toSorted());
    const next: string[] = [];
    for (const key of wave)
      for (const dependent of graph.dependents.get(key) ?? []) {
        const count = (open.get(dependent) ?? 0) - 1;
        open.set(dependent, count);
        if (count === 0) next.push(dependent);
      }
    wave = next;
  }
  return result;
}

/** One cycle as a path that ends where it begins (`a → b → a`); undefined when there is none. It starts at its smallest key. */
export function findCycle(graph: Graph): readonly string[] | undefined {
  const closed = new Set<string>();
  for (const start of graph.dependencies.keys()) {
    if (closed.has(start)) continue;
    const cycle = walk(graph, start, closed);
    if (cycle !== undefined) return rotate(cycle);
  }
  return undefined;
}

function walk(graph: Graph, start: string, closed: Set<string>): readonly string[] | undefined {
  const trail = [start];
  const places = new Map([[start, 0]]);
  const cursors = [0];
  while (trail.length > 0) {
    const key = trail.at(-1) ?? '';
    const cursor = cursors.at(-1) ?? 0;
    const next = graph.dependencies.get(key)?.[cursor];
    if (next === undefined) {
      closed.add(key);
      places.delete(key);
      trail.pop();
      cursors.pop();
      continue;
    }
    cursors[cursors.length - 1] = cursor + 1;
    if (closed.has(next)) continue;
    const place = places.get(next);
    if (place !== undefined) return trail.slice(place);
    places.set(next, trail.length);
    trail.push(next);
    cursors.push(0);
  }
  return undefined;
}

function rotate(cycle: readonly string[]): readonly string[] {
  const smallest = cycle.reduce((best, key, index) => (key < (cycle[best] ?? '') ? index : best), 0);
  const turned = [...cycle.slice(smallest), ...cycle.slice(0, smallest)];
  return [...turned, turned[0] ?? ''];
}
