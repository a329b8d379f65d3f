/**
 * One Channel at work: what waits to be told, in order, what was given up, and what its status says. Deliveries are at least once: an answer that is lost means
 * the same news again, under the same id.
 */
import { type Channel, type ChannelStatus, names, type NewCondition, setCondition } from '../../api/index.ts';
import { type JsonObject, type KubeObject, getKey } from '../../core/object/index.ts';
import type { Clock, KubeClient, Log, Metrics, News, Notifier, NotifyError, Random } from '../../ports/index.ts';
import { backoffDelay, type Outcome, outcome } from '../../runtime/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { readSecret } from '../source/credentials.ts';
import { rfc3339 } from '../time.ts';
import { writeStatus } from '../write-status.ts';
import { channels } from './resource.ts';
import { tell } from './words.ts';

export interface DeskPorts {
  readonly kube: KubeClient;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

type DeadLetter = NonNullable<ChannelStatus['deadLetters']>[number];

/** News that wait at one Channel; beyond it the oldest are dropped. */
const MOST_WAITING = 500;
/** As many as the status may hold. */
const MOST_DEAD = 20;
/** With growing delays from a second to five minutes: about twenty minutes. */
const MOST_ATTEMPTS = 10;
/** Chat services take one message a second. */
const PACE = 1_000;
const CHATTY = ['slack', 'teams', 'discord', 'email'] as const;
/** The error of news that an ending process could not tell any more. */
const LEFT = 'Lockstep ended before it was told';
/** How often what still is wrong is told again to Alertmanager, which forgets it otherwise. */
const REPEAT = 5 * 60_000;

export class Desk {
  readonly #ports: DeskPorts;
  readonly #waiting: News[] = [];
  #attempts = 0;
  #dead: readonly DeadLetter[] | undefined;
  /** Why the last try failed; kept until one succeeds. */
  #problem: NotifyError | undefined;
  /** Until when (monotonic) nothing is sent: the receiver's pace, or its bad time. */
  #pausedUntil = -Infinity;
  #repeatedAt = -Infinity;

  constructor(ports: DeskPorts) {
    this.#ports = ports;
  }

  add(news: News): void {
    this.#waiting.push(news);
    if (this.#waiting.length <= MOST_WAITING) return;
    this.#waiting.splice(this.#attempts > 0 ? 1 : 0, 1);
    this.#ports.metrics.count('lockstep_news_total', { result: 'dropped' });
  }

  /** `test`: the news of a test-send. `trouble`: everything that is wrong now and that the Channel wants to tell. */
  async work(channel: Channel, object: KubeObject, { test, trouble }: Told): Promise<Outcome> {
    const { installation } = test();
    if (this.#dead === undefined) this.#load(channel, installation);
    const handled = getKey(channel.metadata.annotations ?? {}, names.reconcileAt) ?? channel.status?.lastHandledReconcileAt;
    if (handled !== channel.status?.lastHandledReconcileAt) this.#again(() => true, installation);
    const lastTest = await this.#test(channel, test);
    if (!channel.spec.suspend && this.#pausedUntil <= this.#ports.clock.monotonic()) await this.#deliver(channel, trouble);
    const written = await this.#conclude(channel, object, { handled, lastTest });
    if (written !== undefined) return outcome.retry(written);
    if (channel.spec.suspend) return outcome.done();
    if (this.#waiting.length > 0) return outcome.after(Math.max(1, this.#pausedUntil - this.#ports.clock.monotonic()));
    return channel.spec.alertmanager === undefined ? outcome.done() : outcome.after(REPEAT);
  }

  /** What waits is left to the next process, in the status. */
  async leave(channel: Channel, object: KubeObject): Promise<void> {
    if (this.#waiting.length === 0) return;
    this.#dead ??= channel.status?.deadLetters ?? [];
    for (const news of this.#waiting.splice(0)) this.#bury(news, 0, LEFT);
    await this.#conclude(channel, object, { handled: channel.status?.lastHandledReconcileAt, lastTest: channel.status?.lastTest });
  }

  #load(channel: Channel, installation: string): void {
    this.#dead = channel.status?.deadLetters ?? [];
    this.#again(({ error }) => error === LEFT, installation);
  }

  async #test(channel: Channel, test: () => News): Promise<ChannelStatus['lastTest']> {
    const token = getKey(channel.metadata.annotations ?? {}, names.testAt);
    if (token === undefined || token === channel.status?.lastTest?.token) return channel.status?.lastTest;
    const sent = await this.#send(channel, [test()]);
    const nothing =
      channel.spec.commitStatus === undefined ? undefined : 'a test is about no commit; look at it with `lockstep channels preview`';
    const error = sent.ok ? (sent.value === 'nothing' ? nothing : undefined) : sent.error.message;
    return { token, at: rfc3339(this.#ports.clock.now()), ...(error === undefined ? {} : { error }) };
  }

  async #deliver(channel: Channel, trouble: () => readonly News[]): Promise<void> {
    if (channel.spec.alertmanager !== undefined && !(await this.#repeat(channel, trouble))) return;
    const pace = CHATTY.some((kind) => channel.spec[kind] !== undefined) ? PACE : 0;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      this.#attempts += 1;
      const sent = await this.#send(channel, [next]);
      if (!sent.ok && sent.error.code === 'Unavailable' && this.#attempts < MOST_ATTEMPTS) return this.#pause(sent.error, this.#attempts);
      this.#waiting.shift();
      this.#ports.metrics.count('lockstep_news_total', { result: sent.ok ? sent.value : 'dead' });
      if (!sent.ok) this.#bury(next, this.#attempts, sent.error.message);
      this.#attempts = 0;
      if (sent.ok && sent.value === 'nothing') continue;
      this.#problem = sent.ok ? undefined : sent.error;
      this.#pausedUntil = this.#ports.clock.monotonic() + pace;
      if (pace > 0) return;
    }
  }

  /** Tells again what still is wrong. False: the receiver did not take it. */
  async #repeat(channel: Channel, trouble: () => readonly News[]): Promise<boolean> {
    const now = this.#ports.clock.monotonic();
    if (now - this.#repeatedAt < REPEAT) return true;
    const wrong = trouble();
    const sent = wrong.length === 0 ? ok('nothing' as const) : await this.#send(channel, wrong);
    if (sent.ok) this.#repeatedAt = now;
    else this.#pause(sent.error, (this.#attempts += 1));
    return sent.ok;
  }

  #pause(error: NotifyError, attempts: number): void {
    const { clock, random } = this.#ports;
    this.#problem = error;
    this.#pausedUntil = clock.monotonic() + Math.max(error.notBefore ?? 0, backoffDelay({ base: 1_000, most: 300_000 }, attempts, random));
  }

  async #send(channel: Channel, news: readonly News[]): Promise<Result<'sent' | 'nothing', NotifyError>> {
    const { notifier, clock } = this.#ports;
    const secret = await this.#secretOf(channel);
    if (!secret.ok) return secret;
    const told = [];
    for (const each of news) {
      const words = tell(each, channel.spec.template, clock.now());
      if (!words.ok) return err({ code: 'Invalid', message: words.error });
      told.push(words.value);
    }
    const composed = notifier.compose({ spec: channel.spec, secret: secret.value, told, now: clock.now() });
    if (!composed.ok) return composed;
    if (composed.value === undefined) return ok('nothing');
    const sent = await notifier.send(composed.value);
    return sent.ok ? ok('sent') : sent;
  }

  async #secretOf({ metadata, spec }: Channel): Promise<Result<ReadonlyMap<string, string>, NotifyError>> {
    const receiver = spec.slack ?? spec.teams ?? spec.discord ?? spec.webhook ?? spec.email ?? spec.alertmanager ?? spec.commitStatus;
    if (receiver?.secretRef === undefined) return ok(new Map());
    const read = await readSecret(this.#ports.kube, metadata.namespace, receiver.secretRef.name);
    if (read.ok) return read;
    return err({ code: read.error.code === 'ClusterUnreachable' ? 'Unavailable' : 'Invalid', message: read.error.message });
  }

  #bury(news: News, attempts: number, error: string): void {
    const { id, at, kind, namespace, name, uid, type, severity, message, revision } = news;
    const letter: DeadLetter = {
      id,
      at: rfc3339(at),
      kind,
      namespace,
      name,
      uid,
      type,
      severity,
      message: message.slice(0, 1024),
      attempts,
      error: error.slice(0, 1024),
      ...(revision === undefined ? {} : { revision }),
    };
    this.#dead = [letter, ...(this.#dead ?? []).filter((other) => other.id !== id)].slice(0, MOST_DEAD);
    this.#ports.log.warn('news could not be delivered', { news: `${kind}/${namespace}/${name} ${type}`, error });
  }

  /** Puts what was given up back into the line. */
  #again(which: (letter: DeadLetter) => boolean, installation: string): void {
    const dead = this.#dead ?? [];
    for (const letter of dead.filter(which).toReversed()) {
      const { attempts: _attempts, error: _error, at, uid = '', namespace = '', ...rest } = letter;
      this.add({ ...rest, uid, namespace, at: Date.parse(at), installation });
    }
    this.#dead = dead.filter((letter) => !which(letter));
  }

  /** What kept the status from being written; undefined: nothing. */
  async #conclude(channel: Channel, object: KubeObject, { handled, lastTest }: Conclusion): Promise<string | undefined> {
    const { clock, kube } = this.#ports;
    const { generation } = channel.metadata;
    const now = { now: rfc3339(clock.now()), ...(generation === undefined ? {} : { generation }) };
    const dead = this.#dead ?? [];
    const status: ChannelStatus = {
      ...channel.status,
      conditions: setCondition(channel.status?.conditions ?? [], this.#condition(channel), now),
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      ...(handled === undefined ? {} : { lastHandledReconcileAt: handled }),
      ...(lastTest === undefined ? {} : { lastTest }),
      ...(dead.length === 0 && channel.status?.deadLetters === undefined ? {} : { deadLetters: dead }),
    };
    const written = await writeStatus(kube, channels, object, status as unknown as JsonObject);
    return written.ok ? undefined : written.error.message;
  }

  #condition({ spec }: Channel): NewCondition {
    if (spec.suspend) return { type: 'Ready', status: 'True', reason: 'Suspended', message: 'news wait' };
    if (this.#problem === undefined) return { type: 'Ready', status: 'True', reason: 'Succeeded', message: '' };
    return { type: 'Ready', status: 'False', reason: REASONS[this.#problem.code], message: this.#problem.message };
  }
}

const REASONS = { Invalid: 'ChannelInvalid', Refused: 'ChannelRefused', Unavailable: 'ChannelUnavailable' } as const;

interface Told {
  readonly test: () => News;
  readonly trouble: () => readonly News[];
}

interface Conclusion {
  readonly handled: string | undefined;
  readonly lastTest: ChannelStatus['lastTest'];
}
