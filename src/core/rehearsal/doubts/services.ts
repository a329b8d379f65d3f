/** Services and network policies that select nobody, and ports that lead nowhere. */
import { type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import { formatSelector, matchesSelector, type Selector, selectorOf } from '../../object/selector/index.ts';
import type { Doubt, Rule } from './doubt.ts';
import { namePorts, type PodLike, portsOf, servingContainers, type Standing } from './standing.ts';

export const serviceRule: Rule = (service, standing) => {
  const spec = objectAt(service['spec']);
  const labels = objectAt(spec['selector']);
  const { namespace = '', name = '' } = service.metadata;
  if (Object.keys(labels).length === 0 || spec['type'] === 'ExternalName') return [];
  const selector = selectorOf({ matchLabels: labels });
  if (!selector.ok) return [];
  const selected = standing.selected(namespace, selector.value);
  if (selected.length === 0) return selectsNothing(`Service ${name}`, { namespace, selector: selector.value, standing });
  return objects(spec['ports']).flatMap((port) => portDoubt(name, port, selected) ?? []);
};

export const networkPolicyRule: Rule = (policy, standing) => {
  const { namespace = '', name = '' } = policy.metadata;
  const selector = selectorOf(objectAt(objectAt(policy['spec'])['podSelector']));
  // Of a whole namespace: it is there for whatever comes.
  if (!selector.ok || selector.value.length === 0 || standing.selected(namespace, selector.value).length > 0) return [];
  return selectsNothing(`NetworkPolicy ${name}`, { namespace, selector: selector.value, standing });
};

interface Selection {
  readonly namespace: string;
  readonly selector: Selector;
  readonly standing: Standing;
}

/** The message names the labels that would have been right, where one Pod misses only one of them. */
export function selectsNothing(what: string, { namespace, selector, standing }: Selection): readonly Doubt[] {
  // Whose controller is not here, its Pods are not either.
  if (standing.mayBeMade(namespace, selector)) return [];
  const wanted = selector === 'nothing' ? [] : selector;
  const close = standing.pods.find(
    (pod) =>
      pod.namespace === namespace &&
      wanted.length > 1 &&
      wanted.filter((one) => matchesSelector([one], pod.labels)).length === wanted.length - 1,
  );
  const nearest = close ?? (wanted.length === 1 ? sameKey(wanted[0]?.key ?? '', namespace, standing) : undefined);
  const missed = wanted.find((one) => nearest !== undefined && !matchesSelector([one], nearest.labels))?.key ?? '';
  const has = nearest?.labels[missed];
  const hint =
    nearest === undefined || has === undefined
      ? 'make its selector the labels of the Pods that it is for'
      : `the Pods of ${nearest.from} have ${missed}=${has}: correct the selector or the labels`;
  return [
    {
      code: 'SelectsNothing',
      message: `${what} selects no Pod: none in namespace ${namespace} has the labels ${formatSelector(wanted) || '(any)'}`,
      hint,
    },
  ];
}

const sameKey = (key: string, namespace: string, standing: Standing): PodLike | undefined =>
  standing.pods.find((pod) => pod.namespace === namespace && Object.hasOwn(pod.labels, key));

function portDoubt(service: string, port: JsonObject, pods: readonly PodLike[]): Doubt | undefined {
  const target = port['targetPort'] ?? port['port'];
  const label = text(port['name']) || String(port['port']);
  const declared = pods.flatMap(({ spec }) => servingContainers(spec).flatMap(portsOf));
  const { from = '' } = pods[0] ?? {};
  if (typeof target === 'string' && !/^\d+$/.test(target)) {
    if (declared.some(({ name }) => name === target)) return undefined;
    const has = declared.length === 0 ? 'they name none' : `they have ${namePorts(declared)}`;
    return {
      code: 'NoSuchPort',
      message: `Service ${service}: port ${label} leads to ${target}, a name that no container of its Pods (${from}) gives a port; ${has}`,
      hint: `correct targetPort, or name the port in ${from}`,
    };
  }
  // A port that is not declared can be listened on all the same: only where others are does it look like a mistake.
  if (declared.length === 0 || declared.some(({ number }) => number === Number(target))) return undefined;
  return {
    code: 'NoSuchPort',
    message: `Service ${service}: port ${label} leads to ${String(target)}, which no container of its Pods (${from}) declares; they have ${namePorts(declared)}`,
    hint: `correct targetPort, or declare the port in ${from}`,
  };
}
