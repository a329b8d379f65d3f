/** The two sides of a change: what the release has in the cluster, and what it is to have. */
import type { Release } from '../core/release/index.ts';
import { marked, placeAll, type Placed } from './objects.ts';
import type { Scene } from './scene.ts';
import type { Served } from './served.ts';

export type ServerSide = 'auto' | 'true' | 'false';

/** `auto` follows the revision before. */
export const isServerSide = (choice: ServerSide, { applyMethod }: Pick<Release, 'applyMethod'>): boolean =>
  choice === 'auto' ? applyMethod === 'ssa' : choice === 'true';

export interface Sides {
  readonly originals: readonly Placed[];
  readonly targets: readonly Placed[];
}

export function placedOf(
  { namespace }: Scene,
  { current, release, served }: { readonly current: Release | undefined; readonly release: Release; readonly served: Served },
): Sides {
  const where = { served, namespace };
  const { name, namespace: of } = release;
  return {
    originals: current === undefined ? [] : placeAll(current.manifest, 'current release manifest', where),
    targets: marked(placeAll(release.manifest, 'new release manifest', where), { name, namespace: of }),
  };
}
