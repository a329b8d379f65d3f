/**
 * The real Helm and `lockstep helm` on the same releases, in the embedded cluster: each lists, inspects, tests, upgrades, rolls back and uninstalls what the
 * other made. Runs where a Helm 4 is installed, or LOCKSTEP_HELM names one.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../src/app/index.ts';
import { cli } from './in-process.ts';

const program = process.env['LOCKSTEP_HELM'] ?? 'helm';
const found = spawnSync(program, ['version', '--template', '{{.Version}}'], { encoding: 'utf8' });
const isThere = found.error === undefined && found.stdout.startsWith('v4.');
if (!isThere) console.warn('NOT RUN: the real Helm 4 on releases of ours and back; it is not installed here');

let folder = '';
let cluster: EmbeddedCluster;

const job = (name: string, annotations: string): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {name: ${name}, annotations: ${annotations}}\nspec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}}}\n`;

const files: Readonly<Record<string, string>> = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\nappVersion: "7"\n',
  'web/values.yaml': 'colour: blue\n',
  'web/templates/cm.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}", revision: "{{ .Release.Revision }}"}\n',
  'web/templates/pre.yaml': job('{{ .Release.Name }}-pre', '{helm.sh/hook: "pre-install,pre-upgrade"}'),
  'web/templates/test.yaml': job('{{ .Release.Name }}-test', '{helm.sh/hook: test}'),
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-real-helm-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  cluster = await startEmbeddedCluster({ kubeconfig: join(folder, 'kubeconfig'), port: 0, tls: true, log: silentLog() });
});
afterAll(async () => {
  await cluster.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Said {
  readonly code: number;
  readonly text: string;
}

type Helm = (line: string) => Promise<Said>;

const env = (): Record<string, string> => ({ HOME: folder, KUBECONFIG: join(folder, 'kubeconfig'), PATH: process.env['PATH'] ?? '' });

const real: Helm = (line) =>
  new Promise((resolve) => {
    execFile(program, line.split(' '), { cwd: folder, env: env() }, (error, out, err) => {
      resolve({ code: error === null ? 0 : 1, text: out + err });
    });
  });

const ours: Helm = async (line) => {
  const { code, out, err } = await cli(['helm', ...line.split(' ')], { cwd: folder, env: env() });
  return { code, text: out + err };
};

async function statuses(helm: Helm, name: string): Promise<readonly string[]> {
  const { text } = await helm(`history ${name} -n shop -o json`);
  return (JSON.parse(text) as { revision: number; status: string; description: string }[]).map(
    ({ revision, status, description }) => `${revision} ${status} ${description}`,
  );
}

describe.skipIf(!isThere)('the same releases, seen and changed by both', () => {
  test.each([
    ['made here, changed by the real Helm', 'one', ours, real],
    ['made by the real Helm, changed here', 'two', real, ours],
  ] as const)('%s', { timeout: 180_000 }, async (_title, name, maker, other) => {
    const must = async (helm: Helm, line: string): Promise<string> => {
      const { code, text } = await helm(line);
      expect(`${line}: ${code} ${code === 0 ? '' : text}`).toBe(`${line}: 0 `);
      return text;
    };
    await must(maker, `install ${name} ./web -n shop --create-namespace --set colour=red`);
    const [listed] = JSON.parse(await must(other, `list -n shop -f ^${name}$ -o json`)) as readonly Record<string, string>[];
    expect(listed).toMatchObject({ name, revision: '1', status: 'deployed', chart: 'web-1.2.3', app_version: '7' });
    expect(await must(other, `status ${name} -n shop`)).toContain('STATUS: deployed');
    for (const what of ['values', 'manifest', 'hooks', 'notes', 'metadata'])
      expect(await must(other, `get ${what} ${name} -n shop`)).toBe(await must(maker, `get ${what} ${name} -n shop`));
    expect(await must(other, `test ${name} -n shop`)).toMatch(/Phase: +Succeeded/);
    await must(other, `upgrade ${name} ./web -n shop --set colour=green`);
    await must(other, `rollback ${name} 1 -n shop`);
    await must(maker, `upgrade ${name} ./web -n shop --reuse-values`);
    const history = [
      '1 superseded Install complete',
      '2 superseded Upgrade complete',
      '3 superseded Rollback to 1',
      '4 deployed Upgrade complete',
    ];
    expect([await statuses(maker, name), await statuses(other, name)]).toEqual([history, history]);
    expect(await must(other, `get values ${name} -n shop`)).toContain('colour: red');
    expect(await must(other, `uninstall ${name} -n shop`)).toBe(`release "${name}" uninstalled\n`);
    expect(JSON.parse(await must(maker, `list -n shop -f ^${name}$ -o json`))).toEqual([]);
  });
});
