/**
 * The process dies at every write of a life, k = 1…N, of a Helm release, and of an App of plain manifests with hooks and tests, which is delivered revision by
 * revision as well: install, tests, upgrade, a failing upgrade that is rolled back, uninstall; and of a release that is uninstalled and installed anew. Whenever it dies,
 * the history is the undisturbed one, no hook ran twice, and no revision number was given twice.
 * Every second k dies before its write, the others after it; `SIMULATION_KILLS=all` does both for each. Of the delivery `npm test` takes every fifth k.
 */
import { expect, test } from 'vitest';
import type { Door } from '../../src/testing/world/door.ts';
import { fromSecret } from '../../src/core/release/store/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';

const hook = (name: string, events: string, fails = false): string =>
  [
    'apiVersion: batch/v1',
    'kind: Job',
    `metadata: {name: ${name}, annotations: {helm.sh/hook: "${events}"}}`,
    `spec: {backoffLimit: 0, template: {${fails ? 'metadata: {annotations: {lockstep.dev/simulate: fail}}, ' : ''}spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}}}`,
  ].join('\n');

const first = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'web/values.yaml': 'colour: blue\n',
  'web/templates/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {colour: "{{ .Values.colour }}"}\n',
  'web/templates/before.yaml': hook('before', 'pre-install,pre-upgrade,pre-delete'),
  'web/templates/after.yaml': hook('after', 'post-install,post-upgrade'),
  'web/templates/smoke.yaml': hook('smoke', 'test'),
};

const after = hook('after', 'post-install,post-upgrade', true);

/** What is delivered, and what its records are told apart by. */
interface Delivered {
  readonly owner: 'helm' | 'lockstep-delivery';
  readonly build: { readonly helm?: object };
  readonly first: Readonly<Record<string, string>>;
  readonly change: Readonly<Record<string, string>>;
  readonly failing: Readonly<Record<string, string>>;
  readonly stride: number;
  /** What is told in the end of each of the three, when nobody dies. */
  readonly history: (name: string) => readonly unknown[];
  readonly ready: readonly string[];
}

const goesBack = (name: string): readonly unknown[] => [
  '1 deployed Install complete',
  '—',
  '1 superseded Install complete',
  '2 deployed Upgrade complete',
  '—',
  '1 superseded Install complete',
  '2 superseded Upgrade complete',
  expect.stringMatching(new RegExp(`^3 failed Upgrade "${name}" failed: failed post-upgrade: Job after: `)),
  '4 deployed Rollback to 2',
  '—',
];
const endsPinned = ['Ready=True Succeeded', 'Ready=True Succeeded', 'Ready=False Pinned'];

const release: Delivered = {
  owner: 'helm',
  build: { helm: {} },
  first,
  change: { 'web/values.yaml': 'colour: red\n' },
  failing: { 'web/values.yaml': 'colour: bad\n', 'web/templates/after.yaml': after },
  stride: 1,
  history: goesBack,
  ready: endsPinned,
};

/** Merged three-way, not by the server. */
const threeWay: Delivered = { ...release, build: { helm: { serverSideApply: 'disabled' } }, stride: 9 };

/** Uninstalled and installed anew when its chart has another name, and when an upgrade failed; that fails as well, and is removed. */
const anew: Delivered = {
  ...release,
  build: { helm: { reinstall: ['chartRenamed', 'upgradeFailed'] } },
  change: { 'web/Chart.yaml': 'apiVersion: v2\nname: renamed\nversion: 1.0.0\n' },
  stride: 15,
  history: () => [
    '1 deployed Install complete',
    '—',
    '2 deployed Install complete',
    '—',
    expect.stringMatching(/^4 uninstalled Release "web" failed: failed post-install: Job after: /),
    '—',
  ],
  ready: ['Ready=True Succeeded', 'Ready=True Succeeded', 'Ready=False RetriesExhausted'],
};

const config = (colour: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {colour: ${colour}}\n`;

const delivery: Delivered = {
  owner: 'lockstep-delivery',
  build: {},
  first: {
    'web/config.yaml': config('blue'),
    'web/before.yaml': hook('before', 'pre-install,pre-upgrade'),
    'web/after.yaml': hook('after', 'post-install,post-upgrade'),
    'web/smoke.yaml': hook('smoke', 'test'),
  },
  change: { 'web/config.yaml': config('red') },
  failing: { 'web/config.yaml': config('bad'), 'web/after.yaml': after },
  stride: 5,
  history: goesBack,
  ready: endsPinned,
};

interface Life {
  readonly history: readonly string[];
  readonly objects: readonly string[];
  /** Creations of each hook and of each record. */
  readonly created: Readonly<Record<string, number>>;
  readonly writes: number;
  readonly crashes: number;
  readonly ready: readonly string[];
}

async function historyOf(w: World, { owner }: Delivered): Promise<readonly string[]> {
  const records = (await w.list('Secret', 'shop')).filter(({ metadata }) => metadata.labels?.['owner'] === owner);
  const releases = records.map((secret) => fromSecret(secret)).flatMap((read) => (read.ok ? [read.value] : []));
  return releases
    .toSorted((a, b) => a.version - b.version)
    .map(({ version, status, description }) => `${version} ${status} ${description}`);
}

class Run {
  readonly w: World;
  readonly doors: Door[] = [];
  #kill: { readonly at: number; readonly how: 'dieBefore' | 'dieAfter' };

  constructor(w: World, kill: { readonly at: number; readonly how: 'dieBefore' | 'dieAfter' }) {
    this.w = w;
    this.#kill = kill;
    this.doors.push(w.door);
    const start = w.door.writes;
    w.door.fault = (_request, write) => (write - start === this.#kill.at ? this.#kill.how : undefined);
  }

  async settle(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1000) {
      await this.w.settle(1000);
      if (this.doors.at(-1) !== this.w.door) this.doors.push(this.w.door);
    }
  }

  created(): Readonly<Record<string, number>> {
    const counts = new Map<string, number>();
    for (const { method, path, status, body } of this.doors.flatMap(({ sent }) => sent)) {
      if (method !== 'POST' || status !== 201 || !/\/(jobs|secrets)$/.test(path)) continue;
      const { kind, metadata } = body as { kind: string; metadata: { name: string; annotations?: Record<string, string> } };
      const run = metadata.annotations?.['lockstep.dev/hook-run'] ?? '';
      const key = `${kind} ${metadata.name} ${run}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return Object.fromEntries([...counts].toSorted());
  }
}

async function live(what: Delivered, { at, how }: { readonly at: number; readonly how: 'dieBefore' | 'dieAfter' }): Promise<Life> {
  const w = await world();
  await w.source();
  const run = new Run(w, { at, how });
  const start = w.door.writes;
  const history: string[] = [];
  const ready: string[] = [];
  const note = async (): Promise<void> => {
    history.push(...(await historyOf(w, what)), '—');
    ready.push(await w.condition('Ready'));
  };
  await w.commit(what.first);
  await w.app({ spec: { build: what.build as never, sync: { onFailure: 'pin', onDelete: 'prune' } } });
  await run.settle(12_000);
  await note();
  await w.commit(what.change);
  await run.settle(12_000);
  await note();
  await w.commit(what.failing);
  await run.settle(20_000);
  await note();
  await w.remove('App/shop/web');
  await run.settle(20_000);
  history.push(...(await historyOf(w, what)));
  const objects = [...(await w.list('ConfigMap', 'shop')), ...(await w.list('App', 'shop'))].map(
    ({ kind, metadata }) => `${kind} ${metadata.name ?? ''}`,
  );
  const writes = run.doors.reduce((sum, door) => sum + door.writes, 0) - start;
  const life = { history, objects, created: run.created(), writes, crashes: run.doors.length - 1, ready };
  await w.close();
  return life;
}

test.each([
  ['a release', release, 'web'],
  ['a release that is merged three-way', threeWay, 'web'],
  ['a release that is installed anew', anew, 'web'],
  ['a delivery of plain manifests', delivery, 'shop.web'],
])(
  '%s survives the death of the process at every write',
  async (_name, what, name) => {
    const undisturbed = await live(what, { at: 0, how: 'dieBefore' });
    expect(undisturbed.history).toEqual(what.history(name));
    expect(undisturbed.ready.map((line) => line.split(':')[0])).toEqual(what.ready);
    const { objects } = undisturbed;
    const both = process.env['SIMULATION_KILLS'] === 'all';
    const problems: unknown[] = [];
    let crashes = 0;
    for (let at = 1; at <= undisturbed.writes && problems.length < 3; at += both ? 1 : what.stride) {
      for (const how of both ? (['dieBefore', 'dieAfter'] as const) : ([at % 2 === 0 ? 'dieBefore' : 'dieAfter'] as const)) {
        const life = await live(what, { at, how });
        crashes += life.crashes;
        const same = JSON.stringify([life.history, life.objects]) === JSON.stringify([undisturbed.history, objects]);
        const twice = Object.entries(life.created).filter(([, count]) => count > 1);
        if (!same || twice.length > 0) problems.push({ at, how, history: life.history, objects: life.objects, twice, ready: life.ready });
      }
    }
    expect(problems).toEqual([]);
    expect(crashes).toBeGreaterThan(undisturbed.writes / 2 / what.stride);
  },
  900_000,
);
