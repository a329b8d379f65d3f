/**
 * kstatus: the status of any resource from its own fields, as cli-utils computes it (kstatus: pkg/kstatus/status).
 * In: an object and the time. Out: one of six states, a message, and the standard conditions that express it. Never: looks at other objects.
 */
export { augment, computeStatus } from './compute.ts';
export type { KStatus, KStatusResult, StandardCondition } from './result.ts';
