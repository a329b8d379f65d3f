/** `lockstep bootstrap` where the Git host is slow, refuses, or the run is interrupted: what it says, and that the next run goes on. */
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createKubeClient } from '../../src/adapters/kube/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock } from '../../src/adapters/system/index.ts';
import { type InstallSettings, SETTINGS } from '../../src/api/install/index.ts';
import { bootstrap } from '../../src/app/installer/index.ts';
import { createCluster } from '../../src/apiserver/index.ts';
import { createGitHost } from '../../src/githost/index.ts';
import type { KubeClient } from '../../src/ports/index.ts';
import { seededRandom } from '../../src/testing/clock/index.ts';
import { git, inFolder } from './program.ts';

const clock = systemClock();

const defaults = {
  ...Object.fromEntries(Object.entries(SETTINGS).map(([name, row]) => [name, row.default])),
  version: '0',
} as InstallSettings;

interface Place {
  readonly kube: KubeClient;
  readonly folder: string;
  /** Milliseconds that every answer of the Git host takes. */
  delay: number;
  run(signal?: AbortSignal): Promise<readonly string[]>;
}

/** A cluster, and a Git host behind a line that can be slow. */
const inPlace = (body: (place: Place) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    const cluster = await createCluster({ clock, random: seededRandom(1), log: silentLog(), storage: 'memory' });
    const kube = createKubeClient(cluster.transport(), { clock });
    const host = createGitHost({ root: join(folder, 'git'), credential: { user: 'git', password: 'pass' }, log: silentLog() });
    const target = new URL(await host.listen(0));
    await mkdir(join(folder, 'seed'));
    await writeFile(join(folder, 'seed/README.md'), 'fleet\n');
    await host.createRepository('fleet', join(folder, 'seed'), { message: 'first' });
    const place = { kube, folder, delay: 0 };
    const line = createServer((asked, answer) => {
      setTimeout(() => {
        const onward = forward(
          {
            host: target.hostname,
            port: target.port,
            path: asked.url,
            method: asked.method,
            headers: { ...asked.headers, host: target.host },
          },
          (response) => {
            answer.writeHead(response.statusCode ?? 502, response.headers);
            response.pipe(answer);
          },
        );
        onward.on('error', () => answer.destroy());
        asked.pipe(onward);
      }, place.delay);
    });
    await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(line.address() as AddressInfo).port}/fleet.git`;
    const run = async (signal = new AbortController().signal): Promise<readonly string[]> => {
      const told: string[] = [];
      const auth = { username: 'git', password: 'pass' };
      const options = { url, path: 'clusters/one', branch: undefined, auth, settings: defaults, timeout: 0, env: process.env };
      await bootstrap(options, { kube, clock, signal, told: (text) => void told.push(text) });
      return told;
    };
    try {
      await body(Object.assign(place, { run }));
    } finally {
      line.closeAllConnections();
      line.close();
      await host.close();
      await cluster.close();
    }
  });

const commits = (folder: string): string[] => git(join(folder, 'git/fleet.git'), 'log', '--format=%s', 'main').split('\n');

const installed = async (kube: KubeClient): Promise<boolean> =>
  (
    await kube.get(
      { group: '', version: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false, verbs: [] },
      '',
      'lockstep-system',
    )
  ).ok;

test('a second run finds everything done', () =>
  inPlace(async ({ run, folder }) => {
    expect((await run()).join('\n')).toMatch(/^Committed the manifests as [0-9a-f]{7} on main$/m);
    const again = (await run()).join('\n');
    expect(again).toMatch(/^The manifests are on main already/m);
    expect(again).toMatch(/^Installed: \d+ unchanged$/m);
    expect(commits(folder)).toHaveLength(2);
  }));

test(
  'a slow Git host: it says what it waits for, and ends well',
  () =>
    inPlace(async (place) => {
      place.delay = 1500;
      const told = await place.run();
      expect(told[0]).toMatch(/^Still reading the repository …$/);
      expect(told.some((text) => text.startsWith('Committed the manifests'))).toBe(true);
    }),
  60_000,
);

test('a branch that refuses pushes: nothing is installed, and the refusal is told in the words of the host', () =>
  inPlace(async ({ run, folder, kube }) => {
    git(join(folder, 'git/fleet.git'), 'config', 'receive.hideRefs', 'refs/heads/main');
    await expect(run()).rejects.toThrow(/^the manifests cannot be pushed: .*deny updating a hidden ref/s);
    expect([await installed(kube), commits(folder)]).toEqual([false, ['first']]);
  }));

test(
  'interrupted while the Git host is slow: nothing is half done, and the next run goes on',
  () =>
    inPlace(async (place) => {
      place.delay = 3000;
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 500);
      await expect(place.run(stop.signal)).rejects.toThrow('interrupted while reading the repository');
      expect(await installed(place.kube)).toBe(false);
      place.delay = 0;
      expect((await place.run()).join('\n')).toMatch(/^Committed the manifests/m);
    }),
  60_000,
);
