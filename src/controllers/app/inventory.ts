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
import type { ReleasePlace } from './release/records.ts';

export const chunkSize = 1000;

export interface InventoryState {
  readonly entries: readonly InventoryEntry[];
  /** Releases that may have records there; the newest last. */
  readonly releases: readonly ReleasePlace[];
  /** By chunk number. */
  readonly chunks: readonly Chunk[];
  /** Uid of the cluster the objects are in; empty when nothing was recorded yet. */
  readonly cluster: string;
  /** The TargetCluster it was by the App's own word; empty: the cluster that Lockstep lives in. */
  readonly place: string;
}

/** Where the objects of an App are. */
export interface Inventories {
  /** In the cluster that its spec names now. */
  readonly here: InventoryState;
  /** In clusters that it named before: what is left there goes once the App is healthy where it is now (S4). */
  readonly left: readonly InventoryState[];
}

interface Chunk {
  readonly number: number;
  readonly entries: readonly InventoryEntry[];
  readonly stored: KubeObject;
}

export const noInventory: InventoryState = { entries: [], releases: [], chunks: [], cluster: '', place: '' };

/** Nothing is known to be there. */
export const isEmpty = ({ entries, releases }: InventoryState): boolean => entries.length === 0 && releases.length === 0;

/** The TargetCluster that an App names. */
export const placeIn = ({ spec }: App): string => spec.target.cluster ?? '';

export const placeName = (place: string): string => (place === '' ? "Lockstep's own cluster" : `cluster ${place}`);

/** The chunks that belong to this very App: a record of a deleted and re-created App is void. */
export function readInventories(app: App, objects: readonly KubeObject[]): Inventories {
  const places = new Map<
    string,
    { readonly cluster: string; readonly place: string; readonly chunks: Chunk[]; readonly releases: ReleasePlace[] }
  >();
  for (const stored of objects) {
    const { value } = parseInventory(stored);
    if (value === null || value.spec.app.uid !== app.metadata.uid) continue;
    const { uid, name = '' } = value.spec.cluster;
    const known = places.get(`${name} ${uid}`) ?? { cluster: uid, place: name, chunks: [], releases: [] };
    places.set(`${name} ${uid}`, known);
    known.chunks.push({ number: value.spec.chunk, entries: value.spec.entries.map(fromStored), stored });
    known.releases.push(...(value.spec.releases ?? []));
  }
  const states = Array.from(places.values(), ({ chunks, ...where }): InventoryState => {
    chunks.sort((a, b) => a.number - b.number);
    return { ...where, chunks, entries: chunks.flatMap(({ entries }) => entries) };
  });
  const here = states.find(({ place }) => place === placeIn(app));
  return { here: here ?? noInventory, left: states.filter((state) => state !== here) };
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

export const sameRelease = (a: ReleasePlace, b: ReleasePlace): boolean =>
  a.kind === b.kind && a.name === b.name && a.namespace === b.namespace && a.storage === b.storage;

const sameReleases = (a: readonly ReleasePlace[], b: readonly ReleasePlace[]): boolean =>
  a === b || (a.length === b.length && a.every((release, at) => sameRelease(release, b[at] ?? release)));

/** The very entries that are stored: most passes end like this. */
const isKept = ({ entries, releases, cluster }: Wanted, state: InventoryState): boolean =>
  state.chunks.length > 0 &&
  cluster === state.cluster &&
  sameReleases(releases, state.releases) &&
  entries.length === state.entries.length &&
  entries.every((entry, at) => entry === state.entries[at]);

type Wanted = Pick<InventoryState, 'entries' | 'releases' | 'cluster' | 'place'>;

/** Writes what differs; resolves once durable. Returns the new state, or the first refusal. */
export async function writeInventory(
  app: App,
  wanted: Wanted,
  state: InventoryState,
  client: KubeClient,
): Promise<Result<InventoryState, KubeError>> {
  if (isKept(wanted, state)) return ok(state);
  const { cluster, place } = wanted;
  const laidOut = layOut(wanted.entries, state);
  const rows = laidOut.length === 0 && wanted.releases.length > 0 ? [[]] : laidOut;
  const sameSpot = state.cluster === cluster && state.place === place;
  const chunks: Chunk[] = [];
  for (const [number, entries] of rows.entries()) {
    const old = state.chunks.find((chunk) => chunk.number === number);
    // They are in the first chunk only.
    const [releases, before] = number === 0 ? [wanted.releases, state.releases] : [[], []];
    if (old !== undefined && sameEntries(old.entries, entries) && sameSpot && sameReleases(releases, before)) {
      chunks.push(old);
      continue;
    }
    if (old === undefined && entries.length === 0 && releases.length === 0) continue;
    const written = await writeChunk(inventoryObject(app, { number, entries, releases, cluster, place }), old, client);
    if (!written.ok) return err(written.error);
    chunks.push({ number, entries, stored: written.value });
  }
  return ok({ ...wanted, entries: chunks.flatMap(({ entries }) => entries), chunks });
}

/** Nothing is left to be recorded. */
export async function deleteInventory({ chunks }: InventoryState, client: KubeClient): Promise<KubeError | undefined> {
  for (const { stored } of chunks) {
    const { namespace = '', name = '', uid } = stored.metadata;
    const deleted = await client.delete(inventories, namespace, name, uid === undefined ? {} : { uid });
    if (!deleted.ok && deleted.error.code !== 404) return deleted.error;
  }
  return undefined;
}

async function writeChunk(object: KubeObject, old: Chunk | undefined, client: KubeClient): Promise<Result<KubeObject, KubeError>> {
  if (old !== undefined) {
    const { resourceVersion, name } = old.stored.metadata;
    const metadata = { ...object.metadata, name, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
    return client.update(inventories, { ...object, metadata }, { fieldManager: 'lockstep' });
  }
  const created = await client.create(inventories, object, { fieldManager: 'lockstep' });
  if (created.ok || created.error.reason !== 'AlreadyExists') return created;
  // A record of an earlier App of this name that garbage collection has not reached yet.
  const existing = await client.get(inventories, object.metadata.namespace ?? '', object.metadata.name ?? '');
  if (!existing.ok) return existing;
  const elsewhere = nameElsewhere(object, existing.value);
  if (elsewhere !== undefined) return writeChunk({ ...object, metadata: { ...object.metadata, name: elsewhere } }, undefined, client);
  const { resourceVersion } = existing.value.metadata;
  return client.update(inventories, {
    ...object,
    metadata: { ...object.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
  });
}

/** The name for a record whose usual one is that of this App's record of another cluster, which must not be overwritten. */
function nameElsewhere(object: KubeObject, existing: KubeObject): string | undefined {
  const [wanted, there] = [parseInventory(object).value?.spec, parseInventory(existing).value?.spec];
  if (wanted === undefined || there === undefined || there.app.uid !== wanted.app.uid) return undefined;
  if (there.cluster.uid === wanted.cluster.uid && there.cluster.name === wanted.cluster.name) return undefined;
  const { name = '' } = object.metadata;
  return `${name}-${digestOf([wanted.cluster.uid, wanted.cluster.name ?? '']).slice(7, 15)}`;
}

/** As the API server has it now, for whoever was told that their copy is old; undefined when it cannot be asked. */
export async function inventoryNow(app: App, client: KubeClient): Promise<InventoryState | undefined> {
  const listed = await client.list(inventories, { namespace: app.metadata.namespace });
  return listed.ok ? readInventories(app, listed.value.items).here : undefined;
}

/** Names are at most 253 characters; a very long App name is cut and told apart by its digest. */
function chunkName(app: App, number: number): string {
  const { name } = app.metadata;
  const base = name.length <= 230 ? name : `${name.slice(0, 210)}-${digestOf(name).slice(7, 19)}`;
  return `${base}-${number}`;
}

interface ChunkContent extends Wanted {
  readonly number: number;
}

function inventoryObject(app: App, { number, entries, releases, cluster, place }: ChunkContent): KubeObject {
  const { name, namespace, uid = '' } = app.metadata;
  const where = { uid: cluster, ...(place === '' ? {} : { name: place }) };
  const spec: Inventory['spec'] = {
    app: { name, uid },
    cluster: where,
    chunk: number,
    entries: entries.map(toStored) as never,
    ...(releases.length === 0 ? {} : { releases: releases.map((release) => ({ ...release })) }),
  };
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
