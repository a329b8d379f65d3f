/** `lockstep secrets encrypt`: what `sops encrypt` does, without its binary. */
import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import { encryptTarget } from '../secrets/encryption.ts';
import { KEY_FLAGS, OUTPUT_FLAGS, RULE_FLAGS, TYPE_FLAGS } from '../secrets/flags.ts';
import { keyringFor } from '../secrets/keyring.ts';
import { deliver, targetOf } from '../secrets/target.ts';

export const secretsEncrypt = defineCommand({
  summary: 'Encrypt a file with SOPS',
  usage: '[FILE]',
  details: 'Keys and rules come from flags, or from the nearest .sops.yaml. Without FILE, standard input is read.',
  examples: [
    "lockstep secrets encrypt --age age1… --encrypted-regex '^(data|stringData)$' secret.yaml",
    'lockstep secrets encrypt -i secret.yaml',
  ],
  flags: { ...KEY_FLAGS, ...RULE_FLAGS, ...TYPE_FLAGS, ...OUTPUT_FLAGS },
  args: { min: 0, max: 1 },
  run: async ({ args, flags, io }) => {
    if (args[0] === undefined && flags['filename-override'] === undefined && flags['input-type'] === undefined)
      throw new UsageError('standard input has no name to tell its format and rules by: give --filename-override NAME, or --input-type');
    const target = await targetOf(args[0], flags, io);
    const ring = await keyringFor(flags.key, io);
    await deliver(await encryptTarget(target, flags, { ring, io }), flags, { target, io });
    return 0;
  },
});
