/** `lockstep seal`: what `kubeseal` does, without its binary. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { KUBESEAL_MODES, outputFileOf, sealText } from '../secrets/seal-modes.ts';
import { sealInPlace } from '../secrets/in-place.ts';
import { SEAL_FLAGS, type SealFlags } from '../secrets/seal-flags.ts';

export const seal = defineCommand({
  summary: 'Seal a Secret so that it can stay in Git, as kubeseal does',
  usage: '[< SECRET] | --in-place FILE...',
  details:
    'Reads a Secret (YAML or JSON, also several documents) and prints a SealedSecret that only the owner of the private key can open.',
  examples: [
    'lockstep seal -o yaml < secret.yaml > sealed.yaml',
    'lockstep seal --in-place --namespace shop apps/db.yaml',
    'printf %s "$PASSWORD" | lockstep seal --cert cert.pem --raw -n shop --name db',
    'lockstep seal --re-encrypt --cert new.pem --key old.key < sealed.yaml',
  ],
  flags: SEAL_FLAGS,
  args: { min: 0, max: 1000 },
  run: async ({ args, flags, io }) => {
    check(args, flags);
    if (flags['in-place']) return sealInPlace(args, flags, io);
    await deliver(await sealText(flags, io), flags, io);
    return 0;
  },
});

function check(args: readonly string[], flags: SealFlags): void {
  const modes = KUBESEAL_MODES.filter((mode) => flags[mode]);
  if (modes.length > 1) throw new UsageError(`--${modes.join(' and --')} exclude each other`);
  if (flags['from-file'].length > 0 && !flags.raw) throw new UsageError('--from-file needs --raw');
  if (args.length > 0 && !flags['in-place']) throw new UsageError('files are named with --in-place; a single one with --secret-file');
  if (flags['in-place'] && args.length === 0) throw new UsageError('--in-place needs the files to seal');
  if (flags['in-place'] && modes.some((mode) => mode !== 're-encrypt'))
    throw new UsageError(`--in-place and --${modes[0] ?? ''} exclude each other`);
}

async function deliver(text: string, flags: SealFlags, io: Io): Promise<void> {
  const file = outputFileOf(flags);
  if (file === undefined) io.out(text);
  else await writeFile(resolve(io.cwd, file), text, flags['recovery-unseal'] ? { mode: 0o600 } : {});
}
