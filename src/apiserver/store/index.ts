/**
 * Storage of the embedded cluster. In: objects by table and key. Out: entries (bytes and graph), changes, snapshots. Never: knows a kind.
 */
export { deepFreeze, encodeObject, Entry } from './entry.ts';
export type { Change, Table } from './table.ts';
export { type Journal, type Loaded, memoryJournal, Store, type StoreOptions } from './store.ts';
export { FileJournal, type OpenedJournal } from './journal.ts';
export { lockFolder } from './lock.ts';
