/**
 * The App controller: observe → decide → act for one App at a time. A pass is whole in itself: it can stop anywhere, and the next one finds what was
 * done and goes on. Nothing here waits for anything but a request.
 */
import { type App, type ReasonCode, getCondition, names, parseApp } from '../../api/index.ts';
import { type KubeObject, getKey } from '../../core/object/index.ts';
import type { Plan } from '../../core/plan/index.ts';
import { type AppId, appKey } from '../../core/plan/owner/index.ts';
import { formatProblem } from '../../core/problem/index.ts';
import type { KubeError } from '../../ports/index.ts';
import { type Outcome, outcome } from '../../runtime/index.ts';
import { reasonOf } from '../kube-reason.ts';
import { headKey, refText } from '../source/heads.ts';
import { rfc3339 } from '../time.ts';
import { writeStatus } from '../write-status.ts';
import { backoff } from './backoff.ts';
import { type Served, apps } from './cluster.ts';
import { appTopic, unmetDependency } from './dependencies.ts';
import { Finisher } from './finish.ts';
import { type InventoryState, noInventory, readInventory, writeInventory } from './inventory.ts';
import { isNewer } from './live.ts';
import { AppMemory } from './memory.ts';
import type { Parts, Settings } from './parts.ts';
import { PassRunner } from './pass.ts';
import { type Pass, type PassEnd, stop } from './pass-end.ts';
import { findOwned } from './rebuild.ts';
import { type Hold, type Target, type TargetRequest, isHold } from './targets.ts';
import { type Findings, type Verdict, nextStatus } from './verdict.ts';

const finalizer = names.finalizer;

/** Passes in a row that could not be carried through before the App says so. */
const worthTelling = 3;

export class AppReconciler {
  readonly #parts: Parts;
  readonly #settings: Settings;
  readonly #memories = new Map<string, AppMemory>();
  readonly #parsed = new WeakMap<KubeObject, ReturnType<typeof parseApp>>();
  readonly #runner: PassRunner;
  readonly #finisher: Finisher;
  /** What existed before this process and proves to be somebody's; read once. */
  #owned: Awaited<ReturnType<typeof findOwned>> | undefined;

  constructor(parts: Parts, settings: Settings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#runner = new PassRunner(parts, settings);
    this.#finisher = new Finisher(parts, settings);
  }

  /** Everything about one App, as often as it is asked for. */
  async reconcile(key: string): Promise<Outcome> {
    const [namespace = '', name = ''] = key.split('/');
    const object = this.#parts.apps.get(namespace, name);
    if (object === undefined) {
      this.#forget(key);
      return outcome.done();
    }
    const parsed = this.#parse(object);
    if (parsed.value === null) {
      const message = parsed.problems.map(formatProblem).join('; ');
      return this.#invalid(object, message);
    }
    const app = parsed.value;
    const broken = this.#settings.rules.problems(app);
    if (broken.length > 0) return this.#invalid(object, broken.map(formatProblem).join('; '), 'RuleInvalid');
    const memory = this.#memories.get(key) ?? new AppMemory();
    this.#memories.set(key, memory);
    if (app.metadata.deletionTimestamp !== undefined) return this.#finish(app, memory);
    const added = await this.#addFinalizer(app);
    if (added !== undefined) return this.#failed(added);
    return this.#run(app, memory);
  }

  /** The informer hands out the same object until it changes: its rules are judged once. */
  #parse(object: KubeObject): ReturnType<typeof parseApp> {
    const known = this.#parsed.get(object);
    if (known !== undefined) return known;
    const parsed = parseApp(object);
    this.#parsed.set(object, parsed);
    return parsed;
  }

  #forget(key: string): void {
    const record = this.#parts.registry.get(key);
    if (record !== undefined) this.#parts.heads.unwant(record.head, key);
    this.#parts.registry.delete(key);
    this.#memories.delete(key);
    this.#parts.queue().wake(appTopic(key));
  }

  async #invalid(object: KubeObject, message: string, reason: ReasonCode = 'InvalidSpec'): Promise<Outcome> {
    const app = { ...(object as unknown as App), spec: { ...(object as unknown as App).spec, historyLimit: 10 } };
    const verdict: Verdict = { phase: 'Refused', ready: 'False', reason, message, moving: false };
    const written = await this.#write(app, verdict, { applied: false, drift: [], contested: [] });
    return written ?? outcome.stalled(reason);
  }

  async #addFinalizer(app: App): Promise<KubeError | undefined> {
    const finalizers = app.metadata.finalizers ?? [];
    if (finalizers.includes(finalizer)) return undefined;
    const { namespace, name, uid = '' } = app.metadata;
    const patched = await this.#parts.cluster.kube.patch(
      apps,
      { namespace, name },
      {
        type: 'application/merge-patch+json',
        value: { metadata: { uid, finalizers: [...finalizers, finalizer] } },
        fieldManager: 'lockstep-status',
      },
    );
    return patched.ok || patched.error.code === 404 ? undefined : patched.error;
  }

  #failed(error: KubeError): Outcome {
    return outcome.retry(error.message, (error.retryAfterSeconds ?? 0) * 1000);
  }

  async #finish(app: App, memory: AppMemory): Promise<Outcome> {
    const end = await this.#finisher.finish(app, memory, this.#inventoryOf(app, memory));
    if (end.kind === 'gone') return outcome.done();
    if (end.kind === 'failed') return this.#failed(end.error);
    const written = await this.#write(app, end.verdict, end.findings);
    return written ?? (end.after === undefined ? outcome.done() : outcome.after(end.after));
  }

  planOf(key: string): Plan | undefined {
    return this.#memories.get(key)?.plan;
  }

  /** An Inventory object changed. True when it was not us, so that the App has to look. */
  inventoryChanged(key: string, object: KubeObject, type: 'added' | 'changed' | 'deleted'): boolean {
    const memory = this.#memories.get(key);
    const known = memory?.inventory?.chunks.find(({ stored }) => stored.metadata.uid === object.metadata.uid);
    if (memory === undefined || known === undefined) return false;
    if (type !== 'deleted' && !isNewer(object, known.stored)) return false;
    memory.inventory = undefined;
    return true;
  }

  #inventoryOf(app: App, memory: AppMemory): InventoryState {
    if (memory.inventory !== undefined) return memory.inventory;
    const stored = this.#parts.inventories.byIndex('owner', app.metadata.uid ?? '');
    return stored.length === 0 ? noInventory : readInventory(app, stored);
  }

  async #run(app: App, memory: AppMemory): Promise<Outcome> {
    const end = await this.#pass(app, memory);
    if (end.kind === 'failed') return this.#failedPass(app, memory, end.error);
    memory.failedPasses = 0;
    if (end.kind === 'quiet') return outcome.waiting(end.topics, 60_000);
    this.#count(memory, end);
    const written = await this.#write(app, end.verdict, end.findings, memory.failures);
    return written ?? this.#next(app, memory, end);
  }

  /** The API server could not be asked. A blip is not worth a status; a state that lasts is. */
  async #failedPass(app: App, memory: AppMemory, error: KubeError): Promise<Outcome> {
    memory.failedPasses += 1;
    if (memory.failedPasses < worthTelling) return this.#failed(error);
    const { code, message } = reasonOf(error);
    const verdict: Verdict = { phase: 'Failed', ready: 'Unknown', reason: code, message, moving: true };
    const written = await this.#write(app, verdict, { applied: false, drift: app.status?.drift ?? [], contested: [] });
    return written ?? this.#failed(error);
  }

  /** Failures of one manifest digest in a row decide the wait before the next attempt. */
  #count(memory: AppMemory, end: Extract<PassEnd, { kind: 'end' }>): void {
    const digest = end.findings.render?.digest ?? '';
    if (memory.failing !== digest) memory.failures = 0;
    memory.failing = digest;
    if (end.next.kind === 'retry') memory.failures += 1;
    else memory.failures = 0;
  }

  #next(app: App, memory: AppMemory, end: Extract<PassEnd, { kind: 'end' }>): Outcome {
    const { next } = end;
    switch (next.kind) {
      case 'done':
        return outcome.done();
      case 'after':
        return outcome.after(next.ms);
      case 'waiting':
        return outcome.waiting(next.topics, next.atLatest);
      case 'retry':
        return outcome.after(Math.max(backoff(app.spec.sync.retry, memory.failures, this.#parts.ports.random), next.notBefore ?? 0));
    }
  }

  async #write(app: App, verdict: Verdict, findings: Findings, retries = 0): Promise<Outcome | undefined> {
    const { ports, journal } = this.#parts;
    const source = app.spec.source?.name ?? '';
    const moment = { now: rfc3339(ports.clock.now()), source, handled: this.#handled(app), retries };
    const status = nextStatus(app, verdict, findings, moment);
    const ready = getCondition(app.status?.conditions, 'Ready');
    const news = ready?.reason !== verdict.reason || (verdict.ready === 'False' && ready.message !== verdict.message);
    if (news && verdict.ready === 'False' && !isRoutine(verdict.reason)) {
      const step = `${verdict.reason}\0${verdict.message}\0${app.metadata.generation ?? 0}`;
      const revision = findings.render?.revision;
      journal.record(app as unknown as KubeObject, {
        type: verdict.reason,
        message: verdict.message,
        warning: true,
        step,
        ...(revision === undefined ? {} : { revision }),
      });
    }
    const written = await writeStatus(this.#parts.cluster.kube, apps, app as unknown as KubeObject, status as never);
    return written.ok ? undefined : this.#failed(written.error);
  }

  #handled(app: App): string | undefined {
    return getKey(app.metadata.annotations ?? {}, names.reconcileAt) ?? app.status?.lastHandledReconcileAt;
  }

  async #pass(app: App, memory: AppMemory): Promise<PassEnd> {
    const prepared = await this.#prepare(app, memory);
    if ('kind' in prepared) return prepared;
    const { request, newest } = await this.#newest(prepared.request);
    const target = isHold(newest) ? newest : await this.#gate(app, newest, prepared.served);
    return this.#runner.run({ ...prepared, request }, target);
  }

  /** A head that moves while its App is rendered for the first time finds no reads to compare with: what is rendered is the head as it is now. */
  async #newest(first: TargetRequest): Promise<{ readonly request: TargetRequest; readonly newest: Target | Hold }> {
    let request = first;
    for (;;) {
      const newest = await this.#parts.targets.newest(request);
      const head = this.#parts.heads.get(request.record.head);
      if (head === undefined || head === request.head) return { request, newest };
      this.#parts.registry.doubt(request.record);
      request = { ...request, head };
    }
  }

  /** What has to be true before anything is rendered or read. */
  async #prepare(app: App, memory: AppMemory): Promise<Pass | PassEnd> {
    const { cluster, identities, registry } = this.#parts;
    const key = appKey(app.metadata);
    const head = this.#headOf(app, key);
    const record = registry.put({
      key,
      createdAt: Date.parse(app.metadata.creationTimestamp ?? '') || 0,
      head: head.key,
      parent: this.#parentOf(app),
    });
    if (app.spec.target.cluster !== undefined)
      return stop('Unsupported', 'spec.target.cluster: other clusters are not supported by this version');
    const fetching = this.#askSource(app, memory, head.source);
    if (fetching !== undefined) return fetching;
    if (head.head === undefined) {
      registry.settled(record);
      return this.#noHead(head.source);
    }
    const served = await cluster.served();
    if (!served.ok) return { kind: 'failed', error: served.error };
    const identity = await identities.of(app);
    if (identity.kind === 'failed') return { kind: 'failed', error: identity.error };
    if (identity.kind === 'missing') {
      registry.notRendered(record);
      return stop('NoIdentity', identity.message, { after: 5000 });
    }
    const inventory = await this.#inventory(app, memory, served.value);
    if ('kind' in inventory) return inventory;
    const owner: AppId = { installation: this.#settings.installation, namespace: app.metadata.namespace, name: app.metadata.name };
    const request = {
      app,
      record,
      memory,
      head: head.head,
      served: served.value,
      ignore: this.#ignoreOf(head.source),
      owns: inventory.inventory.entries.length > 0,
    };
    return { request, owner, client: identity.client, user: identity.user, served: served.value, ...inventory };
  }

  #headOf(app: App, key: string): { readonly key: string; readonly source: string; readonly head: ReturnType<Parts['heads']['get']> } {
    const { heads } = this.#parts;
    const source = `${app.metadata.namespace}/${app.spec.source.name}`;
    const ref = app.spec.source.ref ?? this.#gitOf(source)?.ref;
    const at = headKey(source, refText(ref));
    const known = this.#parts.registry.get(key)?.head;
    if (known !== undefined && known !== at) heads.unwant(known, key);
    if (heads.want(source, ref, key) && heads.get(at) === undefined) this.#parts.sourceQueue().add(source);
    return { key: at, source, head: heads.get(at) };
  }

  #gitOf(source: string): { readonly ref?: App['spec']['source']['ref']; readonly ignore?: string } | undefined {
    const [namespace = '', name = ''] = source.split('/');
    const object = this.#parts.sources.get(namespace, name);
    return (object as unknown as { spec?: { git?: { ref?: App['spec']['source']['ref']; ignore?: string } } } | undefined)?.spec?.git;
  }

  #ignoreOf(source: string): string {
    return this.#gitOf(source)?.ignore ?? '';
  }

  #parentOf(app: App): string | undefined {
    const owner = this.#parts.parentOf(app as unknown as KubeObject);
    return owner === undefined ? undefined : appKey(owner);
  }

  /** A person asked for a run now: the Source is looked at first. */
  #askSource(app: App, memory: AppMemory, source: string): PassEnd | undefined {
    const token = getKey(app.metadata.annotations ?? {}, names.reconcileAt);
    if (token === undefined || token === app.status?.lastHandledReconcileAt || memory.asked === token) return undefined;
    memory.asked = token;
    if (this.#gitOf(source) === undefined) return undefined;
    this.#parts.sourceQueue().add(source);
    return { kind: 'quiet', topics: [`fetched:${source}`] };
  }

  #noHead(source: string): PassEnd {
    if (this.#gitOf(source) === undefined) return stop('SourceNotFound', `there is no Source ${source}`, { topics: [`source:${source}`] });
    const [namespace = '', name = ''] = source.split('/');
    const status = (this.#parts.sources.get(namespace, name) as unknown as { status?: App['status'] } | undefined)?.status;
    const ready = getCondition(status?.conditions, 'Ready');
    const why = ready === undefined || ready.status === 'True' ? 'it has not been fetched yet' : `${ready.reason}: ${ready.message}`;
    return stop('SourceNotReady', `Source ${source}: ${why}`, { moving: true, topics: [`source:${source}`] });
  }

  /** S5: another cluster behind the same address; S6: a lost inventory. */
  async #inventory(
    app: App,
    memory: AppMemory,
    served: Served,
  ): Promise<{ readonly inventory: InventoryState; readonly cluster: string; readonly whole: boolean } | PassEnd> {
    const uid = await this.#parts.cluster.uid();
    if (!uid.ok) return { kind: 'failed', error: uid.error };
    const state = this.#inventoryOf(app, memory);
    const recorded = state.cluster === '' ? (app.status?.inventory?.cluster ?? '') : state.cluster;
    if (recorded !== '' && recorded !== uid.value) {
      return stop(
        'ClusterIdentityChanged',
        `the objects are in cluster ${recorded}, but cluster ${uid.value} answers; nothing is written or pruned`,
      );
    }
    if (state.chunks.length > 0) return { inventory: state, cluster: uid.value, whole: true };
    const lost = (app.status?.inventory?.count ?? 0) > 0;
    const owned = lost ? await findOwned(this.#parts.cluster.kube, served, this.#settings.installation) : await this.#ownedBefore(served);
    if (!owned.ok) return { kind: 'failed', error: owned.error };
    const entries = owned.value.entries.get(appKey(app.metadata)) ?? [];
    if (entries.length === 0) return { inventory: state, cluster: uid.value, whole: !lost || owned.value.complete };
    const written = await writeInventory(app, { entries, cluster: uid.value }, state, this.#parts.cluster.kube);
    if (!written.ok) return { kind: 'failed', error: written.error };
    memory.inventory = written.value;
    return { inventory: written.value, cluster: uid.value, whole: owned.value.complete };
  }

  async #ownedBefore(served: Served): Promise<Awaited<ReturnType<typeof findOwned>>> {
    if (this.#owned?.ok !== true) this.#owned = await findOwned(this.#parts.cluster.kube, served, this.#settings.installation);
    return this.#owned;
  }

  /** Edges gate first installs and new revisions only (S15). */
  async #gate(app: App, target: Target, served: Served): Promise<Target | Hold> {
    if (target.cause === 'drift') return target;
    const unmet = await unmetDependency(app, served, this.#parts.dependencies);
    if (unmet === undefined) return target;
    return {
      code: unmet.code as ReasonCode,
      message: unmet.message,
      problems: [],
      transient: unmet.code === 'DependencyNotReady',
      topics: unmet.topics,
      newest: target.render,
      wanted: target,
    };
  }
}

/** States that are part of every delivery; telling them would drown the rest. */
const isRoutine = (reason: string): boolean =>
  reason === 'Progressing' || reason === 'Applying' || reason === 'SourceNotReady' || reason === 'Pruning' || reason === 'Suspended';
