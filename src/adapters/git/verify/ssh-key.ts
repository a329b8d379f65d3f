/** OpenSSH public keys: the lines of an `allowed_signers` file, and checking bytes with one. */
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { unsigned, Wire } from './wire.ts';

export interface AllowedSigner {
  /** `alice@example.org`; for a bare key its fingerprint. */
  readonly name: string;
  /** The key in SSH's own encoding. */
  readonly blob: Buffer;
  /** Milliseconds since the epoch. */
  readonly validAfter?: number;
  readonly validBefore?: number;
}

const keyTypes = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com)$/;
const optionToken = /^[A-Za-z-]+(="[^"]*")?(,[A-Za-z-]+(="[^"]*")?)*$/;

/**
 * One line per key: `principals [options] type base64 [comment]`, or only `type base64 [comment]` (OpenSSH: ssh-keygen(1), ALLOWED SIGNERS).
 * Lines that say nothing usable (comments, certificate authorities, keys for other namespaces) give nothing.
 */
export function parseSigners(lines: readonly string[]): readonly AllowedSigner[] {
  return lines.flatMap((text) => text.split('\n')).flatMap((line) => parseSigner(line.trim()));
}

function parseSigner(line: string): readonly AllowedSigner[] {
  if (line === '' || line.startsWith('#')) return [];
  const words = line.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  const at = words.findIndex((word) => keyTypes.test(word));
  const data = words[at + 1];
  if (at < 0 || at > 2 || data === undefined) return [];
  const blob = Buffer.from(data, 'base64');
  const options = at === 2 ? (words[1] ?? '') : '';
  if (options !== '' && !optionToken.test(options)) return [];
  if (/(^|,)cert-authority(,|$)/i.test(options)) return [];
  const namespaces = optionValue(options, 'namespaces');
  if (namespaces !== undefined && !namespaces.split(',').includes('git')) return [];
  const [validAfter, validBefore] = [timeOf(optionValue(options, 'valid-after')), timeOf(optionValue(options, 'valid-before'))];
  const name = at === 0 ? fingerprint(blob) : (words[0] ?? '').replaceAll('"', '');
  return [{ name, blob, ...(validAfter !== undefined && { validAfter }), ...(validBefore !== undefined && { validBefore }) }];
}

const optionValue = (options: string, name: string): string | undefined => new RegExp(`(?:^|,)${name}="([^"]*)"`, 'i').exec(options)?.[1];

/** `YYYYMMDD[HHMM[SS]][Z]`; read as UTC, because the machine's time zone must not decide. */
function timeOf(text: string | undefined): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?Z?$/.exec(text ?? '');
  if (match === null) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** As `ssh-keygen -l` prints it. */
export const fingerprint = (blob: Uint8Array): string => `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;

export interface SshCheck {
  readonly key: Buffer;
  /** In SSH's own encoding. */
  readonly signature: Buffer;
  readonly data: Uint8Array;
}

/** Whether `signature` over `data` was made with `key`. @throws when key or signature are malformed or of an unsupported kind. */
export function checkSshSignature(check: SshCheck): boolean {
  const key = new Wire(check.key);
  const signature = new Wire(check.signature);
  const type = key.text();
  const algorithm = signature.text();
  const bytes = signature.string();
  switch (type) {
    case 'ssh-ed25519':
      return algorithm === type && verify(null, check.data, ed25519(key.string()), bytes);
    case 'ssh-rsa':
      return checkRsa(key, algorithm, { bytes, data: check.data });
    case 'sk-ssh-ed25519@openssh.com':
      return algorithm === type && checkSecurityKey(ed25519(key.string()), null, { key, signature, bytes, data: check.data });
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
      return algorithm === type && checkSecurityKey(ecdsa(key), 'sha256', { key, signature, bytes: derSignature(bytes), data: check.data });
    default:
      return algorithm === type && verify(ecdsaHash(type), check.data, ecdsa(key), derSignature(bytes));
  }
}

function checkRsa(key: Wire, algorithm: string, of: { readonly bytes: Buffer; readonly data: Uint8Array }): boolean {
  // Plain `ssh-rsa` means SHA-1, which proves nothing any more.
  const hash = algorithm === 'rsa-sha2-512' ? 'sha512' : algorithm === 'rsa-sha2-256' ? 'sha256' : undefined;
  const [exponent, modulus] = [unsigned(key.string()), unsigned(key.string())];
  if (hash === undefined || modulus.length < 256) return false;
  const publicKey = createPublicKey({
    format: 'jwk',
    key: { kty: 'RSA', n: modulus.toString('base64url'), e: exponent.toString('base64url') },
  });
  return verify(hash, of.data, publicKey, of.bytes);
}

/** Keys on hardware sign a digest together with what the device says about itself (OpenSSH: PROTOCOL.u2f). */
function checkSecurityKey(
  publicKey: KeyObject,
  hash: string | null,
  of: { readonly key: Wire; readonly signature: Wire; readonly bytes: Buffer; readonly data: Uint8Array },
): boolean {
  const application = of.key.string();
  const flagsAndCounter = of.signature.take(5);
  // Bit 0: somebody touched the device.
  if (((flagsAndCounter[0] ?? 0) & 1) === 0) return false;
  const digest = (content: Uint8Array): Buffer => createHash('sha256').update(content).digest();
  return verify(hash, Buffer.concat([digest(application), flagsAndCounter, digest(of.data)]), publicKey, of.bytes);
}

const ed25519 = (point: Buffer): KeyObject =>
  createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') } });

const curves: ReadonlyMap<string, { readonly crv: string; readonly size: number }> = new Map([
  ['nistp256', { crv: 'P-256', size: 32 }],
  ['nistp384', { crv: 'P-384', size: 48 }],
  ['nistp521', { crv: 'P-521', size: 66 }],
]);

function ecdsa(key: Wire): KeyObject {
  const curve = curves.get(key.text());
  const point = key.string();
  if (curve === undefined || point[0] !== 4 || point.length !== 1 + 2 * curve.size)
    throw new RangeError('an unsupported elliptic curve key');
  const [x, y] = [point.subarray(1, 1 + curve.size), point.subarray(1 + curve.size)];
  return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: curve.crv, x: x.toString('base64url'), y: y.toString('base64url') } });
}

const ecdsaHash = (type: string): string => (type.endsWith('384') ? 'sha384' : type.endsWith('521') ? 'sha512' : 'sha256');

/** SSH writes the two numbers one after the other, DER as a sequence. */
function derSignature(bytes: Buffer): Buffer {
  const wire = new Wire(bytes);
  const body = Buffer.concat([derInteger(wire.string()), derInteger(wire.string())]);
  return Buffer.concat([Buffer.from(body.length < 128 ? [0x30, body.length] : [0x30, 0x81, body.length]), body]);
}

function derInteger(bytes: Buffer): Buffer {
  const plain = unsigned(bytes);
  const value = ((plain[0] ?? 0) & 0x80) === 0 ? plain : Buffer.concat([Buffer.from([0]), plain]);
  return Buffer.concat([Buffer.from([0x02, value.length]), value]);
}
