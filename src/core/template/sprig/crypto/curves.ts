/** Signatures on the curves P-256 (deterministic ECDSA, RFC 6979) and Ed25519 (RFC 8032). */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { bytesOfInt, concat, intOfBytes } from './der.ts';
import { inverse, mod, power } from './modular.ts';

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

const p256 = Object.freeze({
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  g: Object.freeze({
    x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  }),
});

/** Undefined is the point at infinity. */
function addPoints(a: Point | undefined, b: Point | undefined): Point | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const { p } = p256;
  if (a.x === b.x && mod(a.y + b.y, p) === 0n) return undefined;
  const slope = a.x === b.x ? mod((3n * a.x * a.x - 3n) * inverse(2n * a.y, p), p) : mod((b.y - a.y) * inverse(mod(b.x - a.x, p), p), p);
  const x = mod(slope * slope - a.x - b.x, p);
  return { x, y: mod(slope * (a.x - x) - a.y, p) };
}

function multiplyPoint(point: Point, factor: bigint): Point | undefined {
  let result: Point | undefined;
  let double: Point | undefined = point;
  for (const bit of [...factor.toString(2)].reverse()) {
    if (bit === '1') result = addPoints(result, double);
    double = addPoints(double, double);
  }
  return result;
}

/** The public point of a private number, uncompressed. */
export function p256Public(secret: bigint): Uint8Array {
  const point = multiplyPoint(p256.g, secret) ?? p256.g;
  return concat([Uint8Array.of(4), bytesOfInt(point.x, 32), bytesOfInt(point.y, 32)]);
}

/** r and s of the message's SHA-256. */
export function p256Sign(secret: bigint, message: Uint8Array): { readonly r: bigint; readonly s: bigint } {
  const digest = sha256(message);
  const z = intOfBytes(digest);
  const key = bytesOfInt(secret, 32);
  const reduced = bytesOfInt(z % p256.n, 32);
  let v: Uint8Array = new Uint8Array(32).fill(1);
  let k: Uint8Array = new Uint8Array(32);
  for (const marker of [0, 1]) {
    k = hmac(sha256, k, concat([v, Uint8Array.of(marker), key, reduced]));
    v = hmac(sha256, k, v);
  }
  for (;;) {
    v = hmac(sha256, k, v);
    const nonce = intOfBytes(v);
    const point = nonce > 0n && nonce < p256.n ? multiplyPoint(p256.g, nonce) : undefined;
    const r = point === undefined ? 0n : point.x % p256.n;
    const s = r === 0n ? 0n : mod(inverse(nonce, p256.n) * (z + r * secret), p256.n);
    if (s !== 0n) return { r, s };
    k = hmac(sha256, k, concat([v, Uint8Array.of(0)]));
    v = hmac(sha256, k, v);
  }
}

const q = 2n ** 255n - 19n;
const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const d = mod(-121665n * inverse(121666n, q), q);
const base: Point = Object.freeze({
  x: 15112221349535400772501151409588531511454012693041857206046113283949847762202n,
  y: mod(4n * inverse(5n, q), q),
});

/** Extended coordinates: x/z, y/z, t = xy/z. */
type Extended = readonly [x: bigint, y: bigint, z: bigint, t: bigint];

function addEdwards([x1, y1, z1, t1]: Extended, [x2, y2, z2, t2]: Extended): Extended {
  const a = mod((y1 - x1) * (y2 - x2), q);
  const b = mod((y1 + x1) * (y2 + x2), q);
  const c = mod(2n * t1 * t2 * d, q);
  const e = b - a;
  const f = 2n * z1 * z2 - c;
  const g = 2n * z1 * z2 + c;
  const h = b + a;
  return [mod(e * f, q), mod(g * h, q), mod(f * g, q), mod(e * h, q)];
}

function multiplyEdwards(factor: bigint): Uint8Array {
  let result: Extended = [0n, 1n, 1n, 0n];
  let double: Extended = [base.x, base.y, 1n, mod(base.x * base.y, q)];
  for (const bit of [...factor.toString(2)].reverse()) {
    if (bit === '1') result = addEdwards(result, double);
    double = addEdwards(double, double);
  }
  const scale = power(result[2], q - 2n, q);
  const bytes = bytesOfInt(mod(result[1] * scale, q), 32).reverse();
  if (mod(result[0] * scale, q) % 2n === 1n) bytes[31] = (bytes[31] ?? 0) | 0x80;
  return bytes;
}

const littleEndian = (bytes: Uint8Array): bigint => intOfBytes(bytes.toReversed());

function secretOf(seed: Uint8Array): { readonly scalar: bigint; readonly prefix: Uint8Array } {
  const hash = sha512(seed);
  const clamped = hash.slice(0, 32);
  clamped[0] = (clamped[0] ?? 0) & 0xf8;
  clamped[31] = ((clamped[31] ?? 0) & 0x7f) | 0x40;
  return { scalar: littleEndian(clamped), prefix: hash.slice(32) };
}

export const ed25519Public = (seed: Uint8Array): Uint8Array => multiplyEdwards(secretOf(seed).scalar);

export function ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  const { scalar, prefix } = secretOf(seed);
  const nonce = littleEndian(sha512(concat([prefix, message]))) % order;
  const commitment = multiplyEdwards(nonce);
  const challenge = littleEndian(sha512(concat([commitment, ed25519Public(seed), message]))) % order;
  return concat([commitment, bytesOfInt(mod(nonce + challenge * scalar, order), 32).reverse()]);
}
