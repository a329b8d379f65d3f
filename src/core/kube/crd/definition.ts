/** From a CustomResourceDefinition to what it makes served. Kubernetes: apiextensions-apiserver pkg/apiserver, pkg/controller/{status,establish}. */
import { isObject, type JsonObject, type KubeObject, objectAt, objects, text, texts } from '../../object/index.ts';
import { type CompiledRules, compileRules } from '../../cel/index.ts';
import { customType, type Schema, type Subresource } from '../../schema/index.ts';
import { type Resource, servedResource } from '../resource/index.ts';

export const CRD_TABLE = 'customresourcedefinitions.apiextensions.k8s.io';

/** One served version of a custom type. */
export interface CustomType {
  readonly resource: Resource;
  /** The version's openAPIV3Schema; a version without one takes anything. */
  readonly schema: JsonObject;
  readonly selectableFields: readonly string[];
  /** additionalPrinterColumns. */
  readonly columns: readonly JsonObject[];
  readonly hasStatus: boolean;
  /** The scale subresource's paths. */
  readonly scale: JsonObject | undefined;
  /** x-kubernetes-validations, compiled. */
  readonly rules: CompiledRules;
  /** Said to clients of a deprecated version. */
  readonly warning: string | undefined;
}

export const versionsOf = (crd: KubeObject): readonly JsonObject[] => objects(objectAt(crd.spec).versions);

export const conditionHolds = (object: KubeObject, type: string): boolean =>
  objects(objectAt(object.status).conditions).some((condition) => condition.type === type && condition.status === 'True');

const usualVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const subresourceVerbs = ['get', 'patch', 'update'];

function subresourcesOf(version: JsonObject, kind: string): readonly Subresource[] {
  const { status, scale } = objectAt(version.subresources);
  return [
    ...(isObject(status) ? [{ name: 'status', group: '', version: '', kind, verbs: subresourceVerbs }] : []),
    ...(isObject(scale) ? [{ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: subresourceVerbs }] : []),
  ];
}

/** `v10` before `v2` before `v1beta1`: the order of preference. Kubernetes: apimachinery pkg/version CompareKubeAwareVersionStrings. */
function versionRank(name: string): readonly number[] {
  const match = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(name);
  if (match === null) return [0, 0, 0];
  const stage = match[2] === undefined ? 3 : match[2] === 'beta' ? 2 : 1;
  return [stage, Number(match[1]), Number(match[3] ?? 0)];
}

export function compareVersions(a: string, b: string): number {
  const left = versionRank(a);
  const right = versionRank(b);
  for (let i = 0; i < 3; i++) {
    const difference = (right[i] ?? 0) - (left[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function typeOfVersion(crd: KubeObject, version: JsonObject, builtin: Schema): CustomType {
  const spec = objectAt(crd.spec);
  const names = objectAt(spec.names);
  const kind = text(names.kind);
  const group = text(spec.group);
  const storage = text(versionsOf(crd).find((candidate) => candidate.storage === true)?.name);
  const given = objectAt(version.schema).openAPIV3Schema;
  const schema = isObject(given) ? given : { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const preserveUnknown = spec.preserveUnknownFields === true;
  const type = customType(schema, { external: (name) => builtin.named(name), preserveUnknown, strictKeys: true });
  const found = {
    group,
    version: text(version.name),
    kind,
    resource: text(names.plural),
    singular: text(names.singular),
    namespaced: spec.scope === 'Namespaced',
    verbs: usualVerbs,
    shortNames: texts(names.shortNames),
    categories: texts(names.categories),
    subresources: subresourcesOf(version, kind),
  };
  const resource = {
    ...servedResource(found, { type, listKind: text(names.listKind), custom: true }),
    storedApiVersion: `${group}/${storage}`,
  };
  const { status, scale } = objectAt(version.subresources);
  const deprecated = `${group}/${text(version.name)} ${kind} is deprecated`;
  return {
    resource,
    schema: preserveUnknown ? { ...schema, 'x-kubernetes-preserve-unknown-fields': true } : schema,
    selectableFields: objects(version.selectableFields).map((field) => text(field.jsonPath).replace(/^\./, '')),
    columns: objects(version.additionalPrinterColumns),
    hasStatus: isObject(status),
    rules: compileRules(schema, { isResource: true }),
    scale: isObject(scale) ? scale : undefined,
    warning: version.deprecated === true ? text(version.deprecationWarning) || deprecated : undefined,
  };
}

/** The served versions of a definition, the preferred one first; none while it is not established. */
export function customTypes(crd: KubeObject, builtin: Schema): readonly CustomType[] {
  if (!conditionHolds(crd, 'Established')) return [];
  return versionsOf(crd)
    .filter((version) => version.served === true)
    .sort((a, b) => compareVersions(text(a.name), text(b.name)))
    .map((version) => typeOfVersion(crd, version, builtin));
}

const condition = (type: string, holds: boolean, why: { readonly reason: string; readonly message: string }, now: string): JsonObject => ({
  type,
  status: holds ? 'True' : 'False',
  lastTransitionTime: now,
  reason: why.reason,
  message: why.message,
});

/** The first name that another definition of the group has taken, with the reason the server gives. */
function nameConflict(crd: KubeObject, others: readonly KubeObject[]): { readonly reason: string; readonly message: string } | undefined {
  const names = objectAt(objectAt(crd.spec).names);
  const taken = others
    .filter((other) => objectAt(other.spec).group === objectAt(crd.spec).group)
    .map((other) => objectAt(objectAt(other.status).acceptedNames));
  const resources = new Set(taken.flatMap((accepted) => [text(accepted.plural), text(accepted.singular), ...texts(accepted.shortNames)]));
  const kinds = new Set(taken.flatMap((accepted) => [text(accepted.kind), text(accepted.listKind)]));
  const clash = (field: string, value: string): { readonly reason: string; readonly message: string } => ({
    reason: `${field}Conflict`,
    message: `${JSON.stringify(value)} is already in use`,
  });
  if (resources.has(text(names.plural))) return clash('Plural', text(names.plural));
  if (resources.has(text(names.singular))) return clash('Singular', text(names.singular));
  const short = texts(names.shortNames).find((name) => resources.has(name));
  if (short !== undefined) return clash('ShortNames', short);
  if (kinds.has(text(names.kind))) return clash('Kind', text(names.kind));
  return kinds.has(text(names.listKind)) ? clash('ListKind', text(names.listKind)) : undefined;
}

/** The status after the naming and establishing controllers have seen the definition; the same object when nothing changes. */
export function establishedStatus(crd: KubeObject, others: readonly KubeObject[], now: string): JsonObject {
  const status = objectAt(crd.status);
  const conflict = nameConflict(crd, others);
  const accepted = conditionHolds(crd, 'NamesAccepted');
  const established = conditionHolds(crd, 'Established');
  const kept = objects(status.conditions).filter((item) => item.type !== 'NamesAccepted' && item.type !== 'Established');
  const find = (type: string): JsonObject | undefined => objects(status.conditions).find((item) => item.type === type);
  const names: JsonObject =
    conflict === undefined
      ? accepted
        ? (find('NamesAccepted') as JsonObject)
        : condition('NamesAccepted', true, { reason: 'NoConflicts', message: 'no conflicts found' }, now)
      : condition('NamesAccepted', false, conflict, text(find('NamesAccepted')?.lastTransitionTime) || now);
  const ready: JsonObject = established
    ? (find('Established') as JsonObject)
    : conflict === undefined
      ? condition('Established', true, { reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' }, now)
      : condition(
          'Established',
          false,
          { reason: 'NotAccepted', message: 'not all names are accepted' },
          text(find('Established')?.lastTransitionTime) || now,
        );
  const acceptedNames = conflict === undefined ? objectAt(objectAt(crd.spec).names) : objectAt(status.acceptedNames);
  return { ...status, conditions: [...kept, names, ready], acceptedNames, storedVersions: status.storedVersions ?? [] };
}

/** Versions in which objects may be stored: those so far and the present one. */
export function storedVersions(crd: KubeObject, before: JsonObject): readonly string[] {
  const storage = text(versionsOf(crd).find((version) => version.storage === true)?.name);
  const known = texts(before.storedVersions);
  return storage === '' || known.includes(storage) ? known : [...known, storage];
}
