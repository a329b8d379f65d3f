/**
 * How soon somebody has to look at a change of an object. Workload controllers write status many times on the way to ready, and so do the Apps that a
 * parent owns or another App waits for: a pass for each of those writes would cost as many plans, of which none finds anything to do.
 */
import { type App, names } from '../../api/index.ts';
import { healthOf, kindHealth } from '../../core/health/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { countsForParent } from '../../core/plan/index.ts';
import { sameIntent } from '../../core/plan/changes/index.ts';
import type { ObjectChange } from '../app/objects.ts';

/** `soon`: together with whatever else comes meanwhile. `never`: nothing that a pass would tell follows from it. */
export type Urgency = 'now' | 'soon' | 'never';

/** Milliseconds for which `soon` gathers, unless the installation says otherwise. */
export const PROGRESS_EVERY = 1000;

/** Of an object that an App owns. `at`: milliseconds since the epoch. */
export function urgencyOf({ now, old }: Pick<ObjectChange, 'now' | 'old'>, at: number): Urgency {
  if (now === null || old === undefined || !sameIntent(withoutNotes(old), withoutNotes(now))) return 'now';
  // Only its status changed, or what its controller notes beside it. A child App of no wave is its own affair (S15).
  if (!countsForParent(now)) return 'never';
  // Where no rule of its kind says what its status means, an App may have one of its own.
  if (kindHealth(now) === undefined) return 'now';
  return stateOf(old, at) === stateOf(now, at) ? 'soon' : 'now';
}

/** `deployment.kubernetes.io/revision`, `pv.kubernetes.io/bind-completed` …: by controllers that write status with their next breath. */
const isNote = (key: string): boolean => /^(?:deployment|pv|volume)\.(?:beta\.)?kubernetes\.io\//.test(key);

function withoutNotes(object: KubeObject): KubeObject {
  const { annotations = {}, ...metadata } = object.metadata;
  if (!Object.keys(annotations).some(isNote)) return object;
  const kept = Object.entries(annotations).filter(([key]) => !isNote(key));
  return { ...object, metadata: kept.length === 0 ? metadata : { ...metadata, annotations: Object.fromEntries(kept) } };
}

const stateOf = (object: KubeObject, now: number): string => healthOf(object, { now }).state;

/** Of an App, for itself: anything but status and what the server writes about it. That it has our finalizer now is our own doing. */
export function isMeaningful(old: KubeObject, now: KubeObject): boolean {
  const lost = isHeld(old) && !isHeld(now);
  return lost || JSON.stringify(intentOf(old)) !== JSON.stringify(intentOf(now));
}

const isHeld = ({ metadata }: KubeObject): boolean => metadata.finalizers?.includes(names.finalizer) === true;

const intentOf = ({ metadata }: KubeObject): unknown => [
  metadata.uid,
  metadata.generation,
  metadata.annotations,
  metadata.labels,
  metadata.finalizers?.filter((name) => name !== names.finalizer) ?? [],
  metadata.deletionTimestamp,
];

/** Of an App, for whoever waits for it. */
export function urgencyForOthers(old: KubeObject, now: KubeObject): Urgency {
  return isMeaningful(old, now) || readiness(old) !== readiness(now) ? 'now' : 'soon';
}

/** Everything its status says, except how it gets on. */
function readiness(object: KubeObject): string {
  const { conditions = [], health: _how, waitingFor: _what, ...rest } = (object as unknown as App).status ?? {};
  return JSON.stringify([conditions.map(({ type, status }) => [type, status]), rest]);
}
