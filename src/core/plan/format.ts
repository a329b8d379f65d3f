/** A plan as people read it in a terminal, a pull request or a log. */
import { formatRef } from '../object/index.ts';
import { canonical } from './digest/index.ts';
import type { FieldChange, Operation, Plan, PlanItem } from './types.ts';

const sign: Readonly<Record<Operation, string>> = {
  create: '+',
  change: '~',
  keep: ' ',
  prune: '-',
  adopt: '>',
  transfer: '>',
  recreate: '±',
  refuse: '!',
  skip: '·',
};

/** How many of a plan's objects meet each fate. */
export function countPlan(plan: Plan): {
  readonly creates: number;
  readonly changes: number;
  readonly prunes: number;
  readonly refused: number;
} {
  const count = (...operations: readonly Operation[]): number =>
    plan.items.filter(({ operation }) => operations.includes(operation)).length;
  return {
    creates: count('create'),
    changes: count('change', 'adopt', 'transfer', 'recreate'),
    prunes: count('prune'),
    refused: count('refuse'),
  };
}

/** True when carrying the plan out would touch nothing. */
export const isQuiet = (plan: Plan): boolean => plan.items.every(({ operation }) => operation === 'keep' || operation === 'skip');

export interface FormatOptions {
  /** Also objects that stay as they are. */
  readonly all?: boolean;
}

/** One line per object, its changed fields below it, a summary at the end. */
export function formatPlan(plan: Plan, options: FormatOptions = {}): string {
  const lines = [`App ${plan.app} at ${plan.revision}`];
  for (const item of plan.items) {
    if (item.operation === 'keep' && options.all !== true) continue;
    lines.push(...formatItem(item));
  }
  const { creates, changes, prunes, refused } = countPlan(plan);
  const kept = plan.items.filter(({ operation }) => operation === 'keep').length;
  const summary = `${creates} to create, ${changes} to change, ${prunes} to prune, ${kept} unchanged`;
  lines.push(refused === 0 ? `Plan: ${summary}` : `Plan: ${summary}, ${refused} refused`);
  if (plan.items.some(({ waits }) => waits)) lines.push(`Waits for approval of ${plan.digest}`);
  for (const warning of plan.warnings) lines.push(`warning: ${warning.message}`);
  return `${lines.join('\n')}\n`;
}

function formatItem(item: PlanItem): readonly string[] {
  const marks = [
    item.basis === 'assumed' ? 'assumed' : '',
    item.irreversible ? 'irreversible' : '',
    item.waits ? 'waits' : '',
    item.cause === 'drift' ? 'drift' : '',
  ].filter((mark) => mark !== '');
  const other = item.other === undefined || item.other === '' ? '' : ` (App ${item.other})`;
  const head = `  ${sign[item.operation]} ${item.operation} ${formatRef(item.ref)}${other}${marks.length === 0 ? '' : ` [${marks.join(', ')}]`}`;
  return [
    head,
    ...item.changes.map((change) => `      ${formatChange(change)}`),
    ...item.reasons.map((reason) => `      ${formatReason(reason)}`),
  ];
}

const formatReason = ({ rule, code, message, hint }: PlanItem['reasons'][number]): string =>
  `${code} (${rule}): ${message}${hint === undefined ? '' : ` — ${hint}`}`;

/** `spec.replicas: 3 → 5 (kubectl-edit)` */
export function formatChange({ path, before, after, manager }: FieldChange): string {
  const by = manager === undefined ? '' : ` (${manager})`;
  if (before === undefined) return `${path}: + ${brief(after)}${by}`;
  return after === undefined ? `${path}: - ${brief(before)}${by}` : `${path}: ${brief(before)} → ${brief(after)}${by}`;
}

const brief = (value: FieldChange['before']): string => {
  const text = canonical(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
};
