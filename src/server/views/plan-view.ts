/** The controller's plan by waves, for people. Pure: the plan is masked already (S2). */
import type { PlanView } from '../../api/http/index.ts';
import type { FieldChange, Plan, PlanItem, Reason } from '../../core/plan/index.ts';
import type { Json } from '../../core/object/index.ts';
import { when } from './when.ts';

const MOST_ITEMS = 2000;
const MOST_CHANGES = 200;

export interface ApprovalFacts {
  /** Names of Approvals for exactly this plan. */
  readonly by: readonly string[];
}

export function planView(plan: Plan, { by }: ApprovalFacts): PlanView {
  const open = plan.items.filter(({ operation }) => operation !== 'keep');
  const counts = new Map<string, number>();
  for (const { operation } of plan.items) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  const waves = new Map<number, PlanItem[]>();
  for (const item of open.slice(0, MOST_ITEMS)) {
    const wave = waves.get(item.step);
    if (wave === undefined) waves.set(item.step, [item]);
    else wave.push(item);
  }
  return {
    app: plan.app,
    digest: plan.digest,
    revision: plan.revision,
    cause: plan.cause,
    counts: Object.fromEntries(counts),
    waves: [...waves].map(([step, items]) => ({
      step,
      prunes: items.every(({ operation }) => operation === 'prune'),
      items: items.map(itemView),
    })),
    refused: plan.refused.map(reasonView),
    warnings: plan.warnings.map(reasonView),
    approval: { needed: open.some(({ waits }) => waits), given: by.length > 0, by },
    truncated: open.length > MOST_ITEMS,
  };
}

const itemView = (item: PlanItem): PlanView['waves'][number]['items'][number] => ({
  ref: item.ref,
  operation: item.operation,
  basis: item.basis,
  cause: item.cause,
  irreversible: item.irreversible,
  waits: item.waits,
  changes: item.changes.slice(0, MOST_CHANGES).map(changeView),
  reasons: item.reasons.map(reasonView),
  ...when('other', item.other),
});

export const reasonView = ({ rule, code, message, hint }: Reason): PlanView['refused'][number] => ({
  rule,
  code,
  message,
  ...when('hint', hint),
});

const textOf = (value: Json | undefined): string | undefined => (value === undefined ? undefined : JSON.stringify(value));

const changeView = ({ path, before, after, manager }: FieldChange): PlanView['waves'][number]['items'][number]['changes'][number] => ({
  path,
  ...when('before', textOf(before)),
  ...when('after', textOf(after)),
  ...when('manager', manager),
});
