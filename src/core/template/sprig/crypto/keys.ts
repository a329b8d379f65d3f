/** Private keys: reading PEM, public halves, signatures, writing PEM. Source: Go crypto/x509 pkcs1.go, pkcs8.go, sec1.go. */
import { sha256 } from '@noble/hashes/sha2.js';
import { err, ok, type Result } from '../../../../std/index.ts';
import { ed25519Public, ed25519Sign, p256Public, p256Sign } from './curves.ts';
import {
  bits,
  bytesOfInt,
  concat,
  type Der,
  DerError,
  element,
  integer,
  intOfBytes,
  octets,
  oid,
  readAll,
  readSequence,
  sequence,
  tag,
} from './der.ts';
import { inverse, mod, power } from './modular.ts';
import { decodePem, encodePem } from './pem.ts';

export interface PrivateKey {
  readonly kind: 'rsa' | 'ecdsa' | 'ed25519';
  /** SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** The bits inside it. */
  readonly publicBits: Uint8Array;
  /** AlgorithmIdentifier of its signatures. */
  readonly signatureAlgorithm: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
  /** As Go writes it back. */
  readonly pem: { readonly type: string; readonly bytes: Uint8Array };
}

const nothing = element(tag.null);
const rsaEncryption = sequence(oid('1.2.840.113549.1.1.1'), nothing);
const sha256WithRsa = sequence(oid('1.2.840.113549.1.1.11'), nothing);
const ecPublicKey = sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7'));
const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const ed25519Id = sequence(oid('1.3.101.112'));
/** DigestInfo of a SHA-256. */
const digestPrefix = Uint8Array.from([
  0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
]);

function part(elements: readonly Der[], at: number): Uint8Array {
  const found = elements[at];
  if (found === undefined) throw new DerError('asn1: structure error: sequence truncated');
  return found.content;
}

function rsaKey(der: Uint8Array): PrivateKey {
  const numbers = readSequence(der).map(({ content }) => intOfBytes(content));
  const [, n = 0n, e = 0n, , p = 0n, q = 0n, dp = 0n, dq = 0n] = numbers;
  if (n === 0n || p === 0n || q === 0n) throw new DerError('asn1: structure error: no RSA key');
  const size = bytesOfInt(n).length;
  const coefficient = inverse(q, p);
  const publicBits = sequence(integer(n), integer(e));
  const sign = (message: Uint8Array): Uint8Array => {
    const digest = concat([digestPrefix, sha256(message)]);
    const padding = new Uint8Array(size - digest.length - 3).fill(0xff);
    const block = intOfBytes(concat([Uint8Array.of(0, 1), padding, Uint8Array.of(0), digest]));
    const m1 = power(block, dp, p);
    const m2 = power(block, dq, q);
    return bytesOfInt(m2 + q * mod(coefficient * (m1 - m2), p), size);
  };
  return {
    kind: 'rsa',
    spki: sequence(rsaEncryption, bits(publicBits)),
    publicBits,
    signatureAlgorithm: sha256WithRsa,
    sign,
    pem: { type: 'RSA PRIVATE KEY', bytes: der },
  };
}

function ecKey(der: Uint8Array): PrivateKey {
  const secret = intOfBytes(part(readSequence(der), 1));
  const publicBits = p256Public(secret);
  const own = sequence(
    integer(1n),
    octets(bytesOfInt(secret, 32)),
    element(0xa0, oid('1.2.840.10045.3.1.7')),
    element(0xa1, bits(publicBits)),
  );
  return {
    kind: 'ecdsa',
    spki: sequence(ecPublicKey, bits(publicBits)),
    publicBits,
    signatureAlgorithm: ecdsaWithSha256,
    sign: (message) => {
      const { r, s } = p256Sign(secret, message);
      return sequence(integer(r), integer(s));
    },
    pem: { type: 'EC PRIVATE KEY', bytes: own },
  };
}

function edKey(seed: Uint8Array): PrivateKey {
  const publicBits = ed25519Public(seed);
  return {
    kind: 'ed25519',
    spki: sequence(ed25519Id, bits(publicBits)),
    publicBits,
    signatureAlgorithm: ed25519Id,
    sign: (message) => ed25519Sign(seed, message),
    pem: { type: 'PRIVATE KEY', bytes: sequence(integer(0n), ed25519Id, octets(octets(seed))) },
  };
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

function pkcs8Key(der: Uint8Array): PrivateKey {
  const outer = readSequence(der);
  const algorithm = readAll(part(outer, 1))[0]?.raw ?? new Uint8Array(0);
  const inner = part(outer, 2);
  if (sameBytes(algorithm, oid('1.2.840.113549.1.1.1'))) return rsaKey(inner);
  if (sameBytes(algorithm, oid('1.2.840.10045.2.1'))) return ecKey(inner);
  if (sameBytes(algorithm, oid('1.3.101.112'))) return edKey(readAll(inner)[0]?.content ?? new Uint8Array(0));
  throw new DerError('x509: PKCS#8 wrapping contained private key with unknown algorithm');
}

/** A DSA key as OpenSSL writes it: version, p, q, g, y, x. */
function dsaPem(der: Uint8Array): PrivateKey['pem'] {
  const outer = readSequence(der);
  const [p = 0n, q = 0n, g = 0n] = readAll(readAll(part(outer, 1))[1]?.content ?? new Uint8Array(0)).map(({ content }) =>
    intOfBytes(content),
  );
  const x = intOfBytes(readAll(part(outer, 2))[0]?.content ?? new Uint8Array(0));
  return { type: 'DSA PRIVATE KEY', bytes: sequence(integer(0n), ...[p, q, g, power(g, x, p), x].map(integer)) };
}

/** A new key in the form sprig prints its kind: PKCS#1, SEC 1, OpenSSL's DSA, PKCS#8 for the rest. */
export function traditionalPem(text: string): string {
  const block = decodePem(text);
  if (block === undefined || block.type !== 'PRIVATE KEY') return text;
  const algorithm = readAll(part(readSequence(block.bytes), 1))[0]?.raw ?? new Uint8Array(0);
  const pem = sameBytes(algorithm, oid('1.2.840.10040.4.1')) ? dsaPem(block.bytes) : pkcs8Key(block.bytes).pem;
  return encodePem(pem);
}

function attempt(prefix: string, read: () => PrivateKey): Result<PrivateKey, string> {
  try {
    return ok(read());
  } catch (error) {
    if (error instanceof DerError) return err(`${prefix}: ${error.message}`);
    throw error;
  }
}

/** A key from PEM, or sprig's complaint. Curves other than P-256 and DSA keys cannot sign here. */
export function parsePrivateKey(text: string): Result<PrivateKey, string> {
  const block = decodePem(text);
  if (block === undefined) return err('no PEM data in input');
  if (block.type === 'PRIVATE KEY') return attempt('decoding PEM as PKCS#8', () => pkcs8Key(block.bytes));
  if (!block.type.endsWith(' PRIVATE KEY')) return err(`no private key data in PEM block of type ${block.type}`);
  const kind = block.type.slice(0, -' PRIVATE KEY'.length);
  if (kind === 'RSA') return attempt('parsing RSA private key from PEM', () => rsaKey(block.bytes));
  if (kind === 'EC') return attempt('parsing EC private key from PEM', () => ecKey(block.bytes));
  return err(kind === 'DSA' ? 'x509: cannot sign with DSA keys' : `invalid private key type ${kind}`);
}
