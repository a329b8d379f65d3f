/**
 * OpenPGP keys and messages. The library is large, so it is loaded when the first message or key comes.
 */
import type { Key, PrivateKey } from 'openpgp';
import { KeyFailure } from './failure.ts';

const load = async (): Promise<typeof import('openpgp')> => import('openpgp');

export const fingerprintOf = (key: Key): string => key.getFingerprint().toUpperCase();

/** The keys of an armored or binary file, private ones first. @throws KeyFailure */
export async function readPgpKeys(bytes: Uint8Array): Promise<readonly Key[]> {
  const { readKeys, readPrivateKeys } = await load();
  const text = Buffer.from(bytes).toString('latin1');
  const isArmored = text.includes('-----BEGIN PGP');
  try {
    if (text.includes('PRIVATE KEY BLOCK')) return await readPrivateKeys({ armoredKeys: text });
    return isArmored ? await readKeys({ armoredKeys: text }) : await readKeys({ binaryKeys: bytes });
  } catch {
    throw new KeyFailure('InvalidKey', 'no readable PGP key');
  }
}

/** Whether a key, or one of its parts, has this fingerprint or the end of it. */
export const hasFingerprint = (key: Key, fingerprint: string): boolean => {
  const wanted = fingerprint.replaceAll(' ', '').toLowerCase();
  return wanted.length >= 8 && key.getKeys().some((part) => part.getFingerprint().endsWith(wanted));
};

/** The content of a message, armored or not. @throws KeyFailure; `NoKey` names the keys it is encrypted to */
export async function decryptPgp(keys: readonly Key[], bytes: Uint8Array): Promise<Uint8Array> {
  const { decrypt, readMessage } = await load();
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  const armored = start.includes('-----BEGIN PGP') ? Buffer.from(bytes).toString('latin1') : undefined;
  const reading = armored === undefined ? readMessage({ binaryMessage: bytes }) : readMessage({ armoredMessage: armored });
  const message = await reading.catch(() => {
    throw new KeyFailure('CannotDecrypt', 'the PGP message is damaged');
  });
  const wanted = message.getEncryptionKeyIDs().map((id) => id.toHex().toUpperCase());
  const unlocked = unlockedKeys(keys, wanted);
  try {
    const config = { allowInsecureDecryptionWithSigningKeys: true };
    const { data } = await decrypt({ message, decryptionKeys: unlocked, format: 'binary', config });
    return data;
  } catch {
    throw new KeyFailure(
      'CannotDecrypt',
      `the PGP message is damaged, or ${unlocked.map(fingerprintOf).join(', ')} is not the key it names`,
    );
  }
}

/** Private keys that a message names; a message may hide for whom it is. */
function unlockedKeys(keys: readonly Key[], wanted: readonly string[]): PrivateKey[] {
  const names = (key: Key): boolean => wanted.some((id) => /^0+$/.test(id) || hasFingerprint(key, id));
  const fitting = keys.filter((key): key is PrivateKey => key.isPrivate() && names(key));
  if (fitting.length === 0) throw new KeyFailure('NoKey', `no PGP key opens it; it is encrypted to ${wanted.join(', ')}`);
  const unlocked = fitting.filter((key) => key.isDecrypted());
  if (unlocked.length > 0) return unlocked;
  throw new KeyFailure('InvalidKey', `the PGP key ${fitting.map(fingerprintOf).join(', ')} is protected by a passphrase`);
}

/** An armored message to one of the keys. @throws KeyFailure when none has the fingerprint */
export async function encryptPgp(keys: readonly Key[], fingerprint: string, plain: Uint8Array): Promise<Uint8Array> {
  const { createMessage, encrypt } = await load();
  const key = keys.find((candidate) => hasFingerprint(candidate, fingerprint));
  if (key === undefined) throw new KeyFailure('NoKey', `the public PGP key ${fingerprint} is not at hand`);
  try {
    const armored = await encrypt({ message: await createMessage({ binary: plain }), encryptionKeys: key, format: 'armored' });
    return new TextEncoder().encode(String(armored).replaceAll('\r\n', '\n'));
  } catch {
    throw new KeyFailure(
      'InvalidKey',
      `nothing can be encrypted to the PGP key ${fingerprint}: it is expired, revoked or not meant for it`,
    );
  }
}
