/** What an App owns and what came of it: inventory entries, their live objects, and the objects those made (by owner references). */
import { type App, type Inventory, type InventoryEntry, targetOf } from '../api/index.ts';
import { gvkOf, type KubeObject } from '../core/object/index.ts';
import type { ApiResource, KubeClient } from '../ports/index.ts';
import { CommandError } from './errors.ts';
import { served } from './resources.ts';

export interface Node {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Null: it should be there and is not. */
  readonly object: KubeObject | null;
  readonly children: readonly Node[];
}

const INVENTORY_RESOURCE: ApiResource = {
  group: 'lockstep.dev',
  version: 'v1',
  kind: 'Inventory',
  resource: 'inventories',
  namespaced: true,
  verbs: [],
};

/** Kinds that built-in controllers make from delivered objects, looked through for children. */
const MADE_KINDS = ['ReplicaSet', 'Pod', 'Job', 'EndpointSlice', 'ControllerRevision'];

export async function descendants(kube: KubeClient, app: App): Promise<readonly Node[]> {
  const { cluster } = targetOf(app);
  if (cluster !== undefined) {
    const here = `${app.metadata.namespace}/${app.metadata.name}`;
    throw new CommandError(
      `what App ${here} delivers is in cluster ${cluster}, not in this one`,
      `lockstep get, plan and events tell of it here; kubectl with the kubeconfig of ${cluster} shows the objects.`,
    );
  }
  const entries = await inventoryOf(kube, app);
  const resources = await served(kube, 'fresh');
  const live = await Promise.all(entries.map((entry) => liveObject(kube, entry, resources)));
  const namespaces = new Set(entries.map(({ namespace }) => namespace ?? '').filter((namespace) => namespace !== ''));
  const made = await madeObjects(kube, resources, namespaces);
  return entries.map((entry, index) => toNode(entry, live[index] ?? null, made));
}

async function inventoryOf(kube: KubeClient, app: App): Promise<readonly InventoryEntry[]> {
  const list = await kube.list(INVENTORY_RESOURCE, { namespace: app.metadata.namespace });
  if (!list.ok) throw new CommandError(`cannot read the inventory: ${list.error.message}`);
  const chunks = (list.value.items as readonly Inventory[]).filter(({ spec }) => spec.app.uid === app.metadata.uid);
  return chunks.toSorted((a, b) => a.spec.chunk - b.spec.chunk).flatMap(({ spec }) => spec.entries);
}

async function liveObject(kube: KubeClient, entry: InventoryEntry, resources: readonly ApiResource[]): Promise<KubeObject | null> {
  const resource = resources.find((one) => one.kind === entry.kind && one.group === entry.group && !one.resource.includes('/'));
  if (resource === undefined) return null;
  const found = await kube.get(resource, entry.namespace ?? '', entry.name);
  if (!found.ok && found.error.code !== 404) throw new CommandError(found.error.message);
  return found.ok ? found.value : null;
}

/** Children by the uid of their owner. */
async function madeObjects(
  kube: KubeClient,
  resources: readonly ApiResource[],
  namespaces: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly KubeObject[]>> {
  const kinds = resources.filter(
    ({ kind, group, resource }) => MADE_KINDS.includes(kind) && group !== 'events.k8s.io' && !resource.includes('/'),
  );
  const lists = await Promise.all([...namespaces].flatMap((namespace) => kinds.map((kind) => kube.list(kind, { namespace }))));
  const byOwner = new Map<string, KubeObject[]>();
  for (const object of lists.flatMap((list) => (list.ok ? list.value.items : []))) {
    for (const { uid } of object.metadata.ownerReferences ?? []) byOwner.set(uid, [...(byOwner.get(uid) ?? []), object]);
  }
  return byOwner;
}

function toNode(
  named: { readonly kind: string; readonly name: string; readonly namespace?: string },
  object: KubeObject | null,
  made: ReadonlyMap<string, readonly KubeObject[]>,
): Node {
  const children = made.get(object?.metadata.uid ?? '') ?? [];
  return {
    kind: named.kind,
    name: named.name,
    namespace: named.namespace ?? '',
    object,
    children: children.map((child) =>
      toNode({ kind: gvkOf(child).kind, name: child.metadata.name ?? '', namespace: child.metadata.namespace ?? '' }, child, made),
    ),
  };
}

/** Depth first, parents before children. */
export const flatten = (nodes: readonly Node[]): Node[] => nodes.flatMap((node) => [node, ...flatten(node.children)]);
