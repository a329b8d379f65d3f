/**
 * Objects of a release whose record says `csa` (Helm 3, or Helm 4 without server-side apply): created, or patched by a three-way merge of what the release
 * had, what it is to have and what lives. The record decides, as with Helm (pkg/action/upgrade.go).
 */
import { type Gvk, type KubeObject, gvkOf, refKey, refOf } from '../../core/object/index.ts';
import type { TypeNode } from '../../core/schema/index.ts';
import { clientPatch } from '../../helm/index.ts';
import type { ApiResource, KubeClient, KubeError } from '../../ports/index.ts';
import { type Result, err } from '../../std/index.ts';

/** What a release had, by object key. */
export type Originals = ReadonlyMap<string, KubeObject>;

export interface ThreeWayWrite {
  readonly object: KubeObject;
  /** Null: it is created. */
  readonly live: KubeObject | null;
  readonly resource: ApiResource;
}

export interface ThreeWayRules {
  readonly client: KubeClient;
  readonly manager: string;
  readonly originals: Originals;
  readonly typeOf: (gvk: Gvk) => TypeNode | undefined;
  readonly dryRun?: boolean;
}

/** `same`: nothing differs, nothing was sent. What the release never had is left as it is. */
export async function writeThreeWay(
  { object, live, resource }: ThreeWayWrite,
  { client, manager, originals, typeOf, dryRun = false }: ThreeWayRules,
): Promise<Result<KubeObject, KubeError> | 'same'> {
  const options = { fieldManager: manager, dryRun };
  if (live === null) return client.create(resource, object, options);
  const ref = refOf(object);
  const original = originals.get(refKey(ref)) ?? object;
  const patch = clientPatch({ original, target: object, live, type: typeOf(gvkOf(object)) }, 'threeWay');
  if (!patch.ok) return err({ code: 422, reason: 'Invalid', message: patch.error });
  if (patch.value === undefined) return 'same';
  return client.patch(resource, ref, { ...patch.value, ...options });
}
