/**
 * The real Helm and Apps on the same releases: it lists, inspects, tests, upgrades, rolls back and uninstalls what an App made, and the App goes on from
 * there; an App takes over what it installed. Runs where a Helm is installed, or LOCKSTEP_HELM names one (3 or 4).
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Running, git, spawnLockstep } from './program.ts';

const program = process.env['LOCKSTEP_HELM'] ?? 'helm';
const found = spawnSync(program, ['version', '--template', '{{.Version}}'], { encoding: 'utf8' });
const isHelm3 = (found.stdout ?? '').startsWith('v3');
const isThere = found.error === undefined && found.status === 0;
if (!isThere) console.warn('NOT RUN: the real Helm on releases of Apps and back; it is not installed here');

const job = (name: string, hook: string): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {name: ${name}, annotations: {helm.sh/hook: "${hook}"}}\nspec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}}}\n`;

const app = (name: string): string =>
  `apiVersion: lockstep.dev/v1\nkind: App\nmetadata: {name: ${name}, namespace: shop}\nspec: {source: {name: repo, path: web}}\n`;

const files: Readonly<Record<string, string>> = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\nappVersion: "7"\n',
  'web/values.yaml': 'colour: blue\n',
  'web/templates/cm.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}"{{ with .Values.extra }}, extra: {{ . }}{{ end }}}\n',
  'web/templates/pre.yaml': job('{{ .Release.Name }}-pre', 'pre-install,pre-upgrade'),
  'web/templates/test.yaml': job('{{ .Release.Name }}-test', 'test'),
  'apps/base.yaml': [
    'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: lockstep, namespace: shop}\n',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: shop}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}\nsubjects: [{kind: ServiceAccount, name: lockstep, namespace: shop}]\n',
  ].join('---\n'),
  'apps/web.yaml': app('web'),
};

let folder = '';
let up: Running;

function run(command: string, line: string): string {
  const env = { HOME: folder, KUBECONFIG: join(folder, 'data/kubeconfig'), PATH: process.env['PATH'] ?? '' };
  const { status, stdout, stderr } = spawnSync(command, line.split(' '), { cwd: folder, encoding: 'utf8', env });
  expect(`${line}: ${status} ${status === 0 ? '' : stderr}`).toBe(`${line}: 0 `);
  return stdout;
}

const helm = (line: string): string => run(program, line);

const history = (name: string): readonly string[] =>
  (JSON.parse(helm(`history ${name} -n shop -o json`)) as { revision: number; status: string; description: string }[]).map(
    ({ revision, status, description }) => `${revision} ${status} ${description}`,
  );

/** Who wrote an object, and how. */
const writersOf = (name: string): readonly string[] =>
  run(
    'kubectl',
    `get configmap ${name} -n shop --show-managed-fields -o jsonpath={range.metadata.managedFields[*]}{.manager}{"\\u0020"}{.operation}{"\\n"}{end}`,
  )
    .split('\n')
    .filter((line) => line !== '')
    .toSorted();

const manifestNow = (name: string): string => helm(`get manifest ${name} -n shop`);

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, 'repo', path)), { recursive: true });
  writeFileSync(join(folder, 'repo', path), text);
}

function commit(): void {
  git(join(folder, 'repo'), 'add', '-A');
  git(join(folder, 'repo'), 'commit', '-q', '-m', 'change');
}

/** Until the history of a release is this. */
const becomes = (name: string, expected: readonly string[]): Promise<void> =>
  vi.waitFor(() => expect(history(name)).toEqual(expected), { timeout: 60_000, interval: 500 });

beforeAll(async () => {
  if (!isThere) return;
  folder = mkdtempSync(join(tmpdir(), 'lockstep-real-helm-apps-'));
  for (const [path, text] of Object.entries(files)) write(path, text);
  const url = `file://${join(folder, 'repo')}`;
  const source = `apiVersion: lockstep.dev/v1\nkind: Source\nmetadata: {name: repo, namespace: shop}\nspec: {git: {url: "${url}", ref: {branch: main}}, interval: 5s}\n`;
  write('apps/source.yaml', source);
  git(join(folder, 'repo'), 'init', '-q', '-b', 'main');
  commit();
  up = spawnLockstep(['up', '--repo', 'repo', '--path', 'apps', '--name', 'repo', '-n', 'shop', '--data', 'data'], { cwd: folder });
  await up.says('shop/web  main@');
}, 120_000);

afterAll(async () => {
  if (!isThere) return;
  await up.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe.skipIf(!isThere)('a release of an App', { timeout: 180_000 }, () => {
  test('is listed, inspected and tested', () => {
    const [listed] = JSON.parse(helm('list -n shop -f ^web$ -o json')) as readonly Record<string, string>[];
    expect(listed).toMatchObject({ name: 'web', revision: '1', status: 'deployed', chart: 'web-1.2.3', app_version: '7' });
    expect(helm('get hooks web -n shop')).toContain('web-pre');
    expect(helm('test web -n shop')).toMatch(/Phase: +Succeeded/);
    expect(history('web')).toEqual(['1 deployed Install complete']);
  });

  test('is upgraded and rolled back behind Git’s back: told, and put right by another revision', async () => {
    helm('upgrade web ./repo/web -n shop --set colour=red');
    await becomes('web', ['1 superseded Install complete', '2 superseded Upgrade complete', '3 deployed Upgrade complete']);
    expect(manifestNow('web')).toContain('colour: blue');
    helm('rollback web 2 -n shop');
    await vi.waitFor(() => expect(history('web').at(-1)).toBe('5 deployed Upgrade complete'), { timeout: 60_000, interval: 500 });
    expect([history('web').at(-2), manifestNow('web')]).toEqual(['4 superseded Rollback to 2', expect.stringContaining('colour: blue')]);
    const events = run('kubectl', 'get events -n shop -o jsonpath={range.items[*]}{.reason}:{.message}{"\\n"}{end}');
    expect(events).toMatch(/Unmanaged:revision 4 \(deployed\) of release web was made by somebody else; it is upgraded to what Git says/);
    expect(events).not.toMatch(/HookFailed|TestFailed/);
  });

  test('is uninstalled behind Git’s back, and comes again', async () => {
    helm('uninstall web -n shop');
    await becomes('web', ['1 deployed Install complete']);
    expect(run('kubectl', 'get configmap web -n shop -o jsonpath={.data.colour}')).toBe('blue');
  });

  test('of the real Helm is taken over where it stands: the same objects, the next revision', async () => {
    helm('install old ./repo/web -n shop --set colour=red');
    const uid = run('kubectl', 'get configmap old -n shop -o jsonpath={.metadata.uid}');
    write('apps/old.yaml', app('old'));
    commit();
    await becomes('old', ['1 superseded Install complete', '2 deployed Upgrade complete']);
    expect(run('kubectl', 'get configmap old -n shop -o jsonpath={.metadata.uid}:{.data.colour}')).toBe(`${uid}:blue`);
    expect(writersOf('old')).toEqual([isHelm3 ? 'helm Update' : 'helm Apply']);
  });

  test('that no server merges is gone on with as its record says, by either of the two', async () => {
    helm(`install both ./repo/web -n shop --set extra=theirs${isHelm3 ? '' : ' --server-side=false'}`);
    write('apps/both.yaml', app('both'));
    commit();
    await becomes('both', ['1 superseded Install complete', '2 deployed Upgrade complete']);
    const data = (): unknown => JSON.parse(run('kubectl', 'get configmap both -n shop -o jsonpath={.data}'));
    expect([data(), writersOf('both')]).toEqual([{ colour: 'blue' }, ['helm Update']]);
    helm('upgrade both ./repo/web -n shop --set extra=again');
    await vi.waitFor(() => expect(history('both').at(-1)).toBe('4 deployed Upgrade complete'), { timeout: 60_000, interval: 500 });
    expect([data(), writersOf('both')]).toEqual([{ colour: 'blue' }, ['helm Update']]);
  });
});
