/**
 * The whole product under a seeded scheduler: commits, edits by hand, outages, lost answers, and the process dying at any call of any port. Whatever
 * happened, once it is over the cluster is as Git says, nothing that Git always had was ever deleted, and nothing that is not ours was touched.
 * A failing seed is printed; `SIMULATION_SEED=n` runs it alone, `SIMULATION_SEEDS=n` runs more.
 */
import { expect, test } from 'vitest';
import type { Random } from '../../src/ports/index.ts';
import { seededRandom } from '../../src/testing/clock/index.ts';
import { type Fault, repositoryUrl, type World, world } from '../../src/testing/world/index.ts';
import { configMap } from '../e2e/stories.ts';

const apps = ['a', 'b', 'c'];
const names = ['one', 'two', 'three', 'four', 'five'];
const steps = 12;
const seeds = Number(process.env['SIMULATION_SEEDS'] ?? 100);
const only = process.env['SIMULATION_SEED'];

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random.fraction() * items.length)] as T;

/** What each App should hold: object name → value. An object is in at most one App. */
type Wanted = Map<string, Map<string, string>>;

class Life {
  readonly #random: Random;
  readonly w: World;
  readonly wanted: Wanted = new Map(apps.map((app) => [app, new Map([[`anchor-${app}`, '0']])]));
  crashes = 0;
  #pendingFault: Fault | undefined;
  #after = 0;

  constructor(w: World, random: Random) {
    this.w = w;
    this.#random = random;
    w.git.onCall = (operation) => this.#maybeDie(operation);
    w.ledger.onCall = () => this.#maybeDie('ledger');
    this.#watch();
  }

  /** Faults strike the n-th call from now, whichever port it is. */
  #watch(): void {
    this.w.door.fault = (request) => {
      if (this.#pendingFault === undefined || this.#after-- > 0) return undefined;
      const fault = this.#pendingFault;
      this.#pendingFault = undefined;
      const watches = request.query?.['watch'] !== undefined;
      return watches && (fault === 'lose' || fault === 'dieAfter') ? 'refuse' : fault;
    };
  }

  #maybeDie(operation: string): void {
    if (this.#pendingFault !== 'dieBefore' || this.#after-- > 0) return;
    this.#pendingFault = undefined;
    this.w.door.cut();
    throw new Error(`the process died in ${operation}`);
  }

  #files(): Record<string, string> {
    const files: Record<string, string> = {};
    for (const [app, objects] of this.wanted)
      for (const [name, value] of objects) files[`${app}/${name}.yaml`] = configMap(name, { value });
    return files;
  }

  async commit(): Promise<void> {
    const changes = 1 + Math.floor(this.#random.fraction() * 2);
    for (let change = 0; change < changes; change += 1) {
      const name = pick(this.#random, names);
      const to = this.wanted.get(pick(this.#random, apps));
      const removes = this.#random.fraction() < 0.3;
      for (const objects of this.wanted.values()) objects.delete(name);
      if (!removes) to?.set(name, String(Math.floor(this.#random.fraction() * 1000)));
    }
    this.w.repository.commit(this.#files());
    this.w.controllers.announce({ urls: [repositoryUrl] });
    await this.w.clock.settle();
  }

  async meddle(): Promise<void> {
    const objects = (await this.w.list('ConfigMap', 'shop')).filter(({ metadata }) => metadata.labels?.['lockstep.dev/app'] !== undefined);
    if (objects.length === 0) return;
    const name = pick(this.#random, objects).metadata.name ?? '';
    if (name.startsWith('anchor') || this.#random.fraction() < 0.6)
      await this.w.edit(`ConfigMap/shop/${name}`, { data: { value: 'by hand' } }).catch(() => undefined);
    else await this.w.remove(`ConfigMap/shop/${name}`).catch(() => undefined);
  }

  arm(): void {
    const kinds: readonly Fault[] = [
      'dieBefore',
      'dieAfter',
      'dieBefore',
      'dieAfter',
      'lose',
      'refuse',
      { status: 500, reason: 'InternalError' },
      { status: 409, reason: 'Conflict' },
    ];
    this.#pendingFault = pick(this.#random, kinds);
    this.#after = Math.floor(this.#random.fraction() * 40);
  }

  async settle(ms: number): Promise<void> {
    const before = this.w.door;
    await this.w.settle(ms);
    if (this.w.door === before) return;
    this.crashes += 1;
    this.#watch();
  }

  async step(): Promise<void> {
    this.arm();
    const what = this.#random.fraction();
    if (what < 0.5) await this.commit();
    else if (what < 0.8) await this.meddle();
    else this.w.repository.failure = this.w.repository.failure === undefined ? 'Unreachable' : undefined;
    await this.settle(500 + Math.floor(this.#random.fraction() * 3000));
  }

  async end(): Promise<void> {
    this.#pendingFault = undefined;
    this.w.repository.failure = undefined;
    for (let round = 0; round < 4; round += 1) {
      this.w.controllers.announce({ urls: [repositoryUrl] });
      await this.settle(30_000);
    }
  }

  async actual(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const object of await this.w.list('ConfigMap', 'shop')) {
      const owner = object.metadata.annotations?.['lockstep.dev/owner'];
      if (owner !== undefined)
        found[object.metadata.name ?? ''] = `${owner.split(':')[0] ?? ''} ${String((object['data'] as { value?: string }).value)}`;
    }
    return Object.fromEntries(Object.entries(found).toSorted());
  }

  expected(): Record<string, string> {
    const all = [...this.wanted].flatMap(([app, objects]) =>
      [...objects].map(([name, value]) => [name, `test/shop/${app} ${value}`] as const),
    );
    return Object.fromEntries(all.toSorted());
  }
}

async function run(seed: number): Promise<{ readonly crashes: number; readonly problem: unknown }> {
  const w = await world({ seed });
  const life = new Life(w, seededRandom(seed));
  await w.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'bystander', namespace: 'shop' }, data: { value: 'not ours' } });
  w.repository.commit(Object.fromEntries(apps.map((app) => [`${app}/anchor-${app}.yaml`, configMap(`anchor-${app}`, { value: '0' })])));
  await w.source();
  for (const app of apps) await w.app({ name: app, path: app });
  await life.settle(5000);
  const anchors = await Promise.all(apps.map(async (app) => (await w.get(`ConfigMap/shop/anchor-${app}`)).metadata.uid));
  for (let step = 0; step < steps; step += 1) await life.step();
  await life.end();
  const [actual, expected] = [await life.actual(), life.expected()];
  const same = JSON.stringify(actual) === JSON.stringify(expected);
  const kept = await Promise.all(apps.map(async (app) => (await w.get(`ConfigMap/shop/anchor-${app}`)).metadata.uid));
  const bystander = await w.get('ConfigMap/shop/bystander');
  const ready = await Promise.all(apps.map((app) => w.condition('Ready', app)));
  const fine =
    same &&
    kept.join() === anchors.join() &&
    bystander.metadata.generation === undefined &&
    ready.every((line) => line.includes('Ready=True'));
  await w.close();
  return { crashes: life.crashes, problem: fine ? undefined : { seed, actual, expected, kept, anchors, ready } };
}

test('after crashes anywhere the cluster is as Git says', async () => {
  const list = only === undefined ? Array.from({ length: seeds }, (_, seed) => seed + 1) : [Number(only)];
  const problems: unknown[] = [];
  let crashes = 0;
  for (const seed of list) {
    const result = await run(seed);
    crashes += result.crashes;
    if (result.problem !== undefined) problems.push(result.problem);
    if (problems.length >= 3) break;
  }
  expect(problems).toEqual([]);
  expect(crashes).toBeGreaterThan(list.length > 10 ? list.length : 0);
}, 600_000);
