/**
 * Rehearsals: the whole system of a revision built from nothing, in memory, on a clock of its own.
 * In: a repository or folder, a scenario. Out: a report. Never: writes to a repository or to a real cluster, waits for real time to pass.
 */
export { readApps, runRehearsal, type RehearsalChoice } from './open.ts';
