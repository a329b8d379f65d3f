/** The cluster's own certificate authority and server certificate: X.509 in DER, ECDSA P-256. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';

export interface CertificateFiles {
  /** PEM. */
  readonly caCertificate: string;
  readonly caKey: string;
  readonly certificate: string;
  readonly key: string;
}

const DAY = 86_400_000;

function lengthOf(size: number): Buffer {
  if (size < 128) return Buffer.from([size]);
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([128 + bytes.length, ...bytes]);
}

const der = (tag: number, ...content: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
};

const sequence = (...content: readonly Buffer[]): Buffer => der(0x30, ...content);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const text = (value: string): Buffer => der(0x0c, Buffer.from(value));
const octets = (content: Buffer): Buffer => der(0x04, content);

/** ecdsa-with-SHA256 */
const algorithm = sequence(oid('2a8648ce3d040302'));
const oids = {
  commonName: '550403',
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  extendedKeyUsage: '551d25',
  altNames: '551d11',
  serverAuth: '2b06010505070301',
};

const nameOf = (commonName: string): Buffer => sequence(der(0x31, sequence(oid(oids.commonName), text(commonName))));

const timeOf = (milliseconds: number): Buffer => {
  const stamp = new Date(milliseconds).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
  return der(0x18, Buffer.from(`${stamp}Z`));
};

const extension = (id: string, critical: 'critical' | 'optional', value: Buffer): Buffer =>
  sequence(oid(id), ...(critical === 'critical' ? [der(0x01, Buffer.from([0xff]))] : []), octets(value));

const altName = (host: string): Buffer => {
  const version = isIP(host);
  if (version === 4) return der(0x87, Buffer.from(host.split('.').map(Number)));
  if (version === 6) return der(0x87, Buffer.from(host === '::1' ? `${'00'.repeat(15)}01` : '00'.repeat(16), 'hex'));
  return der(0x82, Buffer.from(host));
};

interface Issue {
  readonly subject: string;
  readonly issuer: string;
  readonly subjectKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly serial: Uint8Array;
  readonly now: number;
  readonly extensions: readonly Buffer[];
}

function certificate(issue: Issue): string {
  const validity = sequence(timeOf(issue.now - DAY), timeOf(issue.now + 3650 * DAY));
  const serial = Buffer.from(issue.serial);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    nameOf(issue.issuer),
    validity,
    nameOf(issue.subject),
    issue.subjectKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...issue.extensions)),
  );
  const signature = sign('sha256', body, issue.signingKey);
  const whole = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const keyUsage = (bits: number, unused: number): Buffer => extension(oids.keyUsage, 'critical', der(0x03, Buffer.from([unused, bits])));

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string;

const CA_NAME = 'lockstep-cluster-ca';

/** A new authority and a server certificate for these hosts. `random` gives serial numbers. */
export function issueCertificates(
  hosts: readonly string[],
  options: {
    readonly now: number;
    readonly random: (length: number) => Uint8Array;
    readonly ca?: Pick<CertificateFiles, 'caCertificate' | 'caKey'>;
  },
): CertificateFiles {
  const { now, random } = options;
  const caKey =
    options.ca === undefined ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : createPrivateKey(options.ca.caKey);
  const caExtensions = [extension(oids.basicConstraints, 'critical', sequence(der(0x01, Buffer.from([0xff])))), keyUsage(0x06, 1)];
  const caIssue = { subject: CA_NAME, issuer: CA_NAME, subjectKey: createPublicKey(caKey), signingKey: caKey, serial: random(16), now };
  const caCertificate = options.ca?.caCertificate ?? certificate({ ...caIssue, extensions: caExtensions });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serverExtensions = [
    keyUsage(0xa0, 5),
    extension(oids.extendedKeyUsage, 'optional', sequence(oid(oids.serverAuth))),
    extension(oids.altNames, 'optional', sequence(...hosts.map(altName))),
  ];
  const serverIssue = {
    subject: 'lockstep-cluster',
    issuer: CA_NAME,
    subjectKey: server.publicKey,
    signingKey: caKey,
    serial: random(16),
    now,
  };
  return {
    caCertificate,
    caKey: pem(caKey),
    certificate: certificate({ ...serverIssue, extensions: serverExtensions }),
    key: pem(server.privateKey),
  };
}
