/** From the SealedSecrets of a render to the Secrets they stand for, all at the same time: each value is one operation of a worker thread. */
import { unseal } from '../../adapters/decrypt/index.ts';
import type { Ask } from '../../core/ask/index.ts';
import { type KubeObject, type ObjectRef, getKey, record, refOf } from '../../core/object/index.ts';
import { keepsOwner } from '../../core/secrets/sealed/index.ts';
import type { SecretsError } from '../../core/secrets/index.ts';
import type { Keyring } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { templateOver } from './template.ts';

export interface UnsealedSecret {
  readonly secret: KubeObject;
  /** The SealedSecret, unless its template gives the Secret no owner. */
  readonly controller?: ObjectRef;
}

/** Where objects go: see `target.namespace` and `target.namespaceMode` of an App. */
export interface Placing {
  readonly namespace: string;
  readonly force: boolean;
}

/** Runs what asks for time, randomness or keys until it has its answers. */
export type Answering = <T>(run: (ask: Ask) => T) => Promise<T>;

/** Marks of order that a Secret takes over from its SealedSecret, so that both come at the same time. */
const waves = ['lockstep.dev/wave', 'argocd.argoproj.io/sync-wave'];

/** The SealedSecret as it will be named in the cluster: its place is part of what was sealed. */
export function placedSealed(object: KubeObject, { namespace, force }: Placing): KubeObject {
  const given = object.metadata.namespace ?? '';
  return { ...object, metadata: { ...object.metadata, namespace: given === '' || force ? namespace : given } };
}

/** Tries the rings in turn; the error is that of the first. */
export async function unsealOne(
  placed: KubeObject,
  rings: readonly Keyring[],
  answering: Answering,
): Promise<Result<UnsealedSecret, SecretsError>> {
  let first: SecretsError | undefined;
  for (const ring of rings) {
    const unsealed = await unseal(placed, ring, (make) => answering((ask) => make(templateOver(ask))));
    if (unsealed.ok) {
      const secret = inSameWave(unsealed.value, placed);
      return ok(keepsOwner(placed) ? { secret, controller: refOf(placed) } : { secret });
    }
    first ??= unsealed.error;
    if (unsealed.error.code !== 'NoKey') break;
  }
  return err(first ?? { code: 'NoKey', message: 'there is no key to unseal with' });
}

function inSameWave(secret: KubeObject, sealed: KubeObject): KubeObject {
  const own = secret.metadata.annotations ?? {};
  const from = sealed.metadata.annotations ?? {};
  const added = waves.flatMap((name): [string, string][] => {
    const value = getKey(from, name);
    return value === undefined || getKey(own, name) !== undefined ? [] : [[name, value]];
  });
  if (added.length === 0) return secret;
  return { ...secret, metadata: { ...secret.metadata, annotations: record<string>([...Object.entries(own), ...added]) } };
}
