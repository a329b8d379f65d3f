/**
 * The clusters that Apps are delivered to, as the dashboard looks into them: each with informers of its own, and a client for every visitor that acts as
 * them there. RBAC of that cluster decides what they see in it.
 */
import { LRUCache } from 'lru-cache';
import { type App, targetOf } from '../../api/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import { createInformers, type Informers } from '../../runtime/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { actAs, isServiceAccount } from '../access/doorman.ts';
import type { Acting, Visitor } from '../access/visitor.ts';
import { refused, type Refused } from '../http/refused.ts';
import type { DashboardPorts } from '../ports.ts';
import { ServedKinds } from './served.ts';

const MOST_CLUSTERS = 200;

/** One cluster, by the server's own rights: what is read with them is shown only to those who may read it themselves. */
export interface Place {
  readonly kube: KubeClient;
  readonly informers: Informers;
  readonly served: ServedKinds;
}

interface Known extends Place {
  readonly acting: LRUCache<string, Acting>;
}

export class Clusters {
  readonly #ports: DashboardPorts;
  readonly #own: Place;
  /** A cluster that is reached anew, with other credentials perhaps, has another client and is another place. */
  readonly #others = new LRUCache<KubeClient, Known>({ max: MOST_CLUSTERS, dispose: ({ informers }) => void informers.stop() });

  /** `own`: the cluster that the dashboard lives in. */
  constructor(ports: DashboardPorts, own: Place) {
    this.#ports = ports;
    this.#own = own;
  }

  /** Where an App's objects are; the error says why nobody can look there now. */
  placeOf(app: App): Result<Place, string> {
    if (targetOf(app).cluster === undefined) return ok(this.#own);
    const client = this.#ports.river.clusterOf(app);
    return client.ok ? ok(this.#known(client.value)) : client;
  }

  /** The visitor in the cluster of an App. */
  actorFor(app: App, visitor: Visitor): Result<Acting, Refused> {
    const place = this.placeOf(app);
    if (!place.ok) return err(refused.unavailable(place.error));
    if (place.value === this.#own) return ok(visitor);
    const { identity, via } = visitor;
    // Of two clusters only the people are the same.
    if (via === 'anonymous') return err(refused.signInNeeded('it is in another cluster: sign in to look into it'));
    if (isServiceAccount(identity))
      return err(refused.forbidden('it is in another cluster, where a ServiceAccount of this one is nobody', 'sign in as a user'));
    const { acting, kube } = this.#known(place.value.kube);
    const key = JSON.stringify([identity.user, identity.groups]);
    const known = acting.get(key) ?? actAs(kube, identity, this.#ports.clock);
    acting.set(key, known);
    return ok(known);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#others.values()].map(({ informers }) => informers.stop()));
    this.#others.clear();
  }

  #known(client: KubeClient): Known {
    const known = this.#others.get(client) ?? this.#open(client);
    this.#others.set(client, known);
    return known;
  }

  #open(client: KubeClient): Known {
    const { clock, random, log, metrics } = this.#ports;
    const informers = createInformers({ client, clock, random, log, metrics });
    return { kube: client, informers, served: new ServedKinds(client, clock), acting: new LRUCache({ max: 1000 }) };
  }
}
