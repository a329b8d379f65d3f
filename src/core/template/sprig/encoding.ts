/** base64, base32, digests, paths, addresses, versions, JSON. Source: Masterminds/sprig functions.go, strings.go, url.go, semver.go, defaults.go. */
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { fixed, param, type TemplateFunction } from '../exec/index.ts';
import { base32, base64 } from './base.ts';
import { bytesOf } from './convert.ts';
import { escapeUtf8 } from '../../../std/index.ts';

const { string } = param;

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

const digest = (hash: (bytes: Uint8Array) => string): TemplateFunction => fixed([string], ([text]) => hash(bytesOf(text)));

/** Decodes; what cannot be decoded becomes the error's text, as in sprig. */
const decoding = (decode: (text: string) => Uint8Array | string): TemplateFunction =>
  fixed([string], ([text]) => {
    const decoded = decode(text);
    return typeof decoded === 'string' ? decoded : escapeUtf8(decoded);
  });

/** Name → function. */
export const encodingFunctions: readonly (readonly [string, TemplateFunction])[] = [
  ['b64enc', fixed([string], ([text]) => base64.encode(bytesOf(text)))],
  ['b64dec', decoding(base64.decode)],
  ['b32enc', fixed([string], ([text]) => base32.encode(bytesOf(text)))],
  ['b32dec', decoding(base32.decode)],
  ['sha1sum', digest((bytes) => bytesToHex(sha1(bytes)))],
  ['sha256sum', digest((bytes) => bytesToHex(sha256(bytes)))],
  ['sha512sum', digest((bytes) => bytesToHex(sha512(bytes)))],
  ['adler32sum', digest((bytes) => String(adler32(bytes)))],
];
