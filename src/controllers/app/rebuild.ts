/** S6: a lost inventory is rebuilt from the proofs of ownership on the objects themselves. Nothing is pruned until that is done. */
import type { KubeObject } from '../../core/object/index.ts';
import { parseApiVersion, refOf } from '../../core/object/index.ts';
import type { InventoryEntry } from '../../core/plan/index.ts';
import { appKey, appLabel, provenOwner } from '../../core/plan/owner/index.ts';
import { hookRunAnnotation } from '../../core/release/hooks/index.ts';
import type { KubeClient, KubeError } from '../../ports/index.ts';
import { type Result, err, ok } from '../../std/index.ts';
import type { Served } from './cluster.ts';
import { preferred } from './observe.ts';

export interface Owned {
  /** By App key. */
  readonly entries: ReadonlyMap<string, readonly InventoryEntry[]>;
  /** False when some group could not be discovered, so that something may be missing. */
  readonly complete: boolean;
}

const entryOf = (object: KubeObject): InventoryEntry => ({ ...refOf(object), version: parseApiVersion(object.apiVersion).version });

/** Everything in the cluster that proves to belong to an App of this installation. */
export async function findOwned(kube: KubeClient, served: Served, installation: string): Promise<Result<Owned, KubeError>> {
  const found = new Map<string, InventoryEntry[]>();
  for (const resource of preferred(served)) {
    const listed = await kube.list(resource, { labelSelector: appLabel });
    if (!listed.ok && listed.error.code !== 404 && listed.error.code !== 405) return err(listed.error);
    for (const object of listed.ok ? listed.value.items : []) {
      const owner = provenOwner(object);
      // What hooks and tests ran in is no part of what an App keeps.
      const isHook = object.metadata.annotations?.[hookRunAnnotation] !== undefined;
      if (owner === undefined || owner.installation !== installation || isHook) continue;
      const entries = found.get(appKey(owner));
      if (entries === undefined) found.set(appKey(owner), [entryOf(object)]);
      else entries.push(entryOf(object));
    }
  }
  return ok({ entries: found, complete: served.failedGroups.length === 0 });
}
