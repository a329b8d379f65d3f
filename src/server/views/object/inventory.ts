/** What an App owns, from its Inventory objects. */
import type { App, Inventory, InventoryEntry } from '../../../api/index.ts';
import type { Informer } from '../../../runtime/index.ts';

/** `inventories` has an index `app` by the App's uid. */
export function inventoryOf(app: App, inventories: Informer): readonly InventoryEntry[] {
  const chunks = inventories.byIndex('app', app.metadata.uid ?? '') as readonly Inventory[];
  return chunks.toSorted((a, b) => a.spec.chunk - b.spec.chunk).flatMap(({ spec }) => spec.entries);
}

/** The index above. */
export const appUid = (object: unknown): readonly string[] => [(object as Inventory).spec.app.uid];
