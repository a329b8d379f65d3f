/** ConfigMaps, Secrets, Services, claims and RBAC. Kubernetes: pkg/apis/{core,rbac}/validation. */
import { getKey, isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { configKeyProblems, subdomainProblems } from '../meta/index.ts';
import { type FieldError, fieldError, quote } from '../status/index.ts';
import { selectorOf } from '../../object/selector/index.ts';
import { sameJson } from '../json/index.ts';
import { type Errors, immutable, problems, selectorErrors } from './checks.ts';

const MAX_SIZE = 1024 * 1024;

const base64Size = (value: string): number => Math.floor((value.replaceAll('=', '').length * 3) / 4);

const keyErrors = (map: JsonObject, field: string): Errors =>
  Object.keys(map).flatMap((key) => problems(`${field}[${key}]`, key, configKeyProblems(key)));

export function configMapErrors(object: KubeObject): Errors {
  const data = objectAt(object.data);
  const binary = objectAt(object.binaryData);
  const size =
    Object.values(data).reduce<number>((sum, value) => sum + text(value).length, 0) +
    Object.values(binary).reduce<number>((sum, value) => sum + base64Size(text(value)), 0);
  const both = Object.keys(data).filter((key) => Object.hasOwn(binary, key));
  return [
    ...keyErrors(data, 'data'),
    ...both.map((key) => fieldError.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')),
    ...keyErrors(binary, 'binaryData'),
    ...(size > MAX_SIZE ? [fieldError.tooLong('[]', MAX_SIZE)] : []),
  ];
}

const FROZEN = 'field is immutable when `immutable` is set';

function frozenErrors(next: KubeObject, live: KubeObject, fields: readonly string[]): Errors {
  if (live.immutable !== true) return [];
  return [
    ...(next.immutable === true ? [] : [fieldError.forbidden('immutable', FROZEN)]),
    ...fields.filter((field) => !sameJson(next[field] ?? {}, live[field] ?? {})).map((field) => fieldError.forbidden(field, FROZEN)),
  ];
}

export const configMapUpdateErrors = (next: KubeObject, live: KubeObject): Errors => [
  ...frozenErrors(next, live, ['data', 'binaryData']),
  ...configMapErrors(next),
];

const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

export function secretErrors(object: KubeObject): Errors {
  const data = objectAt(object.data);
  const type = text(object.type);
  const errors: FieldError[] = [...keyErrors(data, 'data')];
  const size = Object.values(data).reduce<number>((sum, value) => sum + base64Size(text(value)), 0);
  if (size > MAX_SIZE) errors.push(fieldError.tooLong('data', MAX_SIZE));
  for (const key of getKey(requiredKeys, type) ?? []) if (!Object.hasOwn(data, key)) errors.push(fieldError.required(`data[${key}]`, ''));
  if (type === 'kubernetes.io/basic-auth' && !Object.hasOwn(data, 'username') && !Object.hasOwn(data, 'password')) {
    errors.push(fieldError.required('data[username]', ''), fieldError.required('data[password]', ''));
  }
  const account = 'kubernetes.io/service-account.name';
  if (type === 'kubernetes.io/service-account-token' && (object.metadata.annotations?.[account] ?? '') === '') {
    errors.push(fieldError.required(`metadata.annotations[${account}]`, ''));
  }
  return errors;
}

export const secretUpdateErrors = (next: KubeObject, live: KubeObject): Errors => [
  ...immutable(next.type, live.type, 'type'),
  ...frozenErrors(next, live, ['data']),
  ...secretErrors(next),
];

/** Go's `%#v` of a list of texts. */
const goStrings = (value: Json | undefined): string =>
  `[]string{${(Array.isArray(value) ? value : []).map((item) => quote(String(item))).join(', ')}}`;

export function ruleErrors(object: KubeObject, namespaced: 'namespaced' | 'cluster'): Errors {
  return objects(object.rules).flatMap((rule, index) => {
    const path = `rules[${index}]`;
    const empty = (key: string): boolean => !Array.isArray(rule[key]) || rule[key].length === 0;
    const errors: FieldError[] = [];
    if (empty('verbs')) errors.push(fieldError.required(`${path}.verbs`, 'verbs must contain at least one value'));
    if (!empty('nonResourceURLs')) {
      if (namespaced === 'namespaced')
        errors.push(
          fieldError.raw(
            'Invalid',
            `${path}.nonResourceURLs`,
            `Invalid value: ${goStrings(rule.nonResourceURLs)}: namespaced rules cannot apply to non-resource URLs`,
          ),
        );
      if (!empty('apiGroups') || !empty('resources') || !empty('resourceNames')) {
        errors.push(
          fieldError.raw(
            'Invalid',
            `${path}.nonResourceURLs`,
            `Invalid value: ${goStrings(rule.nonResourceURLs)}: rules cannot apply to both regular resources and non-resource URLs`,
          ),
        );
      }
      return errors;
    }
    if (empty('apiGroups')) errors.push(fieldError.required(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
    if (empty('resources')) errors.push(fieldError.required(`${path}.resources`, 'resource rules must supply at least one resource'));
    return errors;
  });
}

export function bindingErrors(object: KubeObject): Errors {
  const reference = objectAt(object.roleRef);
  const kinds = object.kind === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  const errors: FieldError[] = [];
  if (reference.apiGroup !== 'rbac.authorization.k8s.io')
    errors.push(fieldError.notSupported('roleRef.apiGroup', reference.apiGroup ?? '', ['rbac.authorization.k8s.io']));
  if (!kinds.includes(text(reference.kind))) errors.push(fieldError.notSupported('roleRef.kind', reference.kind ?? '', kinds));
  if (text(reference.name) === '') errors.push(fieldError.required('roleRef.name', ''));
  for (const [index, subject] of objects(object.subjects).entries()) {
    const path = `subjects[${index}]`;
    if (text(subject.name) === '') errors.push(fieldError.required(`${path}.name`, ''));
    const kind = text(subject.kind);
    errors.push(...subjectErrors(subject, path));
    if (!['ServiceAccount', 'User', 'Group'].includes(kind))
      errors.push(fieldError.notSupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group']));
    if (kind === 'ServiceAccount' && object.kind === 'ClusterRoleBinding' && text(subject.namespace) === '')
      errors.push(fieldError.required(`${path}.namespace`, ''));
  }
  return errors;
}

const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** Names of service accounts, and the group of each kind of subject. Kubernetes: ValidateRoleBindingSubject. */
function subjectErrors(subject: JsonObject, path: string): Errors {
  const [kind, name, apiGroup] = [text(subject.kind), text(subject.name), text(subject.apiGroup)];
  if (kind === 'ServiceAccount')
    return [
      ...(name === '' ? [] : problems(`${path}.name`, name, subdomainProblems(name))),
      ...(apiGroup === '' ? [] : [fieldError.notSupported(`${path}.apiGroup`, apiGroup, [''])]),
    ];
  const named = kind === 'User' || kind === 'Group';
  return named && apiGroup !== RBAC_GROUP ? [fieldError.notSupported(`${path}.apiGroup`, apiGroup, [RBAC_GROUP])] : [];
}

export function clusterRoleErrors(object: KubeObject): Errors {
  const field = 'aggregationRule.clusterRoleSelectors';
  const selectors = objects(objectAt(object.aggregationRule).clusterRoleSelectors);
  const none = isSet(object.aggregationRule) && selectors.length === 0;
  return [
    ...ruleErrors(object, 'cluster'),
    ...(none ? [fieldError.required(field, 'at least one clusterRoleSelector required if aggregationRule is non-nil')] : []),
    ...selectors.flatMap((selector, index) => {
      const errors = selectorErrors(selector, `${field}[${index}]`);
      const unusable = fieldError.raw('Invalid', `${field}[${index}]`, 'Invalid value: "null": invalid label selector.');
      return selectorOf(selector).ok ? errors : [...errors, unusable];
    }),
  ];
}

export function bindingUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const found = bindingErrors(next);
  if (sameJson(next.roleRef, live.roleRef)) return found;
  const { apiGroup, kind, name } = objectAt(next.roleRef);
  const shown = `rbac.RoleRef{APIGroup:${quote(text(apiGroup))}, Kind:${quote(text(kind))}, Name:${quote(text(name))}}`;
  return [...found, fieldError.raw('Invalid', 'roleRef', `Invalid value: ${shown}: cannot change roleRef`)];
}
