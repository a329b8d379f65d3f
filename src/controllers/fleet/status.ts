/** The status of a TargetCluster from what was found out about it. Nothing is written when nothing is new. */
import {
  type NewCondition,
  type ReasonCode,
  type TargetCluster,
  type TargetClusterStatus,
  removeCondition,
  setCondition,
} from '../../api/index.ts';

/** How a cluster stands. */
export type Standing =
  | { readonly kind: 'ready'; readonly uid: string; readonly version: string; readonly server: string }
  /** It does not answer. */
  | { readonly kind: 'away'; readonly message: string }
  /** It cannot or may not be used as it is declared. */
  | { readonly kind: 'refused'; readonly code: ReasonCode; readonly message: string };

export function nextClusterStatus({ metadata, status: old = {} }: TargetCluster, standing: Standing, now: string): TargetClusterStatus {
  const at = { now, ...(metadata.generation === undefined ? {} : { generation: metadata.generation }) };
  const ready = conditionOf(standing);
  const { reason, message } = ready;
  let conditions = setCondition(old.conditions ?? [], ready, at);
  conditions =
    standing.kind === 'refused'
      ? setCondition(conditions, { type: 'Stalled', status: 'True', reason, message }, at)
      : removeCondition(conditions, 'Stalled');
  const facts = standing.kind === 'ready' ? { uid: standing.uid, version: standing.version, server: standing.server } : {};
  return {
    ...old,
    ...facts,
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
    conditions: [...conditions],
  };
}

function conditionOf(standing: Standing): NewCondition {
  switch (standing.kind) {
    case 'ready':
      return { type: 'Ready', status: 'True', reason: 'Succeeded', message: '' };
    case 'away':
      return { type: 'Ready', status: 'Unknown', reason: 'ClusterUnreachable', message: standing.message };
    case 'refused':
      return { type: 'Ready', status: 'False', reason: standing.code, message: standing.message };
  }
}
