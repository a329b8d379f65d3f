/**
 * What happened, told twice: into the ledger (durable, exactly once) and as Kubernetes Events (for `kubectl get events`, best effort).
 * The id of an entry is a function of what it says, so that saying it again after a crash adds nothing.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Json, KubeObject } from '../../core/object/index.ts';
import { type App, environmentOf } from '../../api/index.ts';
import type { Clock, KubeClient, Ledger, LedgerEvent, Log, Timer } from '../../ports/index.ts';
import { events } from '../app/cluster.ts';

export interface Entry extends Pick<LedgerEvent, 'commit' | 'versions' | 'touched'> {
  /** `Planned`, `Applied`, `Pruned`, `Healed`, `DriftDetected`, `HealthChanged`, … */
  readonly type: string;
  readonly message: string;
  readonly warning?: boolean;
  readonly revision?: string;
  readonly actor?: string;
  /** Tells apart what would otherwise read the same: plan digest, attempt, resourceVersion. */
  readonly step: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Who tells it in the Kubernetes Event. Default: `lockstep`. */
  readonly component?: string;
}

export interface JournalPorts {
  readonly kube: KubeClient;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  /** False: no Kubernetes Events are written. Default true. */
  readonly published?: boolean;
  /** Told of everything that is recorded. */
  readonly told?: (subject: KubeObject, event: LedgerEvent, warning: boolean) => void;
}

const longestMessage = 1024;
/** Events beyond this many are dropped: they are best effort, and a storm of them must not eat memory. */
const mostWaiting = 10_000;
const mostRemembered = 20_000;

interface Waiting {
  readonly subject: KubeObject;
  readonly event: LedgerEvent;
  readonly warning: boolean;
  readonly component: string;
}

/** Pause after a refusal of the ledger, doubling up to a minute. */
const firstPause = 1000;
const longestPause = 60_000;

export class Journal {
  readonly #ports: JournalPorts;
  readonly #mask: (subject: KubeObject, text: string) => string;
  /** Not in the ledger yet; kept while the ledger refuses. */
  #waiting: Waiting[] = [];
  readonly #unpublished: Waiting[] = [];
  /** Ids of the newest entries. */
  readonly #said = new LRUCache<string, true>({ max: mostRemembered });
  #storing: Promise<void> | undefined;
  #publishing: Promise<void> | undefined;
  #pause = firstPause;
  #retry: Timer | undefined;

  /** `mask`: the text without what may not be told of this subject. */
  constructor(ports: JournalPorts, mask: (subject: KubeObject, text: string) => string = (_subject, text) => text) {
    this.#ports = ports;
    this.#mask = mask;
  }

  /** Takes an entry about one of our objects; never blocks and never fails. */
  record(subject: KubeObject, entry: Entry): void {
    const { namespace = '', name = '', uid = '' } = subject.metadata;
    if (this.#waiting.length >= mostWaiting) return;
    const { warning = false, component = 'lockstep', step, ...whole } = entry;
    const said = { ...whole, message: this.#mask(subject, whole.message) };
    const id = createHash('sha256')
      .update([uid, said.revision ?? '', said.type, step].join('\0'))
      .digest('hex')
      .slice(0, 40);
    // A pass that starts before its own status is heard of says the same again.
    if (this.#said.has(id)) return;
    this.#said.set(id, true);
    const place = subject.kind === 'App' ? { environment: environmentOf(subject as unknown as App) } : { kind: subject.kind };
    const event: LedgerEvent = { id, at: this.#ports.clock.now(), subject: `${namespace}/${name}`, ...place, ...said };
    this.#waiting.push({ subject, event, warning, component });
    if (this.#ports.published !== false && this.#unpublished.length < mostWaiting)
      this.#unpublished.push({ subject, event, warning, component });
    if (this.#retry === undefined) this.#storing ??= this.#store().finally(() => (this.#storing = undefined));
    this.#publishing ??= this.#publishAll().finally(() => (this.#publishing = undefined));
    this.#ports.told?.(subject, event, warning);
  }

  /** True when everything recorded so far is written, or has been tried. */
  get idle(): boolean {
    return this.#storing === undefined && this.#publishing === undefined;
  }

  /**
   * Resolves when everything recorded so far is in the ledger, or was refused by it. Whoever writes a status that says the same waits for this first:
   * a process that dies in between says it again, under the same id.
   */
  async durable(): Promise<void> {
    await this.#storing;
  }

  /** Resolves when everything recorded so far is written; what the ledger refused is tried once more. */
  async flush(): Promise<void> {
    if (this.#retry !== undefined) this.#again();
    while (!this.idle) await Promise.all([this.#storing, this.#publishing]);
    this.#retry?.cancel();
    this.#retry = undefined;
  }

  async #store(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, 200);
      try {
        await this.#ports.ledger.append(batch.map(({ event }) => event));
        this.#waiting = this.#waiting.slice(batch.length);
        this.#pause = firstPause;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        this.#ports.log.error('the ledger refused entries; they are kept and tried again', {
          error: message,
          waiting: this.#waiting.length,
        });
        this.#retry = this.#ports.clock.after(this.#pause, () => this.#again());
        this.#pause = Math.min(longestPause, this.#pause * 2);
        return;
      }
    }
  }

  #again(): void {
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#storing ??= this.#store().finally(() => (this.#storing = undefined));
  }

  async #publishAll(): Promise<void> {
    await this.#storing;
    for (let next = this.#unpublished.shift(); next !== undefined; next = this.#unpublished.shift()) await this.#publish(next);
  }

  async #publish(told: Waiting): Promise<void> {
    const written = await this.#ports.kube.create(events, kubeEvent(told)).catch(() => undefined);
    if (written === undefined || written.ok || written.error.reason === 'AlreadyExists') return;
    this.#ports.log.debug('an event was not written', { reason: written.error.reason, message: written.error.message });
  }
}

function kubeEvent({ subject, event, warning, component }: Waiting): KubeObject {
  const at = new Date(Math.floor(event.at / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = subject.metadata;
  const involvedObject: Json = { apiVersion: subject.apiVersion, kind: subject.kind, name, namespace, uid, resourceVersion };
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name.slice(0, 200)}.${event.id.slice(0, 16)}`, namespace },
    involvedObject,
    reason: event.type,
    message: event.message.slice(0, longestMessage),
    type: warning ? 'Warning' : 'Normal',
    source: { component },
    reportingComponent: component,
    reportingInstance: 'lockstep',
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  };
}
