/**
 * Rules that look beyond one object. In: an object, quotas, limit ranges, admission policies. Out: refusals as text, verdicts, filled-in Pods, webhooks that would be called.
 * Never: looks anything up by itself.
 */
export { type PolicyInput, policyVerdicts, type PolicyVerdict } from './admission-policy.ts';
export type { AdmissionRequest } from './admission-request.ts';
export type { ProgramCache } from './expressions.ts';
export { limitRangeRefusal, withLimitRange } from './limit-range.ts';
export { chargedAgain, type ListTable, quotaRefusal, quotaUsage, unsaidRefusal } from './quota.ts';
export { webhooksCalled, type WouldCall, wouldCallText } from './webhooks.ts';
