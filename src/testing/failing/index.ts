/**
 * Ports that fail at a chosen call: as an error, a timeout, a success whose answer is lost, or the end of the process.
 * In: a port and a plan. Out: the same port. Never: fails by chance, so every failure can be repeated.
 */
export { FaultInjector, type Call, type Fault, type FaultPlan } from './injector.ts';
export { failingTransport, isWrite } from './kube.ts';
export { failingCharts } from './charts.ts';
export { failingMirrors } from './git.ts';
export { failingLedger } from './ledger.ts';
