/** Which objects the scopes of a ResourceQuota let it count. Kubernetes: pkg/quota/v1/evaluator/core/pods.go podMatchesScopeFunc. */
import { isObject, type JsonObject, type KubeObject, objectAt, objects } from '../../object/index.ts';
import { qosClass } from '../strategy/index.ts';

function priorityFits(name: string, { operator, values }: JsonObject): boolean {
  const listed = Array.isArray(values) && values.includes(name);
  if (operator === 'Exists') return name !== '';
  if (operator === 'DoesNotExist') return name === '';
  return operator === 'In' ? name !== '' && listed : name === '' || !listed;
}

const terms = (affinity: JsonObject): readonly JsonObject[] => [
  ...objects(affinity.requiredDuringSchedulingIgnoredDuringExecution),
  ...objects(affinity.preferredDuringSchedulingIgnoredDuringExecution).map((one) => objectAt(one.podAffinityTerm)),
];

function crossesNamespaces(spec: JsonObject): boolean {
  const { podAffinity, podAntiAffinity } = objectAt(spec.affinity);
  return [...terms(objectAt(podAffinity)), ...terms(objectAt(podAntiAffinity))].some(
    (term) => (Array.isArray(term.namespaces) && term.namespaces.length > 0) || isObject(term.namespaceSelector),
  );
}

function podFits(pod: KubeObject, selector: JsonObject): boolean {
  const spec = objectAt(pod.spec);
  const ends = typeof spec.activeDeadlineSeconds === 'number' && spec.activeDeadlineSeconds >= 0;
  switch (selector.scopeName) {
    case 'Terminating':
      return ends;
    case 'NotTerminating':
      return !ends;
    case 'BestEffort':
      return qosClass(pod) === 'BestEffort';
    case 'NotBestEffort':
      return qosClass(pod) !== 'BestEffort';
    case 'PriorityClass':
      return priorityFits(typeof spec.priorityClassName === 'string' ? spec.priorityClassName : '', selector);
    case 'CrossNamespacePodAffinity':
      return crossesNamespaces(spec);
    default:
      return false;
  }
}

/** Only Pods match scopes; a quota with a scope counts nothing else. */
export function scopesFit(quota: KubeObject, object: KubeObject, table: string): boolean {
  const { scopes, scopeSelector } = objectAt(quota.spec);
  const plain = Array.isArray(scopes) ? scopes.map((scopeName) => ({ scopeName, operator: 'Exists' })) : [];
  const selectors = [...plain, ...objects(objectAt(scopeSelector).matchExpressions)];
  return selectors.every((selector) => table === 'pods' && podFits(object, selector));
}
