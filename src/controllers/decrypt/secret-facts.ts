/** What renders may use to open secrets, besides what their Apps name themselves. */
import type { Informers } from '../../runtime/index.ts';
import { isAllowedRemote } from '../remotes/index.ts';
import type { Sealing } from '../sealed/sealing.ts';
import type { LeakPolicy } from './leak-guard.ts';
import { Plaintexts } from './plaintexts.ts';
import { type PlatformKey, PlatformKeys } from './platform-keys.ts';

export interface SecretFacts {
  /** Unsealing with the platform's keys; absent: SealedSecrets are left to whoever unseals in the cluster. */
  readonly sealing?: Pick<Sealing, 'unsealing'>;
  readonly platformKeys?: Pick<PlatformKeys, 'find'>;
  readonly plaintexts: Plaintexts;
  readonly plainSecrets: () => LeakPolicy;
  /** Whether keys may be asked of the server at this address. */
  readonly reaches: (address: string) => boolean;
  /** Tells apart states of keys and rules in which a render may come out differently. */
  readonly id: () => string;
}

/** The part of the Platform that is about secrets. */
export interface SecretRules {
  readonly decryptionKeys: readonly PlatformKey[];
  readonly plainSecrets: LeakPolicy;
  readonly allowedRemotes: readonly string[];
}

export interface SecretSettings {
  /** Lockstep's own namespace. */
  readonly namespace: string;
  readonly platform: SecretRules;
  /** A key of the platform is another one now. */
  readonly changed: () => void;
}

export function createSecretFacts(
  informers: Informers,
  sealing: Pick<Sealing, 'unsealing' | 'id'>,
  { namespace, platform, changed }: SecretSettings,
): SecretFacts {
  const platformKeys = new PlatformKeys(informers, namespace, { keys: () => platform.decryptionKeys, changed });
  const plainSecrets = (): LeakPolicy => platform.plainSecrets;
  const id = (): string => [sealing.id, platformKeys.id, plainSecrets(), ...platform.allowedRemotes].join('\n');
  return {
    sealing,
    platformKeys,
    plaintexts: new Plaintexts(),
    plainSecrets,
    reaches: (address) => isAllowedRemote(address, platform.allowedRemotes),
    id,
  };
}
