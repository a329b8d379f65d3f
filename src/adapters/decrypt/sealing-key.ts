/**
 * Keys that Secrets are sealed for, in the form of the original controller: a Secret of type kubernetes.io/tls with a self-signed certificate and a
 * PKCS#1 key. Source: sealed-secrets pkg/controller/keyregistry.go, pkg/crypto/keys.go.
 */
import { createPublicKey, generateKeyPair, randomBytes, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { getKey, isObject, type KubeObject } from '../../core/object/index.ts';
import { issueCertificate, parsePrivateKey } from '../../core/template/sprig/crypto/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { KeyError } from '../../ports/index.ts';
import { KeyFailure } from './failure.ts';
import { readRsaKey, rsaName } from './rsa.ts';

/** Only keys with exactly the value `active` count: the original's way of taking one out of use is to change it. */
export const sealingKeyLabel = 'sealedsecrets.bitnami.com/sealed-secrets-key';

/** What is public of a sealing key. */
export interface SealingKey {
  /** Name of its Secret. */
  readonly secret: string;
  /** PEM. */
  readonly certificate: string;
  /** `SHA256:…` of the public key. */
  readonly name: string;
  /** Milliseconds since 1970. The newest one seals. */
  readonly notBefore: number;
  readonly notAfter: number;
}

const decoded = (secret: KubeObject, entry: string): string | undefined => {
  const data = secret['data'];
  const value = isObject(data) ? getKey(data, entry) : undefined;
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('latin1') : undefined;
};

/** The private key of a Secret of the original's form; undefined without one. */
export const privateKeyIn = (secret: KubeObject): string | undefined => decoded(secret, 'tls.key');

/** Reads such a Secret; the error names it and the entry that is wrong. */
export function readSealingKey(secret: KubeObject): Result<SealingKey, KeyError> {
  const name = secret.metadata.name ?? '';
  const fail = (message: string): Result<never, KeyError> => err({ code: 'InvalidKey', message: `Secret ${name}: ${message}` });
  const [certificate, key] = [decoded(secret, 'tls.crt'), decoded(secret, 'tls.key')];
  if (certificate === undefined || key === undefined) return fail('it has no tls.crt or no tls.key');
  try {
    const parsed = new X509Certificate(certificate);
    const held = rsaName(createPublicKey(readRsaKey(key)));
    if (rsaName(parsed.publicKey) !== held) return fail('tls.crt does not belong to tls.key');
    return ok({
      secret: name,
      certificate,
      name: held,
      notBefore: Date.parse(parsed.validFrom),
      notAfter: Date.parse(parsed.validTo),
    });
  } catch (error) {
    return fail(error instanceof KeyFailure ? error.message : 'tls.crt is no readable certificate');
  }
}

const years = 365 * 86_400_000;
const generate = promisify(generateKeyPair);

/** A new key and its certificate, both PEM. Takes seconds of a worker thread for 4096 bits. `now`: milliseconds since 1970. */
export async function newSealingKey(
  now: number,
  { bits }: { readonly bits: number },
): Promise<{ readonly certificate: string; readonly privateKey: string }> {
  const { privateKey: made } = await generate('rsa', { modulusLength: bits });
  const privateKey = made.export({ format: 'pem', type: 'pkcs1' }).toString();
  const key = parsePrivateKey(privateKey);
  if (!key.ok) throw new Error('a new RSA key can always be read');
  const certificate = issueCertificate({
    commonName: '',
    isCa: true,
    ips: [],
    dnsNames: [],
    notBefore: now,
    notAfter: now + 10 * years,
    serial: new Uint8Array(randomBytes(16)),
    key: key.value,
  });
  return { certificate, privateKey };
}

/** A key as the original keeps it. Source: sealed-secrets pkg/controller/keyregistry.go, writeKey. */
export const sealingKeySecret = (
  { certificate, privateKey }: { readonly certificate: string; readonly privateKey: string },
  namespace: string,
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'kubernetes.io/tls',
  metadata: { generateName: 'sealed-secrets-key', namespace, labels: { [sealingKeyLabel]: 'active' } },
  data: { 'tls.crt': Buffer.from(certificate).toString('base64'), 'tls.key': Buffer.from(privateKey).toString('base64') },
});
