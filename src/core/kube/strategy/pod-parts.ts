/** Writes to a Pod through `/ephemeralcontainers` and `/resize`: nothing but their part of it counts. Kubernetes: pkg/registry/core/pod/strategy.go. */
import { type JsonObject, type KubeObject, objectAt, objects, withKey } from '../../object/index.ts';

/** What is kept of the metadata a client sends to a subresource. Kubernetes: ResetObjectMetaForStatus. */
function keptMeta(next: KubeObject, live: KubeObject): KubeObject['metadata'] {
  const { managedFields, uid, resourceVersion } = next.metadata;
  return {
    ...live.metadata,
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(managedFields === undefined ? {} : { managedFields }),
  };
}

function resized(next: readonly JsonObject[], live: readonly JsonObject[]): readonly JsonObject[] | undefined {
  if (next.length !== live.length || next.some((container, index) => container.name !== live[index]?.name)) return undefined;
  return live.map((container, index) => {
    const { resources, resizePolicy } = next[index] ?? {};
    const { resizePolicy: _policy, ...rest } = container;
    return { ...rest, resources: resources ?? {}, ...(resizePolicy === undefined ? {} : { resizePolicy }) };
  });
}

/** The live Pod with the part of `next` that the subresource is for; what cannot be told apart is left for validation to refuse. */
export function podPart(subresource: string, next: KubeObject, live: KubeObject): KubeObject {
  const [sent, before] = [objectAt(next.spec), objectAt(live.spec)];
  const base: KubeObject = { ...live, metadata: keptMeta(next, live) };
  if (subresource === 'ephemeralcontainers') {
    const { ephemeralContainers: _old, ...rest } = before;
    const added = sent.ephemeralContainers;
    return withKey(base, 'spec', objects(added).length === 0 ? rest : { ...rest, ephemeralContainers: added ?? [] });
  }
  const containers = resized(objects(sent.containers), objects(before.containers));
  const first = resized(objects(sent.initContainers), objects(before.initContainers));
  if (containers === undefined || first === undefined) return next;
  return withKey(base, 'spec', { ...before, containers, ...(first.length === 0 ? {} : { initContainers: first }) });
}
