/** derivePassword: the Master Password algorithm. Source: Masterminds/sprig crypto.go. */
import { hmac } from '@noble/hashes/hmac.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeUtf8 } from '../../../../std/index.ts';
import { concat } from './der.ts';

const seedName = 'com.lyndir.masterpassword';

const templates: ReadonlyMap<string, readonly string[]> = new Map([
  ['maximum', ['anoxxxxxxxxxxxxxxxxx', 'axxxxxxxxxxxxxxxxxno']],
  [
    'long',
    'CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno'.split(
      ' ',
    ),
  ],
  ['medium', ['CvcnoCvc', 'CvcCvcno']],
  ['short', ['Cvcn']],
  ['basic', ['aaanaaan', 'aannaaan', 'aaannaaa']],
  ['pin', ['nnnn']],
]);

const characters: ReadonlyMap<string, string> = new Map([
  ['V', 'AEIOU'],
  ['C', 'BCDFGHJKLMNPQRSTVWXYZ'],
  ['v', 'aeiou'],
  ['c', 'bcdfghjklmnpqrstvwxyz'],
  ['A', 'AEIOUBCDFGHJKLMNPQRSTVWXYZ'],
  ['a', 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz'],
  ['n', '0123456789'],
  ['o', "@&%?,=[]_:-+*$#!'^~;()/."],
  ['x', 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()'],
]);

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

export interface PasswordParts {
  readonly counter: number;
  readonly type: string;
  readonly password: string;
  readonly user: string;
  readonly site: string;
}

/** The password, or what sprig says about an unknown type. */
export function derivePassword({ counter, type, password, user, site }: PasswordParts): string {
  const choices = templates.get(type);
  if (choices === undefined) return `cannot find password template ${type}`;
  const userBytes = encodeUtf8(user);
  const salt = concat([encodeUtf8(seedName), uint32(userBytes.length), userBytes]);
  const key = scrypt(encodeUtf8(password), salt, { N: 32768, r: 8, p: 2, dkLen: 64 });
  const siteBytes = encodeUtf8(site);
  const seed = hmac(sha256, key, concat([encodeUtf8(seedName), uint32(siteBytes.length), siteBytes, uint32(counter)]));
  const template = choices[(seed[0] ?? 0) % choices.length] ?? '';
  return Array.from(template, (element, i) => {
    const choice = characters.get(element) ?? '';
    return choice[(seed[i + 1] ?? 0) % choice.length] ?? '';
  }).join('');
}
