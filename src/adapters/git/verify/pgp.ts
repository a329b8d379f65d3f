/** PGP signatures. The library is loaded only when there is one to check. */
import type { GitError, SignatureCheck } from '../../../ports/index.ts';
import { err, ok, type Result } from '../../../std/index.ts';

/** `keys`: armored public keys; expired and revoked ones do not count. */
export async function verifyPgp(
  payload: Uint8Array,
  armored: string,
  options: { readonly keys: readonly string[]; readonly now: number },
): Promise<Result<SignatureCheck, GitError>> {
  const { createMessage, readKeys, readSignature, verify } = await import('openpgp');
  try {
    const keys = (await Promise.all(options.keys.map((armoredKeys) => readKeys({ armoredKeys })))).flat();
    const signature = await readSignature({ armoredSignature: armored });
    const message = await createMessage({ binary: payload });
    const { signatures } = await verify({ message, signature, verificationKeys: keys, date: new Date(options.now), format: 'binary' });
    const reasons: string[] = [];
    for (const { keyID, verified } of signatures) {
      const reason = await verified.then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      const key = keys.find((candidate) => candidate.getKeys(keyID).length > 0);
      if (reason === undefined && key !== undefined)
        return ok({ signer: `${key.getUserIDs()[0] ?? ''} (${key.getFingerprint().toUpperCase()})`.trim(), kind: 'pgp' });
      reasons.push(key === undefined ? `the key ${keyID.toHex().toUpperCase()} is not among the allowed keys` : (reason ?? ''));
    }
    return failed(reasons.join('; ') || 'there is no signature in it');
  } catch (error) {
    return failed(`the signature cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const failed = (message: string): Result<never, GitError> => err({ code: 'VerificationFailed', message });
