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

/** `privateKey`: RSA of 512 to 8192 bits, DSA of 2048, ECDSA over P-256, Ed25519; the builder refuses everything else. */
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
    return this.number(bits) | (3n << BigInt(bits - 2)) | 1n;
  }

  /** A number of at most `bits` bits. */
  number(bits: number): bigint {
    return bigintOf(this.take(Math.ceil(bits / 8))) & ((1n << BigInt(bits)) - 1n);
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
      return dsaKey(bits, stream);
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

/** RSA with e = 65537. */
async function rsaKey(bits: number, stream: Stream): Promise<string> {
  const e = 65537n;
  const p = await prime(Math.ceil(bits / 2), stream, e);
  let q = await prime(Math.floor(bits / 2), stream, e);
  while (q === p) q = await prime(Math.floor(bits / 2), stream, e);
  const [larger, smaller] = p > q ? [p, q] : [q, p];
  const d = inverse(e, (larger - 1n) * (smaller - 1n));
  const number = (value: bigint): string => {
    const hex = value.toString(16);
    return Buffer.from(evenHex(hex), 'hex').toString('base64url');
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
    const found = await primeFrom(stream.candidate(bits), 2n, (candidate) => (candidate - 1n) % e !== 0n);
    if (found !== undefined && found.toString(2).length === bits) return found;
  }
}

/** How many numbers of a row are looked at, and by which primes they are sifted before the platform tests them: a test takes milliseconds. */
const rowLength = 8192;
const smallestPrimes = 20_000;

/** Tests that run at a time, in the platform's own threads. */
const atOnce = 4;

/** The first prime of `start`, `start + step`, … that is fit; undefined when the row holds none. */
async function primeFrom(start: bigint, step: bigint, isFit: (candidate: bigint) => boolean): Promise<bigint | undefined> {
  const left = sifted(start, step).filter((candidate) => isFit(candidate));
  for (let at = 0; at < left.length; at += atOnce) {
    const tried = left.slice(at, at + atOnce);
    const primes = await Promise.all(tried.map((candidate) => isPrime(candidate)));
    const found = tried.find((_, i) => primes[i]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The numbers of a row that no small prime divides. */
function sifted(start: bigint, step: bigint): bigint[] {
  const isComposite = new Uint8Array(rowLength);
  for (const small of primesBelow(smallestPrimes)) {
    const stride = Number(step % BigInt(small));
    let rest = Number(start % BigInt(small));
    if (stride === 0) continue;
    let first = 0;
    while (rest !== 0 && first < rowLength) {
      rest = (rest + stride) % small;
      first++;
    }
    for (let i = first; i < rowLength; i += small) isComposite[i] = 1;
  }
  return Array.from(isComposite.keys()).flatMap((i) => (isComposite[i] === 1 ? [] : [start + BigInt(i) * step]));
}

function primesBelow(limit: number): number[] {
  const isComposite = new Uint8Array(limit);
  const primes: number[] = [];
  for (let i = 2; i < limit; i++) {
    if (isComposite[i] === 1) continue;
    primes.push(i);
    for (let j = i * i; j < limit; j += i) isComposite[j] = 1;
  }
  return primes;
}

/** DSA with a subgroup of 256 bits. Source: FIPS 186-4 A.1, B.1. */
async function dsaKey(bits: number, stream: Stream): Promise<string> {
  const q = await prime(256, stream, 1n << 256n);
  let p: bigint | undefined;
  while (p === undefined) {
    const start = stream.candidate(bits);
    p = await primeFrom(start - (start % (2n * q)) + 1n, 2n * q, (candidate) => candidate.toString(2).length === bits);
  }
  const g = power(2n, (p - 1n) / q, p);
  const x = (stream.number(320) % (q - 1n)) + 1n;
  const algorithm = der('30', der('06', '2a8648ce380401') + der('30', derNumber(p) + derNumber(q) + derNumber(g)));
  return fromDer(der('30', derNumber(0n) + algorithm + der('04', derNumber(x))));
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

const evenHex = (hex: string): string => (hex.length % 2 === 0 ? hex : `0${hex}`);

/** An element of DER in hexadecimal digits. */
function der(tag: string, content: string): string {
  const length = content.length / 2;
  const digits = evenHex(length.toString(16));
  return tag + (length < 0x80 ? digits : (0x80 + digits.length / 2).toString(16) + digits) + content;
}

function derNumber(value: bigint): string {
  const hex = evenHex(value.toString(16));
  return der('02', Number.parseInt(hex.slice(0, 2), 16) >= 0x80 ? `00${hex}` : hex);
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
