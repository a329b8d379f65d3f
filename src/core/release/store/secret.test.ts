/** Records survive the way into a Secret and back; hostile ones are refused, not believed. */
import { gunzipSync, gzipSync, strFromU8, strToU8 } from 'fflate';
import { expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../../std/index.ts';
import type { Release } from '../record.ts';
import { fromSecret, toSecret } from './index.ts';

const release: Release = {
  name: 'web',
  namespace: 'shop',
  version: 3,
  status: 'deployed',
  description: 'Upgrade complete',
  firstDeployed: '2026-01-01T00:00:00Z',
  lastDeployed: '2026-01-02T03:04:05.678901234+02:00',
  deleted: '',
  notes: 'Ünïcode\n',
  chart: { metadata: { name: 'web', version: '1.0.0' }, values: { a: 1 } },
  config: { colour: 'red' },
  manifest: '---\n# Source: web/templates/a.yaml\nkind: ConfigMap\n',
  hooks: [
    {
      name: 'h',
      kind: 'Job',
      path: 'web/templates/h.yaml',
      manifest: 'kind: Job',
      events: ['pre-install', 'test'],
      lastRun: { startedAt: '2026-01-01T00:00:00Z', phase: 'Running' },
      weight: -2,
      deletePolicies: ['hook-succeeded'],
      outputLogPolicies: [],
    },
  ],
  applyMethod: 'ssa',
  labels: { team: 'shop' },
};

test('there and back', () => {
  const secret = toSecret(release, 'store', { at: 1_700_000_000.9 });
  expect(secret.metadata).toEqual({
    name: 'sh.helm.release.v1.web.v3',
    namespace: 'store',
    labels: { team: 'shop', createdAt: '1700000000', name: 'web', owner: 'helm', status: 'deployed', version: '3' },
  });
  expect(secret['type']).toBe('helm.sh/release.v1');
  expect(fromSecret(secret)).toEqual({ ok: true, value: release });
  const again = toSecret(release, 'store', {
    at: 1_700_000_060,
    stored: { ...secret, metadata: { ...secret.metadata, resourceVersion: '7' } },
  });
  // Helm keeps the moment of the last change alone.
  expect(again.metadata.labels).toMatchObject({ modifiedAt: '1700000060' });
  expect(again.metadata.labels).not.toHaveProperty('createdAt');
  expect(again.metadata.resourceVersion).toBe('7');
});

const secretOf = (inner: string): Parameters<typeof fromSecret>[0] => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's' },
  data: { release: encodeBase64(strToU8(inner)) },
});
const packed = (text: string): string => encodeBase64(gzipSync(strToU8(text)));

test.each([
  ['no data', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } }, /no base64/],
  ['no base64', secretOf('***'), /no base64/],
  ['no JSON', secretOf(packed('{')), /holds no release/],
  ['no release', secretOf(packed('{"name": "web"}')), /holds no release/],
  ['a list', secretOf(packed('[]')), /holds no release/],
  ['a bomb', secretOf(packed(' '.repeat(70 * 1024 * 1024))), /does not unpack/],
])('%s is refused', (_name, secret, message) => {
  const read = fromSecret(secret);
  expect(read.ok ? '' : read.error).toMatch(message);
});

test('fields of the wrong type are as if they were not there', () => {
  const odd = { name: 'web', version: 1, info: 7, hooks: [3, { name: 4, last_run: 'x' }], config: [], chart: 'x', manifest: null };
  const read = fromSecret(secretOf(packed(JSON.stringify(odd))));
  expect(read.ok && read.value).toMatchObject({ status: 'unknown', chart: null, manifest: '', hooks: [{ name: '' }] });
});

/** A record as Helm 4.2.4 itself wrote it, into a real API server. */
const byHelm = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'sh.helm.release.v1.mine.v1',
    namespace: 'other',
    labels: { modifiedAt: '1795927797', name: 'mine', owner: 'helm', status: 'superseded', version: '1' },
  },
  type: 'helm.sh/release.v1',
} as const;
const byHelmData =
  'SDRzSUFBQUFBQUFDQTYxVTIyN2JPQkQ5RllIN2FqdVNmQmZRaDQwM2Rwd21EVnA3ZmRHNkNDaUt0aGhUcENCU2psMGovNzVEeXJmZVc2Q0FCSkJEenBrenc1bXpSd0tuRkFVb1pZS2lDbUppS1ZHd1IwdVdLLzBVMDR6TEhZM2gzSGY5VnRYenFuNTM3RGFDUmpkb3RtcGRyMUgzUGMvM1F2RGsrRGNkWXFwSXpqTE5wSURyUTZFMDV0d2hNczA0MVlZTEdIU2g0RXdWR2MwVmpRRzNnb1RVMUJpSjVMTElIYWFjaUJkMElkQnJCWkVFNTlyUVQ2bkdNZGJZckE4SnZ0QUl2RGNBVkFiMGFtN05CUXZPMk9SazNQaldrcDB0YllQTEpWbWpRQlNjVjVDbVFCQmJEditkd0UvR3EzZVA0NXRSVFcrMXlkQXlRSE8vcTZMNlpEY2M4RS9EVzkwZTlwclQrWFRyaGJPSDRuUjI2M1Y3cXpkdndDdVZzV1lXOVlzU2RvSkdzd2JGYTNUY2h0Y0pnZGczNGhNcGxteFYyK0dVWHpDWVhXZVRkTElqUHQ5RXozSVZQOSs4eFQ0dnduL2s2cjNmTGNLVWkvRzAvOUpMUFI0UCt1djU3RVB5eUs3YlVkclg0Ump1K3hPMmZKK2Q3RWZXait4dlJ1dHFkYy9ESkxxZGNMSnJQa2YrZGhQUGhxdmx6QVVmK1VzWnVaMVdxK0YvSjZNc3AzODRuV2pLQlVuN2JqaDZXYzJuelNLcWYwamlBV0NKaHhZOGtBeW5XMzB2M3NsN1A5bEV2bW9OZTNjdkpQMVg0Mm56RStDcHFMZTErM2gyYlhEVzRhamNreFRLTXJoTDVyNWlrUDdiY05CMzV4Q1AramV0NGVEdUZ4KzQ3clU2RGJjSjFmZ0kvWXFodWFIVjlvZCtCeWZUN3FZcEZVbG9DdVVvMjdMY25hRmQxL1dxOWh1N2JtQS9NM1JMeGcxYzZmUFRkMmwyT3gzTEJPNWl3WlpVd1hTaGFyVzZFSDg1STZCRGFPREFZRjE5cy84VzRqeGJnYlB4Rm1MTlJCdzRQWHZsQVdjTGNaelR3Tm1iZDdkZ3J3dHhNSlVwQjg3QzVyeEFjQUp6WGtHSmxPdlB4aTlscXh5aXc1R0pBSVpUQ0RCbFdDZmwvRi9RdkdpcWk4eCtuKzhoY3NYQkFvUUpHekZUY0poUW50WlVjbVdZR3Y0UXJzcEtoYXVZZFpHQlcwenRPcGVjUjVpc0liOXo2dkNiUWdBOXVxRkNtMnd2UVV4YVo1akQ3Z2lFb0crc0d1Y0ZLTmplNkdpdWFmeUVUWXBmeTNLN0JvcFM5enJkYnQxMHlGR0FmM1MvN2RiOXRyMmRKVmlaRnhnVmhGQ3IwTkFyTVRVQVQ1bmtqREFybENpaVN3a1VUVDJxSktlMlVPaWo3ZkNqMUhxZzdWQlRsV0ZpRUtWT2FGNnFNZDg5UWVFVGFWNVdLWXhlL3dlaGJobFh0Z1lBQUE9PQ==';

test('what the real Helm wrote is read whole, and would be written again with the same content', () => {
  const read = fromSecret({ ...byHelm, data: { release: byHelmData } });
  if (!read.ok) throw new Error(read.error);
  const release = read.value;
  expect([release.name, release.version, release.status, release.description]).toEqual(['mine', 1, 'superseded', 'Install complete']);
  expect(release.applyMethod).toBe('ssa');
  expect(release.hooks.map(({ name, events, lastRun }) => [name, events.length, lastRun.phase])).toEqual([['migrate', 3, 'Succeeded']]);
  const again = fromSecret(toSecret(release, 'other', { at: 0 }));
  expect(again).toEqual(read);
  const keys = (text: string): unknown => JSON.parse(strFromU8(gunzipSync(bytesOf(text))));
  const rewritten = toSecret(release, 'other', { at: 0 })['data'] as { release: string };
  expect(keys(rewritten.release)).toEqual(keys(byHelmData));
});

const bytesOf = (outer: string): Uint8Array => {
  const inner = decodeBase64(outer);
  const packedBytes = inner === undefined ? undefined : decodeBase64(strFromU8(inner));
  if (packedBytes === undefined) throw new Error('no base64');
  return packedBytes;
};
