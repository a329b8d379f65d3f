// Integration tests of the services' chart, as a team writes them: `node --test examples/market/tests`.
// Node's runner keeps the promises that its functions return.
/* oxlint-disable typescript/no-floating-promises */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deploy, matrix, rehearse, render, world } from 'lockstep/testing';

const market = fileURLToPath(new URL('..', import.meta.url));
const chart = `${market}/charts/service`;
const values = { image: 'ghcr.io/example/tax', version: '1.2.0' };

for (const { kubeVersion, replicas } of matrix({ kubeVersion: ['1.31', '1.33'], replicas: [1, 3] }))
  test(`renders ${replicas} replicas for Kubernetes ${kubeVersion}`, async () => {
    const objects = await render({ chart, name: 'tax', kubeVersion, values: { ...values, replicas } });
    const deployment = objects.find(({ kind }) => kind === 'Deployment');
    assert.equal(deployment?.spec.replicas, replicas);
  });

test('refuses a service without an image', () => assert.rejects(render({ chart, values: { version: '1.0.0' } }), /image/));

describe('in a world', () => {
  let w;
  before(async () => {
    w = await world();
  });
  after(() => w.close());

  test('a service comes up, its smoke test passes, and a new version rolls out', async () => {
    const first = await deploy(w, { path: chart, name: 'tax', namespace: 'market', values });
    assert.deepEqual([first.ready, first.restarts, first.tests], [true, 0, [{ name: 'tax-smoke', passed: true, message: '' }]]);
    assert.equal((await w.get('Deployment/market/tax')).status.readyReplicas, 1);
    await deploy(w, { path: chart, name: 'tax', namespace: 'market', values: { ...values, version: '1.3.0', replicas: 2 } });
    const deployment = await w.get('Deployment/market/tax');
    assert.equal(deployment.spec.template.spec.containers[0].image, 'ghcr.io/example/tax:1.3.0');
    assert.equal(deployment.status.readyReplicas, 2);
  });

  test('a deleted object comes back by itself', async () => {
    await w.remove('Service/market/tax');
    await w.until(async () => (await w.find('Service/market/tax')) !== undefined, '1m');
  });

  test('a service whose Secret is missing says so', () =>
    assert.rejects(
      deploy(w, { path: chart, name: 'orders', namespace: 'market', values: { ...values, secrets: ['nowhere'] }, timeout: '2m' }),
      /orders does not get ready: .*nowhere/s,
    ));

  test('a service waits for its database without harm', async () => {
    await w.apply('{apiVersion: v1, kind: Namespace, metadata: {name: late}}');
    w.setScenario('late: {pods: "app.kubernetes.io/name=ledger: needs=sql"}');
    const early = await deploy(w, { path: chart, name: 'ledger', namespace: 'late', values, wait: false });
    assert.equal(early.ready, false);
    await w.advance('1m');
    await deploy(w, { path: chart, name: 'sql', namespace: 'late', values });
    await w.until(async () => (await w.get('Deployment/late/ledger')).status.readyReplicas === 1);
  });
});

test('the whole market is built from nothing', async () => {
  const report = await rehearse({ repository: market });
  assert.deepEqual([report.passed, report.trouble], [true, []]);
});
