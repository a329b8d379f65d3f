/**
 * The age file format, version 1: armor, header, payload. Source: C2SP age.md.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { KeyFailure } from '../failure.ts';

/** One way to the file key. */
export interface Stanza {
  /** `X25519` and the like, then its arguments. */
  readonly args: readonly string[];
  readonly body: Uint8Array;
}

export interface AgeFile {
  readonly stanzas: readonly Stanza[];
  /** Everything the checksum covers. */
  readonly header: Uint8Array;
  readonly mac: Uint8Array;
  readonly payload: Uint8Array;
}

const begin = '-----BEGIN AGE ENCRYPTED FILE-----';
const end = '-----END AGE ENCRYPTED FILE-----';
const intro = 'age-encryption.org/v1';
const chunkLength = 65536;
const tagLength = 16;

const damaged = (what: string): KeyFailure => new KeyFailure('CannotDecrypt', `the age file is damaged: ${what}`);

/** base64 without padding. */
export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

export function fromBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (toBase64(bytes) !== text) throw damaged('invalid base64');
  return new Uint8Array(bytes);
}

/** HKDF-SHA-256 to 32 bytes. */
export const derive = (key: Uint8Array, salt: Uint8Array | undefined, info: string): Uint8Array =>
  hkdf(sha256, key, salt, new TextEncoder().encode(info), 32);

/** The bytes inside the armor, or the bytes themselves. */
export function dearmor(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1').trim();
  if (!text.startsWith(begin)) return bytes;
  if (!text.endsWith(end)) throw damaged('its armor is truncated');
  const inside = text.slice(begin.length, -end.length).replaceAll(/[\r\n]/g, '');
  return fromBase64(inside.replace(/=+$/, ''));
}

export function armor(bytes: Uint8Array): Uint8Array {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return new TextEncoder().encode(`${[begin, ...lines, end].join('\n')}\n`);
}

/** @throws KeyFailure */
export function parseAge(bytes: Uint8Array): AgeFile {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const macAt = buffer.indexOf('\n---');
  const macEnd = macAt < 0 ? -1 : buffer.indexOf('\n', macAt + 1);
  if (macEnd < 0) throw damaged('it has no whole header');
  const lines = buffer.toString('latin1', 0, macAt).split('\n');
  if (lines[0] !== intro) throw damaged('it does not begin as an age file of version 1');
  return {
    stanzas: stanzasIn(lines.slice(1)),
    header: bytes.subarray(0, macAt + 4),
    mac: fromBase64(buffer.toString('latin1', macAt + 5, macEnd)),
    payload: bytes.subarray(macEnd + 1),
  };
}

/** A body is lines of 64 characters and one shorter line. */
function stanzasIn(lines: readonly string[]): readonly Stanza[] {
  const stanzas: Stanza[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (!line.startsWith('-> ')) throw damaged('a recipient is expected in its header');
    let body = '';
    for (let part = lines[++i]; ; part = lines[++i]) {
      if (part === undefined || part.length > 64) throw damaged('a recipient of its header is truncated');
      body += part;
      if (part.length < 64) break;
    }
    stanzas.push({ args: line.slice(3).split(' '), body: fromBase64(body) });
  }
  return stanzas;
}

function bodyLines(body: Uint8Array): readonly string[] {
  const text = toBase64(body);
  const lines = text.match(/.{1,64}/g) ?? [];
  return text.length % 64 === 0 ? [...lines, ''] : lines;
}

const headerMac = (fileKey: Uint8Array, header: Uint8Array): Uint8Array => hmac(sha256, derive(fileKey, undefined, 'header'), header);

/** The whole file for these stanzas. */
export function writeAge(stanzas: readonly Stanza[], fileKey: Uint8Array, plain: Uint8Array): Uint8Array {
  const lines = [intro, ...stanzas.flatMap(({ args, body }) => [`-> ${args.join(' ')}`, ...bodyLines(body)]), '---'];
  const header = Buffer.from(lines.join('\n'), 'latin1');
  const nonce = new Uint8Array(randomBytes(16));
  const mac = Buffer.from(` ${toBase64(headerMac(fileKey, header))}\n`, 'latin1');
  return new Uint8Array(Buffer.concat([header, mac, nonce, ...chunks(plain, derive(fileKey, nonce, 'payload'))]));
}

function nonceOf(index: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(7, index);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

const countOf = (length: number, size: number): number => Math.max(1, Math.ceil(length / size));

const chunks = (plain: Uint8Array, key: Uint8Array): Uint8Array[] =>
  Array.from({ length: countOf(plain.length, chunkLength) }, (_, i) =>
    chacha20poly1305(key, nonceOf(i, (i + 1) * chunkLength >= plain.length)).encrypt(
      plain.subarray(i * chunkLength, (i + 1) * chunkLength),
    ),
  );

/** The content, with the file key that one of the stanzas gave. @throws KeyFailure */
export function openPayload(file: AgeFile, fileKey: Uint8Array): Uint8Array {
  const expected = headerMac(fileKey, file.header);
  if (file.mac.length !== expected.length || !timingSafeEqual(file.mac, expected)) throw damaged('its header was changed');
  if (file.payload.length < 16 + tagLength) throw damaged('it is truncated');
  const key = derive(fileKey, file.payload.subarray(0, 16), 'payload');
  const body = file.payload.subarray(16);
  const size = chunkLength + tagLength;
  const count = countOf(body.length, size);
  try {
    const parts = Array.from({ length: count }, (_, i) =>
      chacha20poly1305(key, nonceOf(i, i === count - 1)).decrypt(body.subarray(i * size, (i + 1) * size)),
    );
    return new Uint8Array(Buffer.concat(parts));
  } catch {
    throw damaged('its content was changed or truncated');
  }
}
