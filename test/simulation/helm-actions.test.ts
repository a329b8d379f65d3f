/**
 * The process of `lockstep helm` dies at every write of install, upgrade, rollback, test and uninstall, and of an install and an upgrade that fail and fall
 * back, by either way of waiting and of writing; and the same command is given again: the histories are the undisturbed ones, no hook ran twice, and no
 * revision number was given twice. Every second k dies before its write, the others after it; `SIMULATION_KILLS=all` does both for each.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKubeClient } from '../../src/adapters/kube/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { type Cluster, createCluster } from '../../src/apiserver/index.ts';
import { runOnFolder } from '../../src/app/index.ts';
import { type Chart, loadChart, render, RenderCache } from '../../src/core/chart/index.ts';
import type { GoRecord } from '../../src/core/go/value/index.ts';
import type { KubeObject } from '../../src/core/object/index.ts';
import {
  ActionError,
  history,
  install,
  rollback,
  type Renderer,
  type Scene,
  testRelease,
  uninstall,
  upgrade,
} from '../../src/helm/index.ts';
import { fakeClock, type FakeClock, seededRandom } from '../../src/testing/clock/index.ts';
import { Door } from '../../src/testing/world/index.ts';

const hook = (name: string, events: string, fault = 'none'): string =>
  [
    'apiVersion: batch/v1',
    'kind: Job',
    `metadata: {name: ${name}, annotations: {helm.sh/hook: "${events}"}}`,
    `spec: {backoffLimit: 0, template: {metadata: {annotations: {lockstep.dev/simulate: "${fault}"}}, spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}}}`,
  ].join('\n');

const files = {
  'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'values.yaml': 'colour: blue\nextra: false\nfault: none\n',
  'templates/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {colour: "{{ .Values.colour }}"}\n',
  'templates/extra.yaml': '{{ if .Values.extra }}apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\n{{ end }}',
  'templates/before.yaml': hook('before', 'pre-install,pre-upgrade,pre-rollback,pre-delete'),
  'templates/after.yaml': hook('after', 'post-install,post-upgrade,post-delete'),
  'templates/check.yaml': hook('check', 'post-install,post-upgrade', '{{ .Values.fault }}'),
  'templates/smoke.yaml': hook('smoke', 'test'),
};

let folder = '';
let chart: Chart;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-actions-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const loaded = await runOnFolder(folder, (ask) => loadChart(ask, { source: '', path: '' }));
  if (!loaded.ok || !loaded.value.ok) throw new Error('the chart does not load');
  ({ chart } = loaded.value.value);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const renderIt: Renderer = async ({ chart: of, values, revision, isUpgrade }) => {
  const input = { chart: of, values, release: { name: 'web', namespace: 'shop', revision, isUpgrade } };
  const rendered = await runOnFolder(folder, (ask) => render(ask, input, { cache: new RenderCache() }));
  if (!rendered.ok || !rendered.value.ok) throw new Error('the chart does not render');
  return rendered.value.value;
};

const choice = {
  name: 'web',
  noHooks: false,
  rollbackOnFailure: false,
  wait: { strategy: 'watcher', jobs: false, timeout: 60_000 },
  write: { serverSide: true, forceConflicts: false, forceReplace: false },
} as const;
const of = (values: Record<string, unknown>) => ({
  chart: chart,
  values: values as GoRecord,
  labels: { team: 'shop' },
  skipCrds: false,
  takeOwnership: false,
  dryRun: false,
  render: renderIt,
});
const upgrading = { serverSide: 'auto', reuse: 'reset', maxHistory: 10, cleanupOnFail: false } as const;

type Step = (scene: Scene) => Promise<unknown>;
/** `done`: whether a person who sees this history, and knows whether the release was there before, does not give the command again. */
type Steps = readonly { readonly step: Step; readonly done: (lines: readonly string[], wasThere: boolean) => boolean }[];

/** How it is waited and written: with a watcher and on the server; or for hooks alone, and by the client. */
interface Way {
  readonly wait: Omit<typeof choice.wait, 'strategy'> & { readonly strategy: 'watcher' | 'hookOnly' };
  readonly write: Omit<typeof choice.write, 'serverSide'> & { readonly serverSide: boolean };
}

const watched: Way = choice;
const byTheClient: Way = { wait: { ...choice.wait, strategy: 'hookOnly' }, write: { ...choice.write, serverSide: false } };

const wholeLife = (way: Way): Steps => [
  {
    step: (scene) => install(scene, { ...choice, ...way, ...of({}), createNamespace: false, replace: false }),
    done: (lines) => lines.at(-1) === '1 deployed Install complete',
  },
  {
    step: (scene) => upgrade(scene, { ...choice, ...way, ...of({ colour: 'red', extra: true }), ...upgrading }),
    done: (lines) => lines.at(-1) === '2 deployed Upgrade complete',
  },
  {
    step: (scene) =>
      rollback(scene, { ...choice, ...way, revision: 1, serverSide: 'auto', maxHistory: 10, cleanupOnFail: false, dryRun: false }),
    done: (lines) => lines.at(-1) === '3 deployed Rollback to 1',
  },
  { step: (scene) => testRelease(scene, { name: 'web', timeout: 60_000, wanted: () => true, logs: false }), done: () => false },
  {
    step: (scene) =>
      uninstall(scene, { ...choice, ...way, keepHistory: true, ignoreNotFound: false, dryRun: false, propagation: 'Background' }),
    done: (lines) => lines.at(-1)?.startsWith('3 uninstalled') === true,
  },
];

const back = { ...choice, rollbackOnFailure: true } as const;
/** The hooks after it fail: the upgrade is rolled back. */
const fallingBack: Steps = [
  {
    step: (scene) => install(scene, { ...choice, ...of({}), createNamespace: false, replace: false }),
    done: (lines) => lines.at(-1) === '1 deployed Install complete',
  },
  {
    step: (scene) => upgrade(scene, { ...back, ...of({ colour: 'red', extra: true, fault: 'fail' }), ...upgrading, cleanupOnFail: true }),
    done: (lines) => lines.at(-1) === '3 deployed Rollback to 1',
  },
];
const fallingInstall: Steps = [
  {
    step: (scene) => install(scene, { ...back, ...of({ fault: 'fail' }), createNamespace: false, replace: false }),
    done: (lines, wasThere) => wasThere && lines.length === 0,
  },
];

/** What the commands said is not heard where the process died after its work was done. */
const recorded = (histories: readonly string[]): readonly string[] => histories.filter((line) => !line.startsWith('failed: '));

interface Life {
  readonly histories: readonly string[];
  readonly objects: readonly string[];
  readonly twice: readonly string[];
  readonly writes: number;
  readonly deaths: number;
}

class Machine {
  readonly clock: FakeClock;
  readonly cluster: Cluster;
  readonly doors: Door[] = [];

  constructor(clock: FakeClock, cluster: Cluster) {
    this.clock = clock;
    this.cluster = cluster;
  }

  scene(door: Door, signal: AbortSignal): Scene {
    const kube = createKubeClient(door, { clock: this.clock });
    return { kube, clock: this.clock, namespace: 'shop', signal, log: () => undefined, progress: () => undefined, logs: () => undefined };
  }

  door(): Door {
    const door = new Door(this.cluster.transport());
    this.doors.push(door);
    return door;
  }

  async while<T>(work: Promise<T>): Promise<{ readonly value?: T; readonly error?: unknown }> {
    let ended: { readonly value?: T; readonly error?: unknown } | undefined;
    void work.then(
      (value) => (ended = { value }),
      (error: unknown) => (ended = { error }),
    );
    for (let turn = 0; ended === undefined && turn < 2000; turn += 1) await this.clock.advance(500);
    if (ended === undefined) throw new Error('it does not end');
    return ended;
  }
}

async function live(story: Steps, { at, how }: { readonly at: number; readonly how: 'dieBefore' | 'dieAfter' }): Promise<Life> {
  const clock = fakeClock();
  const machine = new Machine(clock, await createCluster({ clock, random: seededRandom(1), log: silentLog(), storage: 'memory' }));
  const admin = machine.scene(new Door(machine.cluster.transport()), new AbortController().signal);
  const kube = createKubeClient(machine.cluster.transport(), { clock: machine.clock });
  const namespaces = { group: '', version: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false, verbs: [] };
  await kube.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  const lines = async (): Promise<readonly string[]> =>
    (await history(admin, 'web')).map(({ release: { version, status, description } }) => `${version} ${status} ${description}`);
  const histories: string[] = [];
  let writes = 0;
  let deaths = 0;
  for (const { step, done } of story) {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const abort = new AbortController();
      const door = machine.door();
      const start = writes;
      door.fault = (_request, write) => (write > 0 && deaths === 0 && start + write === at ? how : undefined);
      const { error } = await machine.while(step(machine.scene(door, abort.signal)));
      writes = start + door.writes;
      if (!door.closed) {
        if (error !== undefined) histories.push(`failed: ${error instanceof ActionError ? error.message : String(error)}`);
        break;
      }
      deaths += 1;
      // A person looks before the command is given again.
      const wasThere = machine.doors.some(({ sent }) => sent.some(({ method, path }) => method === 'POST' && path.endsWith('/secrets')));
      if (done(await lines(), wasThere)) break;
    }
    histories.push(...(await lines()), '—');
  }
  const sent = machine.doors.flatMap((door) => door.sent);
  const counts = new Map<string, number>();
  for (const { method, path, status, body } of sent) {
    if (method !== 'POST' || status !== 201 || !/\/(jobs|secrets)$/.test(path)) continue;
    const { kind, metadata } = body as KubeObject;
    const key = `${kind} ${metadata.name ?? ''} ${metadata.annotations?.['lockstep.dev/hook-run'] ?? ''}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const maps = await kube.list({ ...namespaces, kind: 'ConfigMap', resource: 'configmaps', namespaced: true }, { namespace: 'shop' });
  const objects = maps.ok ? maps.value.items.map(({ metadata }) => metadata.name ?? '') : [];
  await machine.cluster.close();
  return { histories, objects, twice: [...counts].filter(([, count]) => count > 1).map(([key]) => key), writes, deaths };
}

/** Every second k dies before its write, the others after it. */
async function survives(story: Steps, histories: readonly unknown[], stride = 1): Promise<void> {
  const undisturbed = await live(story, { at: 0, how: 'dieBefore' });
  expect(undisturbed.histories).toEqual(histories);
  expect(undisturbed.twice).toEqual([]);
  const both = process.env['SIMULATION_KILLS'] === 'all';
  const problems: unknown[] = [];
  let deaths = 0;
  for (let at = 1; at <= undisturbed.writes && problems.length < 3; at += both ? 1 : stride) {
    for (const how of both ? (['dieBefore', 'dieAfter'] as const) : ([at % 2 === 0 ? 'dieBefore' : 'dieAfter'] as const)) {
      const life = await live(story, { at, how });
      deaths += life.deaths;
      const same =
        JSON.stringify([recorded(life.histories), life.objects]) === JSON.stringify([recorded(undisturbed.histories), undisturbed.objects]);
      if (!same || life.twice.length > 0) problems.push({ at, how, ...life });
    }
  }
  expect(problems).toEqual([]);
  expect(deaths).toBeGreaterThan(undisturbed.writes / 2 / (both ? 1 : stride));
}

describe('kill at every write: the same command given again goes on', () => {
  test.each([
    ['watched, applied on the server', watched, 1],
    ['waiting for hooks alone, applied by the client', byTheClient, 3],
  ] as const)(
    'install, upgrade, rollback, test, uninstall: %s',
    async (_name, way, stride) => {
      const histories = [
        '1 deployed Install complete',
        '—',
        '1 superseded Install complete',
        '2 deployed Upgrade complete',
        '—',
        '1 superseded Install complete',
        '2 superseded Upgrade complete',
        '3 deployed Rollback to 1',
        '—',
        '1 superseded Install complete',
        '2 superseded Upgrade complete',
        '3 deployed Rollback to 1',
        '—',
        '1 superseded Install complete',
        '2 superseded Upgrade complete',
        '3 uninstalled Uninstallation complete',
        '—',
      ];
      await survives(wholeLife(way), histories, stride);
    },
    600_000,
  );

  test('an upgrade that fails and is rolled back', async () => {
    await survives(fallingBack, [
      '1 deployed Install complete',
      '—',
      expect.stringMatching(/^failed: release web failed, and has been rolled back due to rollback-on-failure being set: /),
      '1 superseded Install complete',
      expect.stringMatching(/^2 failed Upgrade "web" failed: /),
      '3 deployed Rollback to 1',
      '—',
    ]);
  }, 600_000);

  test('an install that fails and is uninstalled', async () => {
    await survives(fallingInstall, [
      expect.stringMatching(/^failed: release web failed, and has been uninstalled due to rollback-on-failure being set: /),
      '—',
    ]);
  }, 600_000);
});
