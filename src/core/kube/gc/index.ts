/**
 * Garbage collection. In: an object, the state of its owners, its dependents. Out: what has to happen. Never: deletes.
 */
export { FOREGROUND, judge, ORPHAN, ownerStep, type OwnerState, type Verdict } from './gc.ts';
