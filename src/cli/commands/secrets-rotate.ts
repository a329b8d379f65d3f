/** `lockstep secrets rotate`: a new data key, and keys added or removed, as `sops rotate` does. */
import { openSops } from '../../adapters/decrypt/index.ts';
import { attempt } from '../../core/secrets/index.ts';
import { recipientOf } from '../../core/secrets/sops/config/index.ts';
import { type MasterKey, type Metadata, writeEncrypted } from '../../core/secrets/sops/index.ts';
import { defineCommand } from '../command.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import { encryptWithNewKey } from '../secrets/encryption.ts';
import { CLOUD_FLAGS, KEY_FLAGS, OUTPUT_FLAGS, TYPE_FLAGS } from '../secrets/flags.ts';
import { keyringFor } from '../secrets/keyring.ts';
import { masterKeys, refuseClouds } from '../secrets/master-keys.ts';
import { configFor, deliver, layoutFor, targetOf, valueFor } from '../secrets/target.ts';

const cloud = CLOUD_FLAGS.hckms;

const FLAGS = {
  ...KEY_FLAGS,
  ...TYPE_FLAGS,
  ...OUTPUT_FLAGS,
  'add-age': { type: 'string', value: 'RECIPIENTS', doc: 'age recipients to add, parted by commas' },
  'rm-age': { type: 'string', value: 'RECIPIENTS', doc: 'age recipients to remove' },
  'add-pgp': { type: 'string', value: 'FINGERPRINTS', doc: 'PGP fingerprints to add, parted by commas' },
  'rm-pgp': { type: 'string', value: 'FINGERPRINTS', doc: 'PGP fingerprints to remove' },
  'add-hc-vault-transit': { type: 'string', value: 'URIS', doc: 'Keys of a Vault to add, parted by commas' },
  'rm-hc-vault-transit': { type: 'string', value: 'URIS', doc: 'Keys of a Vault to remove' },
  'add-kms': cloud,
  'add-gcp-kms': cloud,
  'add-azure-kv': cloud,
  'add-hckms': cloud,
  'ignore-mac': { type: 'boolean', doc: 'Accept a file whose checksum is wrong' },
  config: { type: 'string', value: 'FILE', doc: 'Take this file instead of the nearest .sops.yaml' },
} as const satisfies FlagTable;

type Flags = FlagValues<typeof FLAGS>;

const keysOf = (what: 'add' | 'rm', flags: Flags): readonly MasterKey[] => {
  const named = (kind: 'age' | 'pgp' | 'hc-vault-transit'): readonly string[] => [flags[`${what}-${kind}`] ?? ''];
  return masterKeys({ age: named('age'), pgp: named('pgp'), vault: named('hc-vault-transit') }, `--${what}-hc-vault-transit`);
};

const isSame = (a: MasterKey, b: MasterKey): boolean => a.kind === b.kind && recipientOf(a) === recipientOf(b);

/** Removed keys leave every group; added ones join the first. */
function withKeys(metadata: Metadata, flags: Flags): Metadata {
  const [added, removed] = [keysOf('add', flags), keysOf('rm', flags)];
  const groups = metadata.groups.map((group, i) => {
    const kept = group.filter((key) => !removed.some((other) => isSame(other, key)));
    const isNew = (key: MasterKey): boolean => !kept.some((other) => isSame(other, key));
    return i === 0 ? [...kept, ...added.filter(isNew)] : kept;
  });
  return { ...metadata, groups };
}

export const secretsRotate = defineCommand({
  summary: 'Encrypt a SOPS file again with a new data key',
  usage: 'FILE',
  examples: ['lockstep secrets rotate -i secret.yaml', 'lockstep secrets rotate -i --add-age age1… --rm-age age1… secret.yaml'],
  flags: FLAGS,
  args: { min: 1, max: 1 },
  run: async ({ args, flags, io }) => {
    refuseClouds(
      { kms: flags['add-kms'], 'gcp-kms': flags['add-gcp-kms'], 'azure-kv': flags['add-azure-kv'], hckms: flags['add-hckms'] },
      { ...io, env: {} },
    );
    const target = await targetOf(args[0], flags, io);
    const ring = await keyringFor(flags.key, io);
    const opened = valueFor(await openSops(target.bytes, ring, { format: target.input, ignoreMac: flags['ignore-mac'] }), target.name);
    const metadata = withKeys(opened.file.metadata, flags);
    const rotated = await encryptWithNewKey(opened.branches, metadata, { ring, name: target.name });
    const layout = layoutFor(flags.indent, await configFor(flags.config, io));
    await deliver(
      valueFor(
        attempt(() => writeEncrypted(rotated, target.output, layout)),
        target.name,
      ),
      flags,
      { target, io },
    );
    return 0;
  },
});
