/** `lockstep secrets sealing-keys renew`: a new key to seal with, now; old ones stay, because what is in Git was sealed for them. */
import { newSealingKey, sealingKeySecret } from '../../adapters/decrypt/index.ts';
import { systemClock } from '../../adapters/system/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { SEALING_KEY_FLAGS, SECRETS } from '../secrets/sealing-keys.ts';
import { withCluster } from '../session.ts';

export const sealingKeysRenew = defineCommand({
  summary: 'Make a new key to seal with; old ones stay and open what was sealed for them',
  usage: '',
  details: 'Then seal the repository for it: lockstep secrets reseal --commit.',
  flags: {
    ...SEALING_KEY_FLAGS,
    bits: { type: 'integer', value: 'N', default: 4096, doc: 'Length of the RSA key, from 2048' },
  },
  args: { min: 0, max: 0 },
  run: ({ flags, io }) =>
    withCluster(flags, io, async (kube) => {
      if (flags.bits < 2048 || flags.bits > 8192) throw new CommandError('--bits must be from 2048 to 8192');
      const made = await newSealingKey(systemClock().now(), { bits: flags.bits });
      const created = await kube.create(SECRETS, sealingKeySecret(made, flags.namespace));
      if (!created.ok) throw new CommandError(`the key cannot be stored: ${created.error.message}`);
      io.out(`${flags.namespace}/${created.value.metadata.name ?? ''} seals from now on\n`);
      io.err('Keep a copy: lockstep secrets sealing-keys export --output FILE\n');
      return 0;
    }),
});
