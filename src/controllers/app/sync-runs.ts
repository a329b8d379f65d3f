/**
 * Jobs and Pods of Argo CD's `Sync` that say `HookSucceeded`: once their revision is applied whole, what succeeded is deleted. That they ran is in the
 * inventory by then, so that their absence is no drift (S10). One that failed stays: it is what the App reports.
 */
import { refKey, refOf } from '../../core/object/index.ts';
import { finishOf } from '../../core/release/hooks/index.ts';
import { isSyncRun } from '../../core/release/index.ts';
import type { LiveObjects } from './live.ts';
import { resourceFor } from './observe.ts';
import type { Done, Pass } from './pass-end.ts';
import type { Target } from './targets.ts';

export async function sweepSyncRuns(
  { client, served }: Pick<Pass, 'client' | 'served'>,
  { objects }: Pick<Target, 'objects'>,
  { done, live }: { readonly done: Done; readonly live: LiveObjects },
): Promise<void> {
  const ran = new Map(done.inventory.entries.map((entry) => [refKey(entry), entry.digest]));
  for (const { object, digest } of done.result === undefined ? [] : objects) {
    const ref = refOf(object);
    if (!isSyncRun(object, 'HookSucceeded') || ran.get(refKey(ref)) !== digest) continue;
    const resource = resourceFor(served, ref, object);
    const there = live.peek(resource, ref);
    if (resource === undefined || there === null || finishOf(there).state !== 'succeeded' || there.metadata.deletionTimestamp !== undefined)
      continue;
    const { uid } = there.metadata;
    const deleted = await client.delete(resource, ref.namespace, ref.name, {
      propagation: 'Background',
      ...(uid === undefined ? {} : { uid }),
    });
    // Whatever kept it from going is tried again by the next pass.
    if (deleted.ok && deleted.value === null) live.deleted(ref, there);
  }
}
