/**
 * The sealing keys of the platform: Secrets in the original's form, in Lockstep's own namespace. The newest one seals, all of them open. A new one is
 * made when the newest is older than the platform wants; old ones stay, because what is in Git was sealed for them.
 */
import {
  createKeys,
  newSealingKey,
  privateKeyIn,
  readSealingKey,
  type SealingKey,
  sealingKeyLabel,
  sealingKeySecret,
} from '../../adapters/decrypt/index.ts';
import { names } from '../../api/index.ts';
import { getKey, type KubeObject } from '../../core/object/index.ts';
import type { Clock, KeyFile, Keyring, KubeClient, KubeError, Log, Timer } from '../../ports/index.ts';
import type { Informer, Informers } from '../../runtime/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { secrets } from '../app/cluster.ts';
import type { Journal } from '../events/journal.ts';

export interface SealingPorts {
  readonly kube: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Journal;
}

export interface SealingSettings {
  readonly namespace: string;
  readonly bits: number;
  /** Milliseconds after which a new key is made; 0: never. Read at each use. */
  readonly renewAfter: () => number;
}

/** How often the age of the newest key is looked at. */
const lookEvery = 3_600_000;

export class SealingKeys {
  readonly #ports: SealingPorts;
  readonly #settings: SealingSettings;
  readonly #informer: Informer;
  readonly #listeners = new Set<() => void>();
  readonly #backups = new Set<() => void>();
  #keys: readonly SealingKey[] | undefined;
  #ring: Promise<Keyring> | undefined;
  #making: Promise<Result<SealingKey, KubeError>> | undefined;
  #timer: Timer | undefined;

  constructor(informers: Informers, ports: SealingPorts, settings: SealingSettings) {
    this.#ports = ports;
    this.#settings = settings;
    const where = { namespace: settings.namespace, labelSelector: `${sealingKeyLabel}=active` };
    this.#informer = informers.acquire(secrets, where).informer;
  }

  async start(): Promise<void> {
    await this.#informer.ready();
    this.#informer.subscribe((change) => {
      if (change.type !== 'deleted') this.#warnUnlessBackedUp(change.now);
      for (const listener of this.#backups) listener();
      this.#changed();
    });
    this.#lookLater();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Calls `listener` whenever other keys are there than before. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Calls `listener` whenever a key may have been exported, or a new one was not. */
  onBackup(listener: () => void): void {
    this.#backups.add(listener);
  }

  /** Newest first. Secrets that hold no key are told once and passed over. */
  keys(): readonly SealingKey[] {
    this.#keys ??= [...this.#informer.values()].flatMap((secret) => this.#read(secret)).toSorted((a, b) => b.notBefore - a.notBefore);
    return this.#keys;
  }

  /** Tells states of the keys apart. */
  get id(): string {
    return this.keys()
      .map(({ name }) => name)
      .join(' ');
  }

  /** All keys, to open with. */
  ring(): Promise<Keyring> {
    this.#ring ??= this.#open();
    return this.#ring;
  }

  /** The certificate to seal with; the first key is made when somebody asks for it. */
  async certificate(): Promise<Result<string, KubeError>> {
    const [newest] = this.keys();
    if (newest !== undefined) return ok(newest.certificate);
    const made = await this.renew();
    return made.ok ? ok(made.value.certificate) : made;
  }

  /** Makes a new key. Several calls at the same time make one. */
  renew(): Promise<Result<SealingKey, KubeError>> {
    this.#making ??= this.#make().finally(() => (this.#making = undefined));
    return this.#making;
  }

  async #make(): Promise<Result<SealingKey, KubeError>> {
    const { kube, clock } = this.#ports;
    const made = await newSealingKey(clock.now(), { bits: this.#settings.bits });
    const created = await kube.create(secrets, sealingKeySecret(made, this.#settings.namespace));
    if (!created.ok) return created;
    const read = readSealingKey(created.value);
    if (!read.ok) return err({ code: 0, reason: 'InvalidKey', message: read.error.message });
    this.#keys = [read.value, ...this.keys().filter(({ secret }) => secret !== read.value.secret)];
    this.#ring = undefined;
    return read;
  }

  async #open(): Promise<Keyring> {
    const files = [...this.#informer.values()].flatMap((secret): KeyFile[] => {
      const text = privateKeyIn(secret);
      if (text === undefined || !readSealingKey(secret).ok) return [];
      return [{ name: `Secret ${secret.metadata.name ?? ''}`, bytes: new Uint8Array(Buffer.from(text, 'latin1')) }];
    });
    const ring = await createKeys().read(files);
    if (ring.ok) return ring.value;
    throw new Error(ring.error.message);
  }

  #read(secret: KubeObject): readonly SealingKey[] {
    const read = readSealingKey(secret);
    if (read.ok) return [read.value];
    this.#ports.log.warn('a sealing key cannot be used', { error: read.error.message });
    return [];
  }

  #changed(): void {
    const before = this.#keys === undefined ? undefined : this.id;
    this.#keys = undefined;
    if (this.id === before) return;
    this.#ring = undefined;
    for (const listener of this.#listeners) listener();
  }

  #warnUnlessBackedUp(secret: KubeObject): void {
    if (isBackedUp(secret)) return;
    const message = `${notBackedUp([secret])}. ${backupHint}`;
    this.#ports.journal.record(secret, { type: 'KeyNotBackedUp', message, warning: true, step: secret.metadata.uid ?? '' });
  }

  /** Keys that a lost cluster would lose, in one sentence; undefined when there are none. */
  get notBackedUp(): string | undefined {
    const missing = [...this.#informer.values()].filter((secret) => readSealingKey(secret).ok && !isBackedUp(secret));
    return missing.length === 0 ? undefined : `${notBackedUp(missing)}. ${backupHint}`;
  }

  #lookLater(): void {
    this.#timer = this.#ports.clock.after(lookEvery, () => void this.#look());
  }

  async #look(): Promise<void> {
    const [newest] = this.keys();
    const limit = this.#settings.renewAfter();
    if (newest !== undefined && limit > 0 && newest.notBefore + limit <= this.#ports.clock.now()) {
      const made = await this.renew();
      if (!made.ok) this.#ports.log.error('no new sealing key could be made', { error: made.error.message });
    }
    this.#lookLater();
  }
}

const isBackedUp = ({ metadata }: KubeObject): boolean => getKey(metadata.annotations ?? {}, names.backedUp) !== undefined;

const notBackedUp = (secrets: readonly KubeObject[]): string => {
  const named = secrets.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`).sort();
  return `sealing ${named.length === 1 ? 'key' : 'keys'} ${named.join(', ')} ${named.length === 1 ? 'was' : 'were'} never exported: in a new cluster nothing sealed for ${named.length === 1 ? 'it' : 'them'} can be opened`;
};

const backupHint = 'Keep a copy in a safe place: lockstep secrets sealing-keys export --output FILE';
