/** X.509 certificates as Go's x509.CreateCertificate makes them for sprig. Source: Masterminds/sprig crypto.go, Go crypto/x509. */
import { civilAt } from '../../../go/calendar/index.ts';
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeUtf8, err, ok, type Result } from '../../../../std/index.ts';
import { bits, concat, DerError, element, integer, intOfBytes, octets, oid, readAll, readSequence, sequence, tag } from './der.ts';
import type { PrivateKey } from './keys.ts';
import { decodePem, encodePem } from './pem.ts';

export interface CertificateRequest {
  readonly commonName: string;
  readonly isCa: boolean;
  /** Four or sixteen bytes each. */
  readonly ips: readonly Uint8Array[];
  readonly dnsNames: readonly string[];
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Sixteen random bytes. */
  readonly serial: Uint8Array;
  readonly key: PrivateKey;
  /** Who signs; the certificate signs itself when absent. */
  readonly signer?: { readonly certificate: ParsedCertificate; readonly key: PrivateKey };
}

export interface ParsedCertificate {
  /** The subject's name, encoded. */
  readonly subject: Uint8Array;
  readonly subjectKeyId: Uint8Array | undefined;
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

const printable = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

/** An empty name has no parts. Go: crypto/x509/pkix Name.ToRDNSequence. */
const nameOf = (commonName: string): Uint8Array =>
  commonName === ''
    ? sequence()
    : sequence(
        element(tag.set, sequence(oid('2.5.4.3'), element(printable.test(commonName) ? tag.printable : tag.utf8, encodeUtf8(commonName)))),
      );

function time(milliseconds: number): Uint8Array {
  const { year, month, day, hour, minute, second } = civilAt(Math.floor(milliseconds / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const rest = `${[month, day, hour, minute, second].map(two).join('')}Z`;
  const isShort = year >= 1950 && year < 2050;
  return element(
    isShort ? tag.utcTime : tag.generalizedTime,
    encodeUtf8((isShort ? two(year % 100) : String(year).padStart(4, '0')) + rest),
  );
}

const extension = (id: string, content: Uint8Array, isCritical: 'critical' | 'optional'): Uint8Array =>
  sequence(oid(id), ...(isCritical === 'critical' ? [element(tag.boolean, Uint8Array.of(0xff))] : []), octets(content));

function extensionsOf(
  request: CertificateRequest,
  keyIds: { readonly own: Uint8Array | undefined; readonly signer: Uint8Array | undefined },
): Uint8Array[] {
  const usage = request.isCa ? Uint8Array.of(2, 0xa4) : Uint8Array.of(5, 0xa0);
  const list = [
    extension('2.5.29.15', element(tag.bitString, usage), 'critical'),
    extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2')), 'optional'),
    extension('2.5.29.19', request.isCa ? sequence(element(tag.boolean, Uint8Array.of(0xff))) : sequence(), 'critical'),
  ];
  if (keyIds.own !== undefined) list.push(extension('2.5.29.14', octets(keyIds.own), 'optional'));
  if (keyIds.signer !== undefined) list.push(extension('2.5.29.35', sequence(element(0x80, keyIds.signer)), 'optional'));
  const names = [...request.dnsNames.map((name) => element(0x82, encodeUtf8(name))), ...request.ips.map((ip) => element(0x87, ip))];
  // Go: without a subject the other names are all there is, so they must be understood.
  if (names.length > 0) list.push(extension('2.5.29.17', sequence(...names), request.commonName === '' ? 'critical' : 'optional'));
  return list;
}

/** The signed certificate as PEM. */
export function issueCertificate(request: CertificateRequest): string {
  const subject = nameOf(request.commonName);
  const signer = request.signer?.certificate;
  const signingKey = request.signer?.key ?? request.key;
  const issuer = signer?.subject ?? subject;
  const ownId = request.isCa ? sha256(request.key.publicBits).slice(0, 20) : undefined;
  const signerId = sameBytes(issuer, subject) ? undefined : signer?.subjectKeyId;
  const body = sequence(
    element(0xa0, integer(2n)),
    integer(intOfBytes(request.serial)),
    signingKey.signatureAlgorithm,
    issuer,
    sequence(time(request.notBefore), time(request.notAfter)),
    subject,
    request.key.spki,
    element(0xa3, sequence(...extensionsOf(request, { own: ownId, signer: signerId }))),
  );
  const bytes = sequence(body, signingKey.signatureAlgorithm, bits(signingKey.sign(body)));
  return encodePem({ type: 'CERTIFICATE', bytes });
}

function keyIdOf(extensions: Uint8Array): Uint8Array | undefined {
  const id = oid('2.5.29.14');
  for (const { content } of readSequence(extensions)) {
    const parts = readAll(content);
    if (parts[0] !== undefined && sameBytes(parts[0].raw, id)) return readAll(parts.at(-1)?.content ?? new Uint8Array(0))[0]?.content;
  }
  return undefined;
}

/** The parts of a PEM certificate that signing needs, or why there are none. */
export function parseCertificate(text: string): Result<ParsedCertificate, string> {
  const block = decodePem(text);
  if (block === undefined) return err('unable to decode certificate');
  try {
    const [body] = readSequence(block.bytes);
    const fields = readAll(body?.content ?? new Uint8Array(0)).filter(({ tag: kind }) => kind !== 0xa0);
    const subject = fields[4];
    if (subject === undefined || subject.tag !== tag.sequence) throw new DerError('x509: malformed certificate');
    const extensions = fields.find(({ tag: kind }) => kind === 0xa3);
    return ok({ subject: concat([subject.raw]), subjectKeyId: extensions === undefined ? undefined : keyIdOf(extensions.content) });
  } catch (error) {
    if (error instanceof DerError) return err(`error parsing certificate: decodedCert.Bytes: x509: malformed certificate`);
    throw error;
  }
}
