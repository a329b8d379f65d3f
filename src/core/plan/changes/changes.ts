/**
 * What differs between a live object and what it would become, field by field, secrets masked (S2, S18). What the server writes about itself and what
 * nobody applies are no differences.
 */
import { compareObjects, fingerprint, maskSecret } from '../../diff/index.ts';
import { type ApplyCache, serverSideApply } from '../../merge/apply/index.ts';
import { type Json, type KubeObject, getKey, isObject, record } from '../../object/index.ts';
import type { TypeNode } from '../../schema/index.ts';
import type { FieldChange } from '../types.ts';

/** Metadata that the server writes. */
const serverMetadata = new Set(
  'managedFields,resourceVersion,generation,uid,creationTimestamp,selfLink,deletionGracePeriodSeconds,deletionTimestamp'.split(','),
);

/** More than this is summed up: a plan is read by people. */
const mostChanges = 200;

export interface ChangeOptions {
  /** Keys the fingerprints of secret values. */
  readonly maskKey: Uint8Array;
  /** The type of the kind, where known. */
  readonly type?: TypeNode;
}

/** The part of an object that can be wanted. */
function wantable(object: KubeObject): KubeObject {
  const metadata = record(Object.entries(object.metadata).filter(([key]) => !serverMetadata.has(key)) as [string, Json][]);
  return record(
    Object.entries(object).flatMap(([key, value]): [string, Json][] =>
      key === 'status' ? [] : [[key, key === 'metadata' ? metadata : (value ?? null)]],
    ),
  ) as unknown as KubeObject;
}

/** Every field of `before` that is different in `after`. Paths as the API server writes them, without the leading dot. */
export function changesBetween(before: KubeObject, after: KubeObject, options: ChangeOptions): readonly FieldChange[] {
  const { maskKey, type } = options;
  const [old, now] = [maskSecret(wantable(before), maskKey), maskSecret(wantable(after), maskKey)];
  const compared = compareObjects(old, now, type === undefined ? {} : { type, struct: true });
  return compared.slice(0, mostChanges).map(({ path, before: was, after: is }) => ({
    path: path.slice(1),
    ...(was === undefined ? {} : { before: shown(path, was, maskKey) }),
    ...(is === undefined ? {} : { after: shown(path, is, maskKey) }),
  }));
}

/** The annotation of client-side apply holds whole objects; nobody reads it in a plan. */
const shown = (path: string, value: Json, key: Uint8Array): Json =>
  path.includes('last-applied') || path === '.metadata.annotations' ? fingerprint(value, key) : value;

/** Whether two states of one object differ in nothing but its status and what the server writes about it. */
export function sameIntent(before: KubeObject, after: KubeObject): boolean {
  if (before === after) return true;
  const [a, b] = [before.metadata, after.metadata];
  if (a.uid !== b.uid || a.deletionTimestamp !== b.deletionTimestamp) return false;
  if (a.generation !== undefined && a.generation !== b.generation) return false;
  return compareObjects(wantable(before), wantable(after)).length === 0;
}

export interface ForetellOptions {
  readonly manager: string;
  readonly force: boolean;
  readonly type: TypeNode;
  /** Of the caller: live objects that were read before are not read again. */
  readonly cache?: ApplyCache;
}

/**
 * True when our own merge says that applying the manifest would change nothing, not even who owns what. False means "ask the server": a false "differs"
 * costs a request, a false "same" would be a bug.
 */
export function appliesToNothing(live: KubeObject, manifest: KubeObject, { manager, force, type, cache }: ForetellOptions): boolean {
  if (getKey(live.metadata, 'deletionTimestamp') !== undefined || !isObject(manifest.metadata)) return false;
  const result = serverSideApply(
    { live, config: manifest, manager, force },
    { type, now: '', struct: true, ...(cache === undefined ? {} : { cache }) },
  );
  return result.kind === 'applied' && result.object === live;
}
