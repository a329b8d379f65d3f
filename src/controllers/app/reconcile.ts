/**
 * The App controller: observe → decide → act for one App at a time. A pass is whole in itself: it can stop anywhere, and the next one finds what was
 * done and goes on. Nothing here waits for anything but a request.
 */
import { type App, type ReasonCode, names, parseApp } from '../../api/index.ts';
import { type KubeObject, getKey } from '../../core/object/index.ts';
import type { Plan, Reason } from '../../core/plan/index.ts';
import { appKey } from '../../core/plan/owner/index.ts';
import { formatProblem } from '../../core/problem/index.ts';
import type { KubeError } from '../../ports/index.ts';
import { type Informer, type Outcome, outcome } from '../../runtime/index.ts';
import { newsOf } from '../events/news.ts';
import { reasonOf } from '../kube-reason.ts';
import { rfc3339 } from '../time.ts';
import { writeStatus } from '../write-status.ts';
import { backoff } from './backoff.ts';
import { type Served, apps } from './cluster.ts';
import { contractHold, unmetOptional } from './contracts.ts';
import { appTopic, unmetDependency } from './dependencies.ts';
import { type FinishEnd, Finisher } from './finish.ts';
import { Preparer } from './prepare.ts';
import { type InventoryState, placeName } from './inventory.ts';
import { isNewer } from './live.ts';
import { AppMemory, type ReleaseMemory, type Wanted } from './memory.ts';
import type { Parts, Settings } from './parts.ts';
import { maskMessages } from './secret-texts.ts';
import { PassRunner } from './pass.ts';
import { isSuspended } from './suspend.ts';
import type { PassEnd } from './pass-end.ts';
import type { Render } from './render.ts';
import { type Hold, type Target, type TargetRequest, isHold } from './targets.ts';
import { type Known, withWaitingFor } from './waiting.ts';
import { type Findings, type Verdict, nextStatus } from './verdict.ts';
import { WindowGate } from './windows.ts';

const finalizer = names.finalizer;

/** Resource versions are numbers that grow. */
const newer = (a: string, b: string): boolean => (a.length === b.length ? a > b : a.length > b.length);

/** What its tests came to is read anew. */
const withoutTests = ({ tests: _tests, ...told }: NonNullable<ReleaseMemory['told']>): ReleaseMemory['told'] => told;

function getOf(informer: Informer, key: string): KubeObject | undefined {
  const [namespace = '', name = ''] = key.split('/');
  return informer.get(namespace, name);
}

/** `App/shop/db` → `shop/db` */
const withoutKind = (about = ''): string => about.slice(about.indexOf('/') + 1);

/** Passes in a row that could not be carried through before the App says so. */
const worthTelling = 3;

/** Milliseconds until what is left in another cluster is looked at again. */
const lookAtLeft = 5000;

function leftBehind({ entries, place }: InventoryState, why: string): Reason {
  const message = `${entries.length} objects are still in ${placeName(place)}, which this App named before: ${why}`;
  return { rule: 'S4', code: 'LeftBehind', message };
}

export class AppReconciler {
  readonly #parts: Parts;
  readonly #settings: Settings;
  readonly #memories = new Map<string, AppMemory>();
  /** Of Apps that are delivered elsewhere now and have left something here. */
  readonly #leaving = new Map<string, AppMemory>();
  readonly #parsed = new WeakMap<KubeObject, ReturnType<typeof parseApp>>();
  readonly #runner: PassRunner;
  readonly #finisher: Finisher;
  readonly #preparer: Preparer;
  readonly #windows: WindowGate;
  readonly #known: Known;

  constructor(parts: Parts, settings: Settings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#runner = new PassRunner(parts, settings);
    this.#finisher = new Finisher(parts, settings);
    this.#preparer = new Preparer(parts, settings);
    this.#windows = new WindowGate(parts);
    this.#known = { app: (key) => getOf(parts.apps, key), source: (key) => getOf(parts.sources, key) };
  }

  /** Everything about one App, as often as it is asked for. */
  async reconcile(key: string): Promise<Outcome> {
    const [namespace = '', name = ''] = key.split('/');
    const heard = this.#parts.apps.get(namespace, name);
    if (heard === undefined) {
      this.#forget(key);
      return outcome.done();
    }
    const object = this.#newestOf(heard, key);
    const parsed = this.#parse(object);
    if (parsed.value === null) {
      const message = parsed.problems.map(formatProblem).join('; ');
      return this.#invalid(object, message);
    }
    const app = parsed.value;
    if (!this.#settings.include(app)) return outcome.done();
    const broken = this.#settings.rules.problems(app);
    if (broken.length > 0) return this.#invalid(object, broken.map(formatProblem).join('; '), 'RuleInvalid');
    const memory = this.#memories.get(key) ?? new AppMemory();
    this.#memories.set(key, memory);
    this.#parts.registry.look(key);
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

  /** The informer may not have heard of our own newest write yet. */
  #newestOf(heard: KubeObject, key: string): KubeObject {
    const memory = this.#memories.get(key);
    const written = memory?.written;
    if (memory === undefined || written === undefined) return heard;
    if (written.metadata.uid === heard.metadata.uid && isNewer(written, heard)) return written;
    memory.written = undefined;
    return heard;
  }

  #forget(key: string): void {
    const record = this.#parts.registry.get(key);
    for (const head of record === undefined ? [] : [record.head, ...record.others.values()]) this.#parts.heads.unwant(head, key);
    this.#parts.lookups.forget(key);
    this.#parts.remoteReads.forget(key);
    this.#parts.registry.delete(key);
    this.#memories.delete(key);
    this.#parts.wake(appTopic(key));
  }

  async #invalid(object: KubeObject, message: string, reason: ReasonCode = 'InvalidSpec'): Promise<Outcome> {
    const app = { ...(object as unknown as App), spec: { ...(object as unknown as App).spec, historyLimit: 10 } };
    const record = this.#parts.registry.get(`${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`);
    if (record !== undefined) this.#parts.registry.notRendered(record);
    const verdict: Verdict = { phase: 'Refused', ready: 'False', reason, message, moving: false };
    const written = await this.#write(app, verdict, { applied: false, drift: [], contested: [] });
    return written ?? outcome.stalled(reason);
  }

  async #addFinalizer(app: App): Promise<KubeError | undefined> {
    const finalizers = app.metadata.finalizers ?? [];
    if (finalizers.includes(finalizer)) return undefined;
    const { namespace, name, uid = '' } = app.metadata;
    const patched = await this.#parts.hub.patch(
      apps,
      { namespace, name },
      {
        type: 'application/merge-patch+json',
        value: { metadata: { uid, finalizers: [...finalizers, finalizer] } },
        fieldManager: 'lockstep-status',
      },
    );
    if (patched.ok) this.#wrote(patched.value);
    return patched.ok || patched.error.code === 404 ? undefined : patched.error;
  }

  #failed(error: KubeError): Outcome {
    return outcome.retry(error.message, (error.retryAfterSeconds ?? 0) * 1000);
  }

  async #finish(app: App, memory: AppMemory): Promise<Outcome> {
    const end = await this.#safely(app, () => this.#finisher.finish(app, memory, this.#preparer.inventoriesOf(app, memory)));
    if (end.kind === 'gone') return outcome.done();
    if (end.kind === 'failed') return this.#failed(end.error);
    if (end.nobody !== true) memory.nobodySince = undefined;
    const written = await this.#write(app, end.verdict, end.findings);
    return written ?? (end.after === undefined ? outcome.done() : outcome.after(end.after));
  }

  /** Judges an App as it is, so that it need not be judged when it is its turn. */
  recognise(object: KubeObject): void {
    this.#parse(object);
  }

  /** An App came or changed: it is part of the picture from now on, whenever its turn comes. */
  register(object: KubeObject): void {
    this.#newestOf(object, appKey(object.metadata as App['metadata']));
    const { value } = this.#parse(object);
    if (value !== null && value.metadata.deletionTimestamp === undefined && this.#settings.include(value)) this.#preparer.register(value);
  }

  /** An App is delivered to another cluster now: what was known here is of no use. */
  drop(key: string): void {
    this.#memories.delete(key);
  }

  planOf(key: string): Plan | undefined {
    return this.#memories.get(key)?.plan;
  }

  /** What an App read at another revision of its source; undefined when that cannot be told now. */
  async readsAt(app: App, { commit, name }: { readonly commit: string; readonly name: string }): Promise<Render['trace'] | undefined> {
    const request = await this.#requestOf(app);
    return request === undefined ? undefined : (await this.#parts.targets.renderedAt(request, { revision: name, commit }))?.trace;
  }

  /** The manifests of another revision of its source; undefined when they cannot be had now. */
  async wantedAt(app: App, revision: string): Promise<Wanted | undefined> {
    const request = await this.#requestOf(app);
    return request === undefined ? undefined : this.#parts.targets.wantedAt(request, revision);
  }

  async #requestOf(app: App): Promise<TargetRequest | undefined> {
    const memory = this.#memories.get(appKey(app.metadata)) ?? new AppMemory();
    const prepared = await this.#preparer.prepare(app, memory);
    return 'kind' in prepared ? undefined : prepared.request;
  }

  /** The record of a release changed or went. Keys of the Apps that did not do it themselves and have to look. */
  recordChanged(object: KubeObject, type: 'added' | 'changed' | 'deleted'): readonly string[] {
    const { namespace = '', labels = {}, resourceVersion = '' } = object.metadata;
    const kind = labels['owner'] === 'helm' ? 'helm' : 'delivery';
    const [key, version] = [`${kind} ${namespace}/${labels['name'] ?? ''}`, Number(labels['version'])];
    const changed: string[] = [];
    for (const [app, { release }] of this.#memories) {
      if (release.key === key && release.stored === undefined && type !== 'deleted') release.heard.set(version, resourceVersion);
      if (release.key !== key || release.stored === undefined) continue;
      const known = release.stored.find(({ revision }) => revision.version === version);
      if (type === 'deleted' ? known === undefined : known !== undefined && !newer(resourceVersion, known.resourceVersion)) continue;
      release.stored = undefined;
      if (release.told?.version === version) release.told = withoutTests(release.told);
      changed.push(app);
    }
    return changed;
  }

  wantedOf(key: string): Wanted | undefined {
    return this.#memories.get(key)?.wanted;
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

  async #run(app: App, memory: AppMemory): Promise<Outcome> {
    const end = await this.#safely(app, async () => this.#leaveOthers(app, await this.#pass(app, memory)));
    if (end.kind === 'failed') return this.#failedPass(app, memory, end.error);
    memory.failedPasses = 0;
    if (end.kind === 'quiet') return outcome.waiting(end.topics, 60_000);
    if (this.#isOvertaken(memory, end.verdict)) return outcome.waiting([appTopic(withoutKind(end.verdict.about))], 1000);
    this.#count(memory, end);
    const written = await this.#write(app, end.verdict, end.findings, memory.failures);
    return written ?? this.#next(app, memory, end);
  }

  /** S4: once the App is healthy where it is now, what it left elsewhere goes. What cannot be deleted now is told, and tried again. */
  async #leaveOthers(app: App, end: PassEnd): Promise<PassEnd> {
    const { left } = this.#preparer.inventoriesOf(app, new AppMemory());
    const settled = end.kind === 'end' && end.verdict.ready === 'True' && !isSuspended(app, this.#parts.ports.clock.now());
    if (left.length === 0 || !settled) return end;
    const warnings: Reason[] = [];
    for (const inventory of left) {
      const ended = await this.#parts.leave(app, inventory);
      if (ended.kind === 'failed') return ended;
      if (ended.kind === 'stays') warnings.push(leftBehind(inventory, ended.verdict.message));
    }
    if (warnings.length === 0 || end.findings.plan === undefined) return end;
    const plan = { ...end.findings.plan, warnings: [...end.findings.plan.warnings, ...warnings] };
    return { ...end, findings: { ...end.findings, plan }, next: { kind: 'after', ms: lookAtLeft } };
  }

  /** In the cluster of this controller; `app` names it. */
  leave(app: App, inventory: InventoryState): Promise<FinishEnd> {
    const key = appKey(app.metadata);
    const memory = this.#leaving.get(key) ?? new AppMemory();
    this.#leaving.set(key, memory);
    return this.#finisher.leave(app, memory, inventory).then((end) => {
      if (end.kind === 'gone') this.#leaving.delete(key);
      // Only what was written here is newer than what is handed in.
      if (end.kind === 'failed') memory.inventory = undefined;
      return end;
    });
  }

  /** What it waits for changed during the pass: the next one is about to find that out, and nobody need be told what is true no more. Once in a row. */
  #isOvertaken(memory: AppMemory, { reason, about = '' }: Verdict): boolean {
    const isApp = reason === 'DependencyNotReady' && about.startsWith('App/');
    const changed = isApp && getOf(this.#parts.apps, withoutKind(about)) !== memory.waitedFor;
    memory.overtaken = changed && !memory.overtaken;
    return memory.overtaken;
  }

  /** A bug is told before it is thrown on: nobody should have to read logs to learn that an App is stuck. */
  async #safely<T>(app: App, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const message = `${error instanceof Error ? error.message : String(error)}; it is tried again`;
      const verdict: Verdict = { phase: 'Failed', ready: 'Unknown', reason: 'InternalError', message, moving: true };
      await this.#write(app, verdict, { applied: false, drift: app.status?.drift ?? [], contested: [] });
      throw error;
    }
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

  /** What is written may quote living objects, and those may quote secrets (S18). */
  async #write(app: App, told: Verdict, found: Findings, retries = 0): Promise<Outcome | undefined> {
    const secrets = this.#parts.registry.secretsOf(appKey(app.metadata));
    const verdict = maskMessages(told, secrets);
    const plan = found.plan === undefined ? {} : { plan: { ...found.plan, warnings: maskMessages(found.plan.warnings, secrets) } };
    const findings = { ...found, ...plan, ...(found.health === undefined ? {} : { health: maskMessages(found.health, secrets) }) };
    const { ports, journal } = this.#parts;
    const source = app.spec.source?.name ?? '';
    const moment = { now: rfc3339(ports.clock.now()), source, handled: this.#handled(app), retries };
    const status = withWaitingFor(app, nextStatus(app, verdict, findings, moment), { verdict, known: this.#known });
    for (const entry of newsOf(app, status)) journal.record(app as unknown as KubeObject, entry);
    await journal.durable();
    const written = await writeStatus(this.#parts.hub, apps, app as unknown as KubeObject, status as never);
    if (!written.ok) return this.#failed(written.error);
    this.#wrote(written.value);
    return undefined;
  }

  #wrote(object: KubeObject | undefined): void {
    const memory = object === undefined ? undefined : this.#memories.get(appKey(object.metadata));
    if (memory !== undefined) memory.written = object;
  }

  #handled(app: App): string | undefined {
    return getKey(app.metadata.annotations ?? {}, names.reconcileAt) ?? app.status?.lastHandledReconcileAt;
  }

  async #pass(app: App, memory: AppMemory): Promise<PassEnd> {
    const prepared = await this.#preparer.prepare(app, memory);
    if ('kind' in prepared) return prepared;
    const { request, newest } = await this.#newest(prepared.request);
    if (this.#isOutdated(app)) return { kind: 'quiet', topics: [] };
    const target = await this.#gate(request, newest);
    return this.#runner.run({ ...prepared, request }, target);
  }

  /** Its spec changed while it was rendered: what it wants now is judged by the pass that the change has asked for. */
  #isOutdated({ metadata }: App): boolean {
    const now = this.#parts.apps.get(metadata.namespace, metadata.name);
    return now !== undefined && now.metadata.generation !== metadata.generation;
  }

  /** A head that moves while its App is rendered for the first time finds no reads to compare with: what is rendered is the head as it is now. */
  async #newest(first: TargetRequest): Promise<{ readonly request: TargetRequest; readonly newest: Target | Hold }> {
    let request = first;
    for (;;) {
      const newest = await this.#parts.targets.newest(request);
      const head = this.#parts.heads.get(request.record.head);
      if ((head === undefined || head === request.head) && !request.facts.moved()) return { request, newest };
      this.#parts.registry.doubt(request.record);
      request = { ...request, head: head ?? request.head };
    }
  }

  /** Edges, contracts and windows gate first installs and new revisions only (S15, S21). */
  async #gate(request: TargetRequest, target: Target | Hold): Promise<Target | Hold> {
    const { app, served } = request;
    if (isHold(target) || target.cause === 'drift') {
      this.#noteWaiting(app, undefined);
      return target;
    }
    this.#warnOfOptional(app, target);
    const hold = contractHold(app, target, this.#parts.contracts) ?? (await this.#dependencyHold(app, target, served));
    request.memory.waitedFor = hold?.about === undefined ? undefined : getOf(this.#parts.apps, withoutKind(hold.about));
    const goes = hold === undefined || this.#goesAhead(app, target, hold.message);
    this.#noteWaiting(app, goes ? undefined : hold.about);
    return goes ? ((await this.#windows.hold(request, target)) ?? target) : this.#unlessCircle(app, hold);
  }

  #noteWaiting(app: App, about: string | undefined): void {
    const record = this.#parts.registry.get(appKey(app.metadata));
    if (record === undefined) return;
    if (about?.startsWith('App/') === true) record.waitsFor = about.slice('App/'.length);
    else delete record.waitsFor;
  }

  /** Dependencies and requirements are one graph (S15): where they run in a circle together, waiting is no answer. */
  #unlessCircle(app: App, hold: Hold): Hold {
    const circle = hold.transient ? this.#parts.registry.circleThrough(appKey(app.metadata)) : undefined;
    if (circle === undefined) return hold;
    const code = 'DependencyCycle';
    const message = `dependencies and requirements run in a circle: ${circle.join(' → ')}`;
    const hint = 'take one of them out, or mark a requirement optional';
    return { ...hold, code, message, problems: [{ code, message, hint }], transient: false };
  }

  #warnOfOptional(app: App, { render }: Target): void {
    for (const { message, remedy } of unmetOptional(app, render.contracts, this.#parts.contracts))
      this.#parts.journal.record(app as unknown as KubeObject, {
        type: 'OptionalContractUnmet',
        message: `${message}; ${remedy}`,
        warning: true,
        step: message,
        revision: render.revision,
      });
  }

  async #dependencyHold(app: App, target: Target, served: Served): Promise<Hold | undefined> {
    const unmet = this.#settings.ordered ? await unmetDependency(app, served, this.#parts.dependencies) : undefined;
    if (unmet === undefined) return undefined;
    return {
      code: unmet.code as ReasonCode,
      message: unmet.message,
      problems: [],
      transient: unmet.code === 'DependencyNotReady',
      topics: unmet.topics,
      ...(unmet.about === undefined ? {} : { about: unmet.about }),
      newest: target.render,
      wanted: target,
    };
  }

  /** A person's word that this revision need not wait, with the reason, which goes into the ledger (S15). */
  #goesAhead(app: App, target: Target, unmet: string): boolean {
    const { revision } = target.render;
    const word = getKey(app.metadata.annotations ?? {}, names.ignoreDependencies);
    if (word === undefined || !word.startsWith(`${revision} `)) return false;
    const reason = word.slice(revision.length + 1);
    const message = `goes ahead although ${unmet}: ${reason}`;
    this.#parts.journal.record(app as unknown as KubeObject, { type: 'DependenciesIgnored', message, warning: true, step: word, revision });
    return true;
  }
}
