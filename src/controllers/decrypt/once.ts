/**
 * What a plan made by a person opens secrets with: the same keys and rules as the controllers, read once and as that person. Who may not read them is
 * told so, instead of a plan that takes every Secret away.
 */
import { createKeys, privateKeyIn, readSealingKey, sealingKeyLabel } from '../../adapters/decrypt/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { ApiResource, KeyFile, KubeClient } from '../../ports/index.ts';
import { err, type Result } from '../../std/index.ts';
import { secrets } from '../app/cluster.ts';
import { isAllowedRemote } from '../remotes/index.ts';
import { PlatformView } from '../platform.ts';
import type { Unsealing } from '../sealed/sealing.ts';
import { heldKey, type KeyRefusal, lentKey } from './platform-keys.ts';
import { Plaintexts } from './plaintexts.ts';
import type { SecretFacts } from './secret-facts.ts';

const platforms: ApiResource = {
  group: 'lockstep.dev',
  version: 'v1',
  kind: 'Platform',
  resource: 'platforms',
  namespaced: false,
  verbs: [],
};

/** `namespace`: Lockstep's own. */
export async function secretFactsOnce(kube: KubeClient, namespace: string): Promise<SecretFacts> {
  const found = await kube.get(platforms, '', 'default');
  const platform = new PlatformView(() => (found.ok ? found.value : undefined), namespace);
  return {
    plaintexts: new Plaintexts(),
    plainSecrets: () => platform.plainSecrets,
    reaches: (address) => isAllowedRemote(address, platform.allowedRemotes),
    id: () => '',
    platformKeys: {
      find: async (name, app) => {
        const key = lentKey(platform.decryptionKeys, name, app);
        return key.ok ? readKey(kube, namespace, key.value) : key;
      },
    },
    sealing: { unsealing: () => unsealing(kube, { namespace, mode: platform.sealedSecrets }) },
  };
}

async function readKey(kube: KubeClient, namespace: string, key: Parameters<typeof heldKey>[0]): Promise<Result<KubeObject, KeyRefusal>> {
  const secret = await kube.get(secrets, namespace, key.secretRef.name);
  if (secret.ok || secret.error.code === 404) return heldKey(key, namespace, secret.ok ? secret.value : undefined);
  return err({
    code: 'DecryptKeyRefused',
    message: `the key ${key.name} of the platform cannot be read: ${secret.error.message}`,
    hint: asController,
  });
}

const asController = 'only the controllers, and who may read Secrets in its namespace, can plan this';

async function unsealing(
  kube: KubeClient,
  { namespace, mode }: { readonly namespace: string; readonly mode: PlatformView['sealedSecrets'] },
): Promise<Unsealing> {
  if (mode === 'leave') return { by: 'other' };
  const listed = await kube.list(secrets, { namespace, labelSelector: `${sealingKeyLabel}=active` });
  if (!listed.ok) return { by: 'nobody', message: `the sealing keys cannot be read: ${listed.error.message}`, hint: asController };
  const files = listed.value.items.flatMap((secret): KeyFile[] => {
    const text = readSealingKey(secret).ok ? privateKeyIn(secret) : undefined;
    return text === undefined ? [] : [{ name: `Secret ${secret.metadata.name ?? ''}`, bytes: new Uint8Array(Buffer.from(text, 'latin1')) }];
  });
  const ring = await createKeys().read(files);
  return ring.ok ? { by: 'lockstep', ring: ring.value } : { by: 'nobody', message: ring.error.message, hint: asController };
}
