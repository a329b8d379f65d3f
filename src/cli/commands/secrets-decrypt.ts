/** `lockstep secrets decrypt`: what `sops decrypt` does, without its binary. */
import { openSops } from '../../adapters/decrypt/index.ts';
import { attempt } from '../../core/secrets/index.ts';
import { extract, writePlain } from '../../core/secrets/sops/index.ts';
import { defineCommand } from '../command.ts';
import { KEY_FLAGS, OUTPUT_FLAGS, TYPE_FLAGS } from '../secrets/flags.ts';
import { revealTarget } from '../secrets/git-secret.ts';
import { keyringFor } from '../secrets/keyring.ts';
import { configFor, deliver, layoutFor, targetOf, valueFor } from '../secrets/target.ts';

export const secretsDecrypt = defineCommand({
  summary: 'Decrypt a file that SOPS encrypted, or git-secret hid',
  usage: '[FILE]',
  details:
    'Keys come from --key and from where sops looks: SOPS_AGE_KEY, SOPS_AGE_KEY_FILE, SOPS_AGE_KEY_CMD, sops/age/keys.txt in the configuration folder, VAULT_ADDR.',
  examples: ['lockstep secrets decrypt secret.yaml', `lockstep secrets decrypt --extract '["data"]["password"]' secret.yaml`],
  flags: {
    ...KEY_FLAGS,
    ...TYPE_FLAGS,
    ...OUTPUT_FLAGS,
    extract: { type: 'string', value: 'PATH', doc: 'Print only what is there: ["data"]["password"]' },
    'git-secret': { type: 'boolean', doc: 'The file was hidden by git-secret' },
    'ignore-mac': { type: 'boolean', doc: 'Accept a file whose checksum is wrong' },
    config: { type: 'string', value: 'FILE', doc: 'Take this file instead of the nearest .sops.yaml' },
  },
  args: { min: 0, max: 1 },
  run: async ({ args, flags, io }) => {
    const target = await targetOf(args[0], flags, io);
    const ring = await keyringFor(flags.key, io);
    if (flags['git-secret']) {
      await deliver(await revealTarget(target, ring), flags, { target, io });
      return 0;
    }
    const opened = valueFor(await openSops(target.bytes, ring, { format: target.input, ignoreMac: flags['ignore-mac'] }), target.name);
    const layout = layoutFor(flags.indent, await configFor(flags.config, io));
    const path = flags.extract;
    const plain = attempt(() =>
      path === undefined ? writePlain(opened.branches, target.output, layout) : extract(opened.branches, path, target.output),
    );
    await deliver(valueFor(plain, target.name), flags, { target, io });
    return 0;
  },
});
