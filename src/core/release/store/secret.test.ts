/** Records survive the way into a Secret and back; hostile ones are refused, not believed. */
import { gzipSync, strToU8 } from 'fflate';
import { expect, test } from 'vitest';
import { encodeBase64 } from '../../../std/index.ts';
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
  expect(again.metadata.labels).toMatchObject({ createdAt: '1700000000', modifiedAt: '1700000060' });
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
