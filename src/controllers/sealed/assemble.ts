/** Puts together what unseals: the platform's keys, the original controller if it runs, SealedSecrets as objects of the cluster. */
import type { ServiceBackend } from '../../ports/index.ts';
import { createWorkQueue, type Informers, type QueuePorts, type WorkQueue } from '../../runtime/index.ts';
import type { Served } from '../app/cluster.ts';
import type { PlatformView } from '../platform.ts';
import { Backups, type PlatformObject } from './backups.ts';
import { sealedEndpoints } from './endpoints.ts';
import { SealingKeys, type SealingPorts } from './keys.ts';
import { OriginalController } from './original.ts';
import { SealedReconciler } from './reconcile.ts';
import { Sealing } from './sealing.ts';

export interface SealedSettings {
  /** Lockstep's own namespace: where the keys are. */
  readonly namespace: string;
  readonly platform: PlatformView;
  readonly platformObject: PlatformObject;
  readonly bits: number;
  readonly renderKey: Uint8Array;
}

/** Everything about SealedSecrets, as one part of the controllers. */
export class SealedParts {
  readonly keys: SealingKeys;
  readonly sealing: Sealing;
  readonly reconciler: SealedReconciler;
  readonly endpoints: ServiceBackend;
  readonly #original: OriginalController;
  readonly #queue: WorkQueue;
  readonly #backups: Backups;

  constructor(informers: Informers, ports: SealingPorts & QueuePorts, settings: SealedSettings) {
    const { kube, clock, log, journal } = ports;
    const { namespace, platform, bits, renderKey } = settings;
    this.keys = new SealingKeys(informers, { kube, clock, log, journal }, { namespace, bits, renewAfter: () => platform.renewSealingKey });
    this.#original = new OriginalController(informers);
    this.sealing = new Sealing({ keys: this.keys, original: this.#original, mode: () => platform.sealedSecrets, kube, log, namespace });
    const add = (key: string): void => this.#queue.add(key);
    this.reconciler = new SealedReconciler(informers, this.sealing, { kube, clock, journal, renderKey, add });
    this.#queue = createWorkQueue({ name: 'sealed', concurrency: 4, handle: (key) => this.reconciler.reconcile(key) }, ports);
    this.endpoints = sealedEndpoints(this.keys, this.sealing, clock);
    this.#backups = new Backups(this.keys, settings.platformObject, { kube, clock, log });
  }

  /** `changed`: what could not be opened may be now, or the other way round. */
  async start(served: Served | undefined, changed: () => void): Promise<void> {
    const tell = (): void => {
      this.reconciler.keysChanged();
      changed();
    };
    this.keys.onChange(tell);
    await this.keys.start();
    this.#backups.start();
    await this.#original.start(tell);
    if (served !== undefined) this.reconciler.watch(served);
  }

  idle(): boolean {
    const { ready, running } = this.#queue.size();
    return ready + running === 0 && this.#backups.idle;
  }

  async stop(): Promise<void> {
    this.keys.stop();
    await this.#backups.settled();
    await this.#queue.stop();
  }
}
