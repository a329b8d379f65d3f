/** The sealing keys of a cluster, as the commands under `lockstep secrets sealing-keys` see them: Secrets in the original's form. */
import { readSealingKey, type SealingKey, sealingKeyLabel } from '../../adapters/decrypt/index.ts';
import { systemClock } from '../../adapters/system/index.ts';
import { SYSTEM_NAMESPACE } from '../../api/install/index.ts';
import { names } from '../../api/index.ts';
import { getKey, type KubeObject } from '../../core/object/index.ts';
import type { ApiResource, KubeClient } from '../../ports/index.ts';
import { CommandError } from '../errors.ts';
import type { FlagTable } from '../flags.ts';
import { CLUSTER_FLAGS } from '../session.ts';

export const SECRETS: ApiResource = { group: '', version: 'v1', kind: 'Secret', resource: 'secrets', namespaced: true, verbs: [] };

export const SEALING_KEY_FLAGS = {
  ...CLUSTER_FLAGS,
  namespace: { type: 'string', short: 'n', value: 'NAMESPACE', default: SYSTEM_NAMESPACE, doc: 'Namespace of the sealing keys' },
} as const satisfies FlagTable;

export interface HeldKey {
  readonly secret: KubeObject;
  readonly key: SealingKey;
  /** Taken out of use: its label says something else than `active`. */
  readonly active: boolean;
  /** When it was last exported. */
  readonly backedUp: string | undefined;
}

/** Newest first; Secrets that hold no key are left out. @throws CommandError when they may not be read */
export async function sealingKeys(kube: KubeClient, namespace: string): Promise<readonly HeldKey[]> {
  const listed = await kube.list(SECRETS, { namespace, labelSelector: sealingKeyLabel });
  if (!listed.ok) throw new CommandError(`the sealing keys in namespace ${namespace} cannot be read: ${listed.error.message}`);
  return listed.value.items
    .flatMap((secret): HeldKey[] => {
      const key = readSealingKey(secret);
      if (!key.ok) return [];
      const { labels = {}, annotations = {} } = secret.metadata;
      return [{ secret, key: key.value, active: labels[sealingKeyLabel] === 'active', backedUp: getKey(annotations, names.backedUp) }];
    })
    .toSorted((a, b) => b.key.notBefore - a.key.notBefore);
}

/** RFC 3339 in whole seconds. */
export const now = (): string => `${new Date(systemClock().now()).toISOString().slice(0, 19)}Z`;

/** Says on a key's Secret that there is a copy. @throws CommandError */
export async function markBackedUp(kube: KubeClient, { metadata }: KubeObject): Promise<void> {
  const { namespace = '', name = '' } = metadata;
  const value = { metadata: { annotations: { [names.backedUp]: now() } } };
  const patched = await kube.patch(SECRETS, { namespace, name }, { type: 'application/merge-patch+json', value });
  if (!patched.ok) throw new CommandError(`Secret ${namespace}/${name} cannot be marked as exported: ${patched.error.message}`);
}
