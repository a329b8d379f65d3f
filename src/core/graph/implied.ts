/** Edges that a drawing can leave out. */

interface Edge {
  readonly from: string;
  readonly to: string;
}

/** Edges that say nothing new: what they lead to is reached on a longer way too. */
export function impliedEdges<E extends Edge>(edges: readonly E[]): ReadonlySet<E> {
  const leaving = new Map<string, E[]>();
  for (const edge of edges) {
    const known = leaving.get(edge.from);
    if (known === undefined) leaving.set(edge.from, [edge]);
    else known.push(edge);
  }
  const reachedFrom = (start: string): ReadonlySet<string> => {
    const seen = new Set([start]);
    // What is added meanwhile is visited too.
    for (const key of seen) for (const { to } of leaving.get(key) ?? []) seen.add(to);
    return seen;
  };
  const implied = new Set<E>();
  for (const [from, own] of leaving) {
    const steps = new Set(own.map(({ to }) => to));
    if (steps.size < 2) continue;
    const ways = [...steps].filter((step) => step !== from).map((step) => ({ step, reached: reachedFrom(step) }));
    for (const edge of own) if (ways.some(({ step, reached }) => step !== edge.to && reached.has(edge.to))) implied.add(edge);
  }
  return implied;
}
