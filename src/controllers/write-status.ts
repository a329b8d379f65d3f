/** Status writes: only what differs, and nothing at all when nothing does. */
import { type Json, type JsonObject, type KubeObject, getKey, isObject, record } from '../core/object/index.ts';
import type { ApiResource, KubeClient, KubeError } from '../ports/index.ts';
import { type Result, ok } from '../std/index.ts';

/** The merge patch that turns one value into the other; undefined when they are equal. Lists are replaced whole. */
export function mergePatch(before: JsonObject, after: JsonObject): JsonObject | undefined {
  const patch = record();
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [getKey(before, key), getKey(after, key)];
    if (old === now || (now === undefined && old === undefined)) continue;
    if (now === undefined) patch[key] = null;
    else if (isObject(old) && isObject(now)) {
      const inner = mergePatch(old, now);
      if (inner !== undefined) patch[key] = inner;
    } else if (!sameJson(old, now)) patch[key] = now;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

const sameJson = (a: Json | undefined, b: Json): boolean => a !== undefined && JSON.stringify(a) === JSON.stringify(b);

/** Patches the status subresource. An object that is gone meanwhile is no failure: there is nobody left to tell. */
export async function writeStatus(
  kube: KubeClient,
  resource: ApiResource,
  object: KubeObject,
  status: JsonObject,
): Promise<Result<KubeObject | undefined, KubeError>> {
  const old = object['status'];
  const patch = mergePatch(isObject(old) ? old : {}, status);
  if (patch === undefined) return ok(undefined);
  const { namespace = '', name = '' } = object.metadata;
  const written = await kube.patch(
    resource,
    { namespace, name },
    {
      type: 'application/merge-patch+json',
      value: { status: patch },
      subresource: 'status',
      fieldManager: 'lockstep-status',
    },
  );
  return !written.ok && written.error.code === 404 ? ok(undefined) : written;
}
