/**
 * Randomness of charts in Apps (S12): drawn from the installation's key, the App, and the digest of chart and values, so that a restart or another replica
 * draws the same and no password rotates by itself. The key never leaves this process.
 */
import { checkPrime, createECDH, createHmac, createPrivateKey, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';
import type { Request } from '../../core/ask/index.ts';

const isPrime = promisify(checkPrime);

type RandomRequest = Extract<Request, { kind: 'randomBytes' }>;
type KeyRequest = Extract<Request, { kind: 'privateKey' }>;

/** `privateKey`: RSA of 512 to 8192 bits, ECDSA over P-256, Ed25519; the builder refuses everything else. */
export interface Seeded {
  readonly randomBytes: (request: RandomRequest) => Uint8Array;
  readonly privateKey: (request: KeyRequest) => Promise<string>;
}

/** `app`: `namespace/name`. */
export function seededBy(key: Uint8Array, app: string): Seeded {
  const streamOf = (request: RandomRequest | KeyRequest): Stream =>
    new Stream(
      createHmac('sha256', key)
        .update(JSON.stringify([app, request.kind, request.seed ?? '', request.sequence]))
        .digest(),
    );
  return {
    randomBytes: (request) => streamOf(request).take(request.length),
    privateKey: (request) => privateKey(request, streamOf(request)),
  };
}

/** SHA-256 in counter mode over a secret seed. */
class Stream {
  readonly #seed: Buffer;
  #counter = 0;
  #rest = Buffer.alloc(0);

  constructor(seed: Buffer) {
    this.#seed = seed;
  }

  take(length: number): Uint8Array {
    const parts = [this.#rest];
    let size = this.#rest.length;
    while (size < length) {
      const block = createHmac('sha256', this.#seed).update(String(this.#counter++)).digest();
      parts.push(block);
      size += block.length;
    }
    const all = Buffer.concat(parts);
    this.#rest = all.subarray(length);
    return new Uint8Array(all.subarray(0, length));
  }

  /** A number of exactly `bits` bits whose two highest are set, odd. */
  candidate(bits: number): bigint {
    const bytes = this.take(Math.ceil(bits / 8));
    const number = bigintOf(bytes) & ((1n << BigInt(bits)) - 1n);
    return number | (3n << BigInt(bits - 2)) | 1n;
  }
}

const bigintOf = (bytes: Uint8Array): bigint => BigInt(`0x0${Buffer.from(bytes).toString('hex')}`);

async function privateKey({ algorithm, bits }: KeyRequest, stream: Stream): Promise<string> {
  switch (algorithm) {
    case 'rsa':
      return rsaKey(bits, stream);
    case 'ecdsa':
      return ecKey(stream);
    case 'ed25519':
      return fromDer(`302e020100300506032b657004220420${Buffer.from(stream.take(32)).toString('hex')}`);
    case 'dsa':
      throw new Error('DSA keys are refused by the builder');
  }
}

const fromDer = (hex: string): string =>
  createPrivateKey({ key: Buffer.from(hex, 'hex'), format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();

const p256Order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

function ecKey(stream: Stream): string {
  let scalar = bigintOf(stream.take(32));
  while (scalar === 0n || scalar >= p256Order) scalar = bigintOf(stream.take(32));
  const d = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex');
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(d);
  const point = pair.getPublicKey();
  const jwk: JsonWebKey = {
    kty: 'EC',
    crv: 'P-256',
    d: d.toString('base64url'),
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33, 65).toString('base64url'),
  };
  return createPrivateKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** RSA with e = 65537; primes are tested by the platform, so that this takes no longer than any generation. */
async function rsaKey(bits: number, stream: Stream): Promise<string> {
  const e = 65537n;
  const p = await prime(Math.ceil(bits / 2), stream, e);
  let q = await prime(Math.floor(bits / 2), stream, e);
  while (q === p) q = await prime(Math.floor(bits / 2), stream, e);
  const [larger, smaller] = p > q ? [p, q] : [q, p];
  const d = inverse(e, (larger - 1n) * (smaller - 1n));
  const number = (value: bigint): string => {
    const hex = value.toString(16);
    return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
  };
  const jwk: JsonWebKey = {
    kty: 'RSA',
    n: number(larger * smaller),
    e: number(e),
    d: number(d),
    p: number(larger),
    q: number(smaller),
    dp: number(d % (larger - 1n)),
    dq: number(d % (smaller - 1n)),
    qi: number(inverse(smaller, larger)),
  };
  return createPrivateKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'pkcs1' }).toString();
}

async function prime(bits: number, stream: Stream, e: bigint): Promise<bigint> {
  for (;;) {
    const candidate = stream.candidate(bits);
    if ((candidate - 1n) % e !== 0n && (await isPrime(candidate))) return candidate;
  }
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [old, rest, oldFactor, factor] = [value % modulus, modulus, 1n, 0n];
  while (rest !== 0n) {
    const quotient = old / rest;
    [old, rest] = [rest, old - quotient * rest];
    [oldFactor, factor] = [factor, oldFactor - quotient * factor];
  }
  return ((oldFactor % modulus) + modulus) % modulus;
}
