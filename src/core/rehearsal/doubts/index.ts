/**
 * Doubts about a rehearsed system: what a cluster takes without a word and what is very likely not meant, such as a Service that selects nobody.
 * In: what Apps deliver, and everything else that stands in the cluster. Out: doubts, each with the App, the object and what to do. Never: a verdict.
 */
import { formatRef, type KubeObject, refKey, refOf } from '../../object/index.ts';
import { bindingRule } from './access.ts';
import type { Doubt, Rule } from './doubt.ts';
import { gatewayRouteRule, ingressRule, isRoute } from './routes.ts';
import { networkPolicyRule, serviceRule } from './services.ts';
import { type Delivered, kindOf, Standing } from './standing.ts';
import { autoscalerRule, budgetRule, probeRule, templated } from './workloads.ts';

export interface FoundDoubt extends Doubt {
  readonly app: string;
  /** `Service/shop/web` */
  readonly object: string;
}

const RULES: ReadonlyMap<string, Rule> = new Map([
  ['Service', serviceRule],
  ['networking.k8s.io/NetworkPolicy', networkPolicyRule],
  ['networking.k8s.io/Ingress', ingressRule],
  ['policy/PodDisruptionBudget', budgetRule],
  ['autoscaling/HorizontalPodAutoscaler', autoscalerRule],
  ['rbac.authorization.k8s.io/RoleBinding', bindingRule],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', bindingRule],
]);

const ruleOf = (kind: string): Rule | undefined =>
  RULES.get(kind) ?? (isRoute(kind) ? gatewayRouteRule : templated(kind) ? probeRule : undefined);

/** Kinds whose objects decide whether something is doubtful, delivered or not: `group/Kind`. */
export const ASKED_KINDS: readonly string[] = [
  'Service',
  'Pod',
  'ServiceAccount',
  'rbac.authorization.k8s.io/Role',
  'rbac.authorization.k8s.io/ClusterRole',
];

/** `others`: what nobody delivers and is there all the same; what is delivered may be among them. */
export function doubtsOf(delivered: readonly Delivered[], others: readonly KubeObject[]): readonly FoundDoubt[] {
  const known = new Set(delivered.map(({ object }) => refKey(refOf(object))));
  const standing = new Standing([
    ...delivered.map(({ object }) => object),
    ...others.filter((object) => !known.has(refKey(refOf(object)))),
  ]);
  return delivered.flatMap(({ app, object }) =>
    (ruleOf(kindOf(object))?.(object, standing) ?? []).map((doubt) => ({ ...doubt, app, object: formatRef(refOf(object)) })),
  );
}
