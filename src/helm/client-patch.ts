/** What client-side apply sends: a three-way merge of what was, what is to be and what lives. Source: Helm 4 pkg/kube/client.go (createPatch). */
import { createMergePatch, mergePatch, threeWayMergePatch } from '../core/merge/json-merge/index.ts';
import { strategicMerge, threeWayPatch } from '../core/merge/strategic/index.ts';
import type { Json, JsonObject, KubeObject } from '../core/object/index.ts';
import type { TypeNode } from '../core/schema/index.ts';
import type { PatchType } from '../ports/index.ts';
import { type Result, ok } from '../std/index.ts';

export interface ClientChange {
  /** What the release had. */
  readonly original: KubeObject;
  readonly target: KubeObject;
  readonly live: KubeObject;
  /** Of a kind that is built in. */
  readonly type: TypeNode | undefined;
}

export interface ClientPatch {
  readonly type: PatchType;
  readonly value: Json;
}

const asJson = (object: KubeObject): JsonObject => object as unknown as JsonObject;

/**
 * Undefined: nothing differs. Without merge keys Helm looks at its two releases only (`twoWay`), which leaves what somebody changed behind its back;
 * `threeWay` looks at the living object, too, as Helm does when it takes one over.
 */
export function clientPatch(
  { original, target, live, type: known }: ClientChange,
  withoutKeys: 'twoWay' | 'threeWay',
): Result<ClientPatch | undefined, string> {
  const type = keyed(target, known);
  const ways = { original: asJson(original), modified: asJson(target), current: asJson(live) };
  const patch =
    type !== undefined
      ? threeWayPatch(ways, type, { overwrite: true })
      : withoutKeys === 'threeWay'
        ? threeWayMergePatch(ways)
        : createMergePatch(ways.original, ways.modified);
  if (!patch.ok) return patch;
  if (JSON.stringify(patch.value) === '{}') return ok(undefined);
  return ok({ type: type === undefined ? 'application/merge-patch+json' : 'application/strategic-merge-patch+json', value: patch.value });
}

/** CRDs are patched like custom resources, which have no merge keys. */
const keyed = ({ kind }: KubeObject, type: TypeNode | undefined): TypeNode | undefined =>
  kind === 'CustomResourceDefinition' ? undefined : type;

/** Everything that one of two revisions of an object had: what the newer one may have left behind is deleted as well. */
export function united(older: KubeObject, newer: KubeObject, known: TypeNode | undefined): KubeObject {
  const type = keyed(newer, known);
  const merged = type === undefined ? mergePatch(asJson(older), asJson(newer)) : strategicMerge(asJson(older), asJson(newer), type);
  return merged.ok ? (merged.value as unknown as KubeObject) : newer;
}
