/**
 * The whole product in one process for tests that tell stories.
 * In: files, edits, faults, time. Out: the cluster, the ledger, what was sent. Never: a network, a disk, the real clock.
 */
export { world, World, repositoryUrl, type AppOptions, type InnerPorts, type WorldOptions } from './world.ts';
export { Door, effective, type Fault, type Sent } from './door.ts';
export { type Ground, type OpenGround, embedded, standOn } from './ground.ts';
export { late } from './late.ts';
export { MemoryCharts } from './memory-charts.ts';
export { MemoryGit } from './memory-git.ts';
export { MemoryNotifier } from './memory-notifier.ts';
export { MemoryLedger } from './memory-ledger.ts';
export { MemoryWeb } from './memory-web.ts';
export type { Files } from './memory-tree.ts';
