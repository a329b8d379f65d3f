/** Everything a store holds as text, one object a line, and back: to keep a situation, or to hand it to somebody. */
import { type Json, isObject, type KubeObject } from '../core/object/index.ts';
import type { Store } from './store/index.ts';

interface Row {
  readonly table: string;
  readonly key: string;
  readonly object: KubeObject;
}

const FORMAT = 'lockstep-cluster-snapshot/1';

export function exportStore(store: Store): string {
  const lines = [JSON.stringify({ format: FORMAT, revision: store.revision })];
  const entries = Array.from(store.tables(), (table) =>
    Array.from(table.entries.values(), (entry) => ({ table: table.name, entry })),
  ).flat();
  // In the order they were written, so that a reader meets owners and definitions as a client made them.
  for (const { table, entry } of entries.sort((a, b) => a.entry.revision - b.entry.revision))
    lines.push(JSON.stringify({ table, key: entry.key, object: entry.graph } satisfies Row));
  return `${lines.join('\n')}\n`;
}

function parse(line: string, number: number): Json {
  try {
    return JSON.parse(line) as Json;
  } catch (error) {
    throw new Error(`snapshot line ${number} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function rowOf(line: string, number: number): Row {
  const row = parse(line, number);
  if (
    isObject(row) &&
    typeof row.table === 'string' &&
    typeof row.key === 'string' &&
    isObject(row.object) &&
    isObject(row.object.metadata)
  )
    return row as unknown as Row;
  throw new Error(`snapshot line ${number} is not an object of a table`);
}

/** Fills an empty store. Uids stay; revisions are new. */
export function importStore(store: Store, text: string): void {
  const [head = '', ...lines] = text.split('\n').filter((line) => line !== '');
  const header = parse(head, 1);
  if (!isObject(header) || header.format !== FORMAT) throw new Error(`not a snapshot: the first line has to say ${FORMAT}`);
  for (const table of store.tables()) if (table.entries.size > 0) throw new Error('a snapshot goes into an empty cluster only');
  const rows = lines.map((line, index) => rowOf(line, index + 2));
  for (const { table, key, object } of rows) store.put(table, key, object);
}
