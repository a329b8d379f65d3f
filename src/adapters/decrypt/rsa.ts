/**
 * RSA keys of Sealed Secrets: OAEP with SHA-256 for the label and the mask. Opening runs on Node's worker threads (WebCrypto), so that many values
 * use all cores and the event loop stays free.
 */
import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
  webcrypto,
  X509Certificate,
} from 'node:crypto';
import { availableParallelism } from 'node:os';
import { KeyFailure } from './failure.ts';

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
  const { n = '', e = '' } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
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
  new Uint8Array(
    publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256', oaepLabel: Buffer.from(label) }, plain),
  );

/** Node has four threads for such work; as many copies as could be busy, so that none waits for another's key. */
const threads = Math.min(4, 2 * availableParallelism());

interface Held {
  readonly name: string;
  readonly key: KeyObject;
  /** OpenSSL lets one thread at a time use a key, so each thread gets one of its own, made when it is needed: of many keys one fits. */
  readonly copies: Promise<webcrypto.CryptoKey>[];
}

/** Private keys to try in turn: nothing in a wrapped key says which one it is. The one that fitted last is tried first. */
export class RsaKeys {
  readonly #keys: Held[];
  #turn = 0;
  readonly names: readonly string[];

  constructor(keys: readonly KeyObject[]) {
    this.#keys = keys.map((key) => ({ name: rsaName(key), key, copies: [] }));
    this.names = this.#keys.map(({ name }) => name);
  }

  /** @throws KeyFailure naming every key that was tried */
  async unwrap(wrapped: Uint8Array, label: Uint8Array): Promise<Uint8Array> {
    for (const [i, held] of [...this.#keys].entries()) {
      try {
        const copy = (held.copies[this.#turn++ % threads] ??= imported(held.key));
        const opened = await webcrypto.subtle.decrypt({ name: 'RSA-OAEP', label }, await copy, wrapped);
        if (i > 0) this.#keys.unshift(...this.#keys.splice(this.#keys.indexOf(held), 1));
        return new Uint8Array(opened);
      } catch {
        // Another key may fit.
      }
    }
    throw new KeyFailure('NoKey', `no key could decrypt it (tried ${this.names.length === 0 ? 'none' : this.names.join(', ')})`);
  }
}

const imported = (key: KeyObject): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey('pkcs8', key.export({ format: 'der', type: 'pkcs8' }), { name: 'RSA-OAEP', hash: 'SHA-256' }, false, [
    'decrypt',
  ]);
