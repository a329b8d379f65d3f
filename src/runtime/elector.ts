/**
 * One active replica by a Lease. A Lease is not a fence (S25): a process that was stopped and resumed believes it still leads. So leadership is a
 * question asked on the monotonic clock before every step (`leads`), and it lapses by itself well before another replica can take over. A lapse is not
 * yet the end: who finds the lease still its own goes on, because nobody else can have worked meanwhile. So a short lease costs nothing when the API
 * server is away for a moment.
 */
import { isObject, type Json, type KubeObject } from '../core/object/index.ts';
import type { ApiResource, Clock, KubeClient, KubeError, Log, Random, Timer } from '../ports/index.ts';
import type { Result } from '../std/index.ts';
import { spread } from './backoff.ts';

export interface ElectorOptions {
  readonly namespace: string;
  readonly name: string;
  /** Unique per process. */
  readonly identity: string;
  /** Milliseconds others wait after the last renewal they saw; whole seconds. Default 3,000 (docs/adr/0044). */
  readonly duration?: number;
  /** Milliseconds between renewals; whoever stands by looks twice as often. Default a quarter of the duration: two may fail. */
  readonly retry?: number;
}

export interface Elector {
  /** True only while no other replica can have taken over. Ask before every step that writes. */
  leads(): boolean;
  /** Calls `listener` whenever leadership lapses or ends. Returns the way to stop. */
  onLapse(listener: () => void): () => void;
  /** Resolves with a signal that aborts when leadership has ended for good: another replica led, or may have; null when the elector is stopped first. */
  acquired(): Promise<AbortSignal | null>;
  /** Gives the lease back, so that the next replica need not wait. */
  stop(): Promise<void>;
}

const leases: ApiResource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  resource: 'leases',
  namespaced: true,
  verbs: ['create', 'get', 'update'],
};

/** Leadership lapses at this share of the duration after the last renewal was sent: requests in flight still end before the lease does. */
const safeShare = 2 / 3;

export interface ElectorPorts {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export const createElector = (options: ElectorOptions, ports: ElectorPorts): Elector => new LeaseElector(options, ports);

class LeaseElector implements Elector {
  readonly #options: ElectorOptions;
  readonly #ports: ElectorPorts;
  readonly #duration: number;
  readonly #retry: number;
  readonly #lapse = new Set<() => void>();
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  #waiting: ((signal: AbortSignal | null) => void)[] = [];
  /** On the monotonic clock; nothing is led from then on. */
  #until = Number.NEGATIVE_INFINITY;
  #lapses: Timer | undefined;
  #term: AbortController | undefined;
  #seen: { readonly record: string; readonly at: number; readonly duration: number } | undefined;
  #held: KubeObject | undefined;

  constructor(options: ElectorOptions, ports: ElectorPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#duration = options.duration ?? 3000;
    this.#retry = options.retry ?? this.#duration / 4;
    this.#ended = this.#run();
  }

  leads(): boolean {
    return this.#ports.clock.monotonic() < this.#until;
  }

  onLapse(listener: () => void): () => void {
    this.#lapse.add(listener);
    return () => this.#lapse.delete(listener);
  }

  acquired(): Promise<AbortSignal | null> {
    if (this.leads() && this.#term !== undefined) return Promise.resolve(this.#term.signal);
    if (this.#stopping.signal.aborted) return Promise.resolve(null);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return this.#ended;
    const led = this.leads();
    this.#stopping.abort();
    this.#end('stopping');
    for (const resolve of this.#waiting.splice(0)) resolve(null);
    await this.#ended;
    if (led && this.#held !== undefined) await this.#ports.client.update(leases, this.#record(this.#held, ''));
  }

  async #run(): Promise<void> {
    const { clock } = this.#ports;
    while (!this.#stopping.signal.aborted) {
      const sent = clock.monotonic();
      const held = await this.#inTime(this.#tryHold());
      if (held && !this.#stopping.signal.aborted) this.#won(sent + this.#duration * safeShare);
      await clock.sleep(this.#pause(held), this.#stopping.signal);
    }
  }

  /** Whoever stands by wakes at the very moment at which the lease it saw ends. */
  #pause(held: boolean): number {
    const { clock, random } = this.#ports;
    if (held) return spread(this.#retry, 0.2, random);
    const usual = spread(this.#retry / 2, 0.2, random);
    const rest = this.#seen === undefined ? usual : this.#seen.at + this.#seen.duration - clock.monotonic();
    return rest > 0 ? Math.min(usual, rest) : usual;
  }

  #won(until: number): void {
    const { clock, log } = this.#ports;
    const lapsed = !this.leads();
    this.#until = until;
    this.#lapses?.cancel();
    this.#lapses = clock.after(until - clock.monotonic(), () => this.#lapsed('the lease was not renewed in time'));
    if (lapsed) log.info('leading', { lease: this.#options.name, identity: this.#options.identity });
    this.#term ??= new AbortController();
    for (const resolve of this.#waiting.splice(0)) resolve(this.#term.signal);
  }

  #lapsed(reason: string): void {
    this.#until = Number.NEGATIVE_INFINITY;
    this.#lapses?.cancel();
    this.#ports.log.warn('no longer leading', { lease: this.#options.name, identity: this.#options.identity, reason });
    for (const listener of this.#lapse) listener();
  }

  #end(reason: string): void {
    if (this.#term === undefined) return;
    this.#lapsed(reason);
    this.#term.abort();
    this.#term = undefined;
  }

  /** An API server that hangs must not keep the next attempt waiting. */
  async #inTime(attempt: Promise<boolean>): Promise<boolean> {
    const late = new AbortController();
    const timeout = this.#ports.clock.sleep(this.#duration * safeShare, late.signal).then(() => false);
    try {
      return await Promise.race([attempt, timeout]);
    } finally {
      late.abort();
    }
  }

  /** Writes are optimistic: of two replicas that try at once, one gets a conflict. Whoever leads writes without asking first. */
  async #tryHold(): Promise<boolean> {
    const { client } = this.#ports;
    const { namespace, name, identity } = this.#options;
    if (this.#held !== undefined && this.leads() && this.#wrote(await client.update(leases, this.#record(this.#held, identity))))
      return true;
    const current = await client.get(leases, namespace, name);
    if (!current.ok) {
      if (current.error.code !== 404) return false;
      if (this.#term !== undefined && !this.leads()) this.#end('the lease is gone; another replica may have held it');
      return this.#wrote(await client.create(leases, this.#record(undefined, identity)));
    }
    if (this.#term !== undefined && holderOf(current.value) !== identity) {
      this.#end('another replica holds the lease, or held it');
      return false;
    }
    return this.#mayTake(current.value) && this.#wrote(await client.update(leases, this.#record(current.value, identity)));
  }

  #wrote(result: Result<KubeObject, KubeError>): boolean {
    if (result.ok) this.#held = result.value;
    return result.ok;
  }

  /** Another's lease is over when its record did not change for its whole duration by our own clock; clocks of two machines are never compared. */
  #mayTake(lease: KubeObject): boolean {
    const spec = isObject(lease['spec']) ? lease['spec'] : {};
    const holder = holderOf(lease);
    if (holder === this.#options.identity || holder === '') return true;
    const now = this.#ports.clock.monotonic();
    const record = `${holder} ${String(spec['renewTime'])} ${lease.metadata.resourceVersion ?? ''}`;
    const seconds = typeof spec['leaseDurationSeconds'] === 'number' ? spec['leaseDurationSeconds'] : this.#duration / 1000;
    if (this.#seen?.record !== record) this.#seen = { record, at: now, duration: seconds * 1000 };
    return now - this.#seen.at >= this.#seen.duration;
  }

  #record(before: KubeObject | undefined, holder: string): KubeObject {
    const spec = before !== undefined && isObject(before['spec']) ? before['spec'] : {};
    const now = microTime(this.#ports.clock.now());
    const changes = spec['holderIdentity'] !== holder && holder !== '';
    const transitions = typeof spec['leaseTransitions'] === 'number' ? spec['leaseTransitions'] : 0;
    const { namespace, name } = this.#options;
    const next: Json = {
      ...spec,
      holderIdentity: holder,
      leaseDurationSeconds: holder === '' ? 1 : Math.ceil(this.#duration / 1000),
      renewTime: now,
      acquireTime: changes ? now : (spec['acquireTime'] ?? now),
      leaseTransitions: changes && before !== undefined ? transitions + 1 : transitions,
    };
    const metadata = before?.metadata ?? { namespace, name };
    return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: next };
  }
}

/** Empty: nobody. */
function holderOf({ spec }: KubeObject): string {
  const holder = isObject(spec) ? spec['holderIdentity'] : undefined;
  return typeof holder === 'string' ? holder : '';
}

const microTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');
