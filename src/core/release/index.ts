/**
 * Helm releases: the record as Helm 4 stores it, what state a release is in, what has to be done about it, and how its hooks run.
 * In: Secrets, charts, renders, living objects. Out: records, Secrets, one action, one step of one hook. Never: asks for anything, waits, knows the time.
 */
export { chartRecord, valuesJson } from './chart-record.ts';
export { computedValues } from './values.ts';
export { decideRelease } from './decide.ts';
export { hookMarkOf, isSkipped, isSyncRun } from './hook-mark.ts';
export { joinManifests, objectText, splitManifest } from './manifest.ts';
export type { HookMark } from './hook-mark.ts';
export { isPending, releaseToJson } from './record.ts';
export type { HookRecord, HookRun, Release, ReleaseStatus } from './record.ts';
export type { Action, Attempt, Policy, Revision, Wish } from './decide.ts';
