/** One pass over one App once it is known what it should be: carry it out, assess, and say what came of it. */
import { type App, type Drift, getCondition } from '../../api/index.ts';
import { imagesOf } from '../../core/ledger/index.ts';
import { type KubeObject, refKey } from '../../core/object/index.ts';
import { type Plan, type PlanItem, isQuiet } from '../../core/plan/index.ts';
import type { RecordKind } from '../../core/release/store/index.ts';
import type { KubeError } from '../../ports/index.ts';
import { rfc3339 } from '../time.ts';
import { staleApproval } from './approvals.ts';
import { type Worst, assessHealth, driftOf } from './assess.ts';
import { isExhausted } from './backoff.ts';
import { Carrier } from './carry-out.ts';
import { type Conclusion, conclude } from './conclude.ts';
import { Healer } from './heal.ts';
import { holdNext, holdVerdict, holdWaitsFor, refusalOf, waitsOf } from './hold.ts';
import { type InventoryState, inventoryDigest } from './inventory.ts';
import { managerOf } from './managers.ts';
import type { Parts, Settings } from './parts.ts';
import { type Done, type Pass, type PassEnd, nothingFound } from './pass-end.ts';
import { type Pin, type Reverted, pinOf } from './pin.ts';
import { FormerReleases } from './release/former.ts';
import { placeBySpec, Removal } from './release/removal.ts';
import { ReleaseRunner } from './release/runner.ts';
import { Reverts } from './reverts.ts';
import { sweepSyncRuns } from './sync-runs.ts';
import { type Hold, type Target, isHold } from './targets.ts';
import { urlsOf } from './urls.ts';
import type { Findings } from './verdict.ts';

export class PassRunner {
  readonly #parts: Parts;
  readonly #settings: Settings;
  readonly #healer: Healer;
  readonly #carrier: Carrier;
  readonly #releases: ReleaseRunner;
  readonly #removal: Removal;
  readonly #former: FormerReleases;
  readonly #reverts: Reverts;

  constructor(parts: Parts, settings: Settings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#healer = new Healer(parts);
    this.#carrier = new Carrier(parts, settings, this.#healer);
    this.#releases = new ReleaseRunner(parts, this.#carrier);
    this.#removal = new Removal(parts);
    this.#former = new FormerReleases(parts, this.#carrier, this.#removal);
    this.#reverts = new Reverts(parts);
  }

  /** Carries out the target; or, while it is held back, heals what was applied last. */
  async run(pass: Pass, wanted: Target | Hold): Promise<PassEnd> {
    if (isHold(wanted)) return this.#held(pass, wanted);
    if (wanted.cause !== 'drift') pass.request.memory.atRevision(wanted.render.digest);
    const begun = await this.#former.begin(pass, wanted);
    if ('failed' in begun) return { kind: 'failed', error: begun.failed };
    if ('code' in begun) return this.#held(pass, begun);
    const done = await this.#carried(begun, wanted);
    if ('failed' in done) return { kind: 'failed', error: done.failed };
    const hold = refusalOf(done.planned.plan, wanted);
    if (hold === undefined) return this.#withoutFormer(begun, wanted, { done, end: await this.#end(begun, wanted, done) });
    // Believed only until somebody asks the server again.
    if (hold.code === 'UnknownKind') this.#parts.cluster.invalidate();
    return this.#held(pass, hold, done.planned.plan);
  }

  /** S4: once a release is healthy, those that the App was before go. */
  async #withoutFormer(pass: Pass, target: Target, { done, end }: { readonly done: Done; readonly end: PassEnd }): Promise<PassEnd> {
    if (end.kind !== 'end' || end.verdict.ready !== 'True' || !end.findings.applied) return end;
    const { plan } = done.planned;
    const left = await this.#former.end(pass, target, plan);
    if ('failed' in left) return { kind: 'failed', error: left.failed };
    if (left.kind === 'done') return end;
    const next = { kind: 'after' as const, ms: left.after };
    if (left.message === undefined) return { ...end, next };
    const warning = { rule: 'S4', code: 'LeftBehind', message: left.message };
    return { ...end, next, findings: { ...end.findings, plan: { ...plan, warnings: [...plan.warnings, warning] } } };
  }

  /** A release is carried out revision by revision, everything else object by object. */
  #carried(pass: Pass, target: Target): Promise<Done | { readonly failed: KubeError }> {
    const { release } = target.render;
    if (release === undefined) return this.#carrier.carryOut(pass, target);
    return this.#releases.carryOut(pass, target, { draft: release, judge: (done) => this.#concluded(pass, target, done) });
  }

  #concluded(pass: Pass, target: Target, done: Done): Conclusion {
    const { app, memory } = pass.request;
    const { clock } = this.#parts.ports;
    return conclude({ app, target, done, health: this.#health(pass, done), memory, clock, drift: [], whole: pass.whole });
  }

  /** The newest revision cannot or may not be applied: what runs is kept as it was applied, and the reason is told. */
  async #held(pass: Pass, hold: Hold, refused?: Plan): Promise<PassEnd> {
    const { request } = pass;
    const target = await this.#parts.targets.lastApplied(request, hold);
    if (!hold.transient || hold.next !== undefined) this.#parts.registry.settled(request.record);
    else this.#parts.registry.waitFor(request.record.key, holdWaitsFor(hold, refused));
    const begun = target === undefined || hold.wanted === undefined ? noKeys : await this.#carrier.alreadyAs(pass, target, hold.wanted);
    if ('failed' in begun) return { kind: 'failed', error: begun.failed };
    const done = target === undefined ? undefined : await this.#carrier.carryOut(pass, target, { leave: begun });
    if (done !== undefined && 'failed' in done) return { kind: 'failed', error: done.failed };
    const drift = done === undefined || target === undefined ? [] : this.#driftOf(pass, target, done);
    const health = done === undefined ? undefined : this.#health(pass, done);
    const findings: Findings = {
      ...nothingFound,
      ...(hold.newest === undefined ? {} : { render: hold.newest }),
      ...(refused === undefined ? {} : { plan: refused }),
      ...(health === undefined ? {} : { health }),
      drift,
      ...this.#common(pass, done?.inventory ?? pass.inventory),
    };
    return { kind: 'end', verdict: holdVerdict(hold), findings, next: holdNext(hold) };
  }

  #living(pass: Pass, item: PlanItem): KubeObject | null {
    return this.#parts.live.peek((this.#parts.cluster.known ?? pass.served).findKind(item.ref), item.ref);
  }

  #health(pass: Pass, { planned }: Done): Worst {
    const { app } = pass.request;
    return assessHealth(planned.plan, {
      now: this.#parts.ports.clock.now(),
      checks: this.#settings.rules.checksOf(app),
      live: (item) => this.#living(pass, item) ?? planned.seen.get(refKey(item.ref))?.live ?? null,
      manifest: (key) => planned.manifests.get(key),
      unknown: ({ ref }) => {
        const seen = planned.seen.get(refKey(ref));
        if (seen?.served !== 'unknown') return undefined;
        return seen.prediction?.kind === 'refused' ? seen.prediction.reason.message : 'its kind cannot be discovered now';
      },
    });
  }

  /** What differs and was not put back in this pass. */
  #driftOf({ request }: Pass, target: Target, { planned, result }: Done): readonly Drift[] {
    const at = rfc3339(this.#parts.ports.clock.now());
    const written = new Set(result?.written ?? []);
    const items = planned.plan.items.filter(({ ref }) => !written.has(refKey(ref)));
    const drift = driftOf({ ...planned.plan, items }, (item) => planned.seen.get(refKey(item.ref))?.live ?? null, {
      at,
      manager: managerOf(target),
    });
    this.#healer.detected({ app: request.app, drift, plan: planned.plan });
    return drift;
  }

  #common(pass: Pass, inventory: InventoryState): Pick<Findings, 'contested' | 'inventory' | 'stale'> {
    const { request, cluster } = pass;
    const contested = [...request.memory.contests.values()].flat();
    const { entries } = inventory;
    const stale = this.#staleSource(request.app) ?? this.#parts.remoteReads.away(request.record.key);
    return {
      contested,
      inventory: { count: entries.length, digest: inventoryDigest(entries), cluster },
      ...(stale === undefined ? {} : { stale }),
    };
  }

  #staleSource(app: App): Findings['stale'] {
    const object = this.#parts.sources.get(app.metadata.namespace, app.spec.source.name);
    const fresh = getCondition((object as unknown as { status?: App['status'] } | undefined)?.status?.conditions, 'SourceFresh');
    return fresh?.status === 'False' ? { since: fresh.lastTransitionTime, message: fresh.message } : undefined;
  }

  async #end(pass: Pass, target: Target, done: Done): Promise<PassEnd> {
    const { app, memory, record } = pass.request;
    const health = this.#health(pass, done);
    const drift = this.#driftOf(pass, target, done);
    const staleYes = staleApproval(app, this.#parts.approvals.byIndex('app', app.metadata.uid ?? ''), {
      plan: done.planned.plan.digest,
      carriedOut: memory.approved,
    });
    const request = { app, target, done, health, memory, clock: this.#parts.ports.clock, drift, whole: pass.whole };
    const ended = conclude(staleYes === undefined ? request : { ...request, staleYes });
    if (ended.applied) await this.#forgetOthers(pass, target.render.release?.kind);
    if (ended.applied) {
      memory.applied = target.render;
      this.#tellSealed(pass, target);
      await sweepSyncRuns(pass, target, { done, live: this.#parts.live });
      await this.#newlyApplied(pass, target, done);
    }
    this.#parts.registry.wrote(record, done.result?.results.values() ?? []);
    if (ended.settled) this.#parts.registry.settled(record);
    this.#parts.registry.waitFor(record.key, waitsOf(done.planned.plan));
    if (done.result?.failures.some(({ code }) => code === 'Forbidden') === true) this.#parts.identities.forget(pass.user);
    const findings: Findings = {
      render: target.render,
      plan: done.planned.plan,
      applied: ended.applied,
      health,
      drift,
      images: ended.images,
      ...(done.release === undefined ? {} : { release: done.release }),
      urls: urlsOf(done.planned.plan.items.flatMap((item) => (item.after === undefined ? [] : (this.#living(pass, item) ?? [])))),
      ...this.#common(pass, done.inventory),
    };
    const pin = pinOf(app, target.render, done.release);
    const revert = pin === undefined || done.release?.pinned?.revert !== true ? undefined : await this.#reverted(app, pin);
    const found = pin === undefined ? findings : { ...findings, pin: { ...pin, ...(typeof revert === 'object' ? { revert } : {}) } };
    const exhausted = ended.next.kind === 'retry' && isExhausted(app.spec.sync.retry, memory.failures + 1);
    const verdict = exhausted ? { ...ended.verdict, reason: 'RetriesExhausted' as const, moving: false } : ended.verdict;
    const next = revert === 'later' ? { kind: 'after' as const, ms: 30_000 } : exhausted ? { kind: 'done' as const } : ended.next;
    const reminded = pin === undefined ? next : (this.#reverts.remind(app, pin, next) ?? next);
    return { kind: 'end', verdict, findings: found, next: reminded };
  }

  /** Once for each rejected revision. A crash in between makes it again, and finds it made. */
  #reverted(app: App, pin: Pin): Promise<Reverted | 'later'> {
    const { pinned } = app.status ?? {};
    const made = pinned?.digest === pin.digest ? pinned.revert : undefined;
    return made === undefined ? this.#reverts.revert(app, pin) : Promise.resolve(made);
  }

  /** S20: records of another kind than the revision's go; no object is deleted. Refusals are seen again: the status tells of the records until it is done. */
  async #forgetOthers({ request, owner, client, served }: Pass, kind: RecordKind | undefined): Promise<void> {
    const { app, memory } = request;
    const { release, delivery } = app.status ?? {};
    const forget = (of: RecordKind): Promise<unknown> =>
      this.#removal.forget({ app, owner, memory, client, served, place: placeBySpec(app, of) });
    if (release !== undefined && kind !== 'helm') await forget('helm');
    if (delivery !== undefined && kind !== 'delivery') await forget('delivery');
  }

  /** SealedSecrets whose Secrets are in the cluster now say so. */
  #tellSealed(pass: Pass, target: Target): void {
    if (pass.request.record.cluster !== '') return;
    for (const { controller } of target.objects) {
      if (controller === undefined) continue;
      const live = this.#parts.live.peek((this.#parts.cluster.known ?? pass.served).findKind(controller), controller);
      if (live !== null) this.#parts.sealed.reconciler.delivered(live);
    }
  }

  /** S17: the applied commit is pinned by a ref of our own. */
  async #newlyApplied(pass: Pass, target: Target, done: Done): Promise<void> {
    const { app, head } = pass.request;
    if (app.status?.applied?.digest === target.render.digest && app.status.applied.renderKey === target.render.renderKey) return;
    await head.mirror.keep(`app/${app.metadata.uid ?? ''}`, target.render.commit);
    if (isQuiet(done.planned.plan) && app.status?.applied?.digest === target.render.digest) return;
    const running = { images: imagesOf([...done.planned.manifests.values()]), charts: target.render.charts };
    await this.#healer.applied(app, target, { ...done, running, mirror: head.mirror });
  }
}

const noKeys: ReadonlySet<string> = new Set();
