/**
 * Lockstep's own HTTP door for machines: metrics, liveness, readiness.
 * In: what to report. Out: a listening server. Never: shows anything about Apps beyond what the metrics say.
 */
export { listenStatus, type StatusServer, type StatusSources } from './status.ts';
