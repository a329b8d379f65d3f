/** The keys a file is encrypted to, as flags and the environment name them. Names are those of sops. */
import { attempt } from '../../core/secrets/index.ts';
import { newMasterKey, newVaultKey, splitNames } from '../../core/secrets/sops/config/index.ts';
import type { MasterKey } from '../../core/secrets/sops/index.ts';
import { CommandError } from '../errors.ts';
import type { Io } from '../io.ts';
import { valueFor } from './target.ts';

/** Flags of `sops encrypt`, and the variables that stand in for them. */
const CLOUDS = {
  kms: ['AWS KMS', 'SOPS_KMS_ARN'],
  'gcp-kms': ['GCP KMS', 'SOPS_GCP_KMS_IDS'],
  'azure-kv': ['Azure Key Vault', 'SOPS_AZURE_KEYVAULT_URLS'],
  hckms: ['HuaweiCloud KMS', 'SOPS_HUAWEICLOUD_KMS_IDS'],
} as const;

type CloudFlags = { readonly [Flag in keyof typeof CLOUDS]?: readonly string[] };

const HINT = 'encrypt to --age, --pgp or --hc-vault-transit; sops can add the other key afterwards';

/** A file that lacks a key somebody asked for is worse than none. @throws CommandError naming the service */
export function refuseClouds(flags: CloudFlags, { env }: Io): void {
  for (const [flag, [service, variable]] of Object.entries(CLOUDS)) {
    const asked = (flags[flag as keyof CloudFlags] ?? []).length > 0 ? `--${flag}` : env[variable] ? `$${variable}` : undefined;
    if (asked !== undefined) throw new CommandError(`${asked}: key services of clouds (here ${service}) are not supported yet`, HINT);
  }
}

export interface KeyNames {
  readonly age: readonly string[];
  readonly pgp: readonly string[];
  readonly vault: readonly string[];
}

/** Keys by names parted by commas. `flag`: for messages. @throws CommandError */
export const masterKeys = ({ age, pgp, vault }: KeyNames, flag: string): readonly MasterKey[] => [
  ...splitNames(age.join(',')).map((id) => newMasterKey('age', id)),
  ...splitNames(pgp.join(',')).map((id) => newMasterKey('pgp', id)),
  ...splitNames(vault.join(',')).map((uri) =>
    valueFor(
      attempt(() => newVaultKey(uri)),
      flag,
    ),
  ),
];

/** Flags, or what the environment says where a flag is absent. */
export function keyNames(flags: { readonly [Flag in 'age' | 'pgp' | 'hc-vault-transit']: readonly string[] }, { env }: Io): KeyNames {
  const given = (flag: keyof typeof flags, variable: string): readonly string[] =>
    flags[flag].length > 0 ? flags[flag] : [env[variable] ?? ''];
  return {
    age: given('age', 'SOPS_AGE_RECIPIENTS'),
    pgp: given('pgp', 'SOPS_PGP_FP'),
    vault: given('hc-vault-transit', 'SOPS_VAULT_URIS'),
  };
}
