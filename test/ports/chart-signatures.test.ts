/** Signatures of charts: cosign's by a key, beside an artifact of a registry, and the charts' own (.prov). */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey } from 'openpgp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCharts, packArchive, signProvenance } from '../../src/adapters/charts/index.ts';
import { systemClock } from '../../src/adapters/system/index.ts';
import type { ChartError, ChartFound, Charts } from '../../src/ports/index.ts';
import type { Result } from '../../src/std/index.ts';
import { filesServer, type FilesServer, registryServer, type RegistryServer } from '../../src/testing/servers/index.ts';

const metadata = 'apiVersion: v2\nname: shop\nversion: 1.0.0\n';
const archive = packArchive('shop', [{ path: 'Chart.yaml', bytes: Buffer.from(metadata) }], 0);
const saysOf = (result: Result<{ readonly signer: string }, ChartError>): string =>
  result.ok ? result.value.signer : `${result.error.code}: ${result.error.message}`;

let folder = '';
let charts: Charts;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-signed-'));
  charts = createCharts({ folder, clock: systemClock() });
});
afterEach(async () => {
  await charts.close();
  rmSync(folder, { recursive: true, force: true });
});

async function found(url: string): Promise<ChartFound> {
  const result = await charts.find({ url, plainHttp: true }, { chart: 'shop', version: '1.0.0' });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('cosign', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
  const ed25519 = generateKeyPairSync('ed25519');
  const stranger = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
  let server: RegistryServer;
  let digest = '';
  beforeEach(async () => {
    server = await registryServer();
    digest = server.put('charts/shop', '1.0.0', { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', bytes: archive });
  });
  afterEach(() => server.close());

  const payloadOf = (about: string): Buffer =>
    Buffer.from(
      JSON.stringify({
        critical: {
          identity: { 'docker-reference': '' },
          image: { 'docker-manifest-digest': about },
          type: 'cosign container image signature',
        },
        optional: null,
      }),
    );

  /** What `cosign sign --key` leaves behind. */
  function publish(payload: Buffer, signature: Buffer): void {
    server.put('charts/shop', `${digest.replace(':', '-')}.sig`, {
      mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
      bytes: payload,
      annotations: { 'dev.cosignproject.cosign/signature': signature.toString('base64') },
    });
  }

  async function verify(...keys: string[]): Promise<string> {
    const url = `oci://${server.host}/charts`;
    return saysOf(await charts.verify({ url, plainHttp: true }, { found: await found(url), isArtifact: false }, { by: 'cosign', keys }));
  }

  test('one of the keys has signed exactly this chart', async () => {
    expect(await verify(pem(pair.publicKey))).toMatch(/^VerificationFailed: .*charts\/shop@sha256:[0-9a-f]{64} has no cosign signature$/);
    publish(payloadOf(digest), sign('sha256', payloadOf(digest), pair.privateKey));
    expect(await verify(stranger, pem(pair.publicKey))).toBe('cosign key 2');
    expect(await verify(stranger)).toMatch(/^VerificationFailed: none of the 1 signatures of .* is by a key that is trusted here$/);
    publish(payloadOf(digest), sign(null, payloadOf(digest), ed25519.privateKey));
    expect(await verify(pem(ed25519.publicKey))).toBe('cosign key 1');
    expect(await verify('no key')).toMatch(/^VerificationFailed: the 1\. key .* is no public key in PEM$/);
  });

  test('a good signature of something else, a damaged one, and what is none count for nothing', async () => {
    const other = payloadOf(`sha256:${'0'.repeat(64)}`);
    publish(other, sign('sha256', other, pair.privateKey));
    expect(await verify(pem(pair.publicKey))).toMatch(/^VerificationFailed: none of the 1 signatures/);
    publish(payloadOf(digest), Buffer.from('damaged'));
    expect(await verify(pem(pair.publicKey))).toMatch(/^VerificationFailed: none of the 1 signatures/);
    const nothing = Buffer.from('[]');
    publish(nothing, sign('sha256', nothing, pair.privateKey));
    expect(await verify(pem(pair.publicKey))).toMatch(/^VerificationFailed: none of the 1 signatures/);
  });
});

describe('cosign bundles', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
  const stranger = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
  const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  let server: RegistryServer;
  let digest = '';
  beforeEach(async () => {
    server = await registryServer();
    digest = server.put('charts/shop', '1.0.0', { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', bytes: archive });
  });
  afterEach(() => server.close());

  /** What `cosign sign --key` of version 3 leaves behind; returns the descriptor of its manifest. */
  function publish(about: string, predicateType = 'https://sigstore.dev/cosign/sign/v1'): object {
    const subject = [{ digest: { sha256: about.slice('sha256:'.length) } }];
    const payload = Buffer.from(JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate: {} }));
    const payloadType = 'application/vnd.in-toto+json';
    const message = Buffer.concat([Buffer.from(`DSSEv1 28 ${payloadType} ${payload.length} `), payload]);
    const signatures = [{ sig: sign('sha256', message, pair.privateKey).toString('base64') }];
    const bundle = { mediaType: bundleType, dsseEnvelope: { payload: payload.toString('base64'), payloadType, signatures } };
    const manifest = server.put('charts/shop', 'a-bundle', { mediaType: bundleType, bytes: Buffer.from(JSON.stringify(bundle)) });
    return { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: manifest, size: 1, artifactType: bundleType };
  }

  async function verify(...keys: string[]): Promise<string> {
    const url = `oci://${server.host}/charts`;
    return saysOf(await charts.verify({ url, plainHttp: true }, { found: await found(url), isArtifact: false }, { by: 'cosign', keys }));
  }

  test('that refer to the chart, by the API of the registry', async () => {
    server.referrers.set(digest, [{ digest: 'none' }, publish(digest)]);
    expect(await verify(stranger, pem(pair.publicKey))).toBe('cosign key 2');
    expect(await verify(stranger)).toMatch(/^VerificationFailed: none of the 1 signatures of .* is by a key that is trusted here$/);
  });

  test('that refer to the chart, by the list under a tag', async () => {
    const list = JSON.stringify({ schemaVersion: 2, manifests: [publish(digest)] });
    await fetch(`http://${server.host}/v2/charts/shop/manifests/${digest.replace(':', '-')}`, { method: 'PUT', body: list });
    expect(await verify(pem(pair.publicKey))).toBe('cosign key 1');
  });

  test('about something else, or that state something else, count for nothing', async () => {
    server.referrers.set(digest, [publish(`sha256:${'0'.repeat(64)}`)]);
    expect(await verify(pem(pair.publicKey))).toMatch(/^VerificationFailed: none of the 1 signatures/);
    server.referrers.set(digest, [publish(digest, 'https://slsa.dev/provenance/v1')]);
    expect(await verify(pem(pair.publicKey))).toMatch(/^VerificationFailed: none of the 1 signatures/);
    server.referrers.set(digest, [{ ...publish(digest), artifactType: 'application/spdx+json' }]);
    expect(await verify(pem(pair.publicKey))).toMatch(/^VerificationFailed: .* has no cosign signature$/);
  });
});

describe('the own signature of a chart', () => {
  let server: FilesServer;
  let keys: Awaited<ReturnType<typeof generate>>;
  const generate = (name: string) => generateKey({ type: 'ecc', userIDs: [{ name, email: `${name}@example.com` }], format: 'armored' });
  beforeEach(async () => {
    server = await filesServer();
    keys = await generate('ada');
    const digest = createHash('sha256').update(archive).digest('hex');
    const entry = `  - {apiVersion: v2, name: shop, version: 1.0.0, digest: ${digest}, urls: [shop-1.0.0.tgz]}\n`;
    server.files.set('/index.yaml', `apiVersion: v1\nentries:\n  shop:\n${entry}`);
    server.files.set('/shop-1.0.0.tgz', archive);
  });
  afterEach(() => server.close());

  async function verify(...rings: string[]): Promise<string> {
    const what = { found: await found(server.url), isArtifact: false };
    return saysOf(await charts.verify({ url: server.url }, what, { by: 'provenance', keys: rings }));
  }

  test('holds for this archive and a trusted key only', async () => {
    expect(await verify(keys.publicKey)).toBe('VerificationFailed: the chart shop 1.0.0 is not signed: it has no .prov file');
    const signed = await signProvenance(
      { archive, file: 'shop-1.0.0.tgz', metadata },
      { keyring: Buffer.from(keys.privateKey), name: 'ada' },
    );
    if (!signed.ok) throw new Error(signed.error.message);
    server.files.set('/shop-1.0.0.tgz.prov', signed.value);
    const bob = await generate('bob');
    expect(await verify(bob.publicKey, keys.publicKey)).toMatch(/^ada <ada@example.com> \([0-9A-F]{40}\)$/);
    expect(await verify(bob.publicKey)).toMatch(/^VerificationFailed: the chart shop 1\.0\.0: the signature is not good/);
    const other = packArchive('shop', [{ path: 'Chart.yaml', bytes: Buffer.from(`${metadata}home: https://x\n`) }], 0);
    const forged = await signProvenance(
      { archive: other, file: 'shop-1.0.0.tgz', metadata },
      { keyring: Buffer.from(keys.privateKey), name: 'ada' },
    );
    server.files.set('/shop-1.0.0.tgz.prov', forged.ok ? forged.value : '');
    expect(await verify(keys.publicKey)).toMatch(/^VerificationFailed: .*sha256 sum does not match for shop-1\.0\.0\.tgz/);
  });
});
