/**
 * What happened, told twice: into the ledger (durable, exactly once) and as Kubernetes Events (for `kubectl get events`, best effort).
 * The id of an entry is a function of what it says, so that saying it again after a crash adds nothing.
 */
import { createHash } from 'node:crypto';
import type { Json, KubeObject } from '../../core/object/index.ts';
import type { Clock, KubeClient, Ledger, LedgerEvent, Log } from '../../ports/index.ts';
import { events } from '../app/cluster.ts';

export interface Entry {
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
}

const longestMessage = 1024;
/** Events beyond this many are dropped: they are best effort, and a storm of them must not eat memory. */
const mostWaiting = 10_000;

interface Waiting {
  readonly subject: KubeObject;
  readonly event: LedgerEvent;
  readonly warning: boolean;
  readonly component: string;
}

export class Journal {
  readonly #ports: JournalPorts;
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(ports: JournalPorts) {
    this.#ports = ports;
  }

  /** Takes an entry about an App or Source; never blocks and never fails. */
  record(subject: KubeObject, entry: Entry): void {
    const { namespace = '', name = '', uid = '' } = subject.metadata;
    if (this.#waiting.length >= mostWaiting) return;
    const { warning = false, component = 'lockstep', step, ...said } = entry;
    const id = createHash('sha256')
      .update([uid, said.revision ?? '', said.type, step].join('\0'))
      .digest('hex')
      .slice(0, 40);
    const event: LedgerEvent = { id, at: this.#ports.clock.now(), subject: `${namespace}/${name}`, ...said };
    this.#waiting.push({ subject, event, warning, component });
    this.#running ??= this.#drain().finally(() => (this.#running = undefined));
  }

  /** True when everything recorded so far is written. */
  get idle(): boolean {
    return this.#running === undefined;
  }

  /** Resolves when everything recorded so far is written. */
  async flush(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #drain(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, 200);
      try {
        await this.#ports.ledger.append(batch.map(({ event }) => event));
      } catch (error) {
        this.#ports.log.error('the ledger refused entries', { error: error instanceof Error ? error.message : String(error) });
      }
      for (const each of batch) await this.#publish(each);
    }
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
