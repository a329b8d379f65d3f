/** A person's yes to a plan, as the cluster has it. */
import { type App, getCondition } from '../../api/index.ts';
import { getKey, isObject, type KubeObject } from '../../core/object/index.ts';

const specOf = (approval: KubeObject): { readonly plan?: string; readonly expires?: string } => {
  const { spec } = approval as { readonly spec?: unknown };
  if (!isObject(spec as never)) return {};
  const [plan, expires] = ['plan', 'expires'].map((key) => getKey(spec as never, key));
  return { ...(typeof plan === 'string' ? { plan } : {}), ...(typeof expires === 'string' ? { expires } : {}) };
};

/** Digests of the plans that are approved now. */
export function approvedPlans(approvals: readonly KubeObject[], now: number): ReadonlySet<string> {
  const found = approvals.map(specOf).filter(({ expires }) => expires === undefined || Date.parse(expires) > now);
  return new Set(found.flatMap(({ plan }) => (plan === undefined ? [] : [plan])));
}

/**
 * The plan that a person approved while this one waits instead: the cluster or Git moved meanwhile (S2). Yeses that are older than the waiting were
 * carried out; `carriedOut` are those that were since.
 */
export function staleApproval(
  { status }: App,
  approvals: readonly KubeObject[],
  { plan, carriedOut }: { readonly plan: string; readonly carriedOut: ReadonlyMap<string, unknown> },
): string | undefined {
  const ready = getCondition(status?.conditions, 'Ready');
  if (ready === undefined || ready.status === 'True') return undefined;
  const since = Date.parse(ready.lastTransitionTime);
  const fresh = approvals.filter(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') >= since);
  return fresh
    .map((approval) => specOf(approval).plan)
    .find((digest) => digest !== undefined && digest !== plan && !carriedOut.has(digest));
}
