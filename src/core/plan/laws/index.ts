/**
 * A plan as a change with laws.
 * In: a plan, a state of digests. Out: the next state, the inverse plan, text and back. Never: touches a cluster.
 */
export { applyPlan, invertPlan, parsePlan, serialisePlan, type PlanStale, type PlanState } from './laws.ts';
