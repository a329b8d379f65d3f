/** `lockstep secrets keys`: which keys open a file, and a new age key. */
import { newAgeKey } from '../../adapters/decrypt/index.ts';
import { attempt } from '../../core/secrets/index.ts';
import { readEncrypted } from '../../core/secrets/sops/index.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import { moment } from '../secrets/encryption.ts';
import { KEY_FLAGS, OUTPUT_FLAGS, TYPE_FLAGS } from '../secrets/flags.ts';
import { keyringFor } from '../secrets/keyring.ts';
import { deliver, targetOf, valueFor } from '../secrets/target.ts';
import { encodeUtf8 } from '../../std/index.ts';
import type { Io } from '../io.ts';
import type { FlagValues } from '../flags.ts';

const FLAGS = {
  ...KEY_FLAGS,
  ...TYPE_FLAGS,
  output: OUTPUT_FLAGS.output,
  generate: { type: 'boolean', doc: 'Make a new age key, as age-keygen does' },
} as const;

export const secretsKeys = defineCommand({
  summary: 'List the keys that open an encrypted file, or make a new age key',
  usage: '[FILE]',
  examples: ['lockstep secrets keys secret.yaml', 'lockstep secrets keys --generate --output keys.txt'],
  flags: FLAGS,
  args: { min: 0, max: 1 },
  run: async ({ args, flags, io }) => (flags.generate ? generate(flags, io) : list(args[0], flags, io)),
});

async function generate(flags: FlagValues<typeof FLAGS>, io: Io): Promise<number> {
  const { identity, recipient } = newAgeKey();
  const text = `# created: ${moment()}\n# public key: ${recipient}\n${identity}\n`;
  const target = { name: '', path: undefined, shown: '', bytes: new Uint8Array(), input: 'binary', output: 'binary' } as const;
  await deliver(encodeUtf8(text), { output: flags.output }, { target, io });
  if (flags.output !== undefined) io.err(`Public key: ${recipient}\n`);
  return 0;
}

async function list(name: string | undefined, flags: FlagValues<typeof FLAGS>, io: Io): Promise<number> {
  if (name === undefined) throw new UsageError('give FILE or --generate');
  const target = await targetOf(name, flags, io);
  const ring = await keyringFor(flags.key, io);
  const { metadata } = valueFor(
    attempt(() => readEncrypted(target.bytes, target.input)),
    target.name,
  );
  const several = metadata.groups.length > 1;
  for (const [i, group] of metadata.groups.entries()) {
    for (const { kind, id, createdAt } of group) {
      const held = ring.names.some((held) => held === id || (kind === 'pgp' && held.endsWith(id)));
      io.out(`${[several ? `group ${i}` : '', kind, id, createdAt, held ? '(at hand)' : ''].filter((part) => part !== '').join(' ')}\n`);
    }
  }
  return 0;
}
