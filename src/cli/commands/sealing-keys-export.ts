/** `lockstep secrets sealing-keys export`: the keys as Secrets in the original's form, for a safe place, and for another cluster. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { names } from '../../api/index.ts';
import type { JsonObject, KubeObject } from '../../core/object/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError, UsageError } from '../errors.ts';
import { printObjects } from '../secrets/objects.ts';
import { markBackedUp, SEALING_KEY_FLAGS, sealingKeys } from '../secrets/sealing-keys.ts';
import { withCluster } from '../session.ts';

export const sealingKeysExport = defineCommand({
  summary: 'Save the keys that open SealedSecrets, so that another cluster can open them too',
  usage: '--output FILE',
  details:
    'What is written is as secret as everything that was ever sealed: keep it offline, or encrypt it (lockstep secrets encrypt). The original controller and ' +
    '`lockstep secrets sealing-keys import` both take it.',
  examples: [
    'lockstep secrets sealing-keys export --output sealing-keys.yaml',
    "lockstep secrets sealing-keys export --output - | lockstep secrets encrypt --age age1… --input-type yaml --encrypted-regex '^data$'",
  ],
  flags: {
    ...SEALING_KEY_FLAGS,
    output: { type: 'string', value: 'FILE', doc: 'Write into this file, which only you can read; - prints' },
  },
  args: { min: 0, max: 0 },
  run: ({ flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const file = flags.output;
      if (file === undefined) throw new UsageError('give --output FILE, or - to print the keys');
      const keys = await sealingKeys(kube, flags.namespace);
      if (keys.length === 0) throw new CommandError(`there are no sealing keys in namespace ${flags.namespace}`);
      const text = printObjects(
        keys.map(({ secret }) => exported(secret)),
        'yaml',
      );
      if (file === '-') io.out(text);
      else await writeFile(resolve(io.cwd, file), text, { mode: 0o600, flag: 'wx' }).catch(refuseExisting(file));
      for (const { secret } of keys) await markBackedUp(kube, secret);
      io.err(`${keys.length} sealing key${keys.length === 1 ? '' : 's'} exported${file === '-' ? '' : ` to ${file}`}\n`);
      return 0;
    }),
});

/** As much of a Secret as makes it again elsewhere. */
function exported({ apiVersion, kind, metadata, ...rest }: KubeObject): JsonObject {
  const { name = '', namespace = '', labels = {}, annotations = {} } = metadata;
  const kept = Object.entries(annotations).filter(([key]) => key !== names.backedUp && !key.startsWith('kubectl.kubernetes.io/'));
  const own = kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) };
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, labels, ...own },
    type: rest['type'] ?? 'kubernetes.io/tls',
    data: rest['data'] ?? {},
  };
}

const refuseExisting =
  (file: string) =>
  (error: unknown): never => {
    if ((error as { readonly code?: string }).code === 'EEXIST') throw new CommandError(`${file} exists already; nothing was written`);
    throw new CommandError(`${file} cannot be written: ${(error as Error).message}`);
  };
