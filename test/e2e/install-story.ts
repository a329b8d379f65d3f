/**
 * Lockstep in a cluster, under its own care: bootstrap, an upgrade by commit, tenants, uninstall (S14). The controllers run with the token of the
 * ServiceAccount that was installed, and with no other right: what they manage is what the table of rights allows.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { connect } from '../../src/app/index.ts';
import type { App } from '../../src/api/index.ts';
import type { KubeObject } from '../../src/core/object/index.ts';
import { createGitHost } from '../../src/githost/index.ts';
import type { ApiResource, KubeClient } from '../../src/ports/index.ts';
import { lockstep, spawnLockstep } from './program.ts';

const core = (kind: string, resource: string, namespaced = true): ApiResource => ({
  group: '',
  version: 'v1',
  kind,
  resource,
  namespaced,
  verbs: [],
});
const APPS: ApiResource = { ...core('App', 'apps'), group: 'lockstep.dev' };
const SOURCES: ApiResource = { ...core('Source', 'sources'), group: 'lockstep.dev' };
const CRDS: ApiResource = { ...core('CustomResourceDefinition', 'customresourcedefinitions', false), group: 'apiextensions.k8s.io' };
const DEPLOYMENTS: ApiResource = { ...core('Deployment', 'deployments'), group: 'apps' };
const SECRETS = core('Secret', 'secrets');
const PODS = core('Pod', 'pods');
const SYSTEM = 'lockstep-system';

const team = (index: number): string => `team-${String(index).padStart(2, '0')}`;

/** A namespace, its identity and rights, and an App that follows the same repository. */
const tenant = (url: string, name: string): string => `apiVersion: v1
kind: Namespace
metadata: {name: ${name}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: lockstep, namespace: ${name}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: lockstep, namespace: ${name}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
subjects: [{kind: ServiceAccount, name: lockstep, namespace: ${name}}]
---
apiVersion: lockstep.dev/v1
kind: Source
metadata: {name: fleet, namespace: ${name}}
spec: {git: {url: "${url}", ref: {branch: main}}}
---
apiVersion: lockstep.dev/v1
kind: App
metadata: {name: shop, namespace: ${name}}
spec: {source: {name: fleet, path: apps/shop}}
`;

/** Another team's namespace is its target: RBAC refuses, whatever Git says. */
const intruder = (from: string, to: string): string => `apiVersion: lockstep.dev/v1
kind: App
metadata: {name: intruder, namespace: ${from}}
spec: {source: {name: fleet, path: apps/other}, target: {namespace: ${to}}}
`;

const shop = `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 1
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: shop.example/shop:1}]}
---
apiVersion: v1
kind: Secret
metadata: {name: shop}
stringData: {password: hunter2hunter2}
`;

const other = `apiVersion: v1
kind: ConfigMap
metadata: {name: planted}
`;

async function repository(root: string, teams: readonly string[]) {
  const host = createGitHost({ root: join(root, 'git'), credential: { user: 'git', password: 'pass' }, log: silentLog() });
  const url = `${await host.listen(0)}/fleet.git`;
  const files = {
    'clusters/one/teams.yaml': teams.map((name) => tenant(url, name)).join('---\n'),
    'clusters/one/intruder.yaml': intruder(teams[1] ?? '', teams[0] ?? ''),
    'apps/shop/shop.yaml': shop,
    'apps/other/other.yaml': other,
  };
  for (const [file, text] of Object.entries(files)) {
    await mkdir(join(root, 'seed', file, '..'), { recursive: true });
    await writeFile(join(root, 'seed', file), text);
  }
  await host.createRepository('fleet', join(root, 'seed'), { message: 'first' });
  return { url, close: () => host.close() };
}

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

async function until<T>(look: () => Promise<T | undefined>, what: () => string): Promise<T> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`not in time: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What has to survive: the Deployments, Secrets and Pods of the teams, by name, with their uids and whether they go. */
async function workloads(kube: KubeClient, teams: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const resource of [DEPLOYMENTS, SECRETS, PODS])
    for (const namespace of teams) {
      const listed = await kube.list(resource, { namespace });
      if (!listed.ok) throw new Error(listed.error.message);
      found.push(
        ...listed.value.items.map(({ metadata: { name, uid, deletionTimestamp } }) => `${namespace}/${name} ${uid} ${deletionTimestamp}`),
      );
    }
  return found;
}

interface Story {
  /** Of an administrator of an empty cluster. */
  readonly kubeconfig: string;
  readonly folder: string;
  readonly tenants: number;
}

/** The whole life of an installation. Fails where anything does not hold. */
export async function installStory({ kubeconfig, folder, tenants }: Story): Promise<void> {
  const teams = Array.from({ length: tenants }, (_, index) => team(index));
  const connected = await connect({ kubeconfig, cwd: folder, env: {} });
  if (!connected.ok) throw new Error(connected.error.message);
  const kube = connected.value;
  const fleet = await repository(folder, teams);
  const stops: (() => Promise<void>)[] = [];
  const run = (...args: readonly string[]) =>
    lockstep(args, { cwd: folder, env: { KUBECONFIG: kubeconfig, LOCKSTEP_GIT_PASSWORD: 'pass' } });
  const bootstrap = (...more: readonly string[]) =>
    run('bootstrap', '--repo', fleet.url, '--path', 'clusters/one', '--wait=false', ...more);
  try {
    expect(await bootstrap()).toMatchObject({ code: 0, err: '' });
    expect((await bootstrap()).out).toMatch(/The manifests are on main already[\s\S]*Installed: \d+ unchanged\n$/);

    await asController(kube, kubeconfig, join(folder, 'controller.kubeconfig'));
    const running = spawnLockstep(['up', '--kubeconfig', join(folder, 'controller.kubeconfig'), '--data', join(folder, 'data')], {
      cwd: folder,
    });
    stops.push(() => running.stop());
    const ready = (namespace: string, name: string, at: RegExp) =>
      appThat(kube, { namespace, name }, ({ status }) => isReady(status) && isAt(status, at), running.output);
    await ready(SYSTEM, 'lockstep', /^main@/);
    for (const namespace of teams) await ready(namespace, 'shop', /^main@/);
    await appThat(kube, { namespace: teams[1] ?? '', name: 'intruder' }, ({ status }) => saysForbidden(status), running.output);

    const commit = /Committed the manifests as ([0-9a-f]{7})/.exec((await bootstrap('--memory', '2Gi')).out)?.[1] ?? 'none';
    const askNow = { metadata: { annotations: { 'lockstep.dev/reconcileAt': 'now' } } };
    await kube.patch(SOURCES, { namespace: SYSTEM, name: 'lockstep' }, { type: 'application/merge-patch+json', value: askNow });
    await ready(SYSTEM, 'lockstep', new RegExp(`sha1:${commit}`));
    const doctor = await run('doctor');
    expect(doctor.out).toMatch(/✓ rights +system:serviceaccount:lockstep-system:lockstep-controller may do everything/);
    expect(doctor.out).toMatch(/! App +team-01\/intruder/);
    expect(doctor).toMatchObject({ code: 0, err: '' });

    const before = await workloads(kube, teams);
    expect(before.length).toBeGreaterThanOrEqual(tenants * 3);
    expect((await run('uninstall')).code).toBe(1);
    await running.stop();
    expect(await run('uninstall', '--yes', '--delete-data')).toMatchObject({ code: 0, err: '' });
    expect(await workloads(kube, teams)).toEqual(before);
    const kinds = await kube.list(CRDS);
    const names = kinds.ok ? kinds.value.items.map(({ metadata }) => metadata.name ?? '') : [];
    expect([names.filter((name) => name.endsWith('lockstep.dev')), names.includes('sealedsecrets.bitnami.com')]).toEqual([[], true]);
    expect(await bootstrap()).toMatchObject({ code: 0, err: '' });
  } finally {
    for (const stop of stops) await stop();
    await kube.close();
    await fleet.close();
  }
}

type Status = App['status'];

const isReady = (status: Status): boolean =>
  status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True') === true;

const isAt = (status: Status, at: RegExp): boolean => status?.applied?.inputs.some(({ revision }) => at.test(revision)) === true;

const saysForbidden = (status: Status): boolean =>
  status?.conditions?.some(
    ({ type, status: holds, message }) => type === 'Ready' && holds === 'False' && /cannot|forbidden/i.test(message),
  ) === true;

function appThat(
  kube: KubeClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  holds: (app: App) => boolean,
  output: () => string,
): Promise<true> {
  let last: KubeObject | undefined;
  return until(
    async () => {
      const found = await kube.get(APPS, namespace, name);
      if (found.ok) last = found.value;
      return found.ok && holds(found.value as unknown as App) ? true : undefined;
    },
    () => `${namespace}/${name}: ${JSON.stringify(last?.['status'])}\n${output()}`,
  );
}
