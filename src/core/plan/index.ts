/**
 * The plan: what will happen to every object of an App, in which order, allowed or refused by which rule, and why (S2).
 * In: the wanted objects, what was seen in the cluster, the App's policy. Out: one immutable value that serves apply, preview, approval and drift.
 * Never: holds a payload or a secret value, talks to a cluster, decides on anything it was not told.
 */
export { decide, itemDigest, remaining } from './decide.ts';
export { countPlan, formatChange, formatPlan, isQuiet, type FormatOptions } from './format.ts';
export { countsForParent } from './order.ts';
export { isRun, runAnnotation } from './wanted.ts';
export type { Claims, Desired, Observed, OtherApp, Policy, Prediction, Seen, WantedObject } from './observed.ts';
export type { Basis, Cause, FieldChange, InventoryEntry, Operation, Plan, PlanItem, Reason } from './types.ts';
