/** Whether an APIService is available follows the Service behind it, in the words of a real server. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../adapters/log/index.ts';
import { systemRandom } from '../adapters/system/index.ts';
import type { JsonObject } from '../core/object/index.ts';
import type { KubeTransport } from '../ports/index.ts';
import { type FakeClock, fakeClock } from '../testing/clock/index.ts';
import { type Cluster, createCluster } from './index.ts';

let cluster: Cluster;
let clock: FakeClock;
let api: KubeTransport;

beforeEach(async () => {
  clock = fakeClock();
  cluster = await createCluster({ clock, random: systemRandom(), log: silentLog(), storage: 'memory' });
  api = cluster.transport();
  await clock.advance(1000);
});
afterEach(() => cluster.close());

const create = (path: string, value: JsonObject) => api.send({ method: 'POST', path, body: { kind: 'json', value } });

async function available(): Promise<string> {
  await clock.advance(5000);
  const { body } = await api.send({ method: 'GET', path: '/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.example.com' });
  const { status } = (body.kind === 'json' ? body.value : {}) as { status?: { conditions?: Record<string, string>[] } };
  return (status?.conditions ?? []).map(({ type, status: is, reason, message }) => `${type}=${is} ${reason}: ${message}`).join();
}

test('without a Service, without its port, without endpoints, and with all of them', async () => {
  await create('/apis/apiregistration.k8s.io/v1/apiservices', {
    metadata: { name: 'v1beta1.metrics.example.com' },
    spec: {
      group: 'metrics.example.com',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { namespace: 'default', name: 'metrics', port: 443 },
    },
  });
  expect(await available()).toBe('Available=False ServiceNotFound: service/metrics in "default" is not present');
  const path = '/api/v1/namespaces/default/services';
  const service = (port: number) => ({
    metadata: { name: 'metrics' },
    spec: { selector: { app: 'metrics' }, ports: [{ name: 'https', port, targetPort: 'https' }] },
  });
  await create(path, service(80));
  expect(await available()).toBe('Available=False ServicePortError: service/metrics in "default" is not listening on port 443');
  await api.send({ method: 'DELETE', path: `${path}/metrics` });
  await create(path, service(443));
  expect(await available()).toBe(
    'Available=False MissingEndpoints: endpoints for service/metrics in "default" have no addresses with port name "https"',
  );
  await create('/api/v1/namespaces/default/pods', {
    metadata: { name: 'metrics', labels: { app: 'metrics' } },
    spec: { containers: [{ name: 'c', image: 'x', ports: [{ name: 'https', containerPort: 8443 }] }] },
  });
  expect(await available()).toBe('Available=True Passed: all checks passed');
});
