/** What a pass that carried out its target amounts to: the verdict, and when to look again. Pure. */
import type { App, Drift, ReasonCode } from '../../api/index.ts';
import { reasons, parseDuration } from '../../api/index.ts';
import { imagesOf } from '../../core/ledger/index.ts';
import { formatRef, refKey } from '../../core/object/index.ts';
import type { Plan, PlanItem } from '../../core/plan/index.ts';
import type { Clock } from '../../ports/index.ts';
import { rfc3339 } from '../time.ts';
import type { Worst } from './assess.ts';
import { healthCause } from './assess.ts';
import type { AppMemory } from './memory.ts';
import type { Done, Next } from './pass-end.ts';
import { isSuspended } from './suspend.ts';
import type { Target } from './targets.ts';
import { mayPass } from './hold.ts';
import { type Verdict, approvalReasons } from './verdict.ts';
import { windowNext } from './windows.ts';

export interface Conclusion {
  readonly verdict: Verdict;
  readonly next: Next;
  readonly applied: boolean;
  readonly settled: boolean;
  readonly images: readonly string[];
}

export interface ConcludeRequest {
  readonly app: App;
  readonly target: Target;
  readonly done: Done;
  readonly health: Worst;
  readonly memory: AppMemory;
  readonly clock: Clock;
  readonly drift: readonly Drift[];
  /** False while a lost inventory is not rebuilt whole (S6). */
  readonly whole: boolean;
  /** A plan that a person approved, and that is not the one of now (S2). */
  readonly staleYes?: string;
}

/** A safety net for what should come as an event. */
const lookAgain = 30_000;

export function conclude(request: ConcludeRequest): Conclusion {
  const { done } = request;
  const { plan } = done.planned;
  const written = new Set(done.result?.written ?? []);
  const open = plan.items.filter((item) => item.after !== undefined && isOpen(item, written));
  const { release } = done;
  const applied = open.length === 0 && plan.refused.length === 0 && release?.complete !== false;
  const judged = isSuspended(request.app, request.clock.now()) ? judge(request, applied) : (release?.judged ?? judge(request, applied));
  return {
    ...judged,
    next: withTests(judged.next, release?.testsDueIn),
    applied,
    // What only a person can move does not hold up the Apps that look at what this one makes.
    settled: open.every(({ waits }) => waits) || !judged.verdict.moving,
    images: imagesOf([...done.planned.manifests.values()]),
  };
}

/** Still to be written. A skip is either as it should be, or waits for something to be gone. */
function isOpen(item: PlanItem, written: ReadonlySet<string>): boolean {
  if (item.operation === 'keep') return false;
  if (item.operation === 'skip') return item.reasons.some(({ code }) => code === 'Terminating');
  if (item.operation === 'recreate') return true;
  return !written.has(refKey(item.ref));
}

/** Tests that run on a schedule are looked at when they are due. */
const withTests = (next: Next, dueIn: number | undefined): Next =>
  dueIn === undefined || next.kind !== 'done' ? next : { kind: 'after', ms: Math.min(dueIn, 2 ** 31 - 1) };

type Judged = Pick<Conclusion, 'verdict' | 'next'>;

const moving = (phase: Verdict['phase'], reason: ReasonCode, message: string): Verdict => ({
  phase,
  ready: 'False',
  reason,
  message,
  moving: true,
});
const stuck = (phase: Verdict['phase'], reason: ReasonCode, message: string): Verdict => ({
  phase,
  ready: 'False',
  reason,
  message,
  moving: false,
});

function judge(request: ConcludeRequest, applied: boolean): Judged {
  const { done, app, clock } = request;
  const { plan } = done.planned;
  if (isSuspended(app, clock.now())) return judgeSuspended(request, applied);
  const failure = done.result?.failures[0];
  if (failure !== undefined) {
    const message = (done.result?.failures ?? [])
      .map((each) => each.message)
      .slice(0, 5)
      .join('; ');
    const notBefore = (failure.retryAfterSeconds ?? 0) * 1000;
    return { verdict: moving('Failed', failure.code, message), next: { kind: 'retry', notBefore } };
  }
  const [refused] = plan.refused;
  if (refused !== undefined) {
    const code = refused.code in reasons ? (refused.code as ReasonCode) : 'ApplyFailed';
    const message = plan.refused.map((each) => each.message).join('; ');
    return mayPass(code)
      ? { verdict: moving('Waiting', code, message), next: { kind: 'after', ms: lookAgain } }
      : { verdict: stuck('Refused', code, message), next: { kind: 'retry' } };
  }
  return judgeProgress(request, plan);
}

function judgeProgress(request: ConcludeRequest, plan: Plan): Judged {
  const { result } = request.done;
  const waiting = result?.waiting ?? [];
  const approval = plan.items.filter(({ waits }) => waits);
  const refusedPrune = plan.items.find(({ operation, after }) => operation === 'refuse' && after === undefined);
  const pending = plan.items.find((item) => item.reasons.some(({ code }) => code === 'WaitingForApps'));
  const timeout = judgeTimeout(request);
  if (waiting.length > 0) {
    const pruning = waiting.every((text) => text.endsWith('to be gone'));
    const message = `waiting for ${waiting.slice(0, 5).join(', ')}`;
    return timeout ?? { verdict: moving('Waiting', pruning ? 'Pruning' : 'Applying', message), next: { kind: 'after', ms: lookAgain } };
  }
  if (approval[0] !== undefined) return { verdict: approvalVerdict(plan, request.staleYes), next: { kind: 'done' } };
  if (refusedPrune !== undefined) {
    return {
      verdict: stuck('Refused', 'PruneRefused', refusedPrune.reasons.map(({ message }) => message).join('; ')),
      next: { kind: 'after', ms: lookAgain },
    };
  }
  if (pending !== undefined) {
    return {
      verdict: moving('Waiting', 'Pruning', pending.reasons.map(({ message }) => message).join('; ')),
      next: { kind: 'after', ms: lookAgain },
    };
  }
  const later = plan.items.flatMap(({ reasons: said }) => said.filter(({ code }) => code === 'WindowClosed'));
  if (later[0] !== undefined) {
    const next = windowNext(request.app, request.clock.now());
    return { verdict: moving('Waiting', 'WindowClosed', later[0].message), next };
  }
  if (!request.whole) {
    const message = 'what it owned cannot be told until every kind can be discovered again';
    return { verdict: moving('Waiting', 'InventoryLost', message), next: { kind: 'after', ms: lookAgain } };
  }
  return judgeHealth(request, timeout);
}

const isApprovalCode = (code: string): code is (typeof approvalReasons)[number] => (approvalReasons as readonly string[]).includes(code);

function approvalVerdict(plan: Plan, staleYes: string | undefined): Verdict {
  const reasonsOfItems = plan.items.filter(({ waits }) => waits).flatMap((item) => item.reasons);
  const reason = reasonsOfItems.find(({ code }) => isApprovalCode(code));
  const code = reason !== undefined && isApprovalCode(reason.code) ? reason.code : 'ApprovalNeeded';
  const message = `${reason?.message ?? 'waits for a person'}; approve plan ${plan.digest}`;
  if (staleYes === undefined) return stuck('Waiting', code, message);
  return stuck('Waiting', 'PlanStale', `plan ${staleYes} was approved, but the cluster or Git moved meanwhile: ${message}`);
}

/** `health.timeout` runs from the first pass of a manifest digest that was not healthy. */
function judgeTimeout({ app, target, health, memory, clock, done }: ConcludeRequest): Judged | undefined {
  const { digest } = target.render;
  const waiting = (done.result?.waiting.length ?? 0) > 0;
  if (health.state === 'Healthy' && !waiting) {
    memory.progressing = undefined;
    return undefined;
  }
  if (memory.progressing?.digest !== digest) memory.progressing = { digest, since: clock.monotonic() };
  const limit = parseDuration(app.spec.health.timeout) ?? 300_000;
  if (clock.monotonic() - memory.progressing.since < limit) return undefined;
  const message = `not healthy after ${app.spec.health.timeout}: ${healthCause(health)}`;
  return { verdict: { ...stuck('Failed', 'HealthTimeout', message), ...aboutOf(health) }, next: { kind: 'done' } };
}

function judgeHealth(request: ConcludeRequest, timeout: Judged | undefined): Judged {
  const { app, health, memory, clock, target, drift } = request;
  const message = healthCause(health);
  const good = health.state === 'Healthy' || health.state === 'Suspended' || !app.spec.health.wait;
  if (good) {
    const pause = healsLater(request.done);
    const text = drift.length === 0 || pause ? target.render.revision : `${target.render.revision}; ${drift.length} objects differ`;
    const verdict: Verdict = { phase: 'Succeeded', ready: 'True', reason: 'Succeeded', message: text, moving: false };
    return { verdict, next: pause ? { kind: 'after', ms: 1000 } : untilResumed(app, clock.now()) };
  }
  if (timeout !== undefined) return timeout;
  const since = memory.progressing?.since ?? clock.monotonic();
  const left = since + (parseDuration(app.spec.health.timeout) ?? 300_000) - clock.monotonic();
  const code: ReasonCode =
    health.state === 'Degraded'
      ? 'Degraded'
      : health.state === 'Unknown'
        ? 'HealthUnknown'
        : health.state === 'Missing'
          ? 'Missing'
          : 'Progressing';
  const wait = Math.max(1000, left);
  const deadline = rfc3339(clock.now() + left);
  return { verdict: { ...moving('Verifying', code, message), ...aboutOf(health), deadline }, next: { kind: 'after', ms: wait } };
}

const aboutOf = ({ cause }: Worst): { readonly about?: string } => (cause === undefined ? {} : { about: formatRef(cause.key) });

/** A heal that was put off because the object was healed a moment ago (S8). */
function healsLater({ planned: { plan }, result }: Done): boolean {
  const written = new Set(result?.written ?? []);
  const heals = plan.items.filter(({ operation }) => operation === 'change' || operation === 'create');
  return plan.cause === 'drift' && heals.some(({ ref }) => !written.has(refKey(ref)));
}

/** S19: nothing is changed; what would be is shown. */
function judgeSuspended({ app, health, clock, drift, target }: ConcludeRequest, applied: boolean): Judged {
  const why = app.spec.suspendReason === undefined ? '' : `: ${app.spec.suspendReason}`;
  const differs = drift.length > 0 ? `; ${drift.length} objects differ` : applied ? '' : `; ${target.render.revision} is not applied`;
  const ready = applied && drift.length === 0 && health.state === 'Healthy' ? 'True' : 'False';
  const verdict: Verdict = { phase: 'Waiting', ready, reason: 'Suspended', message: `suspended${why}${differs}`, moving: false };
  return { verdict, next: untilResumed(app, clock.now()) };
}

function untilResumed(app: App, now: number): Next {
  const until = app.spec.suspend && app.spec.suspendUntil !== undefined ? Date.parse(app.spec.suspendUntil) - now : 0;
  return until > 0 ? { kind: 'after', ms: Math.min(until, 2 ** 31 - 1) } : { kind: 'done' };
}
