/**
 * SealedSecrets as objects of the cluster: their status and events; and the Secrets of those that no App delivers, as the original controller makes
 * them. What an App delivers is unsealed in its own flow, and this controller only tells that it was.
 */
import type { KubeObject } from '../../core/object/index.ts';
import { provenOwner } from '../../core/plan/owner/index.ts';
import type { ApiResource, Clock, KubeClient, KubeError } from '../../ports/index.ts';
import { answer, type Change, composeAnswerer, type Informer, type Informers, type Outcome, outcome } from '../../runtime/index.ts';
import { secrets } from '../app/cluster.ts';
import type { Served } from '../app/cluster.ts';
import { seededBy } from '../../adapters/system/index.ts';
import type { Journal } from '../events/journal.ts';
import { rfc3339 } from '../time.ts';
import { writeStatus } from '../write-status.ts';
import type { Sealing } from './sealing.ts';
import { updateOf } from './secret-update.ts';
import { nextSealedStatus } from './status.ts';
import { unsealOne } from './unseal.ts';

export const sealedSecrets: ApiResource = {
  group: 'bitnami.com',
  version: 'v1alpha1',
  kind: 'SealedSecret',
  resource: 'sealedsecrets',
  namespaced: true,
  verbs: ['get', 'list', 'watch', 'patch'],
};

export interface SealedPorts {
  readonly kube: KubeClient;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Randomness of templates is drawn from it (S12). */
  readonly renderKey: Uint8Array;
  readonly add: (key: string) => void;
}

/** Why it failed, and which event the original tells it with. */
interface Failure {
  readonly event: 'ErrUnsealFailed' | 'ErrUpdateFailed';
  readonly message: string;
  /** Nothing but a change can help. */
  readonly final: boolean;
}

export class SealedReconciler {
  readonly #informers: Informers;
  readonly #sealing: Sealing;
  readonly #ports: SealedPorts;
  #sealed: Informer | undefined;
  readonly #secretsOf = new Map<string, Informer>();
  /** Generations of SealedSecrets whose Secret an App has applied, by key. */
  readonly #delivered = new Map<string, number>();

  constructor(informers: Informers, sealing: Sealing, ports: SealedPorts) {
    this.#informers = informers;
    this.#sealing = sealing;
    this.#ports = ports;
  }

  /** Watches SealedSecrets once their kind is served. */
  watch(served: Served): void {
    const resource = served.findKind(sealedSecrets);
    if (resource === undefined || this.#sealed !== undefined) return;
    this.#sealed = this.#informers.acquire(resource).informer;
    this.#sealed.subscribe((change) => {
      const key = keyOf(change.type === 'deleted' ? change.old : change.now);
      if (change.type === 'deleted') this.#delivered.delete(key);
      this.#ports.add(key);
    });
  }

  /** Other keys may open what could not be opened. */
  keysChanged(): void {
    for (const object of this.#sealed?.values() ?? []) this.#ports.add(keyOf(object));
  }

  /** An App has applied the Secret of this living SealedSecret. */
  delivered(live: KubeObject): void {
    const key = keyOf(live);
    const generation = live.metadata.generation ?? 1;
    if (this.#delivered.get(key) === generation) return;
    this.#delivered.set(key, generation);
    this.#ports.add(key);
  }

  async reconcile(key: string): Promise<Outcome> {
    const [namespace = '', name = ''] = key.split('/');
    const object = this.#sealed?.get(namespace, name);
    // Delivered perhaps, and not heard of yet: its coming asks again.
    if (object === undefined || object.metadata.deletionTimestamp !== undefined) return outcome.done();
    if (provenOwner(object) !== undefined) {
      return this.#delivered.get(key) === (object.metadata.generation ?? 1) ? this.#tell(object, undefined) : outcome.done();
    }
    const unsealing = await this.#sealing.unsealing();
    if (unsealing.by !== 'lockstep') return outcome.done();
    this.#watchSecrets(namespace);
    const rings = [unsealing.ring];
    const answerer = composeAnswerer<never>({
      tree: () => undefined,
      now: Date.parse(object.metadata.creationTimestamp ?? '') || 0,
      ...seededBy(this.#ports.renderKey, `SealedSecret ${key}`),
    });
    const made = await unsealOne(object, rings, async (run) => {
      const answered = await answer(run, answerer);
      if (!answered.ok) throw new Error('nothing outside is asked for');
      return answered.value.value;
    });
    if (!made.ok) return this.#tell(object, { event: 'ErrUnsealFailed', message: made.error.message, final: true });
    return this.#tell(object, await this.#write(made.value.secret, object));
  }

  async #write(secret: KubeObject, sealed: KubeObject): Promise<Failure | undefined> {
    const { kube } = this.#ports;
    const { namespace = '', name = '' } = secret.metadata;
    const found = await kube.get(secrets, namespace, name);
    if (!found.ok && found.error.code !== 404) return failed(found.error);
    if (!found.ok) {
      const created = await kube.create(secrets, secret, { fieldManager: 'lockstep' });
      return created.ok ? undefined : failed(created.error);
    }
    const update = updateOf(found.value, secret, sealed.metadata.uid ?? '');
    if (update.kind === 'refused') return { event: 'ErrUpdateFailed', message: update.message, final: true };
    if (update.kind === 'same') return undefined;
    const updated = await kube.update(secrets, update.object, { fieldManager: 'lockstep' });
    return updated.ok ? undefined : failed(updated.error);
  }

  async #tell(object: KubeObject, failure: Failure | undefined): Promise<Outcome> {
    const { kube, clock, journal } = this.#ports;
    const status = nextSealedStatus(object, failure?.message, rfc3339(clock.now()));
    if (status !== undefined) {
      const written = await writeStatus(kube, sealedSecrets, object, status);
      if (!written.ok) return outcome.retry(written.error.message);
      const message = failure === undefined ? 'SealedSecret unsealed successfully' : `Failed to unseal: ${failure.message}`;
      journal.record(object, {
        type: failure?.event ?? 'Unsealed',
        message,
        warning: failure !== undefined,
        step: `${object.metadata.generation ?? 1} ${message}`,
        component: 'sealed-secrets',
      });
    }
    if (failure === undefined) return outcome.done();
    return failure.final ? outcome.stalled(failure.message) : outcome.retry(failure.message);
  }

  /** A Secret that somebody deletes or changes is put back, where there are SealedSecrets that no App looks after. */
  #watchSecrets(namespace: string): void {
    if (this.#secretsOf.has(namespace)) return;
    const { informer } = this.#informers.acquire(secrets, { namespace });
    this.#secretsOf.set(namespace, informer);
    informer.subscribe((change) => this.#secretChanged(change));
  }

  #secretChanged(change: Change): void {
    if (change.type === 'added') return;
    const { metadata } = change.old;
    const owner = (metadata.ownerReferences ?? []).find(({ controller, kind }) => controller === true && kind === 'SealedSecret');
    if (owner !== undefined) this.#ports.add(`${metadata.namespace ?? ''}/${owner.name}`);
  }
}

const failed = ({ message, reason }: KubeError): Failure => ({ event: 'ErrUpdateFailed', message, final: reason === 'Invalid' });

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
