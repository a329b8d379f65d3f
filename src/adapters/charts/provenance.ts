/** Signatures of charts: `.prov` files, clear-signed with PGP. Source: Helm 4 pkg/provenance/sign.go. */
import { createHash } from 'node:crypto';
import { type Key, readCleartextMessage, readKeys, verify } from 'openpgp';
import { getKey, isObject } from '../../core/object/index.ts';
import { decode, sigsYaml } from '../../core/yaml/index.ts';
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

const readRing = (keyring: Uint8Array): Promise<Key[]> => {
  const text = Buffer.from(keyring).toString('latin1');
  return text.includes('-----BEGIN PGP') ? readKeys({ armoredKeys: text }) : readKeys({ binaryKeys: keyring });
};

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
