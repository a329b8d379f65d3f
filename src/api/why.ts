/** What our own objects say about why they are not ready, as claims of a chain (`core/why`). */
import { type Claim } from '../core/why/index.ts';
import { type KubeObject, formatRef, refOf } from '../core/object/index.ts';
import { type ConditionStatus, type ConditionType, getCondition } from './conditions.ts';
import { reasons } from './reasons.table.ts';
import type { App, AppStatus, Source } from './types.ts';

/** The next step that the reason table knows. */
export const nextStep = (reason: string): string | undefined =>
  reason in reasons ? reasons[reason as keyof typeof reasons].hint : undefined;

/** What an App or a Source says of itself; undefined when it is ready. An App that was never looked at says so. */
export function claimOf(object: KubeObject): Claim | undefined {
  const { status } = object as unknown as App | Source;
  const ready = getCondition(status?.conditions, 'Ready');
  const name = formatRef(refOf(object));
  if (ready?.status === 'True') return undefined;
  if (ready === undefined) return { object: name, reason: 'New', message: 'it has not been looked at yet' };
  const why = (status as AppStatus | undefined)?.why?.[0];
  const reason = why?.reason ?? ready.reason;
  const next = why?.hint ?? nextStep(reason) ?? nextStep(ready.reason);
  return {
    object: name,
    reason,
    message: why?.message ?? ready.message,
    since: why?.since ?? ready.lastTransitionTime,
    ...(why?.object === undefined ? {} : { waitsFor: why.object }),
    ...(next === undefined ? {} : { next }),
    ...deadlineOf(status as AppStatus | undefined),
  };
}

/** Conditions that deserve a look although the object may be ready, and the status that says so. */
const REMARKABLE: readonly (readonly [ConditionType, ConditionStatus])[] = [
  ['Drifted', 'True'],
  ['Contested', 'True'],
  ['Tested', 'False'],
  ['SourceFresh', 'False'],
  ['Pinned', 'True'],
  ['Reproducible', 'False'],
  ['KeysBackedUp', 'False'],
];

/** What one of our objects says of itself beside being ready or not: drift, a stale source, a floating version. */
export function remarksOf(object: KubeObject): readonly Claim[] {
  const { conditions } = (object as unknown as App | Source).status ?? {};
  const name = formatRef(refOf(object));
  return REMARKABLE.flatMap(([type, status]) => {
    const condition = getCondition(conditions, type);
    if (condition?.status !== status) return [];
    const { reason, message, lastTransitionTime: since } = condition;
    const next = nextStep(reason);
    return [{ object: name, reason, message, since, ...(next === undefined ? {} : { next }) }];
  });
}

const deadlineOf = (status: AppStatus | undefined): { readonly deadline?: string } =>
  status?.waitingFor?.deadline === undefined ? {} : { deadline: status.waitingFor.deadline };
