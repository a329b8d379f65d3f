/** Doubts about what stands when the scenario is over: what is delivered, held against everything else that is there. */
import { type KubeObject } from '../../core/object/index.ts';
import { ASKED_KINDS, doubtsOf, type FoundDoubt } from '../../core/rehearsal/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import type { Delivered } from './examine.ts';

/** `leftOut`: namespaces of Apps that are not rehearsed. */
export async function doubts(kube: KubeClient, all: readonly Delivered[], leftOut: ReadonlySet<string>): Promise<readonly FoundDoubt[]> {
  const delivered = all.flatMap(({ key, objects }) =>
    objects.flatMap(({ live }) => (live === undefined ? [] : [{ app: key, object: live }])),
  );
  return doubtsOf(delivered, await standing(kube), leftOut);
}

async function standing(kube: KubeClient): Promise<readonly KubeObject[]> {
  const served = await kube.discover();
  const found: KubeObject[] = [];
  for (const resource of served.ok ? served.value.resources : []) {
    const kind = resource.group === '' ? resource.kind : `${resource.group}/${resource.kind}`;
    if (!ASKED_KINDS.includes(kind) || resource.resource.includes('/') || resource.version !== 'v1') continue;
    const listed = await kube.list(resource);
    if (!listed.ok) continue;
    const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
    found.push(...listed.value.items.map((object) => ({ ...object, apiVersion, kind: resource.kind })));
  }
  return found;
}
