/**
 * A pass over an App that is a Helm release: observe the stored revisions, decide, and do the next thing. Each turn of the loop starts from what is stored,
 * so that a process that died anywhere is continued by the next one.
 */
import { type App, getCondition, names, parseDuration } from '../../../api/index.ts';
import { nextTime, parseSchedule } from '../../../core/go/cron/index.ts';
import { type KubeObject, getKey } from '../../../core/object/index.ts';
import { type Action, decideRelease, type Release } from '../../../core/release/index.ts';
import type { KubeError } from '../../../ports/index.ts';
import { offsetIn } from '../../time.ts';
import { backoff } from '../backoff.ts';
import type { ReleaseDraft } from '../build.ts';
import type { Carrier } from '../carry-out.ts';
import type { Conclusion } from '../conclude.ts';
import type { Parts } from '../parts.ts';
import type { Done, Pass } from '../pass-end.ts';
import { isSuspended } from '../suspend.ts';
import type { Target } from '../targets.ts';
import { Attempts } from './attempts.ts';
import { methodFor } from './method.ts';
import { automaticOf, placeFor, timeoutOf } from './draft.ts';
import { labelDigest } from './marks.ts';
import { Records, type RecordError, type Stored, chartNameOf } from './records.ts';
import { type ReleaseResult, stuck } from './stage.ts';
import { failureText, statusOf, waitingFor } from './told.ts';

/** What one pass over a release is about. */
export interface ReleasePass {
  readonly pass: Pass;
  readonly target: Target;
  readonly draft: ReleaseDraft;
  readonly records: Records;
  /** What carrying the target out amounts to. */
  readonly judge: (done: Done) => Conclusion;
}

const mostTurns = 16;

export type CarriedOut = Done | { readonly failed: KubeError };

export class ReleaseRunner {
  readonly #parts: Parts;
  readonly #carrier: Carrier;
  readonly #attempts: Attempts;

  constructor(parts: Parts, carrier: Carrier) {
    this.#parts = parts;
    this.#carrier = carrier;
    this.#attempts = new Attempts(parts, carrier);
  }

  #recordsOf(pass: Pass, draft: ReleaseDraft): Records {
    const { app } = pass.request;
    return new Records(pass.client, pass.owner, { ...placeFor(app, draft), automatic: automaticOf(app) });
  }

  async carryOut(pass: Pass, target: Target, { draft, judge }: Pick<ReleasePass, 'judge' | 'draft'>): Promise<CarriedOut> {
    const { app, memory } = pass.request;
    const records = this.#recordsOf(pass, draft);
    const scene: ReleasePass = { pass, target, draft, records, judge };
    for (let turn = 0; turn < mostTurns; turn += 1) {
      const stored = await this.#observe(scene);
      if (!stored.ok) return this.#unreadable(scene, stored.error);
      if (isSuspended(app, this.#parts.ports.clock.now()))
        return this.#shown(scene, { complete: false, ...statusOf(app, stored.value, memory) });
      const method = stored.value.at(-1)?.applyMethod ?? methodFor(app, undefined);
      const placed = await this.#attempts.by(method, scene, stored.value);
      if (!placed.ok) return this.#unreadable(scene, placed.error);
      const turned = await this.#turn({ ...scene, target: placed.value }, stored.value);
      if (turned !== 'again') return turned;
    }
    return this.#shown(scene, { complete: false });
  }

  /** What is stored, from memory while nobody else changed it. */
  async #observe({
    pass,
    records,
  }: ReleasePass): Promise<{ readonly ok: true; readonly value: readonly Stored[] } | { readonly ok: false; readonly error: RecordError }> {
    const { release } = pass.request.memory;
    const key = `${records.place.kind} ${records.place.storage}/${records.place.name}`;
    if (release.key === key && release.stored !== undefined) return { ok: true, value: release.stored };
    release.key = key;
    release.namespace = records.place.namespace;
    release.stored = undefined;
    release.heard.clear();
    const first = await records.list();
    const listed = first.ok && isOutdated(first.value, release.heard) ? await records.list() : first;
    if (listed.ok) release.stored = listed.value;
    return listed;
  }

  #decide({ pass, target, draft }: ReleasePass, stored: readonly Stored[]): Action {
    const { app } = pass.request;
    const { retry, onFailure } = app.spec.sync;
    const now = this.#parts.ports.clock.now();
    const steady = { ...this.#parts.ports.random, fraction: () => 0.5 };
    return decideRelease(
      stored.map(({ revision }) => revision),
      {
        digest: labelDigest(target.render.digest),
        tests: app.spec.tests.after === 'deploy' && app.spec.tests.ignoreFailures !== true,
        renamed: draft.kind === 'helm' && ![undefined, '', chartNameOf(draft.chart)].includes(stored.at(-1)?.chart),
        again: isAskedAgain(app),
      },
      {
        onFailure,
        limit: retry.limit,
        backoff: (count) => backoff(retry, count, steady),
        reinstall: new Set(app.spec.build.helm?.reinstall),
        keepFailed: app.spec.build.helm?.keepFailed ?? false,
        removesFailedInstall: draft.kind === 'helm',
        patience: timeoutOf(app),
        now,
      },
    );
  }

  async #turn(scene: ReleasePass, stored: readonly Stored[]): Promise<CarriedOut | 'again'> {
    const asked = await this.#attempts.askedTests(scene, stored);
    if (asked !== undefined) return asked;
    const action = this.#decide(scene, stored);
    const { app, memory } = scene.pass.request;
    const status = statusOf(app, stored, memory);
    switch (action.kind) {
      case 'begin':
        this.#foretellUnmanaged(scene, stored);
        return this.#attempts.begin(scene, action, stored);
      case 'resume':
        return this.#attempts.resume(scene, action, stored);
      case 'unlock':
        return this.#attempts.unlock(scene, action.version, action.why);
      case 'test':
        return this.#attempts.test(scene, action.version, stored);
      case 'correct': {
        const testsDueIn = dueIn(app, status.tests, this.#parts.ports.clock.now());
        if (testsDueIn === 0) return this.#attempts.testsDue(scene, action.version);
        return this.#correct(scene, action.version, { complete: true, ...status, ...(testsDueIn === undefined ? {} : { testsDueIn }) });
      }
      case 'wait':
        return this.#waits(scene, action, { stored, status });
      case 'rollback':
        return this.#attempts.rollBack(scene, action, stored);
      case 'uninstall':
        return this.#attempts.uninstall(scene, action);
      case 'pinned': {
        const reason = await this.#rejectionOf(scene, stored);
        return this.#heldAt(
          scene,
          {
            ...status,
            complete: false,
            ...judgedAs(pinnedVerdict(reason)),
            pinned: { rejected: scene.target.render.revision, reason, revert: action.revert },
          },
          stored,
        );
      }
      case 'exhausted':
        return this.#waits(scene, action, { stored, status });
    }
  }

  async #waits(
    scene: ReleasePass,
    action: Extract<Action, { kind: 'wait' | 'exhausted' }>,
    { stored, status }: { readonly stored: readonly Stored[]; readonly status: ReturnType<typeof statusOf> },
  ): Promise<CarriedOut> {
    const tests = action.kind === 'exhausted' ? action.tests : action.reason === 'testBackoff';
    const body = tests || (action.kind === 'wait' && action.reason === 'locked') ? undefined : await scene.records.load(action.version);
    const release = body?.ok === true ? body.value : undefined;
    const what = failureText({ version: action.version, tests }, { release, ran: status.tests });
    const judged = judgedAs(waitingFor(action, { stored, what, now: this.#parts.ports.clock.now() }));
    return this.#heldAt(scene, { ...status, complete: false, ...judged }, stored);
  }

  /** The release is as wished for: what differs in the cluster is drift. */
  async #correct(scene: ReleasePass, version: number, release: ReleaseResult): Promise<CarriedOut> {
    const target = await this.#attempts.asStored(scene, version);
    if (!target.ok) return this.#unreadable(scene, target.error);
    const done = await this.#carrier.carryOut(scene.pass, target.value);
    return 'failed' in done ? done : { ...done, release };
  }

  /** The wished-for revision is not worked on now: the deployed one is kept as its record says. */
  async #heldAt(scene: ReleasePass, release: ReleaseResult, stored: readonly Stored[]): Promise<CarriedOut> {
    const deployed = stored.findLast(({ revision }) => revision.status === 'deployed');
    if (deployed === undefined) return this.#shown(scene, release);
    const body = await scene.records.load(deployed.revision.version);
    if (!body.ok) return this.#unreadable(scene, body.error);
    const wanted = this.#attempts.targetOf(scene, body.value);
    const target = await this.#attempts.by(body.value.applyMethod, { ...scene, target: wanted }, stored);
    if (!target.ok) return this.#unreadable(scene, target.error);
    const done = await this.#carrier.carryOut(scene.pass, {
      ...target.value,
      cause: 'drift',
      hold: { code: 'ReleaseFailed', message: '', problems: [], transient: true },
    });
    return 'failed' in done ? done : { ...done, release };
  }

  /** Nothing is done; the plan is made to be looked at. */
  async #shown(scene: ReleasePass, release: ReleaseResult): Promise<CarriedOut> {
    const done = await this.#carrier.preview(scene.pass, scene.target);
    return 'failed' in done ? done : { ...done, release };
  }

  async #unreadable(scene: ReleasePass, error: RecordError): Promise<CarriedOut> {
    scene.pass.request.memory.release.stored = undefined;
    if (error.reason !== 'CorruptRelease') return { failed: error };
    return this.#shown(scene, {
      complete: false,
      ...judgedAs(stuck({ phase: 'Refused', reason: 'ReleaseUnreadable', message: error.message })),
    });
  }

  async #rejectionOf({ records, target }: ReleasePass, stored: readonly Stored[]): Promise<string> {
    const digest = labelDigest(target.render.digest);
    const failed = stored.findLast(
      ({ revision: { attempt, status, tests } }) => attempt?.digest === digest && (status === 'failed' || tests === 'failed'),
    );
    const body: { readonly ok: boolean; readonly value?: Release } | undefined =
      failed === undefined ? undefined : await records.load(failed.revision.version);
    return body?.ok === true && body.value?.status === 'failed' ? body.value.description : 'its tests failed';
  }

  /** S20: reported before it is upgraded back. */
  #foretellUnmanaged({ pass, records }: ReleasePass, stored: readonly Stored[]): void {
    const last = stored.at(-1);
    if (last === undefined || last.marks !== undefined || stored.every(({ marks }) => marks === undefined)) return;
    const { version, status } = last.revision;
    const message = `revision ${version} (${status}) of release ${records.place.name} was made by somebody else; it is upgraded to what Git says`;
    const step = `${records.place.name}.v${version}`;
    this.#parts.journal.record(pass.request.app as unknown as KubeObject, { type: 'Unmanaged', message, warning: true, step });
  }
}

/** Whether a list is older than what the watch told meanwhile: nobody would tell it again. */
const isOutdated = (listed: readonly Stored[], heard: ReadonlyMap<number, string>): boolean =>
  [...heard].some(([version, resourceVersion]) => {
    const known = listed.find(({ revision }) => revision.version === version)?.resourceVersion;
    return known === undefined || Number(resourceVersion) > Number(known);
  });

/** Milliseconds until the tests that run by themselves are due again; undefined: never. Counted from the end of the last one. */
function dueIn(app: App, tests: ReleaseResult['tests'], now: number): number | undefined {
  const { every, schedule, timeZone = 'UTC' } = app.spec.tests;
  if ((tests ?? []).length === 0) return undefined;
  const ends = (tests ?? []).flatMap(({ completedAt }) => (completedAt === undefined ? [] : [Date.parse(completedAt)]));
  const last = ends.length > 0 ? Math.max(...ends) : Date.parse(app.status?.applied?.at ?? '') || now;
  const pause = every === undefined ? undefined : parseDuration(every);
  const cron = schedule === undefined ? undefined : parseSchedule(schedule);
  const times = [pause === undefined ? undefined : last + pause, cron === undefined ? undefined : nextTime(cron, last, offsetIn(timeZone))];
  const due = times.filter((time) => time !== undefined);
  return due.length === 0 ? undefined : Math.max(0, Math.min(...due) - now);
}

export const judgedAs = (judged: ReleaseResult['judged']): Pick<ReleaseResult, 'judged'> => (judged === undefined ? {} : { judged });

const pinnedVerdict = (reason: string): ReleaseResult['judged'] =>
  stuck({ phase: 'Failed', reason: 'Pinned', message: `held at the revision before: ${reason}` });

/** A person asked for a run, and it is this one. */
function isAskedAgain(app: App): boolean {
  const token = getKey(app.metadata.annotations ?? {}, names.reconcileAt);
  if (token === undefined || token === app.status?.lastHandledReconcileAt) return false;
  return getCondition(app.status?.conditions, 'Ready')?.status !== 'True';
}
