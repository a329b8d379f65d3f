/** X25519 with raw keys, which Node takes only inside DER. */
import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';

const privatePrefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b656e032100', 'hex');

const privateKeyOf = (secret: Uint8Array) =>
  createPrivateKey({ key: Buffer.concat([privatePrefix, secret]), format: 'der', type: 'pkcs8' });

/** The public key of a secret of 32 bytes. */
export const publicKeyOf = (secret: Uint8Array): Uint8Array =>
  new Uint8Array(createPublicKey(privateKeyOf(secret)).export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length));

/** The shared secret. @throws Error for points of low order */
export function sharedSecret(secret: Uint8Array, point: Uint8Array): Uint8Array {
  const publicKey = createPublicKey({ key: Buffer.concat([publicPrefix, point]), format: 'der', type: 'spki' });
  const shared = new Uint8Array(diffieHellman({ privateKey: privateKeyOf(secret), publicKey }));
  if (shared.every((byte) => byte === 0)) throw new Error('low-order point');
  return shared;
}
