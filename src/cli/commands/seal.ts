/** `lockstep seal`: what `kubeseal` does with a certificate at hand, without its binary. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isSealedSecret, mergedSealed, type SealScope } from '../../core/secrets/sealed/index.ts';
import { decodeUtf8, encodeUtf8 } from '../../std/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import type { Io } from '../io.ts';
import { KEY_FLAGS } from '../secrets/flags.ts';
import { keyringFor, readUserFile } from '../secrets/keyring.ts';
import { printObjects, readObjects } from '../secrets/objects.ts';
import { askController, certificateFromCluster, CONTROLLER_FLAGS } from '../secrets/sealed-controller.ts';
import { sealAgain, sealOne, sealSecret, validate } from '../secrets/sealing.ts';

const FLAGS = {
  ...KEY_FLAGS,
  ...CONTROLLER_FLAGS,
  cert: {
    type: 'string',
    value: 'FILE',
    doc: 'Certificate of whoever shall unseal (PEM); default: SEALED_SECRETS_CERT, else that of the cluster',
  },
  'fetch-cert': { type: 'boolean', doc: 'Print the certificate of the cluster, for later use with --cert' },
  scope: {
    type: 'string',
    value: 'SCOPE',
    choices: ['strict', 'namespace-wide', 'cluster-wide'],
    doc: 'Where the Secret may be used; default: its annotations, else strict',
  },
  namespace: { type: 'string', short: 'n', value: 'NAMESPACE', doc: 'Namespace of a Secret that names none' },
  name: { type: 'string', value: 'NAME', doc: 'Name of the Secret, with --raw' },
  'secret-file': { type: 'string', short: 'f', value: 'FILE', doc: 'Read this file instead of standard input' },
  'sealed-secret-file': { type: 'string', short: 'w', value: 'FILE', doc: 'Write into this file instead of standard output' },
  format: { type: 'string', short: 'o', value: 'FORMAT', choices: ['json', 'yaml'], default: 'json', doc: 'Format of the output' },
  raw: { type: 'boolean', doc: 'Seal standard input, or the file of --from-file, as one value' },
  'from-file': { type: 'string', value: 'FILE', doc: 'With --raw: the file that holds the value' },
  'merge-into': { type: 'string', value: 'FILE', doc: 'Add the values to the SealedSecret in this file' },
  're-encrypt': { type: 'boolean', doc: 'Seal a SealedSecret again with the newest certificate: by the cluster, or here with --key' },
  validate: { type: 'boolean', doc: 'Check that a SealedSecret can be opened: by the cluster, or here with --key' },
  'allow-empty-data': { type: 'boolean', doc: 'Accept a Secret without data' },
} as const satisfies FlagTable;

type Flags = FlagValues<typeof FLAGS>;

export const seal = defineCommand({
  summary: 'Seal a Secret so that it can stay in Git, as kubeseal does',
  usage: '[< SECRET]',
  details:
    'Reads a Secret (YAML or JSON, also several documents) and prints a SealedSecret that only the owner of the private key can open.',
  examples: [
    'lockstep seal --cert cert.pem -o yaml < secret.yaml > sealed.yaml',
    'printf %s "$PASSWORD" | lockstep seal --cert cert.pem --raw -n shop --name db',
    'lockstep seal --re-encrypt --cert new.pem --key old.key < sealed.yaml',
  ],
  flags: FLAGS,
  args: { min: 0, max: 0 },
  run: async ({ flags, io }) => {
    const text = await resultOf(flags, io);
    const file = flags['sealed-secret-file'];
    if (file === undefined) io.out(text);
    else await writeFile(resolve(io.cwd, file), text);
    return 0;
  },
});

const input = async (flags: Flags, io: Io): Promise<Uint8Array> =>
  flags['secret-file'] === undefined ? io.stdin() : readUserFile(io, flags['secret-file']);

async function certificateOf(flags: Flags, io: Io): Promise<string> {
  const file = flags.cert ?? io.env['SEALED_SECRETS_CERT'];
  if (file === undefined || flags['fetch-cert']) return certificateFromCluster(flags, io);
  return decodeUtf8(await readUserFile(io, file));
}

async function resultOf(flags: Flags, io: Io): Promise<string> {
  const scope = flags.scope as SealScope | undefined;
  if (flags.validate) return validated(flags, io);
  if (flags['re-encrypt'] && flags.key.length === 0) return rotated(flags, io);
  const certificate = await certificateOf(flags, io);
  if (flags['fetch-cert']) return certificate;
  if (flags.raw) return raw(flags, io, certificate);
  const objects = readObjects(await input(flags, io), flags['secret-file'] ?? 'standard input');
  const format = flags.format as 'json' | 'yaml';
  if (flags['re-encrypt']) {
    const ring = await keyringFor(flags.key, io);
    return printObjects(await Promise.all(objects.map((object) => sealAgain(object, certificate, ring))), format);
  }
  const options = { certificate, scope, namespace: flags.namespace, allowEmpty: flags['allow-empty-data'] };
  const sealed = objects.map((object) => sealSecret(object, options));
  const [first] = sealed;
  if (flags['merge-into'] === undefined) return printObjects(sealed, format);
  if (sealed.length !== 1 || first === undefined) throw new CommandError('--merge-into takes exactly one Secret');
  return merged(flags['merge-into'], first, io);
}

/** The file keeps its format; nothing is printed. */
async function merged(file: string, update: Parameters<typeof mergedSealed>[1], io: Io): Promise<string> {
  const bytes = await readUserFile(io, file);
  const [target, ...more] = readObjects(bytes, file);
  if (target === undefined || more.length > 0 || !isSealedSecret(target))
    throw new CommandError(`${file}: it must hold exactly one SealedSecret`);
  const format = decodeUtf8(bytes).trimStart().startsWith('{') ? 'json' : 'yaml';
  await writeFile(resolve(io.cwd, file), printObjects([mergedSealed(target, update)], format));
  return '';
}

async function raw(flags: Flags, io: Io, certificate: string): Promise<string> {
  const scope = (flags.scope as SealScope | undefined) ?? 'strict';
  const { name = '', namespace = '' } = flags;
  if (scope === 'strict' && name === '') throw new UsageError('--raw with the scope strict needs --name');
  if (scope !== 'cluster-wide' && namespace === '') throw new UsageError(`--raw with the scope ${scope} needs --namespace`);
  const plain = flags['from-file'] === undefined ? await io.stdin() : await readUserFile(io, flags['from-file']);
  return sealOne(plain, { scope, namespace, name }, certificate);
}

async function sealedInput(flags: Flags, io: Io): Promise<ReturnType<typeof readObjects>> {
  return readObjects(await input(flags, io), flags['secret-file'] ?? 'standard input');
}

async function validated(flags: Flags, io: Io): Promise<string> {
  const objects = await sealedInput(flags, io);
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

/** Sealed again by the cluster, which has the keys. */
async function rotated(flags: Flags, io: Io): Promise<string> {
  const again: ReturnType<typeof readObjects>[number][] = [];
  for (const object of await sealedInput(flags, io)) {
    const { status, text } = await askController(flags, io, { method: 'POST', path: 'v1/rotate', body: JSON.stringify(object) });
    if (status !== 200) throw new CommandError(`the cluster cannot seal it again: ${text.trim()}`);
    again.push(...readObjects(encodeUtf8(text), 'the answer of the cluster'));
  }
  return printObjects(again, flags.format as 'json' | 'yaml');
}
