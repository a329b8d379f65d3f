/** From a manifest to objects that can be written: where each goes, and by which kind. Source: Helm 4 pkg/kube/client.go (Build). */
import { type KubeObject, type ObjectRef, formatRef, gvkOf, refKey, refOf } from '../core/object/index.ts';
import { splitManifest } from '../core/release/index.ts';
import { markedAs, ownershipProblem, type ReleaseId } from '../core/release/ownership/index.ts';
import type { ApiResource, KubeClient } from '../ports/index.ts';
import { ActionError } from './problem.ts';
import type { Served } from './served.ts';

export interface Placed {
  readonly object: KubeObject;
  readonly resource: ApiResource;
  readonly ref: ObjectRef;
  /** `apps/v1, Kind=Deployment`, as Go prints it. */
  readonly kindText: string;
}

/** @throws ActionError for a kind the cluster does not serve; `what` names the manifest */
export function placeAll(
  manifest: string,
  what: string,
  { served, namespace }: { readonly served: Served; readonly namespace: string },
): readonly Placed[] {
  return splitManifest(manifest).map(({ object }) => {
    const placed = place(object, served, namespace);
    if (placed !== undefined) return placed;
    const { name = '', namespace: at = '' } = object.metadata;
    const kind = `no matches for kind ${JSON.stringify(object.kind)} in version ${JSON.stringify(object.apiVersion)}`;
    throw new ActionError(
      `unable to build kubernetes objects from ${what}: resource mapping not found for name: ${JSON.stringify(name)} namespace: ${JSON.stringify(at)} from "": ${kind}\nensure CRDs are installed first`,
    );
  });
}

/** Undefined: the cluster does not serve the kind. */
export function place(object: KubeObject, served: Served, namespace: string): Placed | undefined {
  const gvk = gvkOf(object);
  const resource = served.find(gvk);
  if (resource === undefined) return undefined;
  const { namespace: given = '', ...metadata } = object.metadata;
  const at = { ...object, metadata: resource.namespaced ? { ...metadata, namespace: given === '' ? namespace : given } : metadata };
  return { object: at, resource, ref: refOf(at), kindText: `${gvk.group}/${gvk.version}, Kind=${gvk.kind}` };
}

export const marked = (objects: readonly Placed[], release: ReleaseId): readonly Placed[] =>
  objects.map((placed) => ({ ...placed, object: markedAs(placed.object, release) }));

/** Whether two name the same object: of one group and kind, in one place. */
export const sameObject = (a: Placed, b: Placed): boolean => refKey(a.ref) === refKey(b.ref);

/** The living object, null when there is none. @throws ActionError with the server's words */
export async function readLive(kube: KubeClient, { resource, ref }: Placed): Promise<KubeObject | null> {
  const found = await kube.get(resource, ref.namespace, ref.name);
  if (found.ok) return found.value;
  if (found.error.code === 404) return null;
  throw new ActionError(`could not get information about the resource ${formatRef(ref)}: ${found.error.message}`);
}

/**
 * Those that are in the cluster already and may be taken: Helm's own of this release, or whatever they are when `takeOwnership`.
 * @throws ActionError naming the first that belongs to nobody or to somebody else
 */
export async function existing(
  kube: KubeClient,
  objects: readonly Placed[],
  { release, takeOwnership }: { readonly release: ReleaseId; readonly takeOwnership: boolean },
): Promise<readonly Placed[]> {
  const found: Placed[] = [];
  for (const placed of objects) {
    if (placed.ref.name === '') continue;
    const live = await readLive(kube, placed);
    if (live === null) continue;
    const problem = takeOwnership ? undefined : ownershipProblem(live, release);
    if (problem !== undefined) {
      const { kind, name, namespace } = placed.ref;
      const where = `${kind} ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)}`;
      throw new ActionError(`${where} exists and cannot be imported into the current release: ${problem}`);
    }
    found.push(placed);
  }
  return found;
}
