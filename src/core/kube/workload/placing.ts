/** Where a Pod may run: what its claims, selectors and required affinities leave of the nodes. Kubernetes: pkg/scheduler/framework/plugins. Taints, ports and amounts are not looked at. */
import { isObject, type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { matchesSelector, nodeSelectorOf, type Selector, selectorOf } from '../../object/selector/index.ts';
import type { View } from '../controller/index.ts';
import { claimNames } from './references.ts';
import { specOf, statusOf } from './shared.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** The node, or why there is none. */
export type Place = { readonly node: string } | { readonly why: string };

export function placeOf(pod: KubeObject, view: View): Place {
  const claims = claimTrouble(pod, view);
  if (claims !== undefined) return { why: claims };
  const all = view.list('nodes', '');
  const open = all.filter((node) => specOf(node).unschedulable !== true);
  const chosen = open.filter((node) => isSelected(pod, node));
  if (chosen.length === 0) return { why: `${all.length} node(s) didn't match Pod's node affinity/selector` };
  const node = chosen.find((candidate) => hasNeighbours(pod, candidate, view));
  return node === undefined ? { why: `${all.length} node(s) didn't match pod affinity rules` } : { node: node.metadata.name ?? '' };
}

/** Why its volumes keep a Pod from being placed. Kubernetes: volumebinding. */
function claimTrouble(pod: KubeObject, view: View): string | undefined {
  const claims = claimNames(pod).map((name) => ({ name, claim: view.get('persistentvolumeclaims', pod.metadata.namespace ?? '', name) }));
  const missing = claims.find(({ claim }) => claim === undefined);
  if (missing !== undefined) return `persistentvolumeclaim "${missing.name}" not found`;
  const unbound = claims.some(({ claim }) => claim !== undefined && text(statusOf(claim).phase) !== 'Bound');
  return unbound ? 'pod has unbound immediate PersistentVolumeClaims' : undefined;
}

/** Kubernetes: nodeaffinity. One of the terms has to fit; a term that asks for nothing fits no node. */
function isSelected(pod: KubeObject, node: KubeObject): boolean {
  const { nodeSelector, affinity } = specOf(pod);
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(objectAt(nodeSelector)).every(([key, value]) => labels[key] === value)) return false;
  const required = objectAt(objectAt(affinity).nodeAffinity)[REQUIRED];
  if (!isObject(required)) return true;
  return objects(required.nodeSelectorTerms).some(
    ({ matchExpressions, matchFields }) =>
      objects(matchExpressions).length + objects(matchFields).length > 0 &&
      fits(matchExpressions, labels) &&
      fits(matchFields, { 'metadata.name': node.metadata.name ?? '' }),
  );
}

function fits(expressions: Json | undefined, labels: KubeObject['metadata']['labels']): boolean {
  const selector = nodeSelectorOf(expressions);
  return selector.ok && matchesSelector(selector.value, labels);
}

/** Kubernetes: interpodaffinity. Whoever asks for Pods like itself may be the first of them. */
function hasNeighbours(pod: KubeObject, node: KubeObject, view: View): boolean {
  const terms = objects(objectAt(objectAt(specOf(pod).affinity).podAffinity)[REQUIRED]);
  return terms.every((term) => {
    const selector = selectorOf(term.labelSelector);
    const topology = text(term.topologyKey);
    const place = node.metadata.labels?.[topology];
    if (!selector.ok || place === undefined) return false;
    const others = neighbours(pod, term, view).filter((other) => isLike(other, selector.value));
    const isThere = others.some((other) => placeOfNode(text(specOf(other).nodeName), topology, view) === place);
    return isThere || (others.length === 0 && isLike(pod, selector.value));
  });
}

const isLike = ({ metadata }: KubeObject, selector: Selector): boolean => matchesSelector(selector, metadata.labels ?? {});

const placeOfNode = (name: string, topology: string, view: View): string | undefined =>
  name === '' ? undefined : view.get('nodes', '', name)?.metadata.labels?.[topology];

/** Pods of the namespaces that a term names; without any, of its own. */
function neighbours(pod: KubeObject, term: JsonObject, view: View): readonly KubeObject[] {
  const named = Array.isArray(term.namespaces) ? term.namespaces.map(String) : [];
  const selector = isObject(term.namespaceSelector) ? selectorOf(term.namespaceSelector) : undefined;
  const selected =
    selector?.ok === true
      ? view
          .list('namespaces', '')
          .filter((namespace) => isLike(namespace, selector.value))
          .map(({ metadata }) => metadata.name ?? '')
      : [];
  const own = named.length === 0 && selector === undefined ? [pod.metadata.namespace ?? ''] : [];
  return [...new Set([...own, ...named, ...selected])]
    .flatMap((namespace) => view.list('pods', namespace))
    .filter((other) => other.metadata.uid !== pod.metadata.uid && text(specOf(other).nodeName) !== '');
}
