/** What is known of an API version that is going away, or gone. */
import { deprecationRows } from './deprecations.table.ts';

export interface Deprecation {
  /** Minor version of Kubernetes since which it is deprecated, as `1.22`. */
  readonly deprecated: string;
  /** The one that serves it no more; empty: none is known. */
  readonly removed: string;
  /** `apps/v1 Deployment`; empty: nothing takes its place. */
  readonly replacement: string;
}

/** Undefined: it stays, or is nobody's that is known here. */
export function deprecationOf(apiVersion: string, kind: string): Deprecation | undefined {
  const rowOf = (name: string) => deprecationRows.find((row) => row[0] === apiVersion && row[1] === name);
  const own = rowOf(kind);
  if (own !== undefined) return { deprecated: own[2], removed: own[3], replacement: own[4] };
  const items = kind.endsWith('List') ? rowOf(kind.slice(0, -'List'.length)) : undefined;
  if (items === undefined) return undefined;
  return { deprecated: items[2], removed: items[3], replacement: items[4] === '' ? '' : `${items[4]}List` };
}
