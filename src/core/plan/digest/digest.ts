/** Digests of JSON values: equal values have equal digests, whatever the order of their keys. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Json } from '../../object/index.ts';

/** JSON with sorted keys and no spaces; `undefined` members are absent; a bigint is written as its digits. */
export function canonical(value: Json | undefined): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item)).join(',')}]`;
  const members: string[] = [];
  for (const [key, member] of Object.entries(value).sort(byKey)) {
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonical(member as Json)}`);
  }
  return `{${members.join(',')}}`;
}

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);

export const digestText = (text: string): string => `sha256:${bytesToHex(sha256(utf8ToBytes(text)))}`;

/** `sha256:<hex>` of the canonical form. */
export const digestOf = (value: Json): string => digestText(canonical(value));

/**
 * The same under a key, for what may hold secrets: equal values have equal digests, and without the key nobody can try values against one (S18).
 * `key`: at least 16 random bytes.
 */
export const keyedDigestOf = (value: Json, key: Uint8Array): string =>
  `sha256:${bytesToHex(hmac(sha256, key, utf8ToBytes(canonical(value))))}`;

/** The keyed digest of an object. `inner`: its plain digest, where that was worked out already. */
export const objectDigest = (object: Json, key: Uint8Array, inner: string = digestOf(object)): string => keyedDigestOf(inner, key);
