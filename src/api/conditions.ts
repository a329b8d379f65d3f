/** Conditions in the Kubernetes convention. Time comes in from outside; `lastTransitionTime` moves only when the status does. */
import type { SourceStatus } from './kinds/source.table.ts';

export type Condition = NonNullable<SourceStatus['conditions']>[number];
export type ConditionStatus = Condition['status'];

/** The condition types we write, in the order in which they are listed. */
const CONDITION_TYPES = [
  'Ready',
  'Reconciling',
  'Stalled',
  'Synced',
  'Healthy',
  'Drifted',
  'Contested',
  'Tested',
  'SourceFresh',
  'Pinned',
  'Reproducible',
  'KeysBackedUp',
] as const;
export type ConditionType = (typeof CONDITION_TYPES)[number];

export interface NewCondition {
  readonly type: ConditionType;
  readonly status: ConditionStatus;
  /** A word of the reason table. */
  readonly reason: string;
  readonly message?: string;
}

/** Kubernetes refuses longer messages. */
const MAX_MESSAGE = 32768;

export const getCondition = (conditions: readonly Condition[] | undefined, type: ConditionType): Condition | undefined =>
  conditions?.find((condition) => condition.type === type);

/**
 * The list with one condition set; the same list when that changes nothing, so that `===` tells whether a status write is needed.
 * `now` is RFC 3339 in whole seconds.
 */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  next: NewCondition,
  at: { readonly now: string; readonly generation?: number },
): readonly Condition[] {
  const list = conditions ?? [];
  const before = getCondition(list, next.type);
  const message = (next.message ?? '').slice(0, MAX_MESSAGE);
  const condition: Condition = {
    type: next.type,
    status: next.status,
    reason: next.reason,
    message,
    lastTransitionTime: before !== undefined && before.status === next.status ? before.lastTransitionTime : at.now,
    ...(at.generation === undefined ? {} : { observedGeneration: at.generation }),
  };
  if (before === undefined) return [...list, condition].toSorted((a, b) => rank(a.type) - rank(b.type));
  if (
    before.status === condition.status &&
    before.reason === condition.reason &&
    before.message === message &&
    before.observedGeneration === condition.observedGeneration
  )
    return list;
  return list.map((existing) => (existing === before ? condition : existing));
}

/** The list without one condition; the same list when it was not there. */
export function removeCondition(conditions: readonly Condition[] | undefined, type: ConditionType): readonly Condition[] {
  const list = conditions ?? [];
  return getCondition(list, type) === undefined ? list : list.filter((condition) => condition.type !== type);
}

function rank(type: string): number {
  const index = CONDITION_TYPES.findIndex((known) => known === type);
  return index < 0 ? CONDITION_TYPES.length : index;
}
