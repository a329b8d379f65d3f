/** News of kinds: a CRD that comes, goes or becomes established makes what was discovered stale, and wakes the Apps that wait for a kind. */
import { isObject, type KubeObject } from '../../core/object/index.ts';
import type { ApiResource } from '../../ports/index.ts';
import type { Change, Informers } from '../../runtime/index.ts';

/** What an App waits on whose kind is not served. */
export const kindsTopic = 'kinds';

/** A server may serve a new kind only a while after its CRD is established; milliseconds until it is asked again at the latest. */
export const kindsAtLatest = 3_000;

const definitions: ApiResource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  resource: 'customresourcedefinitions',
  namespaced: false,
  verbs: ['get', 'list', 'watch'],
};

/** Calls `changed` whenever the served kinds may have changed. Ends with the informers. */
export async function watchKinds(informers: Informers, changed: () => void): Promise<void> {
  const { informer } = informers.acquire(definitions);
  await informer.ready();
  informer.subscribe((change) => {
    if (concernsKinds(change)) changed();
  });
}

function concernsKinds(change: Change): boolean {
  return change.type !== 'changed' || servedPart(change.old) !== servedPart(change.now);
}

/** What of a CRD decides whether and how its kind is served. */
function servedPart(crd: KubeObject): string {
  const status = isObject(crd['status']) ? crd['status'] : {};
  const conditions = Array.isArray(status['conditions']) ? status['conditions'] : [];
  const states = conditions.map((condition) => (isObject(condition) ? [condition['type'], condition['status']] : null));
  return JSON.stringify([crd.metadata.uid, crd.metadata.generation, crd.metadata.deletionTimestamp, states]);
}
