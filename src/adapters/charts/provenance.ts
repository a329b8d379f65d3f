/** Signatures of charts: `.prov` files, clear-signed with PGP. Source: Helm 4 pkg/provenance/sign.go. */
import { createHash } from 'node:crypto';
import type { Key, PrivateKey } from 'openpgp';
import { getKey, isObject } from '../../core/object/index.ts';
import { decode, encode, sigsYaml } from '../../core/yaml/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { ChartError } from '../../ports/index.ts';

export interface Signer {
  /** User ids of the key: `Ada <ada@example.com>`. */
  readonly users: readonly string[];
  /** Upper case, without blanks. */
  readonly fingerprint: string;
  /** `sha256:…` of the archive, as signed. */
  readonly digest: string;
}

export interface Signed {
  readonly archive: Uint8Array;
  /** Name of the archive as it was packaged: `shop-1.2.3.tgz`. */
  readonly file: string;
  /** Content of the .prov file. */
  readonly provenance: string;
}

/** Loaded when the first signature is looked at: it is large, and most commands never need it. */
const openpgp = (): Promise<typeof import('openpgp')> => import('openpgp');

const refuse = (message: string): Result<never, ChartError> => err({ code: 'VerificationFailed', message });

/** Holds when a key of the ring signed the provenance and the provenance names this archive. `keyring`: binary or armored public keys. */
export async function verifyProvenance(signed: Signed, keyring: Uint8Array): Promise<Result<Signer, ChartError>> {
  let keys: Key[];
  try {
    keys = await readRing(keyring);
  } catch (error) {
    return refuse(`failed to load keyring: ${String(error instanceof Error ? error.message : error)}`);
  }
  try {
    const { readCleartextMessage, verify } = await openpgp();
    const message = await readCleartextMessage({ cleartextMessage: signed.provenance });
    const { signatures } = await verify({ message, verificationKeys: keys });
    const [signature] = signatures;
    if (signature === undefined) return refuse('the provenance file is not signed');
    await signature.verified;
    const key = keys.find((candidate) => candidate.getKeys(signature.keyID).length > 0);
    return checkDigest(message.getText(), signed, {
      users: key?.getUserIDs() ?? [],
      fingerprint: (key?.getFingerprint() ?? '').toUpperCase(),
    });
  } catch (error) {
    return refuse(`the signature is not good: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The same with several armored rings. The last refusal is told when none fits. */
export async function verifyByAny(signed: Signed, rings: readonly string[]): Promise<Result<Signer, ChartError>> {
  let last: Result<Signer, ChartError> = refuse('there is no key that is trusted');
  for (const ring of rings) {
    last = await verifyProvenance(signed, Buffer.from(ring, 'utf8'));
    if (last.ok) return last;
  }
  return last;
}

export interface ToSign {
  readonly archive: Uint8Array;
  readonly file: string;
  /** Chart.yaml of the archive. */
  readonly metadata: string;
}

export interface SigningKey {
  /** Binary or armored private keys. */
  readonly keyring: Uint8Array;
  /** Part of a user id, or the end of a fingerprint. */
  readonly name: string;
  readonly passphrase?: string;
}

/** The content of a .prov file. */
export async function signProvenance({ archive, file, metadata }: ToSign, key: SigningKey): Promise<Result<string, ChartError>> {
  try {
    const found = await findKey(key);
    if (found === undefined) return refuse(`no private key named ${JSON.stringify(key.name)} is in the keyring`);
    const digest = `sha256:${createHash('sha256').update(archive).digest('hex')}`;
    const text = `${metadata}\n...\n${encode({ files: { [file]: digest } }, { variant: sigsYaml })}`;
    const { createCleartextMessage, enums, sign } = await openpgp();
    const message = await createCleartextMessage({ text });
    const signed = await sign({ message, signingKeys: found, config: { preferredHashAlgorithm: enums.hash.sha512 } });
    return ok(signed.replaceAll('\r\n', '\n'));
  } catch (error) {
    return refuse(`the chart cannot be signed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function findKey({ keyring, name, passphrase }: SigningKey): Promise<PrivateKey | undefined> {
  const text = Buffer.from(keyring).toString('latin1');
  const { decryptKey, readPrivateKeys } = await openpgp();
  const keys = await (text.includes('-----BEGIN PGP') ? readPrivateKeys({ armoredKeys: text }) : readPrivateKeys({ binaryKeys: keyring }));
  const fits = (key: PrivateKey): boolean =>
    key.getUserIDs().some((user) => user.includes(name)) || key.getFingerprint().toLowerCase().endsWith(name.toLowerCase());
  const key = keys.find(fits);
  if (key === undefined || key.isDecrypted()) return key;
  return decryptKey({ privateKey: key, passphrase: passphrase ?? '' });
}

async function readRing(keyring: Uint8Array): Promise<Key[]> {
  const { readKeys } = await openpgp();
  const text = Buffer.from(keyring).toString('latin1');
  return text.includes('-----BEGIN PGP') ? readKeys({ armoredKeys: text }) : readKeys({ binaryKeys: keyring });
}

/** The signed text: the chart's metadata, `...`, and the digests of files. */
function checkDigest(text: string, { archive, file }: Signed, signer: Omit<Signer, 'digest'>): Result<Signer, ChartError> {
  const [, sums] = text.split(/\n\.\.\.\r?\n/, 2);
  if (sums === undefined) return refuse('the message block must have at least two parts');
  const decoded = decode(sums, { variant: sigsYaml });
  const files = decoded.ok && isObject(decoded.value) ? getKey(decoded.value, 'files') : undefined;
  const told = isObject(files) ? getKey(files, file) : undefined;
  if (typeof told !== 'string') return refuse(`provenance does not contain a SHA for a file named ${JSON.stringify(file)}`);
  const digest = `sha256:${createHash('sha256').update(archive).digest('hex')}`;
  if (told !== digest) return refuse(`sha256 sum does not match for ${file}: ${JSON.stringify(told)} != ${JSON.stringify(digest)}`);
  return ok({ ...signer, digest });
}
