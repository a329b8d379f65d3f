/**
 * Objects that this process pruned and that are there again, with the proof that this very App owns them: an old leader that did not know it was none any
 * more put them back (S25). They count as owned, so that they are pruned once more instead of staying for ever.
 */
import type { App } from '../../api/index.ts';
import { refKey } from '../../core/object/index.ts';
import type { InventoryEntry } from '../../core/plan/index.ts';
import { appKey, provenOwner } from '../../core/plan/owner/index.ts';
import type { Served } from './cluster.ts';
import type { InventoryState } from './inventory.ts';
import type { LiveObjects } from './live.ts';
import type { AppMemory } from './memory.ts';

/** More than this many pruned objects are not remembered; the oldest go first. */
const MOST = 1000;

export function rememberPruned(memory: AppMemory, entries: readonly InventoryEntry[]): void {
  const { pruned } = memory;
  for (const entry of entries) pruned.set(refKey(entry), entry);
  for (const key of pruned.keys()) {
    if (pruned.size <= MOST) return;
    pruned.delete(key);
  }
}

/** The inventory with what came back. */
export function withReturned(
  state: InventoryState,
  app: App,
  { memory, served, live, installation }: { memory: AppMemory; served: Served; live: LiveObjects; installation: string },
): InventoryState {
  if (memory.pruned.size === 0) return state;
  const known = new Set(state.entries.map(refKey));
  const back = [...memory.pruned.values()].filter((entry) => {
    if (known.has(refKey(entry))) return false;
    const object = live.peek(served.findKind(entry), entry);
    const owner = object === null || object.metadata.deletionTimestamp !== undefined ? undefined : provenOwner(object);
    return owner?.installation === installation && appKey(owner) === appKey(app.metadata);
  });
  return back.length === 0 ? state : { ...state, entries: [...state.entries, ...back] };
}
