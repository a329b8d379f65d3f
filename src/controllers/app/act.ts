/**
 * Act: carries out a plan, step by step. It holds no worker: where the next step has to wait (health of a gate, a deletion that takes its time), it
 * returns, and the next pass finds what was done as "kept" and goes on.
 */
import { type KubeObject, type ObjectRef, formatRef, getKey, refKey } from '../../core/object/index.ts';
import { foldManagers } from '../../core/plan/fields/index.ts';
import { isPatchedBySealed } from '../../core/plan/marks/index.ts';
import type { Plan, PlanItem } from '../../core/plan/index.ts';
import type { ApiResource, DeleteOptions, KubeClient, KubeError } from '../../ports/index.ts';
import { type Result, ok } from '../../std/index.ts';
import { type KubeReason, reasonOf } from '../kube-reason.ts';
import type { Served } from './cluster.ts';
import { withController } from './controlled.ts';
import type { LiveObjects } from './live.ts';
import { isLeftOver, isPeoplesTool, supersededBy } from './managers.ts';
import { resourceFor } from './observe.ts';
import { inParallel } from './parallel.ts';
import { type ThreeWayRules, writeThreeWay } from './three-way.ts';

export interface Failure extends KubeReason {
  readonly ref: ObjectRef;
  readonly retryAfterSeconds?: number;
}

export interface ActRequest {
  readonly client: KubeClient;
  readonly served: Served;
  readonly live: LiveObjects;
  /** The manifests to apply, stamped, by object key. */
  readonly manifests: ReadonlyMap<string, KubeObject>;
  /** Living objects as the plan saw them, by object key. */
  readonly seen: ReadonlyMap<string, KubeObject>;
  /** Keys of the objects that control others, by the key of the controlled one. */
  readonly controllers: ReadonlyMap<string, string>;
  readonly rules: ActRules;
}

export interface ActRules {
  readonly force: boolean;
  readonly propagation: NonNullable<DeleteOptions['propagation']>;
  /** The field manager everything is applied as. */
  readonly manager: string;
  readonly superseded: readonly string[];
  /** Set: the server does not merge. */
  readonly threeWay?: Pick<ThreeWayRules, 'originals' | 'typeOf'>;
  /** Fields that people added beside ours become ours first, and so go with the apply. */
  readonly strict: boolean;
  /** Whether what the cluster serves was asked just now, or may be out of date. */
  readonly discovery: 'cached' | 'fresh';
  /** Heals do not wait for the health of gates. */
  readonly gates: 'hold' | 'pass';
  /** Whether an object is healthy enough to let the next step begin. */
  readonly ready: (object: KubeObject) => boolean;
}

export interface ActResult {
  /** Keys of objects that were written or deleted, in order. */
  readonly written: readonly string[];
  readonly pruned: readonly string[];
  readonly failures: readonly Failure[];
  /** What has to happen before the next step: `Deployment/shop/web is not ready`. */
  readonly waiting: readonly string[];
  /** A gate opened for kinds that were assumed until now: plan again. */
  readonly replan: boolean;
  /** Results of applies, by object key. */
  readonly results: ReadonlyMap<string, KubeObject>;
}

const atOnce = 8;

interface Progress {
  readonly written: string[];
  readonly pruned: string[];
  readonly failures: Failure[];
  readonly waiting: string[];
  readonly results: Map<string, KubeObject>;
  replan: boolean;
}

/** Applies what does not wait, then prunes, in the order of the plan. */
export async function act(plan: Plan, request: ActRequest): Promise<ActResult> {
  const progress: Progress = { written: [], pruned: [], failures: [], waiting: [], results: new Map(), replan: false };
  for (const items of stepsOf(plan)) {
    if (stopsBefore(items, request, progress)) break;
    await inParallel(items, { limit: atOnce }, (item) => actOn(item, request, progress));
    if (progress.failures.length > 0) break;
    await waitFor(items, request, progress);
    if (progress.waiting.length > 0) break;
  }
  return progress;
}

/** Items that are done together, in the order of the plan. */
function stepsOf(plan: Plan): readonly (readonly PlanItem[])[] {
  const steps = new Map<number, PlanItem[]>();
  for (const item of plan.items) {
    const items = steps.get(item.step);
    if (items === undefined) steps.set(item.step, [item]);
    else items.push(item);
  }
  return [...steps].sort(([a], [b]) => a - b).map(([, items]) => items);
}

/** An object whose kind or namespace this very pass made: what was assumed of it is looked at before it is written. */
function stopsBefore(items: readonly PlanItem[], { rules }: ActRequest, progress: Progress): boolean {
  const assumed = items.some(({ basis, operation }) => basis === 'assumed' && operation !== 'keep');
  if (assumed && (progress.written.length > 0 || rules.discovery === 'cached')) progress.replan = true;
  return progress.replan;
}

async function actOn(item: PlanItem, request: ActRequest, progress: Progress): Promise<void> {
  if (item.waits) return;
  switch (item.operation) {
    case 'create':
      return applyItem(item, request, progress);
    case 'change':
      if (!request.rules.strict && !isOfOtherMode(item, request)) return applyItem(item, request, progress);
      return (await fold(item, request, progress)) ? applyItem(item, request, progress) : undefined;
    case 'adopt':
      if (request.rules.threeWay !== undefined && !isOfOtherMode(item, request)) return applyItem(item, request, progress);
      return (await fold(item, request, progress)) ? applyItem(item, request, progress) : undefined;
    case 'transfer':
      return item.after === undefined ? undefined : applyItem(item, request, progress);
    case 'recreate':
    case 'prune':
      return remove(item, request, progress);
    case 'keep':
    case 'skip':
    case 'refuse':
      return undefined;
  }
}

const failure = (item: PlanItem, error: KubeError): Failure => {
  const reason = reasonOf(error);
  const message = `${formatRef(item.ref)}: ${reason.message}`;
  return {
    ...reason,
    message,
    ref: item.ref,
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
  };
};

const unserved = (item: PlanItem): Failure => ({
  code: 'UnknownKind',
  message: `${formatRef(item.ref)}: the cluster does not serve ${item.apiVersion} ${item.ref.kind}`,
  transient: true,
  ref: item.ref,
});

async function applyItem(item: PlanItem, request: ActRequest, progress: Progress): Promise<void> {
  const key = refKey(item.ref);
  const manifest = request.manifests.get(key);
  // Its controller may have been made just now.
  const controller = progress.results.get(request.controllers.get(key) ?? '');
  const object = manifest === undefined ? undefined : withController(manifest, controller, request.seen.get(key) ?? null);
  const resource = object === undefined ? undefined : resourceFor(request.served, item.ref, object);
  if (object === undefined || resource === undefined) {
    progress.failures.push(unserved(item));
    return;
  }
  const result = await request.live.write(item.ref, () => write(object, { item, request, resource }));
  if (!result.ok) {
    progress.failures.push(failure(item, result.error));
    return;
  }
  progress.written.push(key);
  progress.results.set(key, result.value);
}

async function write(
  object: KubeObject,
  { item, request, resource }: Pick<Removal, 'item' | 'request' | 'resource'>,
): Promise<Result<KubeObject, KubeError>> {
  const { client, rules } = request;
  const { manager, force, threeWay } = rules;
  if (threeWay === undefined) return client.apply(resource, object, { fieldManager: manager, force });
  const live = item.operation === 'recreate' ? null : (request.seen.get(refKey(item.ref)) ?? null);
  const written = await writeThreeWay({ object, live, resource }, { ...threeWay, client, manager });
  return written === 'same' ? ok(live ?? object) : written;
}

function isOfOtherMode(item: PlanItem, { seen, rules }: ActRequest): boolean {
  const live = seen.get(refKey(item.ref));
  return live !== undefined && isLeftOver(live, { manager: rules.manager, byServer: rules.threeWay === undefined });
}

/** S9: what client-side apply and superseded managers own becomes ours before our first apply, so that their leftovers go with it. */
async function fold(item: PlanItem, request: ActRequest, progress: Progress): Promise<boolean> {
  const live = request.seen.get(refKey(item.ref));
  const resource = resourceFor(request.served, item.ref);
  if (live === undefined || resource === undefined) return true;
  const people = (live.metadata.managedFields ?? []).map((entry) => String(getKey(entry, 'manager') ?? '')).filter(isPeoplesTool);
  const all = (live.metadata.managedFields ?? []).map((entry) => String(getKey(entry, 'manager') ?? ''));
  const replaced = request.controllers.has(refKey(item.ref)) && !isPatchedBySealed(live) ? all : [];
  const { manager, superseded, strict } = request.rules;
  const folded = foldManagers(live, manager, [...superseded, ...supersededBy(manager), ...(strict ? people : []), ...replaced]);
  if (folded === live) return true;
  const { namespace, name } = item.ref;
  const value = [
    { op: 'replace', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion ?? '' },
    { op: 'replace', path: '/metadata/managedFields', value: folded.metadata.managedFields ?? [] },
    ...(live.metadata.annotations === undefined
      ? []
      : [{ op: 'replace', path: '/metadata/annotations', value: folded.metadata.annotations ?? {} }]),
  ];
  const result = await request.client.patch(
    resource,
    { namespace, name },
    { type: 'application/json-patch+json', value, fieldManager: manager },
  );
  if (!result.ok) progress.failures.push(failure(item, result.error));
  return result.ok;
}

/** S10: a StatefulSet is recreated around its running pods; everything else goes with its dependents. */
const propagationOf = (item: PlanItem, rules: ActRules): NonNullable<DeleteOptions['propagation']> => {
  if (item.operation === 'prune') return rules.propagation;
  return item.ref.kind === 'StatefulSet' ? 'Orphan' : 'Background';
};

/** S3f: deletes name the uid and the version they mean: what proved that the object may go may have been taken from it a moment ago. */
async function remove(item: PlanItem, request: ActRequest, progress: Progress): Promise<void> {
  const key = refKey(item.ref);
  const live = request.seen.get(key);
  const resource = resourceFor(request.served, item.ref);
  if (resource === undefined || live === undefined) return;
  if (live.metadata.deletionTimestamp !== undefined) return;
  const removed = await removeAsSeen(live, { item, request, resource });
  if (removed === 'other') {
    progress.replan = true;
    return;
  }
  if ('failed' in removed) {
    progress.failures.push(failure(item, removed.failed));
    return;
  }
  (item.operation === 'prune' ? progress.pruned : progress.written).push(key);
  if (removed.left === null) request.live.deleted(item.ref, live);
  else request.live.wrote(item.ref, removed.left);
}

interface Removal {
  readonly item: PlanItem;
  readonly request: ActRequest;
  readonly resource: ApiResource;
  readonly tries?: number;
}

/** Status changes all the time and is no reason not to delete; other words of people or another owner are (`other`: plan again). */
async function removeAsSeen(
  seen: KubeObject,
  { item, request, resource, tries = 5 }: Removal,
): Promise<'other' | { readonly left: KubeObject | null } | { readonly failed: KubeError }> {
  const { namespace, name } = item.ref;
  const { uid, resourceVersion } = seen.metadata;
  const meant = { ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  const result = await request.client.delete(resource, namespace, name, { propagation: propagationOf(item, request.rules), ...meant });
  if (result.ok) return { left: result.value };
  if (result.error.code === 404) return { left: null };
  if (result.error.code !== 409) return { failed: result.error };
  const fresh = await request.client.get(resource, namespace, name);
  if (!fresh.ok) return fresh.error.code === 404 ? { left: null } : { failed: fresh.error };
  const same = fresh.value.metadata.uid === uid && fresh.value.metadata.resourceVersion !== resourceVersion;
  if (same && tries > 1 && sameMarks(seen, fresh.value)) return removeAsSeen(fresh.value, { item, request, resource, tries: tries - 1 });
  request.live.wrote(item.ref, fresh.value);
  return same || fresh.value.metadata.uid !== uid ? 'other' : { failed: result.error };
}

const sameMarks = (a: KubeObject, b: KubeObject): boolean =>
  JSON.stringify([a.metadata.annotations, a.metadata.labels]) === JSON.stringify([b.metadata.annotations, b.metadata.labels]);

/** What keeps the step after this one from starting. */
async function waitFor(items: readonly PlanItem[], request: ActRequest, progress: Progress): Promise<void> {
  for (const item of items) {
    if (item.waits) continue;
    const removed = item.operation === 'prune' || item.operation === 'recreate';
    const terminating = item.operation === 'skip' && item.reasons.some(({ code }) => code === 'Terminating');
    if (removed || terminating) await waitGone(item, request, progress);
    else if (item.gate && request.rules.gates === 'hold' && item.owned) await waitReady(item, request, progress);
  }
}

async function waitGone(item: PlanItem, request: ActRequest, progress: Progress): Promise<void> {
  const resource = resourceFor(request.served, item.ref);
  if (resource === undefined) return;
  const found = await request.live.read(request.client, resource, item.ref);
  const still = found.ok && found.value !== null && found.value.metadata.uid === item.live?.uid;
  if (still || !found.ok) progress.waiting.push(`${formatRef(item.ref)} to be gone`);
  else if (item.operation !== 'prune') progress.replan = true;
}

async function waitReady(item: PlanItem, request: ActRequest, progress: Progress): Promise<void> {
  const resource = resourceFor(request.served, item.ref);
  if (resource === undefined) return;
  const found = await request.live.read(request.client, resource, item.ref);
  if (!found.ok || found.value === null || !request.rules.ready(found.value)) progress.waiting.push(`${formatRef(item.ref)} to be ready`);
}
