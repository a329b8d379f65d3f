/**
 * Keeps a record of webhooks that a real server would have called: an Event about their configuration that counts up, and a metric. Written at most once
 * a second for each webhook, so that a flood of requests makes no flood of Events.
 */
import type { KubeObject } from '../../core/object/index.ts';
import { type AdmissionRequest, type WouldCall } from '../../core/kube/policy/index.ts';
import { formatTime } from '../../core/kube/time/index.ts';
import type { Clock, Metrics } from '../../ports/index.ts';
import type { Store } from '../store/index.ts';

const AT_MOST_EVERY_MS = 1000;
const NAMESPACE = 'default';

interface Tally {
  /** Calls that the Event does not count yet. */
  pending: number;
  writtenAt: number;
}

export interface RecordParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly metrics: Metrics | undefined;
  readonly uuid: () => string;
}

export class WouldCallRecord {
  readonly #parts: RecordParts;
  readonly #tallies = new Map<string, Tally>();

  constructor(parts: RecordParts) {
    this.#parts = parts;
  }

  note(call: WouldCall, request: AdmissionRequest): void {
    const { metrics, clock } = this.#parts;
    const { configuration, webhook, type, failurePolicy } = call;
    const name = `${configuration.metadata.name ?? ''}.${webhook}`;
    const labels = { configuration: configuration.metadata.name ?? '', webhook, type, failure_policy: failurePolicy };
    metrics?.count('lockstep_cluster_webhooks_not_called_total', { ...labels, operation: request.operation });
    const tally = this.#tallies.get(name) ?? { pending: 0, writtenAt: -Infinity };
    this.#tallies.set(name, tally);
    tally.pending++;
    if (clock.now() - tally.writtenAt < AT_MOST_EVERY_MS) return;
    this.#write(`${type}.${name}`, call, { request, calls: tally.pending });
    tally.pending = 0;
    tally.writtenAt = clock.now();
  }

  #write(name: string, call: WouldCall, { request, calls }: { readonly request: AdmissionRequest; readonly calls: number }): void {
    const { store, clock, uuid } = this.#parts;
    const key = `${NAMESPACE}/${name}`;
    const now = formatTime(clock.now());
    const before = store.table('events').entries.get(key)?.graph;
    const count = typeof before?.count === 'number' ? before.count : 0;
    const event = before ?? firstEvent(call, { name, uid: uuid(), now });
    store.put('events', key, {
      ...event,
      message: messageOf(call, request),
      count: count + calls,
      lastTimestamp: now,
    });
  }
}

function messageOf(
  { webhook, failurePolicy }: WouldCall,
  { operation, group, version, resource, namespace, name }: AdmissionRequest,
): string {
  const what = `${group === '' ? version : `${group}/${version}`} ${resource}`;
  const which = namespace === '' ? name : `${namespace}/${name}`;
  return `not called: the embedded cluster calls no webhooks; ${webhook} would be called, last for ${operation} ${what} ${which} (failurePolicy ${failurePolicy})`;
}

function firstEvent({ configuration }: WouldCall, of: { readonly name: string; readonly uid: string; readonly now: string }): KubeObject {
  const { apiVersion, kind, metadata } = configuration;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: of.name, namespace: NAMESPACE, uid: of.uid, creationTimestamp: of.now },
    involvedObject: {
      apiVersion,
      kind,
      name: metadata.name ?? '',
      uid: metadata.uid ?? '',
      resourceVersion: metadata.resourceVersion ?? '',
    },
    reason: 'WebhookNotCalled',
    source: { component: 'lockstep-simulator' },
    firstTimestamp: of.now,
    type: 'Warning',
    eventTime: null,
    reportingComponent: 'lockstep-simulator',
    reportingInstance: '',
  };
}
