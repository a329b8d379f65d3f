/** `lockstep seal --in-place`: Secrets inside files become SealedSecrets, everything else in the files keeps its bytes. */
import { isObject, type JsonObject } from '../../core/object/index.ts';
import { isSealedSecret, placeOf } from '../../core/secrets/sealed/index.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { type Change, rewriteFile } from './documents.ts';
import type { ResealFlags, SealFlags } from './seal-flags.ts';
import { certificateOf, resealer, sealingOf } from './seal-modes.ts';
import { sealSecret } from './sealing.ts';

/** Seals, or with --re-encrypt seals again. @returns the exit code */
export async function sealInPlace(files: readonly string[], flags: SealFlags, io: Io): Promise<number> {
  const again = flags['re-encrypt'] || flags.rotate;
  const change = again ? await resealing(flags, io) : await sealing(flags, io);
  for (const file of files) {
    const changed = await rewriteFile(file, io, change);
    const what = again ? 'SealedSecret' : 'Secret';
    if (changed === 0) throw new CommandError(`${file}: there is no ${what} in it`);
    io.err(`${file}: ${changed} ${what}${changed === 1 ? '' : 's'} sealed${again ? ' again' : ''}\n`);
  }
  if (!again) io.err('What was in Git before is still in its history: change those values.\n');
  return 0;
}

async function sealing(flags: SealFlags, io: Io): Promise<Change> {
  if (flags.name !== undefined) throw new UsageError('--in-place seals each Secret under its own name: --name is for one Secret');
  const options = sealingOf(flags, await certificateOf(flags, io));
  return async (object) => {
    if (object['kind'] === 'List') throw new CommandError('a List cannot be sealed in its place', 'make its items documents of their own');
    if (object['kind'] !== 'Secret' || object['apiVersion'] !== 'v1') return undefined;
    if (!hasData(object) && !flags['allow-empty-data']) return undefined;
    const { name, namespace, scope } = placeOf(object);
    if (namespace === '' && options.namespace === undefined && (options.scope ?? scope) !== 'cluster-wide')
      throw new CommandError(`Secret ${name} names no namespace, and where it may be used is part of what is sealed`, 'give --namespace');
    return Promise.resolve(sealSecret(object, { ...options, namespace: namespace === '' ? options.namespace : undefined }));
  };
}

/** How a SealedSecret inside a file is sealed again. */
export async function resealing(flags: ResealFlags, io: Io): Promise<Change> {
  const reseal = await resealer(flags, io);
  return async (object) => {
    if (!isSealedSecret(object)) return undefined;
    if (placeOf(object).namespace === '' && placeOf(object).scope !== 'cluster-wide') {
      if (flags.namespace === undefined)
        throw new CommandError(`SealedSecret ${placeOf(object).name} names no namespace`, 'give --namespace');
      return withoutNamespace(await reseal(withNamespace(object, flags.namespace)));
    }
    return reseal(object);
  };
}

const hasData = (secret: JsonObject): boolean =>
  ['data', 'stringData'].some((key) => isObject(secret[key]) && Object.keys(secret[key]).length > 0);

const metadataOf = (object: JsonObject): JsonObject => (isObject(object['metadata']) ? object['metadata'] : {});

const withNamespace = (object: JsonObject, namespace: string): JsonObject => ({
  ...object,
  metadata: { ...metadataOf(object), namespace },
});

function withoutNamespace(object: JsonObject): JsonObject {
  const { namespace: _given, ...metadata } = metadataOf(object);
  return { ...object, metadata };
}
