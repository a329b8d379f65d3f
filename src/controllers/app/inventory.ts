/**
 * What an App owns, written ahead (S6): old ∪ new is durable before the first write of an apply and shrinks only after a confirmed delete. Above 1,000
 * entries it lives in several objects; an entry stays in its chunk, so that a change rewrites one chunk and not all.
 */
import { type App, type Inventory, type InventoryEntry as StoredEntry, parseInventory } from '../../api/index.ts';
import { type Json, type KubeObject, refKey } from '../../core/object/index.ts';
import { digestOf } from '../../core/plan/digest/index.ts';
import type { InventoryEntry } from '../../core/plan/index.ts';
import type { KubeClient, KubeError } from '../../ports/index.ts';
import { type Result, err, ok } from '../../std/index.ts';
import { inventories } from './cluster.ts';

export const chunkSize = 1000;

export interface InventoryState {
  readonly entries: readonly InventoryEntry[];
  /** By chunk number. */
  readonly chunks: readonly Chunk[];
  /** Uid of the cluster the objects are in; empty when nothing was recorded yet. */
  readonly cluster: string;
}

interface Chunk {
  readonly number: number;
  readonly entries: readonly InventoryEntry[];
  readonly stored: KubeObject;
}

export const noInventory: InventoryState = { entries: [], chunks: [], cluster: '' };

/** The chunks that belong to this very App: a record of a deleted and re-created App is void. */
export function readInventory(app: App, objects: readonly KubeObject[]): InventoryState {
  const chunks: Chunk[] = [];
  let cluster = '';
  for (const stored of objects) {
    const { value } = parseInventory(stored);
    if (value === null || value.spec.app.uid !== app.metadata.uid) continue;
    cluster = value.spec.cluster.uid;
    chunks.push({ number: value.spec.chunk, entries: value.spec.entries.map(fromStored), stored });
  }
  chunks.sort((a, b) => a.number - b.number);
  return { entries: chunks.flatMap(({ entries }) => entries), chunks, cluster };
}

const fromStored = ({ group = '', namespace = '', kind, name, version, digest, origin }: StoredEntry): InventoryEntry => ({
  group,
  kind,
  namespace,
  name,
  ...(version === undefined ? {} : { version }),
  ...(digest === undefined ? {} : { digest }),
  ...(origin === undefined ? {} : { origin }),
});

const toStored = ({ group, kind, namespace, name, version, digest, origin }: InventoryEntry): Json => ({
  group,
  kind,
  namespace,
  name,
  ...(version === undefined ? {} : { version }),
  ...(digest === undefined ? {} : { digest }),
  ...(origin === undefined ? {} : { origin }),
});

const compareEntries = (a: InventoryEntry, b: InventoryEntry): number => (refKey(a) < refKey(b) ? -1 : 1);

/** Entries spread over chunks: each stays where it is, new ones fill the gaps, then open new chunks. */
export function layOut(entries: readonly InventoryEntry[], state: InventoryState): readonly (readonly InventoryEntry[])[] {
  const rest = new Map(entries.map((entry) => [refKey(entry), entry]));
  const rows: InventoryEntry[][] = [];
  for (const { number, entries: old } of state.chunks) {
    const kept = old.flatMap((entry) => rest.get(refKey(entry)) ?? []);
    for (const entry of kept) rest.delete(refKey(entry));
    rows[number] = kept;
  }
  for (const entry of rest.values()) {
    let at = 0;
    while ((rows[at]?.length ?? 0) >= chunkSize) at += 1;
    (rows[at] ??= []).push(entry);
  }
  return Array.from(rows, (row) => (row ?? []).toSorted(compareEntries));
}

const sameEntries = (a: readonly InventoryEntry[], b: readonly InventoryEntry[]): boolean =>
  a.length === b.length && a.every((entry, index) => entry === b[index] || sameEntry(entry, b[index]));

const sameEntry = (a: InventoryEntry, b: InventoryEntry | undefined): boolean =>
  b !== undefined && refKey(a) === refKey(b) && a.version === b.version && a.digest === b.digest && a.origin === b.origin;

/** Writes what differs; resolves once durable. Returns the new state, or the first refusal. */
export async function writeInventory(
  app: App,
  wanted: { readonly entries: readonly InventoryEntry[]; readonly cluster: string },
  state: InventoryState,
  client: KubeClient,
): Promise<Result<InventoryState, KubeError>> {
  const rows = layOut(wanted.entries, state);
  const chunks: Chunk[] = [];
  for (const [number, entries] of rows.entries()) {
    const old = state.chunks.find((chunk) => chunk.number === number);
    if (old !== undefined && sameEntries(old.entries, entries) && state.cluster === wanted.cluster) {
      chunks.push(old);
      continue;
    }
    if (old === undefined && entries.length === 0) continue;
    const written = await writeChunk(inventoryObject(app, { number, entries, cluster: wanted.cluster }), old, client);
    if (!written.ok) return err(written.error);
    chunks.push({ number, entries, stored: written.value });
  }
  return ok({ entries: chunks.flatMap(({ entries }) => entries), chunks, cluster: wanted.cluster });
}

async function writeChunk(object: KubeObject, old: Chunk | undefined, client: KubeClient): Promise<Result<KubeObject, KubeError>> {
  if (old !== undefined) {
    const { resourceVersion } = old.stored.metadata;
    const metadata = { ...object.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
    return client.update(inventories, { ...object, metadata }, { fieldManager: 'lockstep' });
  }
  const created = await client.create(inventories, object, { fieldManager: 'lockstep' });
  if (created.ok || created.error.reason !== 'AlreadyExists') return created;
  // A record of an earlier App of this name that garbage collection has not reached yet.
  const existing = await client.get(inventories, object.metadata.namespace ?? '', object.metadata.name ?? '');
  if (!existing.ok) return existing;
  const { resourceVersion } = existing.value.metadata;
  return client.update(inventories, {
    ...object,
    metadata: { ...object.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
  });
}

/** As the API server has it now, for whoever was told that their copy is old; undefined when it cannot be asked. */
export async function inventoryNow(app: App, client: KubeClient): Promise<InventoryState | undefined> {
  const listed = await client.list(inventories, { namespace: app.metadata.namespace });
  return listed.ok ? readInventory(app, listed.value.items) : undefined;
}

/** Names are at most 253 characters; a very long App name is cut and told apart by its digest. */
function chunkName(app: App, number: number): string {
  const { name } = app.metadata;
  const base = name.length <= 240 ? name : `${name.slice(0, 220)}-${digestOf(name).slice(7, 19)}`;
  return `${base}-${number}`;
}

interface ChunkContent {
  readonly number: number;
  readonly entries: readonly InventoryEntry[];
  readonly cluster: string;
}

function inventoryObject(app: App, { number, entries, cluster }: ChunkContent): KubeObject {
  const { name, namespace, uid = '' } = app.metadata;
  const spec: Inventory['spec'] = { app: { name, uid }, cluster: { uid: cluster }, chunk: number, entries: entries.map(toStored) as never };
  return {
    apiVersion: 'lockstep.dev/v1',
    kind: 'Inventory',
    metadata: {
      name: chunkName(app, number),
      namespace,
      ownerReferences: [{ apiVersion: 'lockstep.dev/v1', kind: 'App', name, uid, controller: true, blockOwnerDeletion: false }],
    },
    spec: spec as unknown as Json,
  };
}

/** Digest of what is owned, for status. */
export const inventoryDigest = (entries: readonly InventoryEntry[]): string => digestOf(entries.map(refKey).toSorted());
