/**
 * What differs between a live object and what it would become, field by field, secrets masked (S2, S18). The order of keys, what the server writes
 * about itself and what nobody applies are no differences.
 */
import { type Json, type JsonObject, type KubeObject, getKey, isObject } from '../../object/index.ts';
import { canonical, keyedFingerprint } from '../digest/index.ts';
import type { FieldChange } from '../types.ts';

/** Metadata that the server writes. */
const serverMetadata = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'selfLink',
  'deletionGracePeriodSeconds',
]);

/** Keys by which items of lists are told apart, tried in this order. */
const itemKeys = ['name', 'containerPort', 'port', 'mountPath', 'ip', 'key', 'type', 'topologyKey', 'uid'];

/** More than this is summed up: a plan is read by people. */
const mostChanges = 200;

export interface ChangeOptions {
  /** Keys the fingerprints of secret values. */
  readonly maskKey: Uint8Array;
}

/** Every field of `before` that is different in `after`. */
export function changesBetween(before: KubeObject, after: KubeObject, options: ChangeOptions): readonly FieldChange[] {
  const found: FieldChange[] = [];
  const note = (path: string, was: Json | undefined, is: Json | undefined): void => {
    if (found.length < mostChanges)
      found.push({ path, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) });
  };
  compareObject(before, after, { path: '', note, skip: (path) => path === 'status' });
  const kept = found.filter(({ path }) => !isServerMetadata(path));
  return before.kind === 'Secret' || after.kind === 'Secret'
    ? kept.map((change) => maskSecret(change, options))
    : kept.map((change) => maskLastApplied(change, options));
}

const isServerMetadata = (path: string): boolean =>
  path.startsWith('metadata.') && serverMetadata.has(path.slice('metadata.'.length).split(/[.[]/)[0] ?? '');

interface Walk {
  readonly path: string;
  readonly note: (path: string, was: Json | undefined, is: Json | undefined) => void;
  readonly skip: (path: string) => boolean;
}

function compareValue(before: Json | undefined, after: Json | undefined, walk: Walk): void {
  if (before === after || walk.skip(walk.path)) return;
  if (isObject(before) && isObject(after)) compareObject(before, after, walk);
  else if (Array.isArray(before) && Array.isArray(after)) compareList(before, after, walk);
  else if (canonical(before) !== canonical(after)) walk.note(walk.path, before, after);
}

function compareObject(before: JsonObject, after: JsonObject, walk: Walk): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    compareValue(getKey(before, key), getKey(after, key), { ...walk, path: joinKey(walk.path, key) });
  }
}

/** `spec.replicas`, `metadata.annotations["a.b/c"]` */
const joinKey = (path: string, key: string): string => {
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
};

function compareList(before: readonly Json[], after: readonly Json[], walk: Walk): void {
  const key = itemKeys.find((candidate) => [...before, ...after].every((item) => isObject(item) && scalar(getKey(item, candidate))));
  if (key === undefined || !unique(before, key) || !unique(after, key)) {
    const length = Math.max(before.length, after.length);
    for (let index = 0; index < length; index += 1) compareValue(before[index], after[index], { ...walk, path: `${walk.path}[${index}]` });
    return;
  }
  const name = (item: Json): string => canonical(isObject(item) ? getKey(item, key) : item);
  const old = new Map(before.map((item) => [name(item), item]));
  for (const item of after) {
    compareValue(old.get(name(item)), item, { ...walk, path: `${walk.path}[${key}=${name(item)}]` });
    old.delete(name(item));
  }
  for (const [id, item] of old) walk.note(`${walk.path}[${key}=${id}]`, item, undefined);
}

const scalar = (value: Json | undefined): boolean => typeof value === 'string' || typeof value === 'number';

const unique = (items: readonly Json[], key: string): boolean =>
  new Set(items.map((item) => canonical(isObject(item) ? getKey(item, key) : item))).size === items.length;

/** A Secret's values, and the copy of them that client-side apply leaves behind, appear as keyed fingerprints only. */
function maskSecret(change: FieldChange, options: ChangeOptions): FieldChange {
  const data = /^(data|stringData)\b/.test(change.path);
  return data ? masked(change, options) : maskLastApplied(change, options);
}

function maskLastApplied(change: FieldChange, options: ChangeOptions): FieldChange {
  const everything = change.path === 'metadata.annotations' || change.path === 'metadata';
  return everything || change.path.includes('last-applied') ? masked(change, options) : change;
}

function masked({ path, before, after }: FieldChange, { maskKey }: ChangeOptions): FieldChange {
  const hide = (value: Json): Json => `hidden:${keyedFingerprint(maskKey, canonical(value))}`;
  return { path, ...(before === undefined ? {} : { before: hide(before) }), ...(after === undefined ? {} : { after: hide(after) }) };
}

/** Whether two states of one object differ in nothing but its status and what the server writes about it. */
export function sameIntent(before: KubeObject, after: KubeObject): boolean {
  if (before === after) return true;
  let same = true;
  const note = (path: string): void => {
    same &&= isServerMetadata(path);
  };
  compareObject(before, after, { path: '', note, skip: (path) => path === 'status' || path === 'metadata.managedFields' || !same });
  return same && before.metadata.uid === after.metadata.uid && before.metadata.deletionTimestamp === after.metadata.deletionTimestamp;
}
