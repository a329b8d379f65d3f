/** Validation of `metadata`, on creation and on update. Kubernetes: apimachinery pkg/api/validation/objectmeta.go. */
import { type Json, type JsonObject, type KubeObject, type ObjectMeta, isObject } from '../../object/index.ts';
import { type FieldError, fieldError, quote } from '../status/index.ts';
import { labelProblems, labelValueProblems, maskTrailingDash, type NameRule, nameProblems, qualifiedNameProblems } from './names.ts';

const ANNOTATIONS_LIMIT = 256 * 1024;

/** Names of RBAC objects are free, and some types look at theirs themselves; Services and Namespaces have stricter rules than the rest. */
const nameRuleOf: ReadonlyMap<string, NameRule> = new Map<string, NameRule>([
  ['certificatesigningrequests.certificates.k8s.io', 'path'],
  ['namespaces', 'label'],
  ['statefulsets.apps', 'label'],
  ['services', 'label1035'],
  ['roles.rbac.authorization.k8s.io', 'path'],
  ['rolebindings.rbac.authorization.k8s.io', 'path'],
  ['clusterroles.rbac.authorization.k8s.io', 'path'],
  ['clusterrolebindings.rbac.authorization.k8s.io', 'path'],
  ['componentstatuses', 'path'],
  ['apiservices.apiregistration.k8s.io', 'path'],
  ['ipaddresses.networking.k8s.io', 'path'],
  ['poddisruptionbudgets.policy', 'path'],
]);

/** Go's `%#v` of a string map, keys sorted. */
export const goStringMap = (map: JsonObject | undefined): string =>
  map === undefined
    ? 'map[string]string(nil)'
    : `map[string]string{${Object.keys(map)
        .sort()
        .map((key) => `${quote(key)}:${quote(String(map[key]))}`)
        .join(', ')}}`;

const none: readonly FieldError[] = [];

const problemsAt = (field: string, value: Json, problems: readonly string[]): readonly FieldError[] =>
  problems.length === 0 ? none : problems.map((problem) => fieldError.invalid(field, value, problem));

export function labelErrors(labels: Json | undefined, field: string): readonly FieldError[] {
  if (!isObject(labels)) return none;
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(labels)) {
    errors.push(
      ...problemsAt(field, key, qualifiedNameProblems(key)),
      ...problemsAt(field, value ?? null, labelValueProblems(String(value))),
    );
  }
  return errors;
}

function annotationErrors(annotations: Json | undefined, field: string): readonly FieldError[] {
  if (!isObject(annotations)) return none;
  const entries = Object.entries(annotations);
  const size = entries.reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
  return [
    ...entries.flatMap(([key]) => problemsAt(field, key, qualifiedNameProblems(key.toLowerCase()))),
    ...(size > ANNOTATIONS_LIMIT ? [fieldError.tooLong(field, ANNOTATIONS_LIMIT)] : []),
  ];
}

type Owner = NonNullable<ObjectMeta['ownerReferences']>[number];

const goFlag = (flag: boolean | undefined): string => (flag === undefined ? '(*bool)(nil)' : '(*bool)(0xc000000000)');

/** Go's `%#v` of an owner; where its flags point to has no meaning outside Go. */
const goOwner = (owner: Owner): string =>
  `v1.OwnerReference{APIVersion:${quote(owner.apiVersion)}, Kind:${quote(owner.kind)}, Name:${quote(owner.name)}, UID:${quote(owner.uid)}, Controller:${goFlag(owner.controller)}, BlockOwnerDeletion:${goFlag(owner.blockOwnerDeletion)}}`;

/** Events own nothing: they go by themselves. Kubernetes: BannedOwners. */
function bannedErrors(owner: Owner, field: string): readonly FieldError[] {
  if (owner.kind !== 'Event' || owner.apiVersion !== 'v1') return [];
  return [fieldError.raw('Invalid', field, `Invalid value: ${goOwner(owner)}: /v1, Kind=Event is disallowed from being an owner`)];
}

function ownerErrors(owners: ObjectMeta['ownerReferences']): readonly FieldError[] {
  const field = 'metadata.ownerReferences';
  const errors: FieldError[] = [];
  let controller = '';
  for (const owner of owners ?? []) {
    for (const name of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if ((owner[name] ?? '') !== '') continue;
      errors.push(
        fieldError.invalid(`${field}.${name}`, owner[name] ?? '', `${name === 'apiVersion' ? 'version' : name} must not be empty`),
      );
    }
    errors.push(...bannedErrors(owner, field));
    if (owner.controller !== true) continue;
    const current = `${owner.kind}/${owner.name}`;
    if (controller === '') controller = current;
    else {
      const text = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${current}`;
      const shown = `[]v1.OwnerReference{${(owners ?? []).map(goOwner).join(', ')}}`;
      errors.push(fieldError.raw('Invalid', field, `Invalid value: ${shown}: ${text}`));
    }
  }
  return errors;
}

function finalizerErrors(finalizers: readonly string[] | undefined): readonly FieldError[] {
  const field = 'metadata.finalizers';
  const errors = (finalizers ?? []).flatMap((finalizer) => problemsAt(field, finalizer, qualifiedNameProblems(finalizer)));
  const both = finalizers?.includes('orphan') === true && finalizers.includes('foregroundDeletion');
  return both ? [...errors, fieldError.invalid(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')] : errors;
}

const standardFinalizers = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** What built-in kinds ask of finalizers beyond their form, on every write. Kubernetes: core/validation validateKubeFinalizerName. */
export const kubeFinalizerErrors = (meta: ObjectMeta): readonly FieldError[] =>
  (meta.finalizers ?? []).flatMap((finalizer, index) =>
    finalizer.includes('/') || standardFinalizers.includes(finalizer)
      ? []
      : [
          fieldError.invalid(
            `metadata.finalizers[${index}]`,
            finalizer,
            'name is neither a standard finalizer name nor is it fully qualified',
          ),
        ],
  );

/** Whether all that is looked at in metadata is the same value as before. */
const sameMetadata = (next: ObjectMeta, live: ObjectMeta): boolean => looked.every((name) => next[name] === live[name]);

const looked = ['name', 'generateName', 'namespace', 'labels', 'annotations', 'ownerReferences', 'finalizers'] as const;

/** What is wrong with the metadata of an object that is created, or of one that is looked at again as a whole: then `live` is what it was. */
export function metadataErrors(
  meta: ObjectMeta,
  of: { readonly table: string; readonly namespaced: boolean },
  live?: ObjectMeta,
): readonly FieldError[] {
  if (live !== undefined && sameMetadata(meta, live)) return none;
  const rule = nameRuleOf.get(of.table) ?? 'subdomain';
  const { name = '', generateName = '', namespace = '' } = meta;
  const errors: FieldError[] = [];
  if (generateName !== '')
    errors.push(...problemsAt('metadata.generateName', generateName, nameProblems(rule, maskTrailingDash(generateName))));
  if (name === '') errors.push(fieldError.required('metadata.name', 'name or generateName is required'));
  else errors.push(...problemsAt('metadata.name', name, nameProblems(rule, name)));
  if (of.namespaced) errors.push(...problemsAt('metadata.namespace', namespace, labelProblems(namespace)));
  else if (namespace !== '') errors.push(fieldError.forbidden('metadata.namespace', 'not allowed on this type'));
  return [...errors, ...commonErrors(meta), ...finalizerErrors(meta.finalizers)];
}

const commonErrors = (meta: ObjectMeta): readonly FieldError[] => [
  ...labelErrors(meta.labels, 'metadata.labels'),
  ...annotationErrors(meta.annotations, 'metadata.annotations'),
  ...ownerErrors(meta.ownerReferences),
];

const fixedOnUpdate = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

/** What is wrong with the metadata of an update; `next` has its server-set fields filled in already. Kubernetes: registry/rest/update.go. */
export function metadataUpdateErrors(next: KubeObject, live: KubeObject): readonly FieldError[] {
  const errors: FieldError[] = sameMetadata(next.metadata, live.metadata)
    ? []
    : [...commonErrors(next.metadata), ...finalizerErrors(next.metadata.finalizers)];
  if (live.metadata.deletionTimestamp !== undefined) {
    const old = new Set(live.metadata.finalizers ?? []);
    const added = [...new Set((next.metadata.finalizers ?? []).filter((finalizer) => !old.has(finalizer)))].sort();
    if (added.length > 0) {
      const list = `[]string{${added.map(quote).join(', ')}}`;
      errors.push(
        fieldError.forbidden(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
        ),
      );
    }
  }
  for (const name of fixedOnUpdate) {
    if (next.metadata[name] === live.metadata[name]) continue;
    errors.push(fieldError.invalid(`metadata.${name}`, next.metadata[name] ?? '', 'field is immutable'));
  }
  return errors;
}
