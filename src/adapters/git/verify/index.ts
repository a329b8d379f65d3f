/**
 * Signatures of commits and tags, checked without any program: SSH signatures by Node's own cryptography, PGP by OpenPGP.js.
 * In: the raw object, the keys that count. Out: who signed, or why that is not known. Never: trusts a key that was not given.
 */
import type { GitError, SignatureCheck, VerifyKeys } from '../../../ports/index.ts';
import { err, type Result } from '../../../std/index.ts';
import { verifyPgp } from './pgp.ts';
import { splitCommit, splitTag } from './signed-object.ts';
import { verifySsh } from './ssh.ts';

/** `now` in milliseconds since the epoch: keys that have expired do not count. */
export async function verifyObject(
  object: { readonly type: 'commit' | 'tag'; readonly bytes: Uint8Array },
  keys: VerifyKeys,
  now: number,
): Promise<Result<SignatureCheck, GitError>> {
  const signed = object.type === 'commit' ? splitCommit(object.bytes) : splitTag(object.bytes);
  if (signed.signature === undefined) return err({ code: 'VerificationFailed', message: `the ${object.type} is not signed` });
  if (signed.signature.includes('BEGIN SSH SIGNATURE')) return verifySsh(signed.payload, signed.signature, { allowed: keys.ssh, now });
  if (signed.signature.includes('BEGIN PGP SIGNATURE')) return verifyPgp(signed.payload, signed.signature, { keys: keys.pgp, now });
  return err({ code: 'VerificationFailed', message: 'the signature is of a kind that is not supported (SSH and PGP are)' });
}
