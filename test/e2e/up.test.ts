/** `lockstep up` on repositories nobody here wrote, and on ones that cannot work. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { corpusPath, describeCorpus } from '../conformance/corpus.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { startEmbeddedCluster } from '../../src/app/index.ts';
import { inFolder, lockstep, spawnLockstep } from './program.ts';

describeCorpus('gitops', 1, () => {
  test.each(['microservices-demo', 'podinfo'])('%s becomes healthy', (name) =>
    inFolder(async (folder) => {
      const repo = corpusPath('gitops', name);
      const { code, out, err } = await lockstep(['up', '--repo', repo, '--until-healthy', '--timeout', '2m'], { cwd: folder });
      expect(err).toBe('');
      expect(out).toMatch(/Healthy \(simulated\)[\s\S]*Everything is healthy after/);
      expect(code).toBe(0);
    }),
  );
});

test('healthy, but nothing is there: it says so', () =>
  inFolder(async (folder) => {
    await mkdir(join(folder, 'repo'));
    await writeFile(join(folder, 'repo/web.jsonnet'), '{}\n');
    const { code, out, err } = await lockstep(['up', '--repo', join(folder, 'repo'), '--until-healthy'], { cwd: folder });
    expect(err).toMatch(/^warning: lockstep-system\/repo: \w+: .*no object/m);
    expect(out).toContain('Everything is healthy');
    expect(code).toBe(0);
  }));

interface Bad {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly says: RegExp;
}

const deployment = (spec: object): string =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'example.com/web:1' }], ...spec } },
    },
  });

const bad: readonly Bad[] = [
  {
    name: 'invalid YAML names file and line',
    files: { 'apps/web.yaml': 'kind: ConfigMap\nmetadata:\n  name: [\n' },
    says: /apps\/web\.yaml:\d+/,
  },
  {
    name: 'an unknown kind is named',
    files: { 'x.yaml': 'apiVersion: example.com/v1\nkind: Gadget\nmetadata:\n  name: a\n' },
    says: /example\.com\/v1 Gadget/,
  },
  {
    name: 'a volume of a Secret that is not there: the event of the Pod is told',
    files: { 'web.yaml': deployment({ volumes: [{ name: 'key', secret: { secretName: 'jwt-key' } }] }) },
    says: /Pod\/default\/web-\S+: Progressing: FailedMount: MountVolume.SetUp failed for volume "key" : secret "jwt-key" not found/,
  },
  {
    name: 'a Pod that fits on no node says so',
    files: { 'web.yaml': deployment({ nodeSelector: { disk: 'ssd' } }) },
    says: /Pod\/default\/web-\S+: Progressing: is not scheduled: Unschedulable: 0\/1 nodes are available: 1 node\(s\) didn't match/,
  },
  { name: 'a folder that is not there', files: { 'README.md': 'nothing here\n' }, args: ['--path', 'apps'], says: /apps/ },
];

for (const { name, files, says, args = [] } of bad) {
  test(`not healthy: ${name}`, () =>
    inFolder(async (folder) => {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(join(folder, 'repo', path, '..'), { recursive: true });
        await writeFile(join(folder, 'repo', path), text);
      }
      const { code, err } = await lockstep(['up', '--repo', join(folder, 'repo'), '--until-healthy', '--timeout', '7s', ...args], {
        cwd: folder,
      });
      expect(err).toMatch(says);
      expect(code).toBe(1);
    }));
}

test('a chart whose dependency is in a repository: not without leave, and the way to give it is said', () =>
  inFolder(async (folder) => {
    await mkdir(join(folder, 'part/templates'), { recursive: true });
    await writeFile(join(folder, 'part/Chart.yaml'), 'apiVersion: v2\nname: part\nversion: 1.0.0\n');
    await writeFile(join(folder, 'part/templates/map.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: part}\n');
    await lockstep(['helm', 'package', 'part'], { cwd: folder });
    const server = createServer((request, response) => {
      if (request.url === '/part-1.0.0.tgz') void readFile(join(folder, 'part-1.0.0.tgz')).then((bytes) => response.end(bytes));
      else response.end('apiVersion: v1\nentries: {part: [{name: part, version: 1.0.0, urls: [part-1.0.0.tgz]}]}\n');
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await mkdir(join(folder, 'web'));
    await writeFile(
      join(folder, 'web/Chart.yaml'),
      `apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: part, version: 1.x, repository: "${url}"}]\n`,
    );
    const up = ['up', '--repo', 'web', '--until-healthy', '--timeout', '30s'];
    try {
      const refused = await lockstep(up, { cwd: folder });
      expect(refused).toMatchObject({
        code: 1,
        err: expect.stringMatching(/dependency "part".*allowedRemotes[\s\S]*up --allow-remote/) as string,
      });
      const allowed = await lockstep([...up, '--allow-remote', url], { cwd: folder });
      expect(allowed).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Everything is healthy') as string });
    } finally {
      server.close();
    }
  }));

test(
  'S25 on a cluster that has nothing of Lockstep: it begins, a second one stands by, and goes on when the first one ends',
  { timeout: 120_000 },
  () =>
    inFolder(async (folder) => {
      const kubeconfig = join(folder, 'admin.kubeconfig');
      const cluster = await startEmbeddedCluster({ kubeconfig, port: 0, tls: true, log: silentLog() });
      const up = (name: string) => spawnLockstep(['up', '--kubeconfig', kubeconfig, '--data', join(folder, name)], { cwd: folder });
      const first = up('first');
      try {
        await first.says('Lockstep is running');
        const second = up('second');
        await second.says('standing by');
        await first.stop();
        await second.says('Lockstep is running');
        await second.stop();
      } finally {
        await first.stop();
        await cluster.close();
      }
    }),
);
