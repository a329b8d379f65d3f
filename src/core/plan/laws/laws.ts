/**
 * A plan is a change with laws: applied to the state it was decided on it gives the next state, its inverse leads back, writing it down and reading it
 * again loses nothing. What cannot be undone is said, not guessed.
 */
import { type Result, err, ok } from '../../../std/index.ts';
import { refKey } from '../../object/index.ts';
import { planDigest } from '../decide.ts';
import type { Operation, Plan, PlanItem } from '../types.ts';

/** Digests by object key: what a plan knows of the cluster. */
export type PlanState = ReadonlyMap<string, string>;

export interface PlanStale {
  readonly code: 'PlanStale';
  readonly message: string;
}

const moves = (item: PlanItem): boolean => !item.waits && item.operation !== 'refuse' && item.operation !== 'skip' && !handsOver(item);

/** A transfer to another App leaves the object as it is; the other App's plan changes it. */
const handsOver = (item: PlanItem): boolean => item.operation === 'transfer' && item.after === undefined;

/** The state after the plan; `PlanStale` when an object is not as it was when the plan was made. */
export function applyPlan(plan: Plan, state: PlanState): Result<PlanState, PlanStale> {
  const next = new Map(state);
  for (const item of plan.items) {
    if (!moves(item)) continue;
    const key = refKey(item.ref);
    if (next.get(key) !== item.before) {
      return err({ code: 'PlanStale', message: `${key} is no longer as it was when the plan was made` });
    }
    if (item.after === undefined) next.delete(key);
    else next.set(key, item.after);
  }
  return ok(next);
}

const inverseOf = (item: PlanItem): Operation => {
  if (item.after === undefined) return 'create';
  return item.before === undefined ? 'prune' : item.operation;
};

/** The plan that leads back, in the opposite order; the list of what it cannot bring back otherwise. */
export function invertPlan(plan: Plan): Result<Plan, readonly PlanItem[]> {
  const lost = plan.items.filter((item) => item.irreversible && moves(item));
  if (lost.length > 0) return err(lost);
  const last = Math.max(0, ...plan.items.map(({ step }) => step));
  const items = plan.items.map((item) => (moves(item) ? invertItem(item, last) : { ...item, step: last - item.step })).reverse();
  return ok({ ...plan, items, digest: planDigest(plan.uid, items) });
}

function invertItem({ before, after, ...item }: PlanItem, last: number): PlanItem {
  return {
    ...item,
    operation: inverseOf({ ...item, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }),
    step: last - item.step,
    changes: item.changes.map(({ before: was, after: is, ...change }) => ({
      ...change,
      ...(is === undefined ? {} : { before: is }),
      ...(was === undefined ? {} : { after: was }),
    })),
    ...(after === undefined ? {} : { before: after }),
    ...(before === undefined ? {} : { after: before }),
    owned: before !== undefined,
  };
}

/** A plan as text and back; the digest is checked, so that a plan that was tampered with is refused. */
export const serialisePlan = (plan: Plan): string => JSON.stringify(plan);

export function parsePlan(text: string): Result<Plan, PlanStale> {
  try {
    const plan = JSON.parse(text) as Plan;
    if (plan.digest === planDigest(plan.uid, plan.items)) return ok(plan);
    return err({ code: 'PlanStale', message: 'the plan does not match its digest' });
  } catch (error) {
    return err({ code: 'PlanStale', message: `not a plan: ${error instanceof Error ? error.message : 'unreadable'}` });
  }
}
