/**
 * Rehearsals: the whole system of a revision built from nothing, in memory, on a clock of its own.
 * In: a repository or folder, a scenario. Out: a report; a stage to build on. Never: writes to a repository or to a real cluster, waits for real time to pass.
 */
export { readApps, runRehearsal, type RehearsalChoice } from './open.ts';
export { openOrigin, type Origin } from './origin.ts';
export { ownMirrors } from './own-mirrors.ts';
export { rehearse } from './rehearse.ts';
export { isReady, Recorder } from './recorder.ts';
export { Stage, type StagePorts } from './stage.ts';
export { delivered } from './examine.ts';
export { troubleOf } from './trouble.ts';
