/**
 * One active replica by a Lease. A Lease is not a fence (S25): a process that was stopped and resumed believes it still leads. So leadership is a
 * question asked on the monotonic clock before every step (`leads`), and it ends by itself well before another replica can take over.
 */
import { isObject, type Json, type KubeObject } from '../core/object/index.ts';
import type { ApiResource, Clock, KubeClient, KubeError, Log, Random } from '../ports/index.ts';
import type { Result } from '../std/index.ts';
import { spread } from './backoff.ts';

export interface ElectorOptions {
  readonly namespace: string;
  readonly name: string;
  /** Unique per process. */
  readonly identity: string;
  /** Milliseconds others wait after the last renewal they saw. Default 15,000. */
  readonly duration?: number;
  /** Milliseconds between attempts. Default 2,000. */
  readonly retry?: number;
}

export interface Elector {
  /** True only while no other replica can have taken over. Ask before every step that writes. */
  leads(): boolean;
  /** Resolves with a signal that aborts when leadership ends; null when the elector is stopped first. */
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

/** Leadership ends at this share of the duration after the last renewal was sent: requests in flight still end before the lease does. */
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
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  #waiting: ((signal: AbortSignal | null) => void)[] = [];
  /** On the monotonic clock; leadership is over from then on. */
  #until = Number.NEGATIVE_INFINITY;
  #term: AbortController | undefined;
  #seen: { readonly record: string; readonly at: number } | undefined;
  #held: KubeObject | undefined;

  constructor(options: ElectorOptions, ports: ElectorPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#duration = options.duration ?? 15_000;
    this.#ended = this.#run();
  }

  leads(): boolean {
    if (this.#ports.clock.monotonic() < this.#until) return true;
    this.#lose('the lease was not renewed in time');
    return false;
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
    this.#lose('stopping');
    for (const resolve of this.#waiting.splice(0)) resolve(null);
    await this.#ended;
    if (led && this.#held !== undefined) await this.#ports.client.update(leases, this.#record(this.#held, ''));
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#ports;
    while (!this.#stopping.signal.aborted) {
      const sent = clock.monotonic();
      const held = await this.#tryHold();
      if (held && !this.#stopping.signal.aborted) this.#won(sent + this.#duration * safeShare);
      else this.leads();
      await clock.sleep(spread(this.#options.retry ?? 2000, 0.2, random), this.#stopping.signal);
    }
  }

  #won(until: number): void {
    this.#until = until;
    if (this.#term === undefined) {
      this.#term = new AbortController();
      this.#ports.log.info('leading', { lease: this.#options.name, identity: this.#options.identity });
    }
    for (const resolve of this.#waiting.splice(0)) resolve(this.#term.signal);
  }

  #lose(reason: string): void {
    this.#until = Number.NEGATIVE_INFINITY;
    if (this.#term === undefined) return;
    this.#ports.log.warn('no longer leading', { lease: this.#options.name, identity: this.#options.identity, reason });
    this.#term.abort();
    this.#term = undefined;
  }

  /** Writes are optimistic: of two replicas that try at once, one gets a conflict. */
  async #tryHold(): Promise<boolean> {
    const { client } = this.#ports;
    const current = await client.get(leases, this.#options.namespace, this.#options.name);
    if (!current.ok)
      return current.error.code === 404 ? this.#wrote(await client.create(leases, this.#record(undefined, this.#options.identity))) : false;
    if (!this.#mayTake(current.value)) {
      this.#lose('another replica holds the lease');
      return false;
    }
    return this.#wrote(await client.update(leases, this.#record(current.value, this.#options.identity)));
  }

  #wrote(result: Result<KubeObject, KubeError>): boolean {
    if (result.ok) this.#held = result.value;
    return result.ok;
  }

  /** Another's lease is over when its record did not change for its whole duration by our own clock; clocks of two machines are never compared. */
  #mayTake(lease: KubeObject): boolean {
    const spec = isObject(lease['spec']) ? lease['spec'] : {};
    const holder = spec['holderIdentity'];
    if (holder === this.#options.identity || holder === undefined || holder === null || holder === '') return true;
    const now = this.#ports.clock.monotonic();
    const record = `${String(holder)} ${String(spec['renewTime'])} ${lease.metadata.resourceVersion ?? ''}`;
    if (this.#seen?.record !== record) this.#seen = { record, at: now };
    const seconds = typeof spec['leaseDurationSeconds'] === 'number' ? spec['leaseDurationSeconds'] : this.#duration / 1000;
    return now - this.#seen.at >= seconds * 1000;
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

const microTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');
