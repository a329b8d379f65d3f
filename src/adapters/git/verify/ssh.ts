/** SSH signatures as git makes them (OpenSSH: PROTOCOL.sshsig), over the namespace `git`. */
import { createHash } from 'node:crypto';
import type { GitError, SignatureCheck } from '../../../ports/index.ts';
import { err, ok, type Result } from '../../../std/index.ts';
import { checkSshSignature, fingerprint, parseSigners, type AllowedSigner } from './ssh-key.ts';
import { Wire, wireString } from './wire.ts';

interface SshSignature {
  readonly key: Buffer;
  readonly namespace: string;
  readonly reserved: Buffer;
  readonly hash: string;
  readonly signature: Buffer;
}

const armor = /-----BEGIN SSH SIGNATURE-----([A-Za-z0-9+/=\s]+)-----END SSH SIGNATURE-----/;

/** `allowed`: lines of `allowed_signers`, or bare public keys. */
export function verifySsh(
  payload: Uint8Array,
  armored: string,
  options: { readonly allowed: readonly string[]; readonly now: number },
): Result<SignatureCheck, GitError> {
  try {
    const signature = parse(armored);
    if (signature.namespace !== 'git') return failed(`the signature is for ${JSON.stringify(signature.namespace)}, not for git`);
    const signers = parseSigners(options.allowed).filter((signer) => signer.blob.equals(signature.key));
    if (signers.length === 0) return failed(`the key ${fingerprint(signature.key)} is not among the allowed signers`);
    const signer = signers.find((candidate) => isValidAt(candidate, options.now));
    if (signer === undefined) return failed(`the key ${fingerprint(signature.key)} is not valid now`);
    if (!checkSshSignature({ key: signature.key, signature: signature.signature, data: signedData(signature, payload) }))
      return failed('the signature does not belong to this content');
    return ok({ signer: signer.name, kind: 'ssh' });
  } catch (error) {
    return failed(`the signature cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parse(armored: string): SshSignature {
  const wire = new Wire(Buffer.from(armor.exec(armored)?.[1] ?? '', 'base64'));
  if (wire.take(6).toString('latin1') !== 'SSHSIG' || wire.number() !== 1) throw new RangeError('not an SSH signature of version 1');
  return { key: wire.string(), namespace: wire.text(), reserved: wire.string(), hash: wire.text(), signature: wire.string() };
}

function signedData(signature: SshSignature, payload: Uint8Array): Buffer {
  if (signature.hash !== 'sha256' && signature.hash !== 'sha512') throw new RangeError(`the hash ${signature.hash} is not supported`);
  const digest = createHash(signature.hash).update(payload).digest();
  return Buffer.concat([
    Buffer.from('SSHSIG'),
    wireString(signature.namespace),
    wireString(signature.reserved),
    wireString(signature.hash),
    wireString(digest),
  ]);
}

const isValidAt = (signer: AllowedSigner, now: number): boolean =>
  now >= (signer.validAfter ?? now) && now < (signer.validBefore ?? Number.POSITIVE_INFINITY);

const failed = (message: string): Result<never, GitError> => err({ code: 'VerificationFailed', message });
