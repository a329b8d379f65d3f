/** `lockstep helm install … uninstall` against a cluster behind its kubeconfig: what the real Helm prints for the same lines, and what stays in the cluster. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../src/app/index.ts';
import type { Io } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';

let folder = '';
let cluster: EmbeddedCluster;

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

const job = (name: string, annotations: string, fails = ''): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {name: ${name}, annotations: ${annotations}}\nspec: {backoffLimit: 0, template: {${fails}spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}}}\n`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-helm-cluster-'));
  write('web/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 1.2.3\nappVersion: "7"\nannotations: {team: shop}\n');
  write('web/values.yaml', 'colour: blue\nnested: {a: 1}\nfails: false\n');
  write(
    'web/templates/cm.yaml',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cfg}\ndata: {colour: "{{ .Values.colour }}", rev: "{{ .Release.Revision }}", v: "{{ .Capabilities.KubeVersion.Major }}", seen: "{{ len (lookup "v1" "Namespace" "" "").items }}"}\n',
  );
  write('web/templates/keep.yaml', 'apiVersion: v1\nkind: Secret\nmetadata: {name: kept, annotations: {helm.sh/resource-policy: keep}}\n');
  write('web/templates/pre.yaml', job('pre', '{helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: hook-succeeded}'));
  write('web/templates/t.yaml', job('smoke', '{helm.sh/hook: test}'));
  write('web/templates/NOTES.txt', 'Thanks, {{ .Release.Name }} {{ .Release.Revision }}.\n');
  write(
    'bad/templates/post.yaml',
    job('post', '{helm.sh/hook: "post-install,post-upgrade"}', 'metadata: {annotations: {lockstep.dev/simulate: fail}}, '),
  );
  write('bad/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 2.0.0\n');
  cluster = await startEmbeddedCluster({
    kubeconfig: join(folder, 'kubeconfig'),
    port: 0,
    tls: true,
    log: silentLog(),
  });
});
afterAll(async () => {
  await cluster.close();
  rmSync(folder, { recursive: true, force: true });
});

const times = /[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4}/g;

async function helm(line: string, env: Readonly<Record<string, string>> = { KUBECONFIG: join(folder, 'kubeconfig') }): Promise<string> {
  let text = '';
  const io: Io = {
    out: (part) => void (text += part),
    err: (part) => void (text += part),
    stdin: () => Promise.resolve(new Uint8Array()),
    program: '',
    cwd: folder,
    env: { HOME: folder, ...env },
    terminal: false,
    color: false,
    columns: 120,
    signal: new AbortController().signal,
  };
  const code = await run(['helm', ...line.split(' ')], io);
  return `${text.replace(times, 'TIME')}exit ${code}`;
}

const status = (revision: number, description: string, notes = `NOTES:\nThanks, web ${revision}.\n`): string =>
  `NAME: web\nLAST DEPLOYED: TIME\nNAMESPACE: shop\nSTATUS: deployed\nREVISION: ${revision}\nDESCRIPTION: ${description}\n${notes}`;

describe('rendering for a cluster', () => {
  test('its version, its kinds and its objects count; nothing is written', async () => {
    write('seen/Chart.yaml', 'apiVersion: v2\nname: seen\nversion: 1.0.0\n');
    write(
      'seen/templates/cm.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: seen}\ndata: {ns: "{{ dig "metadata" "name" "" (lookup "v1" "Namespace" "" "kube-system") }}", api: "{{ .Capabilities.APIVersions.Has "lockstep.test/v1" }}", at: "{{ .Release.Namespace }}"}\n',
    );
    const line = 'template x ./seen --api-versions lockstep.test/v1';
    expect(await helm(line)).toContain('data: {ns: "", api: "true", at: "default"}');
    expect(await helm(`${line} --dry-run=server -n other`)).toContain('data: {ns: "kube-system", api: "false", at: "other"}');
    expect(await helm(`${line} --validate`)).toMatch(/^Flag --validate has been deprecated[^]*data: \{ns: "kube-system"[^]*exit 0$/);
    expect(await helm('get all x')).toContain('release: not found');
    write('odd/Chart.yaml', 'apiVersion: v2\nname: odd\nversion: 1.0.0\n');
    write('odd/templates/odd.yaml', 'apiVersion: lockstep.test/v1\nkind: Odd\nmetadata: {name: o}\n');
    expect(await helm('template x ./odd --dry-run=server')).toBe(
      'Error: unable to build kubernetes objects from release manifest: resource mapping not found for name: "o" namespace: "" from "": no matches for kind "Odd" in version "lockstep.test/v1"\nensure CRDs are installed first\nexit 1',
    );
  });

  test('an object of somebody else is told, unless it is an upgrade', async () => {
    await helm('install first ./seen -n taken --create-namespace');
    expect(await helm('template second ./seen -n taken --dry-run=server')).toMatch(
      /^Error: unable to continue with install: ConfigMap "seen" in namespace "taken" exists and cannot be imported into the current release: [^]*exit 1$/,
    );
    expect(await helm('template second ./seen -n taken --dry-run=server --is-upgrade')).toMatch(/exit 0$/);
  });
});

describe('a release by hand', () => {
  test('install, upgrade, test, rollback, history, uninstall, word for word', async () => {
    expect(await helm('install web ./web -n shop --create-namespace')).toBe(`${status(1, 'Install complete')}exit 0`);
    expect(await helm('install web ./web -n shop')).toBe(
      'level=ERROR msg="release name check failed" error="cannot reuse a name that is still in use"\nError: INSTALLATION FAILED: release name check failed: cannot reuse a name that is still in use\nexit 1',
    );
    expect(await helm('upgrade web ./web -n shop --set colour=red')).toBe(
      `Release "web" has been upgraded. Happy Helming!\n${status(2, 'Upgrade complete')}exit 0`,
    );
    expect(await helm('test web -n shop')).toBe(
      `${status(2, 'Upgrade complete', 'TEST SUITE:     smoke\nLast Started:   TIME\nLast Completed: TIME\nPhase:          Succeeded\n')}exit 0`,
    );
    expect(await helm('rollback web 1 -n shop')).toBe('Rollback was a success! Happy Helming!\nexit 0');
    expect(await helm('rollback web 17 -n shop')).toBe('Error: release has no 17 version\nexit 1');
    expect(await helm('get values web -n shop --revision 2')).toBe('USER-SUPPLIED VALUES:\ncolour: red\nexit 0');
    const shown = await helm('status web -n shop');
    expect(shown).toMatch(/RESOURCES:\n==> v1\/ConfigMap\nNAME {3}DATA {3}AGE\ncfg {4}4 {6}\d+s\n\n==> v1\/Secret\n/);
    expect(await helm('get metadata web -n shop')).toMatch(
      /^NAME: web\nCHART: web\nVERSION: 1\.2\.3\nAPP_VERSION: 7\nANNOTATIONS: team=shop\nLABELS: modifiedAt=\d+,name=web,owner=helm,status=deployed,version=3\nDEPENDENCIES: \nNAMESPACE: shop\nREVISION: 3\nSTATUS: deployed\nDEPLOYED_AT: 20.*Z\nAPPLY_METHOD: server-side apply\nexit 0$/,
    );
    expect(await helm('history web -n shop -o json')).toMatch(/"revision":1,.*"status":"superseded".*"revision":3,.*"Rollback to 1"/);
    expect(await helm('uninstall web -n shop')).toBe(
      'These resources were kept due to the resource policy:\n[Secret] kept\n\nrelease "web" uninstalled\nexit 0',
    );
    expect(await helm('uninstall web -n shop')).toBe('Error: uninstall: Release not loaded: web: release: not found\nexit 1');
    expect(await helm('uninstall web -n shop --ignore-not-found')).toBe('release "web" uninstalled\nexit 0');
  });

  test('what fails is recorded, and goes back where that is asked for', async () => {
    await helm('install two ./web -n two --create-namespace');
    expect(await helm('upgrade two ./bad -n two --rollback-on-failure --timeout 20s')).toMatch(
      /level=WARN msg="upgrade failed" name=two error="post-upgrade hooks failed: resource Job\/two\/post not ready\. status: Failed, message: Job Failed\. failed: 1\/1"\n[^]*Error: UPGRADE FAILED: release two failed, and has been rolled back due to rollback-on-failure being set: post-upgrade hooks failed: /,
    );
    const history = await helm('history two -n two');
    expect(history.split('\n').map((row) => row.split('\t').slice(2, 3).join('').trim())).toEqual([
      'STATUS',
      'superseded',
      'failed',
      'deployed',
      '',
    ]);
    expect(await helm('install three ./bad -n two --atomic')).toMatch(/release three failed, and has been uninstalled/);
    expect(await helm('history three -n two')).toMatch(/release: not found/);
  });

  test('a hook that only has a generateName', async () => {
    write('gen/Chart.yaml', 'apiVersion: v2\nname: gen\nversion: 1.0.0\n');
    write('gen/templates/pre.yaml', job('x', '{helm.sh/hook: "pre-install,pre-upgrade"}').replace('name: x', 'generateName: migrate-'));
    write('gen/templates/cm.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: gen}\n');
    expect(await helm('install gen ./gen -n gen --create-namespace')).toMatch(/STATUS: deployed\n[^]*exit 0$/);
    expect(await helm('upgrade gen ./gen -n gen')).toMatch(/REVISION: 2\n[^]*exit 0$/);
    expect(await helm('get hooks gen -n gen')).toContain('generateName: migrate-');
    expect(await helm('uninstall gen -n gen')).toBe('release "gen" uninstalled\nexit 0');
  });

  test('objects of others stay theirs; two options that exclude each other are told', async () => {
    await helm('install a ./web -n three --create-namespace --set colour=a');
    expect(await helm('install b ./web -n three')).toBe(
      'Error: INSTALLATION FAILED: unable to continue with install: Secret "kept" in namespace "three" exists and cannot be imported into the current release: invalid ownership metadata; annotation validation error: key "meta.helm.sh/release-name" must equal "b": current value is "a"\nexit 1',
    );
    expect(await helm('upgrade a ./web -n three --force-replace --force-conflicts')).toBe(
      'Error: if any flags in the group [force-replace force-conflicts] are set none of the others can be; [force-conflicts force-replace] were all set\nexit 1',
    );
    expect(await helm('upgrade nope ./web -n three')).toBe('Error: UPGRADE FAILED: "nope" has no deployed releases\nexit 1');
    expect(await helm('upgrade -i c ./web -n three --take-ownership --description mine')).toMatch(
      /^Release "c" does not exist\. Installing it now\.\n[^]*DESCRIPTION: mine\n/,
    );
  });
});

describe('the connection by flags and variables, without a kubeconfig', () => {
  const parts = (): { readonly server: string; readonly token: string } => {
    const text = readFileSync(join(folder, 'kubeconfig'), 'utf8');
    const found = (name: string): string => new RegExp(`${name}"?: ?["']?([^"'\\s]+)`).exec(text)?.[1] ?? '';
    writeFileSync(join(folder, 'ca.crt'), Buffer.from(found('certificate-authority-data'), 'base64'));
    return { server: found('server'), token: found('token') };
  };
  const nothing = { KUBECONFIG: '/nowhere' };

  test('an address, a token and an authority reach the cluster; the variables say the same', async () => {
    const { server, token } = parts();
    const given = `--kube-apiserver ${server} --kube-token ${token}`;
    expect(await helm(`list -n kube-system ${given} --kube-ca-file ca.crt`, {})).toBe(
      'NAME\tNAMESPACE\tREVISION\tUPDATED\tSTATUS\tCHART\tAPP VERSION\nexit 0',
    );
    const env = { HELM_KUBEAPISERVER: server, HELM_KUBETOKEN: token, HELM_KUBEINSECURE_SKIP_TLS_VERIFY: 'true' };
    expect(await helm('list -n kube-system -q', env)).toBe('exit 0');
    expect(await helm(`list -n kube-system -q ${given} --kube-insecure-skip-tls-verify`, {})).toBe('exit 0');
  });

  test('what is wrong with it is said', async () => {
    const { server, token } = parts();
    expect(await helm(`list -n kube-system --kube-apiserver ${server} --kube-token ${token}`, {})).toMatch(/certificate[^]*exit 1/);
    expect(await helm(`list -n kube-system --kube-apiserver ${server} --kube-token wrong --kube-ca-file ca.crt`, {})).toMatch(
      /Unauthorized[^]*exit 1/,
    );
    expect(await helm('list --kube-token x', nothing)).toMatch(/nowhere[^]*exit 1/);
  });

  test('acting as somebody', async () => {
    const env = { KUBECONFIG: join(folder, 'kubeconfig') };
    const denied = /secrets is forbidden: User "nobody" cannot list resource "secrets"[^]*exit 1/;
    expect(await helm('list -n shop --kube-as-user nobody', env)).toMatch(denied);
    expect(await helm('list -n shop', { ...env, HELM_KUBEASUSER: 'nobody' })).toMatch(denied);
    expect(await helm('list -n shop -q', { ...env, HELM_KUBEASUSER: 'nobody', HELM_KUBEASGROUPS: 'system:masters' })).toMatch(/exit 0$/);
  });
});
