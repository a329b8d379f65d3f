/** One other cluster while it is declared: the wire to it behind a circuit breaker, what is known of it, and what is delivered there. */
import { createHash } from 'node:crypto';
import { createKubeClient } from '../../adapters/kube/index.ts';
import type { Clock, ConnectedCluster, KubeClient, KubeError } from '../../ports/index.ts';
import { type Breaker, createBreaker } from '../../runtime/index.ts';
import { type Result, err, ok } from '../../std/index.ts';
import { namespaces } from '../app/cluster.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { Standing } from './status.ts';

/** Requests in a row without an answer after which a cluster counts as away. */
const most = 3;
/** Milliseconds that a cluster has to say who it is. */
const patience = 10_000;

export interface Identified {
  readonly uid: string;
  readonly version: string;
}

export class Member {
  readonly server: string;
  /** For everybody's work. */
  readonly client: KubeClient;
  readonly breaker: Breaker;
  /** Tells credentials apart without keeping them. */
  readonly credentials: string;
  standing: Standing | undefined;
  /** Once what is there has been read. */
  delivery: Delivery | undefined;
  #opening: Delivery | undefined;
  /** Who answered when the delivery began. */
  uid: string | undefined;
  readonly #direct: KubeClient;
  readonly #clock: Clock;

  constructor(
    { transport, server }: ConnectedCluster,
    credentials: string,
    { clock, opened, unauthorized }: { readonly clock: Clock; readonly opened: () => void; readonly unauthorized: () => void },
  ) {
    this.server = server;
    this.credentials = credentials;
    this.#clock = clock;
    this.breaker = createBreaker(transport, { most, opened, unauthorized });
    this.client = createKubeClient(this.breaker.transport, { clock });
    this.#direct = createKubeClient(transport, { clock });
  }

  /** Asks the cluster itself, past the breaker. */
  async identify(): Promise<Result<Identified, KubeError>> {
    const late = new AbortController();
    const timeout: Promise<Result<never, KubeError>> = this.#clock
      .sleep(patience, late.signal)
      .then(() => err({ code: 0, reason: 'Timeout', message: `${this.server} did not answer within ${patience / 1000} s` }));
    const asked = Promise.all([this.#direct.get(namespaces, '', 'kube-system'), this.#direct.raw({ method: 'GET', path: '/version' })]);
    const answered = asked.then(([system, version]): Result<Identified, KubeError> => {
      if (!system.ok) return system;
      return ok({ uid: system.value.metadata.uid ?? '', version: version.ok ? gitVersion(version.value.body) : '' });
    });
    try {
      return await Promise.race([answered, timeout]);
    } finally {
      late.abort();
    }
  }

  /** `ready`: it may be worked on. A cluster that goes away meanwhile holds nobody up but itself. */
  begin(delivery: Delivery, ready: () => void): void {
    this.#opening = delivery;
    void delivery.start().then(() => {
      if (this.#opening !== delivery) return;
      this.delivery = delivery;
      ready();
    });
  }

  async stop(): Promise<void> {
    const stopping = this.#opening;
    this.#opening = undefined;
    this.delivery = undefined;
    await stopping?.stop();
  }

  async close(): Promise<void> {
    // What is under way ends with the wire; nothing new is sent.
    this.breaker.trip('it is no longer declared like this');
    await Promise.all([this.stop(), this.client.close()]);
  }
}

const gitVersion = (body: { readonly kind: string; readonly value?: unknown }): string => {
  const value = body.kind === 'json' ? (body.value as { readonly gitVersion?: unknown } | null) : null;
  return typeof value?.gitVersion === 'string' ? value.gitVersion.slice(0, 128) : '';
};

export const fingerprint = (...parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
