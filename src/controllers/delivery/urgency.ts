/**
 * How soon an App has to look at a change of an object that it owns. Workload controllers write status many times on the way to ready, and a parent owns
 * Apps that do the same: a pass for each of those writes would cost as many plans, of which none finds anything to do.
 */
import { healthOf } from '../../core/health/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { countsForParent } from '../../core/plan/index.ts';
import { sameIntent } from '../../core/plan/changes/index.ts';
import type { ObjectChange } from '../app/objects.ts';

/** `soon`: together with whatever else comes within a second. `never`: nothing that a pass would tell follows from it. */
export type Urgency = 'now' | 'soon' | 'never';

/** Milliseconds that news of progress waits for more of it. */
export const SOON = 1000;

/** `at`: milliseconds since the epoch. */
export function urgencyOf({ now, old }: Pick<ObjectChange, 'now' | 'old'>, at: number): Urgency {
  if (now === null || old === undefined || !sameIntent(old, now)) return 'now';
  // Only its status changed. A child App of no wave is its own affair (S15).
  if (!countsForParent(now)) return 'never';
  return stateOf(old, at) === stateOf(now, at) ? 'soon' : 'now';
}

const stateOf = (object: KubeObject, now: number): string => healthOf(object, { now }).state;
