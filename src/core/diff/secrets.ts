/**
 * Hides the values of Secrets before they reach a plan, a log or an event. Each value becomes a fingerprint under a key that only this
 * installation has: equal values have equal fingerprints, and nothing can be guessed from one.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeUtf8 } from '../../std/utf8.ts';
import { type Json, type JsonObject, isObject, record, withKey, withoutKey } from '../object/index.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Enough to tell values apart, too little to search for them without the key. */
const SHOWN_BYTES = 6;

/** An object as it may be shown: a Secret with fingerprints in place of its values, anything else as it is. `key`: at least 16 random bytes. */
export function maskSecret<T extends JsonObject>(object: T, key: Uint8Array): T {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return object;
  let masked: JsonObject = object;
  const values = secretValues(object);
  if (values !== undefined) masked = withKey(withoutKey(masked, 'stringData'), 'data', maskValues(values, key));
  return withMaskedAnnotation(masked, key) as T;
}

/** The values as the API server will store them: stringData goes into data. */
function secretValues(object: JsonObject): JsonObject | undefined {
  const { data, stringData } = object;
  if (!isObject(data) && !isObject(stringData)) return undefined;
  const values = record(isObject(data) ? (Object.entries(data) as [string, Json][]) : []);
  if (isObject(stringData)) {
    for (const [name, value] of Object.entries(stringData)) if (typeof value === 'string') values[name] = base64(encodeUtf8(value));
  }
  return values;
}

const maskValues = (values: JsonObject, key: Uint8Array): JsonObject =>
  record(Object.entries(values).map(([name, value]): [string, Json] => [name, fingerprint(value ?? null, key)]));

/** `masked:3f9a1c22d0e1`, the same for the same value under the same key. */
export function fingerprint(value: Json, key: Uint8Array): string {
  const text = typeof value === 'string' ? value.replaceAll(/\s/g, '') : String(JSON.stringify(value));
  const digest = hmac(sha256, key, encodeUtf8(text)).subarray(0, SHOWN_BYTES);
  return `masked:${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** The annotation of client-side apply holds the whole Secret. */
function withMaskedAnnotation(object: JsonObject, key: Uint8Array): JsonObject {
  const { metadata } = object;
  const annotations = isObject(metadata) ? metadata.annotations : undefined;
  if (!isObject(metadata) || !isObject(annotations) || typeof annotations[LAST_APPLIED] !== 'string') return object;
  const masked = withKey(annotations, LAST_APPLIED, fingerprint(annotations[LAST_APPLIED], key));
  return withKey(object, 'metadata', withKey(metadata, 'annotations', masked));
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const chars = [bits >> 18, (bits >> 12) & 63, (bits >> 6) & 63, bits & 63].map((index) => ALPHABET.charAt(index));
    text += b === undefined ? `${chars.slice(0, 2).join('')}==` : c === undefined ? `${chars.slice(0, 3).join('')}=` : chars.join('');
  }
  return text;
}
