/**
 * One sealed value: two bytes of length, a session key wrapped with RSA, AES-256-GCM. Source: sealed-secrets pkg/crypto/crypto.go.
 * The session key is used once, so the nonce is zero.
 */
import { decodeBase64, encodeBase64 } from '../../../../std/index.ts';
import { gcm } from '@noble/ciphers/aes.js';
import { SecretsFailure } from '../../failure.ts';

const zeroNonce = (): Uint8Array => new Uint8Array(12);

export interface SealedValue {
  /** For the private key. */
  readonly wrapped: Uint8Array;
  readonly body: Uint8Array;
}

/** @throws SecretsFailure naming the field */
export function parseSealed(text: string, field: string): SealedValue {
  const bytes = decodeBase64(text);
  if (bytes === undefined) throw new SecretsFailure('CannotDecrypt', `${field}: the sealed value is no base64`);
  const length = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  if (length === 0 || bytes.length < 2 + length + 16) throw new SecretsFailure('CannotDecrypt', `${field}: the sealed value is truncated`);
  return { wrapped: bytes.subarray(2, 2 + length), body: bytes.subarray(2 + length) };
}

/** @throws SecretsFailure naming the field */
export function openSealed({ body }: SealedValue, sessionKey: Uint8Array, field: string): Uint8Array {
  try {
    return gcm(sessionKey, zeroNonce()).decrypt(body);
  } catch {
    throw new SecretsFailure('CannotDecrypt', `${field}: the sealed value was changed`);
  }
}

/** The text of a sealed value. `sessionKey` has 32 random bytes that are used for nothing else. */
export function sealValue(plain: Uint8Array, sessionKey: Uint8Array, wrapped: Uint8Array): string {
  const body = gcm(sessionKey, zeroNonce()).encrypt(plain);
  const bytes = new Uint8Array(2 + wrapped.length + body.length);
  bytes.set([wrapped.length >> 8, wrapped.length & 255]);
  bytes.set(wrapped, 2);
  bytes.set(body, 2 + wrapped.length);
  return encodeBase64(bytes);
}
