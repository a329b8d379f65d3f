/** Role-based access control: which rules a user has, and whether they allow something. Kubernetes: plugin/pkg/auth/authorizer/rbac, pkg/registry/rbac/validation. */
import { isObject, type Json, type JsonObject, type KubeObject, text, texts } from '../../object/index.ts';

const MASTERS = 'system:masters';

export interface Subject {
  readonly name: string;
  readonly groups: readonly string[];
}

export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** What is asked: a resource or, with `path`, a URL. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly path?: string;
}

/** Where roles and bindings are read. */
export interface RoleSource {
  clusterRoleBindings(): Iterable<KubeObject>;
  roleBindings(namespace: string): Iterable<KubeObject>;
  clusterRole(name: string): KubeObject | undefined;
  role(namespace: string, name: string): KubeObject | undefined;
}

export const ruleOf = (rule: JsonObject): PolicyRule => ({
  verbs: texts(rule.verbs),
  apiGroups: texts(rule.apiGroups),
  resources: texts(rule.resources),
  resourceNames: texts(rule.resourceNames),
  nonResourceURLs: texts(rule.nonResourceURLs),
});

export const rulesOf = (role: KubeObject | undefined): readonly PolicyRule[] =>
  role !== undefined && Array.isArray(role.rules) ? role.rules.filter(isObject).map(ruleOf) : [];

export const serviceAccountName = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`;

/** Whether a binding's subject is the user. */
function names(subject: JsonObject, user: Subject, namespace: string): boolean {
  const name = text(subject.name);
  switch (subject.kind) {
    case 'User':
      return name === user.name;
    case 'Group':
      return user.groups.includes(name);
    case 'ServiceAccount': {
      const space = text(subject.namespace) === '' ? namespace : text(subject.namespace);
      return space !== '' && user.name === serviceAccountName(space, name);
    }
    default:
      return false;
  }
}

function bound(binding: KubeObject, user: Subject): boolean {
  const subjects = Array.isArray(binding.subjects) ? binding.subjects.filter(isObject) : [];
  return subjects.some((subject) => names(subject, user, binding.metadata.namespace ?? ''));
}

function roleOf(binding: KubeObject, source: RoleSource): KubeObject | undefined {
  if (!isObject(binding.roleRef)) return undefined;
  const name = text(binding.roleRef.name);
  return binding.roleRef.kind === 'ClusterRole' ? source.clusterRole(name) : source.role(binding.metadata.namespace ?? '', name);
}

/** The rules of a user in a namespace (cluster-wide ones included), one after another. */
export function* rulesFor(user: Subject, namespace: string, source: RoleSource): Generator<PolicyRule> {
  for (const binding of source.clusterRoleBindings()) if (bound(binding, user)) yield* rulesOf(roleOf(binding, source));
  if (namespace === '') return;
  for (const binding of source.roleBindings(namespace)) if (bound(binding, user)) yield* rulesOf(roleOf(binding, source));
}

function described(subject: JsonObject, namespace: string): string {
  const name = text(subject.name);
  if (subject.kind !== 'ServiceAccount') return `${text(subject.kind)} ${JSON.stringify(name)}`;
  return `ServiceAccount ${JSON.stringify(`${name}/${text(subject.namespace) || namespace}`)}`;
}

/** Why a user may do something, as reviews tell it; empty when it is not by a role. Kubernetes: rbac/validation/rule.go, the describers. */
export function grounds(user: Subject, attributes: Attributes, source: RoleSource): string {
  const clusterWide = [...source.clusterRoleBindings()].map((binding) => ({
    binding,
    title: binding.metadata.name ?? '',
    kind: 'ClusterRoleBinding',
  }));
  const local =
    attributes.namespace === ''
      ? []
      : [...source.roleBindings(attributes.namespace)].map((binding) => ({
          binding,
          title: `${binding.metadata.name ?? ''}/${binding.metadata.namespace ?? ''}`,
          kind: 'RoleBinding',
        }));
  if (user.groups.includes(MASTERS)) return '';
  for (const { binding, title, kind } of [...clusterWide, ...local]) {
    const { namespace = '' } = binding.metadata;
    const subjects = Array.isArray(binding.subjects) ? binding.subjects.filter(isObject) : [];
    const subject = subjects.find((candidate) => names(candidate, user, namespace));
    if (subject === undefined || !rulesOf(roleOf(binding, source)).some((rule) => ruleAllows(rule, attributes))) continue;
    const role = isObject(binding.roleRef) ? binding.roleRef : {};
    const of = `${text(role.kind)} ${JSON.stringify(text(role.name))}`;
    return `RBAC: allowed by ${kind} ${JSON.stringify(title)} of ${of} to ${described(subject, namespace)}`;
  }
  return '';
}

/** What a refusal adds when bindings of the user name roles that are not there. Kubernetes: rbac/validation/rule.go, VisitRulesFor. */
export function missingRoles(user: Subject, namespace: string, source: RoleSource): string {
  const missing: string[] = [];
  const look = (bindings: Iterable<KubeObject>): void => {
    for (const binding of bindings) {
      if (!bound(binding, user) || roleOf(binding, source) !== undefined) continue;
      const { kind, name } = binding.roleRef as { readonly kind?: string; readonly name?: string };
      missing.push(`${(kind ?? '').toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(name ?? '')} not found`);
    }
  };
  look(source.clusterRoleBindings());
  if (namespace !== '') look(source.roleBindings(namespace));
  const texts = [...new Set(missing)];
  if (texts.length === 0) return '';
  return `: RBAC: ${texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`}`;
}

const has = (list: readonly string[], wanted: string): boolean => list.includes('*') || list.includes(wanted);

function resourceMatches(rule: PolicyRule, attributes: Attributes): boolean {
  const { resource, subresource } = attributes;
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  return rule.resources.some(
    (candidate) => candidate === '*' || candidate === combined || (subresource !== '' && candidate === `*/${subresource}`),
  );
}

const pathMatches = (patterns: readonly string[], path: string): boolean =>
  patterns.some((pattern) => pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1))));

/** Whether a rule speaks of what is asked, whatever object it is about. */
function ruleApplies(rule: PolicyRule, attributes: Attributes): boolean {
  if (!has(rule.verbs, attributes.verb)) return false;
  if (attributes.path !== undefined) return pathMatches(rule.nonResourceURLs, attributes.path);
  return has(rule.apiGroups, attributes.group) && resourceMatches(rule, attributes);
}

/** Whether a rule that speaks of what is asked does so for any name. */
const ofAnyName = (rule: PolicyRule, attributes: Attributes): boolean => attributes.path !== undefined || rule.resourceNames.length === 0;

/** Whether one rule allows what is asked. */
const ruleAllows = (rule: PolicyRule, attributes: Attributes): boolean =>
  ruleApplies(rule, attributes) && (ofAnyName(rule, attributes) || rule.resourceNames.includes(attributes.name));

/** An answer for all names: yes, no, or yes for these. */
export type Verdict = boolean | ReadonlySet<string>;

/** What rules say to a question apart from the name in it, so that one answer serves all objects of a type. */
export function verdictOf(rules: readonly PolicyRule[], attributes: Attributes): Verdict {
  const applying = rules.filter((rule) => ruleApplies(rule, attributes));
  if (applying.some((rule) => ofAnyName(rule, attributes))) return true;
  return applying.length === 0 ? false : new Set(applying.flatMap((rule) => rule.resourceNames));
}

/** Members of system:masters may do everything, whatever roles there are. */
export const isMaster = (user: Subject): boolean => user.groups.includes(MASTERS);

/** The text of a refusal. Kubernetes: apiserver pkg/endpoints/handlers/responsewriters/errors.go. */
export function forbiddenText(user: Subject, attributes: Attributes): string {
  const who = `User ${JSON.stringify(user.name)} cannot ${attributes.verb}`;
  if (attributes.path !== undefined) return `${who} path ${JSON.stringify(attributes.path)}`;
  const { resource, subresource, group, namespace } = attributes;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return `${who} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}`;
}

/** The rules of a role that aggregates others: those of all selected roles, duplicates once. */
export function aggregated(roles: readonly KubeObject[]): readonly Json[] {
  const seen = new Set<string>();
  return roles
    .flatMap((role) => (Array.isArray(role.rules) ? (role.rules as readonly Json[]) : []))
    .filter((rule) => {
      const key = JSON.stringify(rule);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}

/** Each verb, group, resource and name of a rule on its own. Kubernetes: component-helpers auth/rbac/validation BreakdownRule. */
function breakdown(rule: PolicyRule): readonly Attributes[] {
  const base = { subresource: '', namespace: '', name: '' };
  const urls = rule.nonResourceURLs.flatMap((path) => rule.verbs.map((verb) => ({ ...base, verb, group: '', resource: '', path })));
  const namesOf = rule.resourceNames.length === 0 ? [''] : rule.resourceNames;
  const resources = rule.apiGroups.flatMap((group) =>
    rule.resources.flatMap((resource) => rule.verbs.flatMap((verb) => namesOf.map((name) => ({ ...base, verb, group, resource, name })))),
  );
  return [...urls, ...resources];
}

function covers(owner: PolicyRule, part: Attributes): boolean {
  if (!has(owner.verbs, part.verb)) return false;
  if (part.path !== undefined) return pathMatches(owner.nonResourceURLs, part.path);
  const named = owner.resourceNames.length === 0 || (part.name !== '' && owner.resourceNames.includes(part.name));
  const resource = owner.resources.some((candidate) => {
    if (candidate === '*' || candidate === part.resource) return true;
    return candidate.startsWith('*/') && part.resource.endsWith(candidate.slice(1));
  });
  return named && has(owner.apiGroups, part.group) && resource;
}

/** The rights of `wanted` that the owner does not have, as a refusal lists them: nobody may grant more than they hold. Kubernetes: ConfirmNoEscalation. */
export function missingRights(owner: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly string[] {
  const verbs = new Map<string, { readonly part: Attributes; readonly verbs: string[] }>();
  for (const part of wanted.flatMap(breakdown).filter((one) => !owner.some((rule) => covers(rule, one)))) {
    // Only verbs on resources are put together.
    const key = JSON.stringify([part.group, part.resource, part.name, part.path ?? '', part.path === undefined ? '' : part.verb]);
    const found = verbs.get(key);
    if (found === undefined) verbs.set(key, { part, verbs: [part.verb] });
    else found.verbs.push(part.verb);
  }
  return [...new Set([...verbs.values()].map((found) => rightText(found.part, found.verbs)))].sort();
}

const quoted = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;

function rightText({ group, resource, name, path }: Attributes, verbs: readonly string[]): string {
  const what =
    path === undefined
      ? `APIGroups:${quoted([group])}, Resources:${quoted([resource])}${name === '' ? '' : `, ResourceNames:${quoted([name])}`}`
      : `NonResourceURLs:${quoted([path])}`;
  return `{${what}, Verbs:${quoted(verbs)}}`;
}
