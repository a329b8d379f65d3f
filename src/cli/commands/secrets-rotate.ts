/** `lockstep secrets rotate`: a new data key, and keys added or removed, as `sops rotate` does. */
import { openSops } from '../../adapters/decrypt/index.ts';
import { attempt } from '../../core/secrets/index.ts';
import { newMasterKey, splitNames } from '../../core/secrets/sops/config/index.ts';
import { type MasterKey, type Metadata, writeEncrypted } from '../../core/secrets/sops/index.ts';
import { defineCommand } from '../command.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import { encryptWithNewKey } from '../secrets/encryption.ts';
import { KEY_FLAGS, OUTPUT_FLAGS, TYPE_FLAGS } from '../secrets/flags.ts';
import { keyringFor } from '../secrets/keyring.ts';
import { configFor, deliver, layoutFor, targetOf, valueFor } from '../secrets/target.ts';

const FLAGS = {
  ...KEY_FLAGS,
  ...TYPE_FLAGS,
  ...OUTPUT_FLAGS,
  'add-age': { type: 'string', value: 'RECIPIENTS', doc: 'age recipients to add, parted by commas' },
  'rm-age': { type: 'string', value: 'RECIPIENTS', doc: 'age recipients to remove' },
  'add-pgp': { type: 'string', value: 'FINGERPRINTS', doc: 'PGP fingerprints to add, parted by commas' },
  'rm-pgp': { type: 'string', value: 'FINGERPRINTS', doc: 'PGP fingerprints to remove' },
  'ignore-mac': { type: 'boolean', doc: 'Accept a file whose checksum is wrong' },
  config: { type: 'string', value: 'FILE', doc: 'Take this file instead of the nearest .sops.yaml' },
} as const satisfies FlagTable;

type Flags = FlagValues<typeof FLAGS>;

const keysOf = (age: string | undefined, pgp: string | undefined): readonly MasterKey[] => [
  ...splitNames(age ?? '').map((id) => newMasterKey('age', id)),
  ...splitNames(pgp ?? '').map((id) => newMasterKey('pgp', id)),
];

const isSame = (a: MasterKey, b: MasterKey): boolean => a.kind === b.kind && a.id === b.id;

/** Removed keys leave every group; added ones join the first. */
function withKeys(metadata: Metadata, flags: Flags): Metadata {
  const added = keysOf(flags['add-age'], flags['add-pgp']);
  const removed = keysOf(flags['rm-age'], flags['rm-pgp']);
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
