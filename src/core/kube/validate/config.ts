/** ConfigMaps, Secrets, Services, claims and RBAC. Kubernetes: pkg/apis/{core,rbac}/validation. */
import { getKey, isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, record, text } from '../../object/index.ts';
import { configKeyProblems, subdomainProblems } from '../meta/index.ts';
import { type FieldError, fieldError, quote } from '../status/index.ts';
import { canonicalQuantity, compareQuantities, parseQuantity, type Quantity } from '../../object/quantity/index.ts';
import { selectorOf } from '../../object/selector/index.ts';
import { sameJson } from '../json/index.ts';
import { type Errors, immutable, oneOf, problems, selectorErrors } from './checks.ts';

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

const claimModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

export function claimErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const modes = Array.isArray(spec.accessModes) ? spec.accessModes : [];
  const storage = objectAt(objectAt(spec.resources).requests).storage;
  return [
    ...(modes.length === 0 ? [fieldError.required('spec.accessModes', 'at least 1 access mode is required')] : []),
    ...modes
      .filter((mode) => !claimModes.includes(String(mode)))
      .map((mode) => fieldError.notSupported('spec.accessModes', mode as string, claimModes)),
    ...(storage === undefined ? [fieldError.required('spec.resources[storage]', '')] : []),
    ...(isSet(storage) && !(Number.parseFloat(String(storage)) > 0)
      ? [fieldError.invalid('spec.resources[storage]', String(storage), 'must be greater than zero')]
      : []),
    ...(modes.includes('ReadWriteOncePod') && modes.length > 1
      ? [fieldError.forbidden('spec.accessModes', 'may not use ReadWriteOncePod with other access modes')]
      : []),
    ...(text(spec.storageClassName) === ''
      ? []
      : problems('spec.storageClassName', text(spec.storageClassName), subdomainProblems(text(spec.storageClassName)))),
    ...(isSet(spec.volumeMode) ? oneOf(spec.volumeMode, 'spec.volumeMode', ['Block', 'Filesystem']) : []),
    ...(isSet(spec.selector) ? selectorErrors(spec.selector, 'spec.selector') : []),
  ];
}

/** A claim without a class may be given one. Kubernetes: validateStorageClassUpgradeFromNil. */
function classComes(next: KubeObject, live: KubeObject): boolean {
  const [now, before] = [objectAt(next.spec).storageClassName, objectAt(live.spec).storageClassName];
  const annotated = live.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'];
  return isSet(now) && !isSet(before) && (annotated === undefined || annotated === now);
}

export function claimUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const bound = objectAt(live.status).phase === 'Bound';
  const strip = (object: KubeObject): JsonObject => {
    const { resources, volumeAttributesClassName: _class, volumeName, ...rest } = objectAt(object.spec);
    const { requests, ...others } = objectAt(resources);
    return {
      ...rest,
      resources: others,
      // Only a bound claim may ask for more.
      other: bound ? Object.keys(objectAt(requests)).filter((key) => key !== 'storage') : amounts(objectAt(requests)),
      volumeName: volumeName ?? '',
    };
  };
  const before = strip(live);
  // What may be given once is not compared.
  const given = { ...(before.volumeName === '' ? { volumeName: '' } : {}), ...(classComes(next, live) ? { storageClassName: null } : {}) };
  const same = sameJson({ ...strip(next), ...given }, { ...before, ...given });
  const text = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
  return [
    ...claimErrors(next),
    ...(same ? [] : [fieldError.forbidden('spec', text)]),
    ...shrunk(next, live),
    ...immutable(objectAt(next.spec).volumeMode, objectAt(live.spec).volumeMode, 'volumeMode'),
  ];
}

/** Amounts as they compare: `0.5` is `500m`. */
const amounts = (requests: JsonObject): JsonObject =>
  record(Object.entries(requests).map(([name, value]) => [name, canonicalQuantity(String(value ?? '')) ?? value ?? null]));

/** A claim may ask for less than before, to recover from a failed expansion, but for more than it has. */
function shrunk(next: KubeObject, live: KubeObject): Errors {
  const asked = (object: KubeObject): Quantity => amountOf(objectAt(objectAt(objectAt(object.spec).resources).requests).storage);
  const has = amountOf(objectAt(objectAt(live.status).capacity).storage);
  if (compareQuantities(asked(next), asked(live)) >= 0 || compareQuantities(asked(next), has) > 0) return [];
  return [fieldError.forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')];
}

/** An amount that is absent is zero. */
function amountOf(value: Json | undefined): Quantity {
  const parsed = parseQuantity(String(value ?? '0'));
  return parsed.ok ? parsed.value : { nanos: 0n, format: 'DecimalSI', text: '' };
}

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
