/** Health and drift of what an App owns, from living objects (S23, S8). */
import type { Drift } from '../../api/index.ts';
import { type Health, type WorstOf, healthOf, worstHealth } from '../../core/health/index.ts';
import type { CustomChecks } from '../../core/health/index.ts';
import { type KubeObject, type ObjectRef, formatRef, getKey, refKey } from '../../core/object/index.ts';
import { ownersAt, stepsOfPath } from '../../core/plan/fields/index.ts';
import type { Plan, PlanItem } from '../../core/plan/index.ts';
import { countsForParent, isRun } from '../../core/plan/index.ts';

export type Worst = WorstOf<ObjectRef>;

export interface HealthRequest {
  readonly now: number;
  readonly checks: CustomChecks;
  /** The living object of an item; null when it is not there. */
  readonly live: (item: PlanItem) => KubeObject | null;
  readonly manifest: (key: string) => KubeObject | undefined;
  /** Why nothing can be told of an item now; undefined: it can. */
  readonly unknown: (item: PlanItem) => string | undefined;
}

/** The health of everything the plan keeps, together. A finished Job that is gone was healthy. */
export function assessHealth(plan: Plan, request: HealthRequest): Worst {
  const all: [ObjectRef, Health][] = [];
  for (const item of plan.items) {
    const unknown = item.after === undefined ? undefined : request.unknown(item);
    if ((!item.owned && unknown === undefined) || item.after === undefined) continue;
    const manifest = request.manifest(refKey(item.ref));
    if (manifest !== undefined && !countsForParent(manifest)) continue;
    const live = request.live(item);
    if (live === null && unknown !== undefined) {
      all.push([item.ref, { state: 'Unknown', reason: 'HealthUnknown', message: unknown, provenance: 'observed' }]);
      continue;
    }
    if (live === null && isRun(item.ref) && item.reasons.some(({ code }) => code === 'Finished')) continue;
    all.push([item.ref, healthOf(live ?? undefined, { now: request.now, checks: request.checks })]);
  }
  return worstHealth(all);
}

/** `Deployment/shop/web: 1 of 3 replicas are ready` */
export const healthCause = (worst: Worst): string =>
  worst.cause === undefined ? '' : `${formatRef(worst.cause.key)}: ${worst.cause.health.message || worst.cause.health.reason}`;

/** Who set the value at a path last, if anybody but us: a manager, not a person (S26). */
export function managerAt(live: KubeObject, path: string, own: string): string | undefined {
  const steps = stepsOfPath(live, path);
  const others = (steps === undefined ? [] : ownersAt(live, steps)).filter(
    ({ manager, subresource }) => manager !== own && subresource !== 'status',
  );
  return others[0]?.manager ?? lastForeign(live, own);
}

/** A field that somebody removed has no owner; whoever wrote to the object last is the best that can be said. */
function lastForeign(live: KubeObject, own: string): string | undefined {
  const entries = (live.metadata.managedFields ?? [])
    .map((entry) => ({
      manager: String(getKey(entry, 'manager') ?? ''),
      time: String(getKey(entry, 'time') ?? ''),
      sub: getKey(entry, 'subresource'),
    }))
    .filter(({ manager, sub }) => manager !== own && manager !== '' && sub === undefined)
    .toSorted((a, b) => (a.time < b.time ? 1 : -1));
  return entries[0]?.manager;
}

const mostDrift = 50;

/** Where the cluster differs from the manifests it was given. */
export function driftOf(
  plan: Plan,
  live: (item: PlanItem) => KubeObject | null,
  { at, manager: own }: { readonly at: string; readonly manager: string },
): readonly Drift[] {
  if (plan.cause !== 'drift') return [];
  const found: Drift[] = [];
  for (const item of plan.items) {
    if (found.length >= mostDrift) break;
    if (!drifts(item)) continue;
    const object = live(item);
    const fields = item.changes.slice(0, mostDrift).map(({ path }) => path);
    const manager = object === null || item.changes[0] === undefined ? undefined : managerAt(object, item.changes[0].path, own);
    found.push({
      object: { group: item.ref.group, kind: item.ref.kind, namespace: item.ref.namespace, name: item.ref.name },
      ...(object === null ? { missing: true } : {}),
      ...(fields.length === 0 ? {} : { fields }),
      ...(manager === undefined ? {} : { manager: manager.slice(0, 128) }),
      at,
    });
  }
  return found;
}

const drifts = (item: PlanItem): boolean =>
  item.operation === 'create' ||
  item.operation === 'change' ||
  (item.operation === 'skip' && item.reasons.some(({ code }) => code === 'HealOff'));

/** `spec.replicas set by kubectl-edit` */
export function describeDrift(drift: Drift): string {
  const name = formatRef({
    group: drift.object.group ?? '',
    kind: drift.object.kind,
    namespace: drift.object.namespace ?? '',
    name: drift.object.name,
  });
  if (drift.missing === true) return `${name} is gone`;
  const fields = (drift.fields ?? []).slice(0, 5).join(', ');
  return `${name}: ${fields} differs, set by ${drift.manager ?? 'an unknown manager'}`;
}
