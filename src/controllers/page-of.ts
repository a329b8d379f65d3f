/** Where the dashboard shows an object: for links in commits and news. */
import type { KubeObject } from '../core/object/index.ts';

/** `dashboard`: the address under which people reach it; undefined: nobody does. */
export function pageOf({ kind, metadata }: Pick<KubeObject, 'kind' | 'metadata'>, dashboard: string | undefined): string | undefined {
  const base = dashboard?.replace(/\/+$/, '');
  if (base === undefined) return undefined;
  return kind === 'App' ? `${base}/apps/${metadata.namespace ?? ''}/${metadata.name ?? ''}` : `${base}/sources`;
}
