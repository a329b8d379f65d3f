/** RSA keys of Sealed Secrets: OAEP with SHA-256 for the label and the mask. */
import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  X509Certificate,
} from 'node:crypto';
import { KeyFailure } from './failure.ts';

const oaep = (key: KeyObject, label: Uint8Array) => ({
  key,
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: 'sha256',
  oaepLabel: Buffer.from(label),
});

/** A PEM private key, PKCS#1 or PKCS#8. @throws KeyFailure */
export function readRsaKey(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    throw new KeyFailure('InvalidKey', 'no readable PEM private key');
  }
  throw new KeyFailure('InvalidKey', 'the private key is no RSA key');
}

/** The public name of an RSA key: `SHA256:` and the hash OpenSSH shows. */
export function rsaName(key: KeyObject): string {
  const { n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' });
  const field = (bytes: Buffer): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(bytes.length);
    return Buffer.concat([size, bytes]);
  };
  const integer = (text: string): Buffer => {
    const bytes = Buffer.from(text, 'base64url');
    return field((bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
  };
  const wire = Buffer.concat([field(Buffer.from('ssh-rsa')), integer(e), integer(n)]);
  return `SHA256:${createHash('sha256').update(wire).digest('base64').replace(/=+$/, '')}`;
}

/** The public key of a PEM certificate, or a PEM public key itself. @throws KeyFailure */
export function publicKeyIn(pem: string): KeyObject {
  try {
    const key = pem.includes('CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    throw new KeyFailure('InvalidKey', 'no readable PEM certificate');
  }
  throw new KeyFailure('InvalidKey', 'the certificate holds no RSA key');
}

export const wrapRsa = (key: KeyObject, plain: Uint8Array, label: Uint8Array): Uint8Array =>
  new Uint8Array(publicEncrypt(oaep(key, label), plain));

/** With each key in turn: nothing in the wrapped key says which one it is. @throws KeyFailure */
export function unwrapRsa(keys: readonly KeyObject[], wrapped: Uint8Array, label: Uint8Array): Uint8Array {
  for (const key of keys) {
    try {
      return new Uint8Array(privateDecrypt(oaep(key, label), wrapped));
    } catch {
      // Another key may fit.
    }
  }
  throw new KeyFailure('NoKey', `no key could decrypt it (tried ${keys.length === 0 ? 'none' : keys.map(rsaName).join(', ')})`);
}
