/** What `lockstep seal` does once its flags are read. Source: sealed-secrets pkg/kubeseal/kubeseal.go. */
import { createKeys, openSealedValues, sealFor, unseal } from '../../adapters/decrypt/index.ts';
import { getKey, isObject, type JsonObject } from '../../core/object/index.ts';
import { attempt } from '../../core/secrets/index.ts';
import { isSealedSecret, placeOf, resealed, type SealScope, sealedSecretOf, secretValues } from '../../core/secrets/sealed/index.ts';
import type { Keyring } from '../../ports/index.ts';
import { CommandError } from '../errors.ts';
import { valueFor } from './target.ts';

export interface Sealing {
  readonly certificate: string;
  /** Undefined: what the Secret's own annotations say. */
  readonly scope: SealScope | undefined;
  /** Instead of the Secret's own. */
  readonly name: string | undefined;
  /** For a Secret that names none; another one than the Secret's is refused. */
  readonly namespace: string | undefined;
  readonly allowEmpty: boolean;
}

/** One value, base64. */
export const sealOne = (plain: Uint8Array, place: Parameters<typeof sealFor>[2]['place'], certificate: string): string =>
  valueFor(sealFor(createKeys(), certificate, { plain, place }), place.name === '' ? 'the value' : place.name);

/** The SealedSecret of a Secret. @throws CommandError */
export function sealSecret(secret: JsonObject, { certificate, scope, name, namespace, allowEmpty }: Sealing): JsonObject {
  const own = placeOf(secret);
  const sealedScope = scope ?? own.scope;
  const given = sealedScope === 'cluster-wide' ? '' : (namespace ?? '');
  const place = { scope: sealedScope, namespace: own.namespace === '' ? given : own.namespace, name: name ?? own.name };
  if (getKey(secret, 'kind') !== 'Secret') throw new CommandError('only a Secret can be sealed', 'for one value, use --raw');
  if (place.name === '') throw new CommandError('the Secret has no name, and its name is part of what is sealed', 'give --name');
  if (place.namespace === '' && place.scope !== 'cluster-wide')
    throw new CommandError(`the Secret ${place.name} names no namespace, and it is part of what is sealed`, 'give --namespace');
  if (namespace !== undefined && own.namespace !== '' && own.namespace !== namespace)
    throw new CommandError(`the Secret ${own.name} is in namespace ${own.namespace}, and --namespace says ${namespace}`);
  const values = valueFor(
    attempt(() => secretValues(secret)),
    own.name,
  );
  if (values.size === 0 && !allowEmpty)
    throw new CommandError(`the Secret ${own.name} has no data`, 'give --allow-empty-data if that is meant');
  const encrypted = [...values].map(([key, plain]): [string, string] => [key, sealOne(plain, place, certificate)]);
  return sealedSecretOf({ secret, ...place, encrypted });
}

/** The SealedSecret sealed again with the newest certificate; needs the private keys. Its scope is that of its own metadata only. */
export async function sealAgain(sealed: JsonObject, certificate: string, ring: Keyring): Promise<JsonObject> {
  const place = placeOf(sealed);
  const values = valueFor(await openSealedValues(sealed, ring), place.name);
  return resealed(
    sealed,
    [...values].map(([key, plain]): [string, string] => [key, sealOne(plain, place, certificate)]),
  );
}

/** Whether it can be opened; says nothing of its content. @throws CommandError naming the key that cannot */
export async function validate(sealed: JsonObject, ring: Keyring): Promise<void> {
  if (!isObject(sealed) || getKey(sealed, 'kind') !== 'SealedSecret') throw new CommandError('only a SealedSecret can be validated');
  valueFor(await openSealedValues(sealed, ring), placeOf(sealed).name);
}

/** The Secret that a SealedSecret stands for, as kubeseal --recovery-unseal prints it. @throws CommandError */
export async function recovered(sealed: JsonObject, ring: Keyring): Promise<JsonObject> {
  if (!isSealedSecret(sealed)) throw new CommandError('only a SealedSecret can be unsealed');
  const plain = await unseal(sealed, ring, async (make) =>
    make((text) => {
      if (text.includes('{{'))
        throw new CommandError('a text of spec.template.data is a template; those are filled in by the cluster only');
      return text;
    }),
  );
  return valueFor(plain, placeOf(sealed).name);
}
