/**
 * One suite per port, run over every adapter of it: in memory, real, and failing.
 * In: a way to make the adapter. Out: tests. Never: knows which adapter it tests.
 */
export { chartsSuite, type ChartsUnderTest } from './charts.ts';
export { gitSuite, type GitUnderTest } from './git.ts';
export { kubeSuite, type KubeUnderTest } from './kube.ts';
export { ledgerEvent, ledgerSuite } from './ledger.ts';
