/** Opens the store a cluster is configured with. */
import { mkdirSync } from 'node:fs';
import type { Log } from '../ports/index.ts';
import { FileJournal, lockFolder, memoryJournal, Store } from './store/index.ts';

export interface OpenedStore {
  readonly store: Store;
  /** Gives the data folder back; the store is closed first. */
  release(): void;
}

export function openStore(
  storage: { readonly dataDir: string } | 'memory',
  options: { readonly fsync: boolean; readonly log: Log },
): OpenedStore {
  if (storage === 'memory') return { store: new Store({ journal: memoryJournal }), release: () => undefined };
  mkdirSync(storage.dataDir, { recursive: true, mode: 0o700 });
  const release = lockFolder(storage.dataDir);
  try {
    const { journal, loaded, dropped } = FileJournal.open(storage.dataDir, options.fsync);
    if (dropped > 0) options.log.warn('the end of the journal was incomplete and has been dropped', { bytes: dropped });
    const store = new Store({ journal }, loaded);
    journal.attach(() => everything(store));
    return { store, release };
  } catch (error) {
    release();
    throw error;
  }
}

function* everything(store: Store) {
  for (const table of store.tables()) for (const key of Array.from(table.entries.keys())) yield* current(store, table.name, key);
}

function* current(store: Store, table: string, key: string) {
  const entry = store.table(table).entries.get(key);
  if (entry !== undefined) yield { table, entry };
}
