/** What `lockstep seal` prints, by what it is asked for. Source: sealed-secrets cmd/kubeseal/main.go, pkg/kubeseal/kubeseal.go. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isObject } from '../../core/object/index.ts';
import { isSealedSecret, mergedSealed, placeOf, type SealScope } from '../../core/secrets/sealed/index.ts';
import { decodeUtf8, encodeUtf8 } from '../../std/index.ts';
import { contextNamespace } from '../connection-flags.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { certificateAt } from './certificate.ts';
import { keyringFor, readUserFile } from './keyring.ts';
import { printObjects, readObjects } from './objects.ts';
import type { ResealFlags, SealFlags } from './seal-flags.ts';
import { askController, certificateFromCluster, resealByController } from './sealed-controller.ts';
import { recovered, sealAgain, sealOne, type Sealing, sealSecret, validate } from './sealing.ts';

/** At most one of them. */
export const KUBESEAL_MODES = ['fetch-cert', 'raw', 're-encrypt', 'validate', 'recovery-unseal'] as const;

type Objects = ReturnType<typeof readObjects>;

/** The result as text. @throws CommandError, UsageError */
export async function sealText(flags: SealFlags, io: Io): Promise<string> {
  if (flags['recovery-unseal']) return recovery(flags, io);
  if (flags.validate) return validated(flags, io);
  if (flags['fetch-cert']) return certificateOf(flags, io);
  if (flags['re-encrypt'] || flags.rotate) return again(flags, io);
  if (flags.raw) return raw(flags, io);
  return sealed(flags, io);
}

/** A file or URL, the environment's, or that of the cluster. */
export async function certificateOf(flags: ResealFlags, io: Io): Promise<string> {
  const place = flags.cert ?? io.env['SEALED_SECRETS_CERT'];
  return place === undefined ? certificateFromCluster(flags, io) : certificateAt(place, io);
}

export const sealingOf = (flags: SealFlags, certificate: string): Sealing => ({
  certificate,
  scope: flags.scope as SealScope | undefined,
  name: flags.name,
  namespace: flags.namespace,
  allowEmpty: flags['allow-empty-data'],
});

/** A file that is called so is YAML, whatever the flag says, as with kubeseal. */
function formatOf(flags: SealFlags, { env }: Io): 'json' | 'yaml' {
  if (/\.ya?ml$/.test(outputFileOf(flags) ?? '')) return 'yaml';
  return (flags.format ?? env['SEALED_SECRETS_FORMAT']) === 'yaml' ? 'yaml' : 'json';
}

/** Where the result goes instead of standard output: sealing again is the one thing that is done in place. */
export const outputFileOf = (flags: SealFlags): string | undefined =>
  flags['sealed-secret-file'] ?? (flags['re-encrypt'] || flags.rotate ? flags['secret-file'] : undefined);

async function input(flags: SealFlags, io: Io): Promise<Objects> {
  const bytes = flags['secret-file'] === undefined ? await io.stdin() : await readUserFile(io, flags['secret-file']);
  const name = flags['secret-file'] ?? 'standard input';
  const objects = readObjects(bytes, name);
  if (objects.length === 0) throw new CommandError(`${name}: there is nothing in it`);
  return objects;
}

async function sealed(flags: SealFlags, io: Io): Promise<string> {
  const objects = await input(flags, io);
  const options = sealingOf(flags, await certificateOf(flags, io));
  if (flags['merge-into'] !== undefined) return merged(flags['merge-into'], objects, { options, io });
  const needsNamespace = objects.some((object) => {
    const { namespace, scope } = placeOf(object);
    return namespace === '' && (options.scope ?? scope) !== 'cluster-wide';
  });
  const namespace = options.namespace ?? (needsNamespace ? await contextNamespace(flags, io) : undefined);
  const made = objects.map((object) =>
    sealSecret(object, { ...options, namespace: namespaceOf(object) === '' ? namespace : flags.namespace }),
  );
  return printObjects(made, formatOf(flags, io));
}

const namespaceOf = (object: Objects[number]): string => placeOf(object).namespace;

/** The values are sealed for the name, namespace and scope of the file, which keeps its format. Nothing is printed. */
async function merged(file: string, objects: Objects, { options, io }: { readonly options: Sealing; readonly io: Io }): Promise<string> {
  const bytes = await readUserFile(io, file);
  const [target, ...more] = readObjects(bytes, file);
  if (target === undefined || more.length > 0 || !isSealedSecret(target))
    throw new CommandError(`${file}: it must hold exactly one SealedSecret`);
  const [secret] = objects;
  if (objects.length !== 1 || secret === undefined) throw new CommandError('--merge-into takes exactly one Secret');
  const { name, namespace, scope } = placeOf(target);
  const metadata = { ...(isObject(secret['metadata']) ? secret['metadata'] : {}), namespace, name };
  const update = sealSecret({ ...secret, metadata }, { ...options, scope, name, namespace });
  const format = decodeUtf8(bytes).trimStart().startsWith('{') ? 'json' : 'yaml';
  await writeFile(resolve(io.cwd, file), printObjects([mergedSealed(target, update)], format));
  return '';
}

async function raw(flags: SealFlags, io: Io): Promise<string> {
  const scope = (flags.scope as SealScope | undefined) ?? 'strict';
  const { name = '' } = flags;
  if (scope === 'strict' && name === '') throw new UsageError('--raw with the scope strict needs --name');
  const namespace = flags.namespace ?? (scope === 'cluster-wide' ? '' : await contextNamespace(flags, io));
  const [file, ...more] = flags['from-file'];
  if (more.length > 0) throw new UsageError('--raw takes one --from-file');
  // As kubectl writes it: KEY=FILE, where the key says nothing here.
  const plain = file === undefined ? await io.stdin() : await readUserFile(io, file.replace(/^[^=]*=/, ''));
  return sealOne(plain, { scope, namespace, name }, await certificateOf(flags, io));
}

async function validated(flags: SealFlags, io: Io): Promise<string> {
  const objects = await input(flags, io);
  if (flags.key.length > 0) {
    const ring = await keyringFor(flags.key, io);
    for (const object of objects) await validate(object, ring);
    return '';
  }
  for (const object of objects) {
    const { status, text } = await askController(flags, io, { method: 'POST', path: 'v1/verify', body: JSON.stringify(object) });
    if (status === 409)
      throw new CommandError('unable to decrypt sealed secret', "none of the cluster's keys opens it for this name and namespace");
    if (status !== 200) throw new CommandError(`the cluster cannot say whether it opens it: ${text.trim()}`);
  }
  return '';
}

/** Sealed again: by the cluster, which has the keys, or here. */
async function again(flags: SealFlags, io: Io): Promise<string> {
  const objects = await input(flags, io);
  const reseal = await resealer(flags, io);
  const made: Objects[number][] = [];
  for (const object of objects) made.push(await reseal(object));
  return printObjects(made, formatOf(flags, io));
}

/** How one SealedSecret is sealed again. */
export async function resealer(flags: ResealFlags, io: Io): Promise<(object: Objects[number]) => Promise<Objects[number]>> {
  if (flags.key.length === 0)
    return async (object) => {
      const [made] = readObjects(encodeUtf8(await resealByController(flags, io, object)), 'the answer of the cluster');
      if (made === undefined) throw new CommandError('the cluster answers nothing');
      return made;
    };
  const [certificate, ring] = [await certificateOf(flags, io), await keyringFor(flags.key, io)];
  return (object) => sealAgain(object, certificate, ring);
}

async function recovery(flags: SealFlags, io: Io): Promise<string> {
  const names = flags['recovery-private-key'].flatMap((name) => name.split(','));
  if (names.length === 0) throw new UsageError('--recovery-unseal needs --recovery-private-key');
  const objects = await input(flags, io);
  const ring = await keyringFor(names, io);
  const made: Objects[number][] = [];
  for (const object of objects) made.push(await recovered(object, ring));
  return printObjects(made, formatOf(flags, io));
}
