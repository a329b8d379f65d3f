/**
 * Health of objects: kstatus, per-kind rules, rules of an App's own, and how well it is known (S23).
 * In: live objects, the time, compiled rules. Out: one health value per object, and the worst of many. Never: reads other objects or the clock.
 */
export { builtinGroups } from './kinds.table.ts';
export { compileChecks, compileReady, type CheckSource, type CustomCheck, type CustomChecks, withoutOthers } from './checks.ts';
export { complaintOf } from './complaint.ts';
export { healthOf, kindHealth, type HealthInput } from './health.ts';
export { augment, computeStatus, type KStatus, type KStatusResult, type StandardCondition } from './kstatus/index.ts';
export { formatHealth, isWorse, worstHealth, type Health, type HealthState, type Provenance, type Verdict, type WorstOf } from './state.ts';
