/**
 * One life of the product that a fault strikes once: a plain App with two revisions (create, change, prune, move) and a release with hooks, from nothing to rest.
 * What is left of it is compared with the life nothing struck (S6).
 */
import type { KubeObject } from '../../src/core/object/index.ts';
import { type Fault, FaultInjector, failingLedger, failingMirrors } from '../../src/testing/failing/index.ts';
import {
  effective,
  repositoryUrl,
  type Fault as DoorFault,
  type InnerPorts,
  type Sent,
  type World,
  world,
} from '../../src/testing/world/index.ts';
import { configMap, deployment, namespace } from '../e2e/stories.ts';

export type Port = 'api' | 'git' | 'ledger';

/** The `at`-th write to the API server, call of Git, or call of the ledger goes wrong, once. */
export interface Strike {
  readonly port: Port;
  /** From 1. */
  readonly at: number;
  readonly fault: Exclude<Fault, object>;
}

export interface Ending {
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

const hook = (name: string, events: string): string =>
  [
    'apiVersion: batch/v1',
    'kind: Job',
    `metadata: {name: ${name}, annotations: {helm.sh/hook: "${events}"}}`,
    'spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}}}',
  ].join('\n');

const first = {
  'web/ns.yaml': namespace('side'),
  'web/a.yaml': configMap('a'),
  'web/b.yaml': configMap('b'),
  'web/d.yaml': deployment('d'),
  'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
  'chart/values.yaml': 'colour: blue\n',
  'chart/templates/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: chart}\ndata: {colour: "{{ .Values.colour }}"}\n',
  'chart/templates/before.yaml': hook('before', 'pre-install,pre-upgrade'),
  'chart/templates/after.yaml': hook('after', 'post-install,post-upgrade'),
};

const second = {
  'web/a.yaml': configMap('a', { a: '2' }),
  'web/b.yaml': null,
  'web/c.yaml': configMap('c', {}, { namespace: 'side' }),
  'chart/values.yaml': 'colour: red\n',
};

const doorFaults: Readonly<Record<Strike['fault'], DoorFault>> = {
  error: { status: 500, reason: 'InternalError' },
  timeout: 'refuse',
  lostAnswer: 'lose',
  crashBefore: 'dieBefore',
  crashAfter: 'dieAfter',
};

class Life {
  readonly #strike: Strike | undefined;
  readonly #calls = { git: 0, ledger: 0 };
  readonly #sent: Sent[] = [];
  #writes = 0;
  struck = false;
  w!: World;

  constructor(strike: Strike | undefined) {
    this.#strike = strike;
  }

  async open(): Promise<void> {
    this.w = await world({ ports: (inner) => this.#wrap(inner) });
    this.#arm();
  }

  #wrap({ mirrors, ledger }: InnerPorts): InnerPorts {
    const { port, at, fault } = this.#strike ?? { port: 'api', at: 0, fault: 'error' };
    const begun = { ...this.#calls };
    const counts = ({ port: called }: { readonly port: string }): boolean => {
      if (called !== 'git' && called !== 'ledger') return false;
      this.#calls[called] += 1;
      if (called !== port) return false;
      if (this.#calls[called] === at) this.struck = true;
      return true;
    };
    const left = port === 'api' ? 0 : Math.max(0, at - begun[port]);
    const injector = new FaultInjector({ at: left, fault, counts });
    void injector.crashed.then(() => this.w.door.cut());
    return { mirrors: failingMirrors(mirrors, injector), ledger: failingLedger(ledger, injector) };
  }

  #arm(): void {
    this.w.door.fault = (_request, write) => {
      if (write === 0 || this.#strike?.port !== 'api' || this.struck || this.#writes + write !== this.#strike.at) return undefined;
      this.struck = true;
      return doorFaults[this.#strike.fault];
    };
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

  get sent(): readonly Sent[] {
    return [...this.#sent, ...this.w.door.sent];
  }

  get calls(): Readonly<Record<Port, number>> {
    return { api: this.#writes + this.w.door.writes, ...this.#calls };
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
const TOLD = ['Applied', 'Pruned', 'Healed'];

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

async function endingOf(life: Life): Promise<Ending> {
  const { w } = life;
  const objects = (await Promise.all(['ConfigMap', 'Deployment', 'Namespace'].map((kind) => w.list(kind)))).flat();
  const told = w.events().filter(({ type }) => TOLD.includes(type));
  const records = (await w.list('Secret', 'shop')).filter(({ metadata }) => metadata.labels?.['owner'] === 'helm');
  return {
    state: objects
      .filter(({ metadata }) => metadata.labels?.['lockstep.dev/app'] !== undefined)
      .map(shown)
      .toSorted(),
    requests: [...new Set(effective(life.sent).filter((line) => DELIVERED.test(line)))].toSorted(),
    told: told.map(({ type, subject, revision }) => `${type} ${subject} ${revision?.slice(0, 16) ?? ''}`).toSorted(),
    twice: createdTwice(life.sent),
    ready: [await w.condition('Ready'), await w.condition('Ready', 'chart')].map((line) => line.replace(/sha1:.*/, '')),
    history: records.map(({ metadata }) => `${metadata.name ?? ''} ${metadata.labels?.['status'] ?? ''}`).toSorted(),
    calls: life.calls,
    struck: life.struck,
  };
}

export async function live(strike?: Strike): Promise<Ending> {
  const life = new Life(strike);
  await life.open();
  const { w } = life;
  await w.commit(first);
  await w.source();
  await w.app();
  await w.app({ name: 'chart', path: 'chart', spec: { build: { helm: {} } } });
  await life.settle(25_000);
  await w.commit(second);
  await life.settle(45_000);
  w.controllers.announce({ urls: [repositoryUrl] });
  await life.settle(10_000);
  const ending = await endingOf(life);
  await w.close();
  return ending;
}
