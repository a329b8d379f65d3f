/**
 * One life of the product that a fault strikes once, from nothing to rest, over two revisions. What is left of it is compared with the life nothing struck (S6).
 */
import type { KubeObject } from '../../src/core/object/index.ts';
import type { ApiResource, ConnectCluster, KubeClient } from '../../src/ports/index.ts';
import { ok } from '../../src/std/index.ts';
import { type Fault, FaultInjector, failingCharts, failingLedger, failingMirrors } from '../../src/testing/failing/index.ts';
import { Door, effective, type Fault as DoorFault, type InnerPorts, type Sent, type World, world } from '../../src/testing/world/index.ts';
import { type Other, OtherClusters } from '../e2e/other-clusters.ts';
import { announceAll, type Port, type SceneName, scenes } from './scenes.ts';

/** The `at`-th write to an API server, or call of Git, of the ledger or of a registry goes wrong, once. */
export interface Strike {
  readonly scene: SceneName;
  readonly port: Port;
  /** From 1. */
  readonly at: number;
  readonly fault: Exclude<Fault, object>;
}

export interface Ending {
  readonly scene: SceneName;
  /** Every delivered object as a person would compare it. */
  readonly state: readonly string[];
  /** Writes that changed something, each once. */
  readonly requests: readonly string[];
  /** What was told to the ledger, with how often. */
  readonly told: readonly string[];
  /** Objects that were created more than once, and hooks that ran more than once. */
  readonly twice: readonly string[];
  readonly ready: readonly string[];
  readonly history: readonly string[];
  /** Calls of each port. */
  readonly calls: Readonly<Record<Port, number>>;
  readonly struck: boolean;
}

const doorFaults: Readonly<Record<Strike['fault'], DoorFault>> = {
  error: { status: 500, reason: 'InternalError' },
  timeout: 'refuse',
  lostAnswer: 'lose',
  crashBefore: 'dieBefore',
  crashAfter: 'dieAfter',
};

type Injected = Exclude<Port, 'api' | 'cluster'>;

const isInjected = (port: string): port is Injected => port === 'git' || port === 'ledger' || port === 'charts';

class Life {
  readonly #scene: SceneName;
  readonly #strike: Strike | undefined;
  readonly #calls = { git: 0, ledger: 0, charts: 0 };
  readonly #sent: Sent[] = [];
  readonly #clusters = new OtherClusters();
  /** Every wire to the other cluster there has been. */
  readonly #far: Door[] = [];
  #writes = 0;
  struck = false;
  w!: World;
  other: Other | undefined;

  constructor(scene: SceneName, strike: Strike | undefined) {
    this.#scene = scene;
    this.#strike = strike;
  }

  async open(): Promise<void> {
    const { namespaces, ports } = scenes[this.#scene];
    this.w = await world({ ports: (inner) => this.#wrap(inner), connect: this.#connect, namespaces });
    if (ports.includes('cluster')) this.other = await this.#clusters.add(this.w, 'eu');
    this.#arm();
  }

  readonly #connect: ConnectCluster = async (text, options) => {
    const connected = await this.#clusters.connect(text, options);
    if (!connected.ok) return connected;
    const door = new Door(connected.value.transport);
    const before = this.farWrites;
    this.#far.push(door);
    door.fault = (_request, write) => {
      const fault = this.#faultAt('cluster', before + write, write);
      if (fault === 'dieBefore' || fault === 'dieAfter') this.w.door.cut();
      return fault;
    };
    return ok({ ...connected.value, transport: door });
  };

  #wrap({ mirrors, ledger, charts }: InnerPorts): InnerPorts {
    const { port, at, fault } = this.#strike ?? { port: 'api', at: 0, fault: 'error' };
    const begun = { ...this.#calls };
    const counts = ({ port: called }: { readonly port: string }): boolean => {
      if (!isInjected(called)) return false;
      this.#calls[called] += 1;
      if (called !== port) return false;
      if (this.#calls[called] === at) this.struck = true;
      return true;
    };
    const left = isInjected(port) ? Math.max(0, at - begun[port]) : 0;
    const injector = new FaultInjector({ at: left, fault, counts });
    void injector.crashed.then(() => this.w.door.cut());
    return {
      mirrors: failingMirrors(mirrors, injector),
      ledger: failingLedger(ledger, injector),
      charts: failingCharts(charts, injector),
    };
  }

  #arm(): void {
    this.w.door.fault = (_request, write) => this.#faultAt('api', this.#writes + write, write);
  }

  /** `write`: 0 for what only reads. */
  #faultAt(port: 'api' | 'cluster', at: number, write: number): DoorFault | undefined {
    if (write === 0 || this.#strike?.port !== port || this.struck || at !== this.#strike.at) return undefined;
    this.struck = true;
    return doorFaults[this.#strike.fault];
  }

  async settle(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1000) {
      const before = this.w.door;
      await this.w.settle(1000);
      if (this.w.door === before) continue;
      this.#sent.push(...before.sent);
      this.#writes += before.writes;
      this.#arm();
    }
  }

  get farWrites(): number {
    return this.#far.reduce((sum, { writes }) => sum + writes, 0);
  }

  get farSent(): readonly Sent[] {
    return this.#far.flatMap(({ sent }) => sent);
  }

  get sent(): readonly Sent[] {
    return [...this.#sent, ...this.w.door.sent];
  }

  get calls(): Readonly<Record<Port, number>> {
    return { api: this.#writes + this.w.door.writes, cluster: this.farWrites, ...this.#calls };
  }
}

/** An object as a person would compare it: nothing that differs between two equal lives. */
function shown({ kind, metadata, ...rest }: KubeObject): string {
  const managers = (metadata.managedFields ?? []).map((entry) => `${String(entry['manager'])} ${String(entry['operation'])}`);
  const template = (rest['spec'] as { template?: unknown } | undefined)?.template;
  return JSON.stringify([kind, metadata.namespace, metadata.name, metadata.labels, metadata.annotations, rest['data'], template, managers]);
}

const counted = (lines: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
};

const DELIVERED = /\/(configmaps|deployments|jobs|secrets)(\/[^/]+)?$|\/api\/v1\/namespaces\/[^/]+$/;
const TOLD = ['Applied', 'Pruned', 'Healed', 'Moved'];

/** Creations by kind, name and (for hooks) run. */
function createdTwice(sent: readonly Sent[]): readonly string[] {
  const created = sent.flatMap(({ method, path, status, body }) => {
    if (method !== 'POST' || status !== 201 || !/\/(jobs|secrets|configmaps|inventories)$/.test(path)) return [];
    const { kind, metadata } = body as {
      kind: string;
      metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
    };
    return [`${kind} ${metadata.namespace ?? ''}/${metadata.name} ${metadata.annotations?.['lockstep.dev/hook-run'] ?? ''}`];
  });
  return [...counted(created)].filter(([, count]) => count > 1).map(([line, count]) => `${line} × ${count}`);
}

const KINDS: readonly (readonly [group: string, kind: string, resource: string, namespaced: boolean])[] = [
  ['', 'ConfigMap', 'configmaps', true],
  ['apps', 'Deployment', 'deployments', true],
  ['', 'Namespace', 'namespaces', false],
  ['', 'Secret', 'secrets', true],
];

/** All objects of these kinds in a cluster. */
async function objectsIn(kube: KubeClient): Promise<readonly KubeObject[]> {
  const lists = KINDS.map(async ([group, kind, resource, namespaced]) => {
    const api: ApiResource = { group, version: 'v1', kind, resource, namespaced, verbs: [] };
    const listed = await kube.list(api);
    if (!listed.ok) throw new Error(listed.error.message);
    return listed.value.items.map((item) => ({ ...item, kind }));
  });
  return (await Promise.all(lists)).flat();
}

const effectIn = (where: string, sent: readonly Sent[]): readonly string[] =>
  effective(sent)
    .filter((line) => DELIVERED.test(line))
    .map((line) => `${where}${line}`);

async function endingOf(scene: SceneName, life: Life): Promise<Ending> {
  const { w, other } = life;
  const near = await objectsIn(w.admin);
  const far = other === undefined ? [] : await objectsIn(other.admin);
  const told = w.events().filter(({ type }) => TOLD.includes(type));
  const records = [...near, ...far].filter(({ kind, metadata }) => kind === 'Secret' && metadata.labels?.['owner'] === 'helm');
  const state = (objects: readonly KubeObject[]): readonly string[] =>
    objects.filter(({ kind, metadata }) => kind !== 'Secret' && metadata.labels?.['lockstep.dev/app'] !== undefined).map(shown);
  const ready = await Promise.all(scenes[scene].apps.map((app) => w.condition('Ready', app)));
  return {
    scene,
    state: [...state(near), ...state(far).map((line) => `eu ${line}`)].toSorted(),
    requests: [...new Set([...effectIn('', life.sent), ...effectIn('eu ', life.farSent)])].toSorted(),
    told: told.map(({ type, subject, revision }) => `${type} ${subject} ${revision?.slice(0, 16) ?? ''}`).toSorted(),
    twice: [...createdTwice(life.sent), ...createdTwice(life.farSent)],
    ready: ready.map((line) => line.replace(/sha(1|256):.*/, '')),
    history: records.map(({ metadata }) => `${metadata.namespace}/${metadata.name} ${metadata.labels?.['status'] ?? ''}`).toSorted(),
    calls: life.calls,
    struck: life.struck,
  };
}

export async function live(scene: SceneName = 'home', strike?: Strike): Promise<Ending> {
  const life = new Life(scene, strike);
  await life.open();
  const { w } = life;
  await scenes[scene].begin(w);
  await life.settle(25_000);
  for (const change of scenes[scene].changes) {
    await change(w);
    announceAll(w);
    await life.settle(45_000);
  }
  announceAll(w);
  await life.settle(10_000);
  const ending = await endingOf(scene, life);
  await w.close();
  await life.other?.close();
  return ending;
}
