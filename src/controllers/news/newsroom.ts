/** Where everything that happens comes in, and goes to the Channels that want to tell it. Never in the way of a delivery: it only adds to queues. */
import { type Channel, parseChannel, setCondition, severityOf } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { formatProblem } from '../../core/problem/index.ts';
import type { LedgerEvent, News } from '../../ports/index.ts';
import {
  type Change,
  createWorkQueue,
  type Informer,
  type Informers,
  type Outcome,
  outcome,
  type QueuePorts,
} from '../../runtime/index.ts';
import { pageOf } from '../page-of.ts';
import { rfc3339 } from '../time.ts';
import { writeStatus } from '../write-status.ts';
import { Desk, type DeskPorts } from './desk.ts';
import { wants } from './filter.ts';
import { Repeats } from './repeats.ts';
import { channels } from './resource.ts';
import { troubleOf } from './trouble.ts';

export interface NewsroomSettings {
  /** Lockstep's own namespace. */
  readonly namespace: string;
  readonly installation: string;
  /** Under which people reach the dashboard. */
  readonly dashboardUrl?: () => string | undefined;
}

/** Objects that news are about. */
export interface NewsSubjects {
  readonly apps: Informer;
  readonly sources: Informer;
}

export class Newsroom {
  readonly #settings: NewsroomSettings;
  readonly #ports: DeskPorts;
  readonly #subjects: NewsSubjects;
  readonly #channels: Informer;
  readonly #desks = new Map<string, Desk>();
  readonly #repeats = new Repeats();
  readonly #queue: ReturnType<typeof createWorkQueue>;

  constructor(
    informers: Informers,
    ports: DeskPorts & QueuePorts,
    { settings, subjects }: { settings: NewsroomSettings; subjects: NewsSubjects },
  ) {
    this.#ports = ports;
    this.#settings = settings;
    this.#subjects = subjects;
    this.#channels = informers.acquire(channels).informer;
    const backoff = { base: 1_000, most: 300_000 };
    const options = { name: 'channels', concurrency: 4, backoff, bucketOf: (key: string) => key.split('/')[0] ?? '' };
    this.#queue = createWorkQueue({ ...options, handle: (key) => this.#work(key) }, ports);
  }

  async ready(): Promise<void> {
    await this.#channels.ready();
  }

  async start(): Promise<void> {
    await this.#channels.ready();
    this.#channels.subscribe((change) => this.#changed(change));
  }

  async stop(): Promise<void> {
    await this.#queue.stop();
    for (const [key, desk] of this.#desks) {
      const [namespace = '', name = ''] = key.split('/');
      const object = this.#channels.get(namespace, name);
      const channel = object === undefined ? null : parseChannel(object).value;
      if (object !== undefined && channel !== null) await desk.leave(channel, object);
    }
  }

  /** True when nothing is being told. News that waits for its turn or for a receiver does not count. */
  idle(): boolean {
    const { ready, running } = this.#queue.size();
    return ready + running === 0;
  }

  /** Takes what was recorded about an object; never blocks and never fails. */
  tell(subject: KubeObject, event: LedgerEvent, warning: boolean): void {
    const news = this.#newsOf(subject, { ...event, severity: severityOf(event.type, warning) });
    for (const object of this.#channels.values()) {
      const channel = parseChannel(object).value;
      if (channel === null || !wants(channel, news, this.#settings.namespace)) continue;
      const key = keyOf(object);
      if (this.#repeats.isRepeated(key, news)) continue;
      this.#deskOf(key).add(news);
      this.#queue.add(key);
    }
  }

  #newsOf(
    subject: KubeObject,
    said: Pick<News, 'id' | 'at' | 'type' | 'severity' | 'message'> & { revision?: string; actor?: string },
  ): News {
    const { namespace = '', name = '', uid = '' } = subject.metadata;
    const { id, at, type, severity, message, revision, actor } = said;
    const repository = this.#repositoryOf(subject);
    const link = pageOf(subject, this.#settings.dashboardUrl?.());
    return {
      id,
      at,
      kind: subject.kind,
      namespace,
      name,
      uid,
      type,
      severity,
      message,
      installation: this.#settings.installation,
      ...(revision === undefined ? {} : { revision }),
      ...(actor === undefined ? {} : { actor }),
      ...(repository === undefined ? {} : { repository }),
      ...(link === undefined ? {} : { link }),
    };
  }

  #repositoryOf(subject: KubeObject): string | undefined {
    const named = (subject['spec'] as { readonly source?: { readonly name?: string } } | undefined)?.source?.name;
    const source = subject.kind === 'Source' ? subject : this.#subjects.sources.get(subject.metadata.namespace ?? '', named ?? '');
    return (source?.['spec'] as { readonly git?: { readonly url?: string } } | undefined)?.git?.url;
  }

  #deskOf(key: string): Desk {
    const known = this.#desks.get(key);
    if (known !== undefined) return known;
    const made = new Desk(this.#ports);
    this.#desks.set(key, made);
    return made;
  }

  #changed(change: Change): void {
    const key = keyOf(change.type === 'deleted' ? change.old : change.now);
    if (change.type === 'deleted') {
      this.#desks.delete(key);
      this.#queue.forget(key);
    } else if (change.type === 'added' || changed(change.old, change.now)) this.#queue.add(key);
  }

  async #work(key: string): Promise<Outcome> {
    const [namespace = '', name = ''] = key.split('/');
    const object = this.#channels.get(namespace, name);
    if (object === undefined) return outcome.done();
    const { value: channel, problems } = parseChannel(object);
    if (channel === null) return this.#invalid(object, problems.map(formatProblem).join('; '));
    return this.#deskOf(key).work(channel, object, { test: () => this.#testNews(channel), trouble: () => this.#trouble(channel) });
  }

  async #invalid(object: KubeObject, message: string): Promise<Outcome> {
    const status = object['status'] as Channel['status'];
    const now = rfc3339(this.#ports.clock.now());
    const conditions = setCondition(status?.conditions ?? [], { type: 'Ready', status: 'False', reason: 'InvalidSpec', message }, { now });
    const written = await writeStatus(this.#ports.kube, channels, object, { ...status, conditions } as never);
    return written.ok ? outcome.stalled('InvalidSpec') : outcome.retry(written.error.message);
  }

  #testNews({ metadata }: Channel): News {
    const subject = { apiVersion: 'lockstep.dev/v1', kind: 'App', metadata: { namespace: metadata.namespace, name: 'test-send' } };
    const message = `A test of Channel ${metadata.namespace}/${metadata.name}: news arrives here.`;
    const now = this.#ports.clock.now();
    return this.#newsOf(subject, { id: `test-${now}`, at: now, type: 'Ready', severity: 'info', message });
  }

  #trouble(channel: Channel): readonly News[] {
    const found: News[] = [];
    for (const informer of [this.#subjects.apps, this.#subjects.sources]) {
      for (const object of informer.values()) {
        for (const each of troubleOf(object)) {
          const news = this.#newsOf(object, each);
          if (wants(channel, news, this.#settings.namespace)) found.push(news);
        }
      }
    }
    return found;
  }
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

const changed = (old: KubeObject, now: KubeObject): boolean =>
  old.metadata.generation !== now.metadata.generation ||
  JSON.stringify(old.metadata.annotations) !== JSON.stringify(now.metadata.annotations);
