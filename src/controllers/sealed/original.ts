/**
 * The original controller of Sealed Secrets in the same cluster: two that unseal would fight over every Secret. While it runs nothing is unsealed here,
 * unless the platform says that it is to be taken over: then its keys are copied and it is scaled to zero.
 */
import { sealingKeyLabel } from '../../adapters/decrypt/index.ts';
import { getKey, isObject, type KubeObject, withKey } from '../../core/object/index.ts';
import type { ApiResource, KubeClient, KubeError, Log } from '../../ports/index.ts';
import type { Informer, Informers } from '../../runtime/index.ts';
import { ok, type Result } from '../../std/index.ts';
import { secrets } from '../app/cluster.ts';

const deployments: ApiResource = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  resource: 'deployments',
  namespaced: true,
  verbs: ['get', 'list', 'watch', 'patch'],
};

/** How the two ways of installing it label it: its own manifest, its chart. */
const selectors = ['name=sealed-secrets-controller', 'app.kubernetes.io/name=sealed-secrets'];

export class OriginalController {
  readonly #informers: readonly Informer[];

  constructor(informers: Informers) {
    this.#informers = selectors.map((labelSelector) => informers.acquire(deployments, { labelSelector }).informer);
  }

  async start(changed: () => void): Promise<void> {
    await Promise.all(this.#informers.map((informer) => informer.ready()));
    for (const informer of this.#informers) informer.subscribe(changed);
  }

  /** A Deployment of it that wants replicas. */
  running(): KubeObject | undefined {
    return this.#informers.flatMap((informer) => [...informer.values()]).find((object) => replicasOf(object) > 0);
  }
}

const replicasOf = (object: KubeObject): number => {
  const spec = object['spec'];
  const replicas = isObject(spec) ? (getKey(spec, 'replicas') ?? 1) : 1;
  return typeof replicas === 'number' ? replicas : 1;
};

/** Copies its keys, then scales it to zero; in this order, so that there is no moment in which nobody has the keys. */
export async function takeOver(
  original: KubeObject,
  ports: { readonly kube: KubeClient; readonly log: Log },
  namespace: string,
): Promise<Result<void, KubeError>> {
  const { kube, log } = ports;
  const from = original.metadata.namespace ?? '';
  const keys = await kube.list(secrets, { namespace: from, labelSelector: sealingKeyLabel });
  if (!keys.ok) return keys;
  for (const key of from === namespace ? [] : keys.value.items) {
    const created = await kube.create(secrets, copied(key, namespace));
    if (!created.ok && created.error.reason !== 'AlreadyExists') return created;
  }
  const name = original.metadata.name ?? '';
  const scaled = await kube.patch(
    deployments,
    { namespace: from, name },
    { type: 'application/merge-patch+json', value: { spec: { replicas: 0 } } },
  );
  if (!scaled.ok) return scaled;
  log.info('the original controller of Sealed Secrets was taken over', { deployment: `${from}/${name}`, keys: keys.value.items.length });
  return ok(undefined);
}

const copied = (key: KubeObject, namespace: string): KubeObject => {
  const { name = '', labels = {}, annotations } = key.metadata;
  const metadata = { name, namespace, labels, ...(annotations === undefined ? {} : { annotations }) };
  return { ...withKey(key, 'metadata', metadata), metadata };
};
