/** Functions that make secrets: keys, certificates, hashes, ciphers. Source: Masterminds/sprig crypto.go. */
import { cbc } from '@noble/ciphers/aes.js';
import bcryptjs from 'bcryptjs';
import { GoStruct } from '../../go/composite/index.ts';
import { sprint } from '../../go/fmt/index.ts';
import { type GoType } from '../../go/type/index.ts';
import { type GoBoxed, GoInt, type GoValue } from '../../go/value/index.ts';
import { err, escapeUtf8, ok, type Result, unescapeUtf8 } from '../../../std/index.ts';
import { fixed, type Param, param, type State, TemplateFailure, type TemplateFunction } from '../exec/index.ts';
import { base64 } from './base.ts';
import {
  decodePem,
  derivePassword,
  encodePem,
  issueCertificate,
  parseCertificate,
  parsePrivateKey,
  type PrivateKey,
  traditionalPem,
} from './crypto/index.ts';
import { newKey, now, randomBytes } from './host.ts';

const { string } = param;
const integer = param.int;

function unwrap<T>(result: Result<T, string>, prefix = ''): T {
  if (result.ok) return result.value;
  throw new TemplateFailure(prefix + result.error);
}

const certificateType: GoType = { kind: 'struct', name: 'sprig.certificate', named: true };

const certificateOf = (cert: string, key: string): GoStruct =>
  new GoStruct(certificateType, [
    ['Cert', cert],
    ['Key', key],
  ]);

const certificate: Param<GoStruct> = {
  type: certificateType,
  isValue: false,
  nilable: false,
  nil: certificateOf('', ''),
  accept: (value) => (value instanceof GoStruct && value.type.name === certificateType.name ? value : undefined),
};

/** A `uint32` literal or value. */
const uint32: Param<number> = {
  type: { kind: 'uint32', name: 'uint32', named: false },
  isValue: false,
  nilable: false,
  nil: 0,
  accept: (value) => (value instanceof GoInt && value.type.name === 'uint32' ? Number(value.value) : undefined),
};

/** The parts of an address, 4 or 16 bytes; undefined when it is none. */
function ipBytes(text: string): Uint8Array | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split('.');
    const isGood = parts.every((part) => Number(part) < 256 && (part === '0' || !part.startsWith('0')));
    return isGood ? Uint8Array.from(parts, Number) : undefined;
  }
  if (!/^[0-9a-fA-F:]+$/.test(text)) return undefined;
  const [head = '', tail, extra] = text.split('::');
  const groups = (part: string | undefined): string[] => (part === undefined || part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = groups(tail);
  const missing = 8 - before.length - after.length;
  const areGood = [...before, ...after].every((group) => /^[0-9a-fA-F]{1,4}$/.test(group));
  if (!areGood || extra !== undefined || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  const all = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  return Uint8Array.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]));
}

function ipsOf(values: readonly GoValue[]): Result<Uint8Array[], string> {
  const ips: Uint8Array[] = [];
  for (const value of values) {
    if (typeof value !== 'string') return err(`error parsing ip: ${sprint([value])} is not a string`);
    const bytes = ipBytes(value);
    if (bytes === undefined) return err(`error parsing ip: ${value}`);
    ips.push(bytes);
  }
  return ok(ips);
}

function namesOf(values: readonly GoValue[]): Result<string[], string> {
  const wrong = values.find((value) => typeof value !== 'string');
  return wrong === undefined ? ok(values as string[]) : err(`error processing alternate dns name: ${sprint([wrong])} is not a string`);
}

interface Wanted {
  readonly commonName: string;
  readonly ips?: readonly GoValue[];
  readonly names?: readonly GoValue[];
  readonly days: number;
  readonly isCa?: boolean;
  /** Undefined while the key is not known yet: then the render is thrown away, and only its further requests count. */
  readonly key: PrivateKey | undefined;
  /** The authority's certificate and key. */
  readonly signer?: GoStruct;
}

const day = 24 * 60 * 60 * 1000;

function issue(wanted: Wanted, state: State): GoStruct {
  const moment = now(state);
  const serial = randomBytes(state, 16);
  const { key } = wanted;
  if (key === undefined || wanted.signer?.field('Cert') === '') return certificateOf('', '');
  const signer = wanted.signer === undefined ? undefined : authority(wanted.signer);
  const cert = issueCertificate({
    commonName: wanted.commonName,
    isCa: wanted.isCa === true,
    ips: unwrap(ipsOf(wanted.ips ?? [])),
    dnsNames: unwrap(namesOf(wanted.names ?? [])),
    notBefore: moment,
    notAfter: moment + wanted.days * day,
    serial,
    key,
    ...(signer === undefined ? {} : { signer }),
  });
  return certificateOf(cert, encodePem(key.pem));
}

function authority(ca: GoStruct): {
  readonly certificate: ReturnType<typeof parseCertificate> extends Result<infer T, string> ? T : never;
  readonly key: PrivateKey;
} {
  const cert = unwrap(parseCertificate(String(ca.field('Cert') ?? '')));
  return { certificate: cert, key: unwrap(parsePrivateKey(String(ca.field('Key') ?? '')), 'error parsing private key: ') };
}

function rsaKey(state: State): PrivateKey | undefined {
  state.run.budget.step(cost.rsa2048);
  const pem = newKey(state, 'rsa', 2048);
  return pem === '' ? undefined : unwrap(parsePrivateKey(pem), 'error generating rsa key: ');
}

const givenKey = (pem: string): PrivateKey => unwrap(parsePrivateKey(pem), 'parsing private key: ');

function privateKey(kind: string, state: State): string {
  state.run.budget.step(kind === '' || kind === 'rsa' || kind === 'dsa' ? cost.rsa4096 : cost.curve);
  switch (kind) {
    case '':
    case 'rsa':
      return traditionalPem(newKey(state, 'rsa', 4096));
    case 'dsa':
      return traditionalPem(newKey(state, 'dsa', 2048));
    case 'ecdsa':
      return traditionalPem(newKey(state, 'ecdsa', 256));
    case 'ed25519':
      return traditionalPem(newKey(state, 'ed25519', 256));
    default:
      return `Unknown type ${kind}`;
  }
}

function customCertificate(b64cert: string, b64key: string): GoBoxed {
  const cert = base64.decode(b64cert);
  if (typeof cert === 'string') throw new TemplateFailure('unable to decode base64 certificate');
  const key = base64.decode(b64key);
  if (typeof key === 'string') throw new TemplateFailure('unable to decode base64 private key');
  const certText = escapeUtf8(cert);
  const keyText = escapeUtf8(key);
  if (decodePem(certText) === undefined) throw new TemplateFailure('unable to decode certificate');
  unwrap(parseCertificate(certText));
  unwrap(parsePrivateKey(keyText), 'error parsing private key: ');
  return certificateOf(certText, keyText);
}

/** What password hashes and keys are worth in steps: they take up to a second each, so a render has some dozens of them at most. */
const cost = Object.freeze({ bcrypt: 600_000, scrypt: 1_500_000, rsa2048: 750_000, rsa4096: 4_000_000, curve: 10_000 });

function bcrypt(password: string, state: State): string {
  state.run.budget.step(cost.bcrypt);
  const bytes = unescapeUtf8(password);
  if (bytes.length > 72) return 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes';
  const salt = bcryptjs.encodeBase64([...randomBytes(state, 16)], 16);
  return bcryptjs.hashSync(password, `$2a$10$${salt}`);
}

const htpasswd = (user: string, password: string, state: State): string =>
  user.includes(':') ? `invalid username: ${user}` : `${user}:${bcrypt(password, state)}`;

/** The first 32 bytes of the password, filled with zeros. */
function aesKey(password: string): Uint8Array {
  const key = new Uint8Array(32);
  key.set(unescapeUtf8(password).subarray(0, 32));
  return key;
}

function encryptAes(password: string, text: string, state: State): string {
  if (text === '') return '';
  const iv = randomBytes(state, 16);
  const encrypted = cbc(aesKey(password), iv).encrypt(unescapeUtf8(text));
  return base64.encode(Uint8Array.from([...iv, ...encrypted]));
}

function decryptAes(password: string, text: string): string {
  if (text === '') return '';
  const bytes = base64.decode(text);
  if (typeof bytes === 'string') throw new TemplateFailure(bytes);
  // Go: base64's DecodedLen, which counts padding, too.
  const capacity = Math.floor(text.length / 4) * 3;
  if (bytes.length < 16) throw new TemplateFailure(`runtime error: slice bounds out of range [:16] with capacity ${capacity}`);
  const body = bytes.subarray(16);
  if (body.length % 16 !== 0) throw new TemplateFailure('crypto/cipher: input not full blocks');
  const plain = cbc(aesKey(password), bytes.subarray(0, 16), { disablePadding: true }).decrypt(body);
  const padding = plain.at(-1) ?? 0;
  if (padding > plain.length) throw new TemplateFailure(`runtime error: slice bounds out of range [:${plain.length - padding}]`);
  return escapeUtf8(plain.subarray(0, plain.length - padding));
}

function uuid(state: State): string {
  const bytes = randomBytes(state, 16).slice();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const { list } = param;

/** Name → function. */
export const secretFunctions: readonly (readonly [string, TemplateFunction])[] = [
  ['bcrypt', fixed([string], ([password], state) => bcrypt(password, state))],
  ['htpasswd', fixed([string, string], ([user, password], state) => htpasswd(user, password, state))],
  ['genPrivateKey', fixed([string], ([kind], state) => privateKey(kind, state))],
  [
    'derivePassword',
    fixed([uint32, string, string, string, string], ([counter, type, password, user, site], state) => {
      state.run.budget.step(cost.scrypt);
      return derivePassword({ counter, type, password, user, site });
    }),
  ],
  ['buildCustomCert', fixed([string, string], ([cert, key]) => customCertificate(cert, key))],
  ['genCA', fixed([string, integer], ([commonName, days], state) => issue({ commonName, days, isCa: true, key: rsaKey(state) }, state))],
  [
    'genCAWithKey',
    fixed([string, integer, string], ([commonName, days, pem], state) =>
      issue({ commonName, days, isCa: true, key: givenKey(pem) }, state),
    ),
  ],
  [
    'genSelfSignedCert',
    fixed([string, list, list, integer], ([commonName, ips, names, days], state) =>
      issue({ commonName, ips, names, days, key: rsaKey(state) }, state),
    ),
  ],
  [
    'genSelfSignedCertWithKey',
    fixed([string, list, list, integer, string], ([commonName, ips, names, days, pem], state) =>
      issue({ commonName, ips, names, days, key: givenKey(pem) }, state),
    ),
  ],
  [
    'genSignedCert',
    fixed([string, list, list, integer, certificate], ([commonName, ips, names, days, signer], state) =>
      issue({ commonName, ips, names, days, signer, key: rsaKey(state) }, state),
    ),
  ],
  [
    'genSignedCertWithKey',
    fixed([string, list, list, integer, certificate, string], ([commonName, ips, names, days, signer, pem], state) =>
      issue({ commonName, ips, names, days, signer, key: givenKey(pem) }, state),
    ),
  ],
  ['encryptAES', fixed([string, string], ([password, text], state) => encryptAes(password, text, state))],
  ['decryptAES', fixed([string, string], ([password, text]) => decryptAes(password, text))],
  ['randBytes', fixed([integer], ([count], state) => base64.encode(randomBytes(state, Math.max(0, count))))],
  ['uuidv4', fixed([], (_, state) => uuid(state))],
];
