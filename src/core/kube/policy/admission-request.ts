/** A write as whoever may forbid or change it sees it, and what rules and selectors say about it. Kubernetes: apiserver pkg/admission/plugin/{policy/matching,webhook/predicates}. */
import { isObject, type Json, type JsonObject, type KubeObject, text, texts } from '../../object/index.ts';
import { matchesSelector, selectorOf } from '../../object/selector/index.ts';

export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly namespaced: boolean;
  readonly user: { readonly username: string; readonly groups: readonly string[] };
  readonly dryRun: boolean;
  readonly object: KubeObject | undefined;
  readonly oldObject: KubeObject | undefined;
  readonly namespaceObject: KubeObject | undefined;
  /** All served versions of the type: a rule about one of them is about the type, unless it says `Exact`. */
  readonly versions: readonly string[];
}

const exempt: ReadonlySet<string> = new Set([
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
]);

/** Nobody is asked about what says who is asked: it could never be mended. */
export const isExempt = ({ group, resource }: AdmissionRequest): boolean =>
  group === 'admissionregistration.k8s.io' && exempt.has(resource);

const has = (list: readonly string[], wanted: string): boolean => list.includes('*') || list.includes(wanted);

/** Whether a rule is about a request. `policy` is the rule's matchPolicy, `Equivalent` unless it says otherwise. */
export function ruleMatches(rule: JsonObject, request: AdmissionRequest, policy: Json | undefined): boolean {
  const resource = request.subresource === '' ? request.resource : `${request.resource}/${request.subresource}`;
  const names = texts(rule.resourceNames);
  const scope = text(rule.scope);
  const versions = policy === 'Exact' ? [request.version] : request.versions;
  return (
    has(texts(rule.operations), request.operation) &&
    has(texts(rule.apiGroups), request.group) &&
    versions.some((version) => has(texts(rule.apiVersions), version)) &&
    (texts(rule.resources).includes(resource) ||
      (texts(rule.resources).includes('*') && request.subresource === '') ||
      texts(rule.resources).includes('*/*')) &&
    (names.length === 0 || names.includes(request.name)) &&
    (scope === '' || scope === '*' || (scope === 'Namespaced') === request.namespaced)
  );
}

export function selected(selector: Json | undefined, labels: KubeObject['metadata']['labels']): boolean {
  if (!isObject(selector)) return true;
  const parsed = selectorOf(selector);
  return parsed.ok && matchesSelector(parsed.value, labels);
}
