/**
 * One encrypted value: `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`. Source: sops aes/cipher.go.
 */
import { gcm } from '@noble/ciphers/aes.js';
import { decodeBase64, encodeBase64, decodeUtf8, escapeUtf8, encodeUtf8, unescapeUtf8 } from '../../../std/index.ts';
import { formatFloat, parseGoBool, parseGoFloat, parseGoInt } from '../../go/strconv/index.ts';
import { formatTime, parseTime } from '../../go/time/index.ts';
import { SecretsFailure } from '../failure.ts';
import { type Comment, commentOf, isComment, type Leaf } from './tree.ts';

/** Gives that many random bytes. */
export type RandomBytes = (length: number) => Uint8Array;

const rfc3339Nano = '2006-01-02T15:04:05.999999999Z07:00';
const nonceLength = 32;
const tagLength = 16;

const encrypted = /^ENC\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(.+)\]/;

/** Whether a text looks like an encrypted value. */
export const isEncryptedText = (text: string): boolean => text.startsWith('ENC[AES256_GCM,') && encrypted.test(text);

/** A leaf as bytes: what is encrypted, and what the checksum is made of. */
export function leafBytes(leaf: Leaf): Uint8Array {
  if (typeof leaf === 'string') return unescapeUtf8(leaf);
  if (typeof leaf === 'boolean') return encodeUtf8(leaf ? 'True' : 'False');
  if (typeof leaf === 'bigint') return encodeUtf8(leaf.toString());
  if (typeof leaf === 'number') return encodeUtf8(formatFloat(leaf, 'f'));
  return encodeUtf8(formatTime(leaf, rfc3339Nano));
}

function typeName(leaf: Leaf): string {
  if (typeof leaf === 'string') return 'str';
  if (typeof leaf === 'boolean') return 'bool';
  if (typeof leaf === 'bigint') return 'int';
  return typeof leaf === 'number' ? 'float' : 'time';
}

export interface LeafCipher {
  readonly dataKey: Uint8Array;
  readonly randomBytes: RandomBytes;
}

/** Encrypts a value for its place. An empty text stays empty. `place` is the keys that lead to it, each followed by a colon. */
export function encryptLeaf(leaf: Leaf | Comment, place: string, cipher: LeafCipher): string {
  const plain = isComment(leaf) ? unescapeUtf8(leaf.text) : leafBytes(leaf);
  const type = isComment(leaf) ? 'comment' : typeName(leaf);
  if (plain.length === 0 && (type === 'str' || type === 'comment')) return '';
  const nonce = cipher.randomBytes(nonceLength);
  const sealed = gcm(cipher.dataKey, nonce, unescapeUtf8(place)).encrypt(plain);
  const [data, tag] = [sealed.subarray(0, -tagLength), sealed.subarray(-tagLength)];
  return `ENC[AES256_GCM,data:${encodeBase64(data)},iv:${encodeBase64(nonce)},tag:${encodeBase64(tag)},type:${type}]`;
}

/** Decrypts a value of that place. @throws SecretsFailure naming the place, never the value */
export function decryptLeaf(text: string, place: string, dataKey: Uint8Array): Leaf | Comment {
  if (text === '') return '';
  const match = encrypted.exec(text);
  if (match === null) throw new SecretsFailure('CannotDecrypt', `${shown(place)}: the value is not in the format of an encrypted one`);
  const [data, nonce, tag] = [match[1], match[2], match[3]].map((part) => decodeBase64(part ?? ''));
  if (data === undefined || nonce === undefined || tag === undefined)
    throw new SecretsFailure('CannotDecrypt', `${shown(place)}: the encrypted value is damaged (no base64)`);
  if (tag.length !== tagLength || nonce.length < 8)
    throw new SecretsFailure('CannotDecrypt', `${shown(place)}: the encrypted value is damaged (truncated)`);
  return typed(open({ data, nonce, tag }, place, dataKey), match[4] ?? '', place);
}

const shown = (place: string): string => (place === '' ? 'value' : place.replace(/:$/, ''));

interface Sealed {
  readonly data: Uint8Array;
  readonly nonce: Uint8Array;
  readonly tag: Uint8Array;
}

function open({ data, nonce, tag }: Sealed, place: string, dataKey: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(data.length + tag.length);
  sealed.set(data);
  sealed.set(tag, data.length);
  try {
    return gcm(dataKey, nonce, unescapeUtf8(place)).decrypt(sealed);
  } catch {
    throw new SecretsFailure(
      'CannotDecrypt',
      `${shown(place)}: the value cannot be decrypted: it was changed, moved, or made with another key`,
    );
  }
}

function typed(bytes: Uint8Array, type: string, place: string): Leaf | Comment {
  const text = type === 'str' || type === 'bytes' || type === 'comment' ? escapeUtf8(bytes) : decodeUtf8(bytes);
  if (type === 'str' || type === 'bytes') return text;
  if (type === 'comment') return commentOf(text);
  const leaf = parsed(text, type);
  if (leaf === undefined) throw new SecretsFailure('CannotDecrypt', `${shown(place)}: the decrypted value is no valid ${type}`);
  return leaf;
}

function parsed(text: string, type: string): Leaf | undefined {
  if (type === 'bool') return parseGoBool(text);
  if (type === 'int') {
    const { value, error } = parseGoInt(text);
    return error === '' ? BigInt(value) : undefined;
  }
  if (type === 'float') {
    const { value, error } = parseGoFloat(text);
    return error === '' ? value : undefined;
  }
  if (type !== 'time') return undefined;
  const time = parseTime(rfc3339Nano, text);
  return time.ok ? time.value : undefined;
}
