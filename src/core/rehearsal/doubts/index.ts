/**
 * Doubts about a rehearsed system: what a cluster takes without a word and what is very likely not meant, such as a Service that selects nobody.
 * In: what Apps deliver, and everything else that stands in the cluster. Out: doubts, each with the App, the object and what to do. Never: a verdict.
 */
import { formatRef, type KubeObject, refKey, refOf } from '../../object/index.ts';
import { bindingRule } from './access.ts';
import { callRule } from './calls.ts';
import type { Doubt, Rule } from './doubt.ts';
import { amountRule, pullSecretRule, statefulSetRule } from './pods.ts';
import { reachRule } from './reach.ts';
import { gatewayRouteRule, ingressRule, isRoute, sameAddressRule } from './routes.ts';
import { networkPolicyRule, serviceRule } from './services.ts';
import { type Delivered, kindOf, Standing } from './standing.ts';
import { admissionRule, apiServiceRule, conversionRule } from './webhooks.ts';
import { autoscalerRule, budgetRule, probeRule, templated } from './workloads.ts';

export interface FoundDoubt extends Doubt {
  readonly app: string;
  /** `Service/shop/web` */
  readonly object: string;
}

const RULES: ReadonlyMap<string, readonly Rule[]> = new Map([
  ['Service', [serviceRule]],
  ['networking.k8s.io/NetworkPolicy', [networkPolicyRule, reachRule]],
  ['networking.k8s.io/Ingress', [ingressRule, sameAddressRule]],
  ['policy/PodDisruptionBudget', [budgetRule]],
  ['autoscaling/HorizontalPodAutoscaler', [autoscalerRule]],
  ['rbac.authorization.k8s.io/RoleBinding', [bindingRule]],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', [bindingRule]],
  ['admissionregistration.k8s.io/ValidatingWebhookConfiguration', [admissionRule]],
  ['admissionregistration.k8s.io/MutatingWebhookConfiguration', [admissionRule]],
  ['apiregistration.k8s.io/APIService', [apiServiceRule]],
  ['apiextensions.k8s.io/CustomResourceDefinition', [conversionRule]],
]);
const OF_PODS: readonly Rule[] = [probeRule, callRule, pullSecretRule, amountRule, statefulSetRule];

const rulesOf = (kind: string): readonly Rule[] => RULES.get(kind) ?? (isRoute(kind) ? [gatewayRouteRule] : templated(kind) ? OF_PODS : []);

/** Kinds whose objects decide whether something is doubtful, delivered or not: `group/Kind`. */
export const ASKED_KINDS: readonly string[] = [
  'Service',
  'Pod',
  'ServiceAccount',
  'Secret',
  'Namespace',
  'rbac.authorization.k8s.io/Role',
  'rbac.authorization.k8s.io/ClusterRole',
];

/** `others`: what nobody delivers and is there all the same; what is delivered may be among them. `leftOut`: namespaces of Apps that are not rehearsed. */
export function doubtsOf(
  delivered: readonly Delivered[],
  others: readonly KubeObject[],
  leftOut: ReadonlySet<string> = new Set(),
): readonly FoundDoubt[] {
  const known = new Set(delivered.map(({ object }) => refKey(refOf(object))));
  const all = [...delivered.map(({ object }) => object), ...others.filter((object) => !known.has(refKey(refOf(object))))];
  const standing = new Standing(all, leftOut);
  return delivered.flatMap(({ app, object }) =>
    rulesOf(kindOf(object))
      .flatMap((rule) => rule(object, standing))
      .map((doubt) => ({ ...doubt, app, object: formatRef(refOf(object)) })),
  );
}
