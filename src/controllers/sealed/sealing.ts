/** Unsealing as the App controller and others use it: whether it is done here at all, and with which keys. */
import type { KubeObject } from '../../core/object/index.ts';
import type { Keyring, Log, KubeClient } from '../../ports/index.ts';
import type { OriginalController } from './original.ts';
import { takeOver } from './original.ts';
import type { SealingKeys } from './keys.ts';

/** Who unseals in this cluster. */
export type SealedMode = 'unseal' | 'leave' | 'takeOver';

export type Unsealing =
  | { readonly by: 'lockstep'; readonly ring: Keyring }
  /** Somebody else makes the Secrets. */
  | { readonly by: 'other' }
  /** Nobody may, until a person decides. */
  | { readonly by: 'nobody'; readonly message: string; readonly hint: string };

export interface SealingParts {
  readonly keys: SealingKeys;
  readonly original: OriginalController;
  readonly mode: () => SealedMode;
  readonly kube: KubeClient;
  readonly log: Log;
  /** Lockstep's own namespace. */
  readonly namespace: string;
}

export class Sealing {
  readonly #parts: SealingParts;
  #taking: Promise<void> | undefined;

  constructor(parts: SealingParts) {
    this.#parts = parts;
  }

  /** Tells apart states in which a render may come out differently. */
  get id(): string {
    return `${this.#parts.mode()} ${this.#parts.original.running()?.metadata.uid ?? ''} ${this.#parts.keys.id}`;
  }

  /** Why nothing may be sealed for the keys here; undefined when it may. */
  get elsewhere(): string | undefined {
    const { mode, original } = this.#parts;
    const running = original.running();
    if (running !== undefined) return `${runs(running)}: ask it`;
    return mode() === 'leave' ? 'Lockstep leaves unsealing to the original controller of Sealed Secrets' : undefined;
  }

  async unsealing(): Promise<Unsealing> {
    const { mode, original, keys } = this.#parts;
    if (mode() === 'leave') return { by: 'other' };
    const running = original.running();
    if (running === undefined) return { by: 'lockstep', ring: await keys.ring() };
    const about = runs(running);
    if (mode() !== 'takeOver')
      return { by: 'nobody', message: about, hint: 'set spec.secrets.sealedSecrets of the Platform to takeOver, or to leave' };
    await this.takeOver();
    return { by: 'nobody', message: `${about} and is being taken over`, hint: 'it is scaled to zero; remove it from Git as well' };
  }

  /** Takes over what runs, if the platform says so. */
  takeOver(): Promise<void> {
    this.#taking ??= this.#take().finally(() => (this.#taking = undefined));
    return this.#taking;
  }

  async #take(): Promise<void> {
    const { mode, original, kube, log, namespace } = this.#parts;
    const running = original.running();
    if (mode() !== 'takeOver' || running === undefined) return;
    const done = await takeOver(running, { kube, log }, namespace);
    if (!done.ok) log.error('the original controller of Sealed Secrets could not be taken over', { error: done.error.message });
  }
}

const runs = ({ metadata }: KubeObject): string =>
  `the original controller of Sealed Secrets runs in this cluster (Deployment ${metadata.namespace ?? ''}/${metadata.name ?? ''})`;
