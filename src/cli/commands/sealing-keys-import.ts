/** `lockstep secrets sealing-keys import`: keys of another cluster, or of the original controller, so that what was sealed for them opens here. */
import { readSealingKey, sealingKeyLabel } from '../../adapters/decrypt/index.ts';
import { names } from '../../api/index.ts';
import { getKey, isObject, type Json, type JsonObject, type KubeObject } from '../../core/object/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { readUserFile } from '../secrets/keyring.ts';
import { readObjects } from '../secrets/objects.ts';
import { now, SEALING_KEY_FLAGS, SECRETS, sealingKeys } from '../secrets/sealing-keys.ts';
import { withCluster } from '../session.ts';

export const sealingKeysImport = defineCommand({
  summary: 'Bring keys that open SealedSecrets into this cluster',
  usage: 'FILE',
  details:
    'FILE holds Secrets as the export, or `kubectl get secret -o yaml`, writes them. Every SealedSecret they open is opened at once.',
  examples: ['lockstep secrets sealing-keys import sealing-keys.yaml'],
  flags: SEALING_KEY_FLAGS,
  args: { min: 1, max: 1 },
  run: async ({ args, flags, io }) => {
    const [name = ''] = args;
    const found = readObjects(await readUserFile(io, name), name).flatMap(secretsIn);
    if (found.length === 0) throw new CommandError(`${name}: there is no Secret in it`);
    const wanted = found.map((object) => imported(object, flags.namespace, name));
    return withCluster(flags, io, async (kube) => {
      const known = new Set((await sealingKeys(kube, flags.namespace)).map(({ key }) => key.name));
      for (const { secret, fingerprint } of wanted) {
        const title = `${secret.metadata.name ?? ''} (${fingerprint})`;
        if (!known.has(fingerprint)) await create(kube, secret);
        io.out(`${title}: ${known.has(fingerprint) ? 'is here already' : 'imported'}\n`);
      }
      return 0;
    });
  },
});

function secretsIn(object: JsonObject): readonly JsonObject[] {
  if (object['kind'] !== 'List') return [object];
  const { items } = object;
  return Array.isArray(items) ? (items as readonly Json[]).filter(isObject) : [];
}

/** A Secret as it is made here; a copy of it exists, for it comes from one. */
function imported(object: JsonObject, namespace: string, file: string): { readonly secret: KubeObject; readonly fingerprint: string } {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  const [labels, name] = [getKey(metadata, 'labels'), getKey(metadata, 'name')];
  const secret: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: {
      ...(typeof name === 'string' ? { name } : { generateName: 'sealed-secrets-key' }),
      namespace,
      labels: { [sealingKeyLabel]: 'active', ...(isObject(labels) ? (labels as Record<string, string>) : {}) },
      annotations: { [names.backedUp]: now() },
    },
    data: object['data'] ?? {},
  };
  const key = readSealingKey(secret);
  if (object['kind'] !== 'Secret' || !key.ok) throw new CommandError(`${file}: ${key.ok ? 'a document is no Secret' : key.error.message}`);
  return { secret, fingerprint: key.value.name };
}

async function create(kube: KubeClient, secret: KubeObject): Promise<void> {
  const created = await kube.create(SECRETS, secret);
  if (created.ok) return;
  const { namespace = '', name = '' } = secret.metadata;
  if (created.error.reason !== 'AlreadyExists') throw new CommandError(`Secret ${namespace}/${name}: ${created.error.message}`);
  throw new CommandError(`Secret ${namespace}/${name} exists and holds another key`, 'rename one of them');
}
