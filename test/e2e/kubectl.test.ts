/** Real kubectl, unchanged, against the embedded cluster over HTTPS, as a person uses it. Needs kubectl on the PATH. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/index.ts';
import { type Cluster, createCluster } from '../../src/apiserver/index.ts';

const found = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "nginx:1", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ws.ex.com}
spec:
  group: ex.com
  scope: Namespaced
  names: {plural: ws, singular: w, kind: W, listKind: WList}
  versions:
  - name: v1
    served: true
    storage: true
    additionalPrinterColumns: [{name: Color, type: string, jsonPath: .spec.color}]
    schema:
      openAPIV3Schema:
        type: object
        properties: {spec: {type: object, properties: {color: {type: string, enum: [red, blue]}}}}
`;

const custom = (color: string): string => `{"apiVersion":"ex.com/v1","kind":"W","metadata":{"name":"a"},"spec":{"color":"${color}"}}`;

if (!found) {
  test('kubectl: NOT RUN (no kubectl on the PATH)', () => {
    console.warn('NOT RUN: the kubectl suite needs kubectl on the PATH');
  });
} else {
  describe('kubectl', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-kubectl-'));
    let cluster: Cluster;

    const kubectl = (args: string, input = ''): Promise<Ran> =>
      new Promise((resolve) => {
        const words = (args.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));
        const env = { ...process.env, KUBECONFIG: join(folder, 'config'), HOME: folder };
        const child = execFile('kubectl', words, { env, timeout: 60_000 }, (error, out, err) =>
          resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
        );
        child.stdin?.end(input);
      });

    const check = async (args: string, expected: string | RegExp, input?: string): Promise<void> => {
      const { out, err } = await kubectl(args, input);
      const all = `${out}${err}`;
      if (typeof expected === 'string' ? !all.includes(expected) : !expected.test(all))
        expect(`kubectl ${args}\n${all}`).toContain(String(expected));
    };

    beforeAll(async () => {
      cluster = await createCluster({ clock: systemClock(), random: systemRandom(), log: silentLog(), storage: 'memory' });
      const { url } = await cluster.listen();
      writeFileSync(join(folder, 'config'), cluster.kubeconfig(url));
      writeFileSync(join(folder, 'all.yaml'), manifest);
    });

    afterAll(async () => {
      await cluster.close();
      rmSync(folder, { recursive: true });
    });

    test('apply, diff, rollout, scale, undo', async () => {
      const file = join(folder, 'all.yaml');
      await check(`apply -f ${file}`, 'deployment.apps/web created');
      await check(`apply -f ${file}`, 'deployment.apps/web unchanged');
      await check(`diff -f ${file}`, /^$/);
      await check(`apply --server-side -f ${file}`, 'deployment.apps/web serverside-applied');
      await check('rollout status deploy/web --timeout=30s', 'successfully rolled out');
      await check('wait --for=condition=Available deploy/web --timeout=30s', 'condition met');
      await check('set image deploy/web c=nginx:2', 'image updated');
      await check('rollout status deploy/web --timeout=30s', 'successfully rolled out');
      await check('rollout history deploy/web', /^2 /m);
      await check('rollout undo deploy/web', 'rolled back');
      await check('scale deploy/web --replicas=3', 'scaled');
      await check('rollout status deploy/web --timeout=30s', 'successfully rolled out');
      await check('get deploy web', /web +3\/3 +3 +3 /);
      await check('get endpoints web', /:80/);
    });

    test('get, describe, explain, logs, events, api-resources', async () => {
      await check('get all -o wide', 'deployment.apps/web');
      await check('describe deploy web', 'NewReplicaSetAvailable');
      await check('explain deployment.spec.strategy', 'rollingUpdate');
      await check('logs deploy/web', 'simulated');
      await check('events', 'ScalingReplicaSet');
      await check('api-resources', /deployments +deploy +apps\/v1 +true +Deployment/);
      await check('version', 'Server Version: v1.33');
    });

    test('create of the kinds that are sent as protobuf', async () => {
      await check('create namespace n1', 'namespace/n1 created');
      await check('create configmap c1 --from-literal=a=b', 'configmap/c1 created');
      await check('create secret generic s1 --from-literal=a=b', 'secret/s1 created');
      await check('create deployment d1 --image=nginx', 'deployment.apps/d1 created');
      await check('create serviceaccount sa1', 'serviceaccount/sa1 created');
      await check('create role r1 --verb=get --resource=pods', 'role.rbac.authorization.k8s.io/r1 created');
      await check('create rolebinding b1 --role=r1 --serviceaccount=default:sa1', 'rolebinding.rbac.authorization.k8s.io/b1 created');
      await check('create job j1 --image=busybox', 'job.batch/j1 created');
      await check('create token sa1', /^\w+\.\w+\.\S+$/m);
      await check('get secret s1 -o jsonpath={.data.a}', 'Yg==');
    });

    test('label, annotate, patch, delete', async () => {
      await check('label cm c1 x=y', 'labeled');
      await check('annotate cm c1 x=y', 'annotated');
      await check(`patch cm c1 -p '{"data":{"q":"1"}}'`, 'patched');
      await check('get cm -l x=y', 'c1');
      await check('delete cm c1', 'deleted');
      await check('get cm c1', 'NotFound');
      await check('delete namespace n1 --timeout=30s', 'deleted');
    });

    test('rights', async () => {
      await check('auth can-i create pods', 'yes');
      await check('auth can-i create pods --as=eve', 'no');
      await check('auth can-i get pods --as=system:serviceaccount:default:sa1', 'yes');
      await check('get pods --as=eve', 'User "eve" cannot list resource "pods"');
      await check('auth whoami', 'kubernetes-admin');
    });

    test('custom resources', async () => {
      await check('apply -f -', 'created', definition);
      await check('wait --for=condition=Established crd/ws.ex.com --timeout=30s', 'condition met');
      await check('apply -f -', 'w.ex.com/a created', custom('red'));
      await check('apply -f -', 'Unsupported value: "green"', custom('green'));
      await check('get ws', /a +red/);
      await check('explain w.spec', 'color');
      await check('delete crd ws.ex.com --timeout=30s', 'deleted');
      await check('get ws', /could not find|doesn't have a resource type/);
    });
  });
}
