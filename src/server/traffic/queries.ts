/** Queries with an App's own names in them. Names come from the cluster, so nothing of them may end a string or mean anything in a pattern. Pure. */
import type { InventoryEntry } from '../../api/index.ts';

export interface QueryNames {
  /** Where the App runs. */
  readonly namespace: string;
  readonly app: string;
  readonly inventory: readonly InventoryEntry[];
}

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** For a regular expression inside a string of PromQL. */
const literal = (name: string): string => name.replace(/[^A-Za-z0-9_-]/g, (one) => (one === '.' ? '[.]' : ''));

/** `$namespace`, `$app`, and `$pods`: a pattern of the names of its Pods. */
export function fillIn(query: string, { namespace, app, inventory }: QueryNames): string {
  const workloads = inventory.filter(({ kind }) => WORKLOADS.has(kind)).map(({ name }) => literal(name));
  const pods = workloads.length === 0 ? literal(app) : workloads.join('|');
  const values: Readonly<Record<string, string>> = { namespace: literal(namespace), app: literal(app), pods: `(${pods})-.*` };
  return query.replace(/\$(namespace|app|pods)\b/g, (_, name: string) => values[name] ?? '');
}
