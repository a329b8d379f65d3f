/** What a pass found, and the status that follows from it. Pure: the same verdict on the same status is the same status, so idle Apps are never written. */
import {
  type App,
  type AppStatus,
  type Condition,
  type Drift,
  type HistoryEntry,
  type NewCondition,
  type Phase,
  type ReasonCode,
  type Why,
  removeCondition,
  setCondition,
} from '../../api/index.ts';
import { type Plan, countPlan, isQuiet } from '../../core/plan/index.ts';
import { formatRef } from '../../core/object/index.ts';
import { type Contracts, sameContracts } from '../../core/contract/index.ts';
import type { Worst } from './assess.ts';
import { healthCause } from './assess.ts';
import { declaredBy } from './contracts.ts';
import type { ReleaseResult } from './release/stage.ts';
import type { Pin, Reverted } from './pin.ts';
import type { Render } from './render.ts';

export interface Verdict {
  readonly phase: Phase;
  /** `True` only when everything asked for is done and healthy. */
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly reason: ReasonCode;
  readonly message: string;
  /** Whether time, an event or a retry may change it; otherwise only a person can. */
  readonly moving: boolean;
  /** The object it waits for: `App/shop/db`, `Deployment/shop/web`. */
  readonly about?: string;
  /** RFC 3339: when this wait ends as a failure by itself. */
  readonly deadline?: string;
  /** Reasons in detail, the most important first. */
  readonly why?: readonly Omit<Why, 'since'>[];
}

/** Everything else a pass learned. */
export interface Findings {
  readonly render?: Render;
  readonly plan?: Plan;
  /** The render is applied whole. */
  readonly applied: boolean;
  readonly health?: Worst;
  readonly drift: readonly Drift[];
  readonly contested: readonly { readonly path: string; readonly manager: string }[];
  readonly inventory?: { readonly count: number; readonly digest: string; readonly cluster: string };
  readonly images?: readonly string[];
  readonly urls?: readonly string[];
  /** Set when the App is a Helm release. */
  readonly release?: ReleaseResult;
  /** It is held at an earlier revision. */
  readonly pin?: Pin & { readonly revert?: Reverted };
  readonly stale?: { readonly since: string; readonly message: string };
}

export interface Moment {
  /** RFC 3339. */
  readonly now: string;
  readonly source: string;
  readonly handled: string | undefined;
  readonly retries: number;
}

export function nextStatus(app: App, verdict: Verdict, findings: Findings, moment: Moment): AppStatus {
  const old = app.status ?? {};
  const next: { -readonly [K in keyof AppStatus]: AppStatus[K] } = { ...old };
  if (app.metadata.generation !== undefined) next.observedGeneration = app.metadata.generation;
  if (moment.handled !== undefined) next.lastHandledReconcileAt = moment.handled;
  next.conditions = conditionsOf(app, { verdict, findings, now: moment.now });
  const { render, plan, health, inventory } = findings;
  if (render !== undefined && findings.applied) next.applied = appliedOf(app, render, moment);
  if (render !== undefined) next.attempted = attemptedOf(old.attempted, { render, verdict, moment });
  withRelease(next, findings, moment.now);
  if (plan !== undefined && (!isQuiet(plan) || waited(app))) next.plan = planOf(old.plan, plan, moment.now);
  if (inventory !== undefined) next.inventory = inventory;
  if (health !== undefined) next.health = healthOf(old.health, health, moment.now);
  next.drift = keepTimes(old.drift ?? [], findings.drift);
  next.why = whyOf(old.why ?? [], verdict, moment.now);
  if (plan !== undefined) next.warnings = warningsOf(old.warnings ?? [], plan, moment.now);
  if (findings.images !== undefined) next.images = [...findings.images].slice(0, 100);
  if (findings.urls !== undefined) next.urls = [...findings.urls];
  if (render !== undefined) next.history = historyOf(app, { verdict, findings, moment, render });
  for (const key of ['drift', 'why', 'warnings', 'images', 'urls', 'history'] as const) if (next[key]?.length === 0) delete next[key];
  return next;
}

/** What is told of a Helm release; gone when the App is none any more. */
function withRelease(next: { -readonly [K in keyof AppStatus]: AppStatus[K] }, { release, render, pin }: Findings, now: string): void {
  if (render === undefined) return;
  if (release?.status === undefined) delete next.release;
  else next.release = release.status;
  if (release?.delivery === undefined) delete next.delivery;
  else next.delivery = release.delivery;
  if (release?.tests === undefined || release.tests.length === 0) delete next.tests;
  else next.tests = release.tests;
  if (release?.testsAsked !== undefined) next.lastHandledTestAt = release.testsAsked;
  if (pin === undefined) delete next.pinned;
  else next.pinned = { ...pin, since: next.pinned?.digest === pin.digest ? next.pinned.since : now };
}

/** Why a plan waits for a person. */
export const approvalReasons = ['PruneNeedsApproval', 'DowngradeNeedsApproval', 'ApprovalNeeded'] as const satisfies readonly ReasonCode[];

/** A plan that waited and has nothing left to do is replaced; one that was carried out stays to be looked at. */
const waited = (app: App): boolean =>
  app.status?.conditions?.some(
    ({ type, reason }) => type === 'Ready' && (reason === 'PlanStale' || (approvalReasons as readonly string[]).includes(reason)),
  ) === true;

interface Scene {
  readonly verdict: Verdict;
  readonly findings: Findings;
  readonly now: string;
}

function conditionsOf(app: App, { verdict, findings, now }: Scene): Condition[] {
  const { generation } = app.metadata;
  const at = { now, ...(generation === undefined ? {} : { generation }) };
  let conditions: readonly Condition[] = app.status?.conditions ?? [];
  const set = (condition: NewCondition): void => {
    conditions = setCondition(conditions, condition, at);
  };
  const optional = (wanted: boolean, condition: NewCondition): void => {
    if (wanted) set(condition);
    else conditions = removeCondition(conditions, condition.type);
  };
  const { reason, message, ready } = verdict;
  set({ type: 'Ready', status: ready, reason, message });
  optional(ready !== 'True' && verdict.moving, { type: 'Reconciling', status: 'True', reason, message });
  optional(ready !== 'True' && !verdict.moving && reason !== 'Suspended', { type: 'Stalled', status: 'True', reason, message });
  if (findings.render !== undefined || findings.plan !== undefined) set(syncedOf(verdict, findings));
  if (findings.health !== undefined) set(healthyOf(findings.health));
  if (findings.plan !== undefined) set(driftedOf(findings));
  const { release } = findings;
  const { pin } = findings;
  optional(pin !== undefined, { type: 'Pinned', status: 'True', reason: 'Pinned', message: pinnedMessage(pin) });
  const tested = testedOf(release, verdict);
  if (tested !== undefined) set(tested);
  else if (findings.render !== undefined) conditions = removeCondition(conditions, 'Tested');
  const floating = reproducibleOf(app, findings.render);
  if (floating === undefined) conditions = removeCondition(conditions, 'Reproducible');
  else set(floating);
  const contested = findings.contested.map(({ path, manager }) => `${path} (${manager})`).join(', ');
  optional(contested !== '', { type: 'Contested', status: 'True', reason: 'Contested', message: contested });
  const { stale } = findings;
  optional(stale !== undefined, {
    type: 'SourceFresh',
    status: 'False',
    reason: 'Stale',
    message: stale === undefined ? '' : `since ${stale.since}: ${stale.message}`,
  });
  return [...conditions];
}

const pinnedMessage = (pin: Findings['pin']): string => [pin?.reason, pin?.revert?.message].filter((text) => text !== undefined).join('; ');

/** Moving versions that went into the render, and what they stood for (S16); undefined when there are none. */
function reproducibleOf({ spec: { source } }: App, render: Render | undefined): NewCondition | undefined {
  const floating = (render?.floating ?? []).map(({ name, at }) => `${name} stands for ${at}`);
  if (source.chart !== undefined && !isExactVersion(source.version)) {
    const named = source.version === undefined ? 'no version' : `the range ${source.version}`;
    floating.unshift(`chart ${source.chart} is named by ${named}`);
  }
  if (floating.length === 0) return undefined;
  return { type: 'Reproducible', status: 'False', reason: 'FloatingReference', message: floating.join('; ').slice(0, 1000) };
}

/** Tests that were never to run do not count. */
function testedOf(release: ReleaseResult | undefined, { reason }: Verdict): NewCondition | undefined {
  const tests = release?.tests ?? [];
  if (tests.length === 0) return undefined;
  const failed = tests.filter(({ phase }) => phase === 'Failed').map(({ name }) => name);
  const ended = tests.filter(({ phase }) => phase === 'Failed' || phase === 'Succeeded');
  if (reason === 'TestsRunning')
    return { type: 'Tested', status: 'Unknown', reason: 'TestsRunning', message: `${ended.length} of ${tests.length} have ended` };
  if (failed.length > 0) return { type: 'Tested', status: 'False', reason: 'TestFailed', message: failed.join(', ') };
  if (ended.length === 0) return undefined;
  return { type: 'Tested', status: 'True', reason: 'TestsSucceeded', message: `${ended.length} tests` };
}

const isExactVersion = (version: string | undefined): boolean => version !== undefined && /^v?\d+\.\d+\.\d+(?:[-+].*)?$/.test(version);

function syncedOf(verdict: Verdict, findings: Findings): NewCondition {
  if (findings.applied && findings.drift.length === 0)
    return { type: 'Synced', status: 'True', reason: 'InSync', message: findings.render?.revision ?? '' };
  const reason = findings.drift.length > 0 && verdict.ready === 'True' ? 'Drifted' : verdict.reason;
  return { type: 'Synced', status: 'False', reason, message: verdict.message };
}

function healthyOf(health: Worst): NewCondition {
  const message = healthCause(health);
  if (health.state === 'Healthy') {
    const reason = health.provenance === 'simulated' ? 'HealthySimulated' : 'Healthy';
    return {
      type: 'Healthy',
      status: 'True',
      reason,
      message: health.provenance === 'assumed' ? 'assumed: no controller here reports on some kinds' : '',
    };
  }
  const status = health.state === 'Unknown' ? 'Unknown' : 'False';
  const reason = health.state === 'Unknown' ? 'HealthUnknown' : health.state;
  return { type: 'Healthy', status, reason, message };
}

function driftedOf({ drift }: Findings): NewCondition {
  if (drift.length === 0) return { type: 'Drifted', status: 'False', reason: 'InSync', message: '' };
  const names = drift.slice(0, 5).map(({ object }) => formatRef({ group: '', namespace: '', ...object }));
  return { type: 'Drifted', status: 'True', reason: 'Drifted', message: `${drift.length} objects differ: ${names.join(', ')}` };
}

function appliedOf(app: App, render: Render, moment: Moment): NonNullable<AppStatus['applied']> {
  const old = app.status?.applied;
  const declared = declaredBy(app, render.contracts);
  if (old?.digest === render.digest && old.renderKey === render.renderKey && sameContracts(old.contracts, declared)) return old;
  const contracts = sameContracts(declared, undefined) ? {} : { contracts: storedContracts(declared) };
  return { at: moment.now, inputs: inputsOf(render, moment), digest: render.digest, renderKey: render.renderKey, ...contracts };
}

const storedContracts = ({ provides, requires }: Contracts): NonNullable<NonNullable<AppStatus['applied']>['contracts']> => ({
  provides: provides.map(({ name, version }) => ({ name, version })),
  requires: requires.map(({ name, version, optional }) => ({ name, version, ...(optional === true ? { optional } : {}) })),
});

/** Its own Source first, then the others that it read. */
const inputsOf = (render: Render, { source }: Moment): { source: string; revision: string; digest?: string }[] => [
  { source, revision: render.revision, digest: render.renderKey },
  ...render.others,
];

function attemptedOf(
  old: AppStatus['attempted'],
  { render, verdict, moment }: { readonly render: Render; readonly verdict: Verdict; readonly moment: Moment },
): NonNullable<AppStatus['attempted']> {
  const same = old?.digest === render.digest && old.inputs[0]?.digest === render.renderKey;
  return {
    inputs: same ? old.inputs : inputsOf(render, moment),
    at: same ? old.at : moment.now,
    phase: verdict.phase,
    message: verdict.message.slice(0, 1000),
    retries: moment.retries,
    digest: render.digest,
  };
}

function planOf(old: AppStatus['plan'], plan: Plan, now: string): NonNullable<AppStatus['plan']> {
  if (old?.digest === plan.digest) return old;
  return { digest: plan.digest, ...countPlan(plan), at: now };
}

function healthOf(old: AppStatus['health'], health: Worst, now: string): NonNullable<AppStatus['health']> {
  const { state, provenance, cause } = health;
  const told =
    cause === undefined
      ? undefined
      : { object: formatRef(cause.key), state: cause.health.state, message: cause.health.message.slice(0, 1000) };
  const since = old?.state === state ? (old.since ?? now) : now;
  return { state, provenance, since, ...(told === undefined ? {} : { cause: told }) };
}

/** The same drift keeps the time at which it was first seen. */
function keepTimes(old: readonly Drift[], drift: readonly Drift[]): Drift[] {
  const key = ({ object, fields, missing }: Drift): string => JSON.stringify([object.kind, object.namespace, object.name, fields, missing]);
  const known = new Map(old.map((entry) => [key(entry), entry]));
  return drift.map((entry) => known.get(key(entry)) ?? entry);
}

/** What the schema of the status takes. */
const mostReasons = 50;
const mostWarnings = 20;

function whyOf(old: readonly Why[], verdict: Verdict, now: string): Why[] {
  if (verdict.ready === 'True') return [];
  const { about, why } = verdict;
  const told = why ?? [{ reason: verdict.reason, message: verdict.message, ...(about === undefined ? {} : { object: about }) }];
  return told.slice(0, mostReasons).map((entry) => {
    const known = old.find(({ reason, message }) => reason === entry.reason && message === entry.message);
    return { since: known?.since ?? now, ...entry };
  });
}

function warningsOf(old: NonNullable<AppStatus['warnings']>, { warnings }: Plan, now: string): NonNullable<AppStatus['warnings']> {
  return warnings.slice(0, mostWarnings).map(({ code, message }) => {
    const told = message.slice(0, 1000);
    return old.find((known) => known.reason === code && known.message === told) ?? { since: now, reason: code, message: told };
  });
}

const finished = new Set<Phase>(['Succeeded', 'Failed', 'Refused']);

function historyOf(
  app: App,
  {
    verdict,
    findings,
    moment,
    render,
  }: { readonly verdict: Verdict; readonly findings: Findings; readonly moment: Moment; readonly render: Render },
): readonly HistoryEntry[] {
  const old = app.status?.history ?? [];
  const [latest] = old;
  if (!finished.has(verdict.phase)) return old;
  if (latest?.digest === render.digest && latest.phase === verdict.phase) return old;
  const counts = findings.plan === undefined ? {} : pick(countPlan(findings.plan));
  const entry: HistoryEntry = {
    id: (latest?.id ?? 0) + 1,
    at: app.status?.attempted?.digest === render.digest ? app.status.attempted.at : moment.now,
    finishedAt: moment.now,
    phase: verdict.phase,
    inputs: inputsOf(render, moment),
    digest: render.digest,
    message: verdict.message.slice(0, 1000),
    ...counts,
  };
  return [entry, ...old].slice(0, app.spec.historyLimit);
}

const pick = ({ creates, changes, prunes }: ReturnType<typeof countPlan>): { creates: number; changes: number; prunes: number } => ({
  creates,
  changes,
  prunes,
});
