/** Lists of Apps as one visitor may see them: only namespaces in which they may list Apps. */
import type { KubeError } from '../../ports/index.ts';
import { err, type Result } from '../../std/index.ts';
import type { Visible } from '../access/access.ts';
import type { Visitor } from '../access/visitor.ts';
import { fromKube, type Refused } from '../http/refused.ts';
import type { AppIndex } from './app-index.ts';
import { appList } from './app-list.ts';
import { matrix } from './matrix.ts';
import type { Readers } from './readers.ts';

export const APPS = { group: 'lockstep.dev', resource: 'apps' } as const;

export function appReaders(index: AppIndex): Pick<Readers, 'apps' | 'matrix'> {
  const visible = async ({ access }: Visitor): Promise<Result<Visible, KubeError>> =>
    access.namespaces(APPS, () => new Set([...index.values()].map(({ row }) => row.namespace)));
  const withVisible = async <T>(visitor: Visitor, read: (seen: Visible) => Result<T, Refused>): Promise<Result<T, Refused>> => {
    const seen = await visible(visitor);
    return seen.ok ? read(seen.value) : err(fromKube(seen.error));
  };
  return {
    apps: ({ query, visitor }) => withVisible(visitor, (seen) => appList(index, query, seen)),
    matrix: ({ query, visitor }) => withVisible(visitor, (seen) => matrix(index, query, seen)),
  };
}
