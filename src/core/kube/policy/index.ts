/**
 * Rules that look beyond one object. In: an object, quotas, limit ranges, admission policies. Out: refusals as text, verdicts, filled-in Pods.
 * Never: looks anything up by itself.
 */
export { type AdmissionRequest, type PolicyInput, policyVerdicts, type PolicyVerdict, type ProgramCache } from './admission-policy.ts';
export { limitRangeRefusal, withLimitRange } from './limit-range.ts';
export { chargedAgain, type ListTable, quotaRefusal, quotaUsage, unsaidRefusal } from './quota.ts';
