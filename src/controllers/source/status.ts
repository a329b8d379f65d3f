/** A Source's status from what a pass found. Nothing is written when nothing is new: the time of a fetch alone is no news. */
import {
  type Condition,
  type NewCondition,
  type ReasonCode,
  type Source,
  type SourceStatus,
  removeCondition,
  setCondition,
} from '../../api/index.ts';
import { webhookPathOf } from './hooks.ts';

export interface RefState {
  readonly ref: string;
  readonly revision: string;
  readonly verified: boolean;
  readonly at: string;
}

export interface SourceVerdict {
  /** Undefined: all refs are as the repository has them. */
  readonly problem?: { readonly code: ReasonCode; readonly message: string; readonly transient: boolean };
  readonly refs: readonly RefState[];
  readonly fetched?: { readonly at: string; readonly duration: string };
  readonly now: string;
  readonly handled: string | undefined;
}

/** The next status; the old one itself when nothing is new. */
export function nextSourceStatus(source: Source, verdict: SourceVerdict): SourceStatus {
  const old = source.status ?? {};
  const conditions = sourceConditions(source, verdict);
  const refs = sameRefs(old.refs, verdict.refs) ? old.refs : verdict.refs;
  const webhookPath = source.spec.webhook === undefined ? undefined : webhookPathOf(source);
  const quiet =
    conditions === old.conditions &&
    refs === old.refs &&
    old.observedGeneration === source.metadata.generation &&
    old.lastHandledReconcileAt === verdict.handled &&
    old.webhookPath === webhookPath;
  if (quiet) return old;
  const { webhookPath: _before, ...rest } = old;
  return {
    ...rest,
    ...(source.metadata.generation === undefined ? {} : { observedGeneration: source.metadata.generation }),
    ...(verdict.handled === undefined ? {} : { lastHandledReconcileAt: verdict.handled }),
    conditions,
    ...(refs === undefined || refs.length === 0 ? {} : { refs }),
    ...(verdict.fetched === undefined ? {} : { lastFetch: verdict.fetched }),
    ...(webhookPath === undefined ? {} : { webhookPath }),
  } as SourceStatus;
}

function sameRefs(old: SourceStatus['refs'], next: readonly RefState[]): boolean {
  if ((old?.length ?? 0) !== next.length) return false;
  return next.every(({ ref, revision, verified }) =>
    old?.some((other) => other.ref === ref && other.revision === revision && (other.verified ?? false) === verified),
  );
}

function sourceConditions(source: Source, { problem, refs, now }: SourceVerdict): readonly Condition[] {
  const generation = source.metadata.generation;
  const at = { now, ...(generation === undefined ? {} : { generation }) };
  let conditions = source.status?.conditions ?? [];
  const set = (condition: NewCondition): void => {
    conditions = setCondition(conditions, condition, at);
  };
  if (source.spec.suspend) {
    set({ type: 'Ready', status: refs.length > 0 ? 'True' : 'False', reason: 'Suspended', message: 'fetching is suspended' });
    return removeCondition(removeCondition(conditions, 'Stalled'), 'Reconciling');
  }
  if (problem === undefined) {
    set({
      type: 'Ready',
      status: 'True',
      reason: 'Succeeded',
      message: refs
        .map(({ revision }) => revision)
        .join(', ')
        .slice(0, 1000),
    });
    set({ type: 'SourceFresh', status: 'True', reason: 'Succeeded', message: '' });
    return removeCondition(removeCondition(conditions, 'Stalled'), 'Reconciling');
  }
  const { code: reason, message } = problem;
  set({ type: 'Ready', status: 'False', reason, message });
  set({ type: 'SourceFresh', status: 'False', reason, message });
  if (!problem.transient) set({ type: 'Stalled', status: 'True', reason, message });
  else conditions = removeCondition(conditions, 'Stalled');
  return removeCondition(conditions, 'Reconciling');
}
