/**
 * Lockstep in a cluster, under its own care: bootstrap, an upgrade by commit, a tenant, uninstall (S14). The controllers run with the token of the
 * ServiceAccount that was installed, and with no other right: what they manage is what the table of rights allows.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { connect, startEmbeddedCluster } from '../../src/app/index.ts';
import type { App } from '../../src/api/index.ts';
import type { KubeObject } from '../../src/core/object/index.ts';
import { createGitHost } from '../../src/githost/index.ts';
import type { ApiResource, KubeClient } from '../../src/ports/index.ts';
import { inFolder, lockstep, spawnLockstep } from './program.ts';

const core = (kind: string, resource: string, namespaced = true): ApiResource => ({
  group: '',
  version: 'v1',
  kind,
  resource,
  namespaced,
  verbs: [],
});
const APPS: ApiResource = { ...core('App', 'apps'), group: 'lockstep.dev' };
const CRDS: ApiResource = { ...core('CustomResourceDefinition', 'customresourcedefinitions', false), group: 'apiextensions.k8s.io' };
const CONFIG_MAPS = core('ConfigMap', 'configmaps');
const SYSTEM = 'lockstep-system';

const tenant = `apiVersion: v1
kind: Namespace
metadata: {name: team-a}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: lockstep, namespace: team-a}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: lockstep, namespace: team-a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
subjects: [{kind: ServiceAccount, name: lockstep, namespace: team-a}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: greeting, namespace: team-a}
data: {say: hello}
`;

/** The kubeconfig of the cluster with the token of the controllers' ServiceAccount instead of the administrator's. */
async function asController(kube: KubeClient, kubeconfig: string, file: string): Promise<void> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
  const path = `/api/v1/namespaces/${SYSTEM}/serviceaccounts/lockstep-controller/token`;
  const answer = await kube.raw({ method: 'POST', path, body: { kind: 'json', value: body } });
  if (!answer.ok || answer.value.body.kind !== 'json') throw new Error('no token');
  const { token } = (answer.value.body.value as { readonly status: { readonly token: string } }).status;
  const text = await readFile(kubeconfig, 'utf8');
  const mine = text
    .replace(/^(\s*)(client-certificate-data|client-key-data|token): .*$/gm, '')
    .replace(/^(\s*)user:\s*$/m, `$1user:\n$1  token: ${token}`);
  await writeFile(file, mine);
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`not within a minute: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const dataOf = (object: KubeObject): unknown => object['data'];

test('S11 S14 bootstrap, upgrade by commit, a tenant, uninstall', { timeout: 300_000 }, () =>
  inFolder(async (folder) => {
    const kubeconfig = join(folder, 'admin.kubeconfig');
    const cluster = await startEmbeddedCluster({ kubeconfig, port: 0, tls: true, log: silentLog() });
    const host = createGitHost({ root: join(folder, 'git'), credential: { user: 'git', password: 'pass' }, log: silentLog() });
    const connected = await connect({ kubeconfig, cwd: folder, env: {} });
    if (!connected.ok) throw new Error(connected.error.message);
    const kube = connected.value;
    const env = { KUBECONFIG: kubeconfig, LOCKSTEP_GIT_PASSWORD: 'pass' };
    const stops: (() => Promise<void>)[] = [];
    try {
      await mkdir(join(folder, 'seed/clusters/one'), { recursive: true });
      await writeFile(join(folder, 'seed/clusters/one/tenant.yaml'), tenant);
      await host.createRepository('fleet', join(folder, 'seed'), { message: 'first' });
      const url = `${await host.listen(0)}/fleet.git`;
      const args = ['bootstrap', '--repo', url, '--path', 'clusters/one', '--wait=false'];
      expect(await lockstep(args, { cwd: folder, env })).toMatchObject({ code: 0, err: '' });
      const again = await lockstep(args, { cwd: folder, env });
      expect(again.out).toMatch(/The manifests are on main already[\s\S]*Installed: \d+ unchanged\n$/);

      await asController(kube, kubeconfig, join(folder, 'controller.kubeconfig'));
      const upArgs = ['up', '--kubeconfig', join(folder, 'controller.kubeconfig'), '--data', join(folder, 'data')];
      const running = spawnLockstep(upArgs, { cwd: folder });
      stops.push(() => running.stop());
      const readyAt = (at: RegExp) =>
        until(`Ready at ${String(at)}; ${running.output()}`, async () => {
          const found = await kube.get(APPS, SYSTEM, 'lockstep');
          const status = found.ok ? (found.value as unknown as App).status : undefined;
          const ready = status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True') === true;
          return ready && status?.applied?.inputs.some(({ revision }) => at.test(revision)) === true ? true : undefined;
        });
      await readyAt(/^main@/);
      const greeting = await kube.get(CONFIG_MAPS, 'team-a', 'greeting');
      expect(greeting.ok && dataOf(greeting.value)).toEqual({ say: 'hello' });

      const upgraded = await lockstep([...args, '--memory', '2Gi'], { cwd: folder, env });
      const commit = /Committed the manifests as ([0-9a-f]{7})/.exec(upgraded.out)?.[1] ?? 'none';
      await kube.patch(
        { ...core('Source', 'sources'), group: 'lockstep.dev' },
        { namespace: SYSTEM, name: 'lockstep' },
        { type: 'application/merge-patch+json', value: { metadata: { annotations: { 'lockstep.dev/reconcileAt': 'now' } } } },
      );
      await readyAt(new RegExp(`sha1:${commit}`));
      const doctor = await lockstep(['doctor'], { cwd: folder, env });
      expect(doctor.out).toMatch(/✓ rights +system:serviceaccount:lockstep-system:lockstep-controller may do everything/);
      expect(doctor).toMatchObject({ code: 0, err: '' });

      expect((await lockstep(['uninstall'], { cwd: folder, env })).code).toBe(1);
      await running.stop();
      const removed = await lockstep(['uninstall', '--yes', '--delete-data'], { cwd: folder, env });
      expect(removed).toMatchObject({ code: 0, err: '' });
      const left = await kube.get(CONFIG_MAPS, 'team-a', 'greeting');
      expect(left.ok && [dataOf(left.value), left.value.metadata.uid, left.value.metadata.deletionTimestamp]).toEqual([
        { say: 'hello' },
        greeting.ok ? greeting.value.metadata.uid : '',
        undefined,
      ]);
      const kinds = await kube.list(CRDS);
      expect(kinds.ok && kinds.value.items.map(({ metadata }) => metadata.name).filter((name) => name?.endsWith('lockstep.dev'))).toEqual(
        [],
      );
      expect(await lockstep(args, { cwd: folder, env })).toMatchObject({ code: 0, err: '' });
    } finally {
      for (const stop of stops) await stop();
      await kube.close();
      await host.close();
      await cluster.close();
    }
  }),
);
