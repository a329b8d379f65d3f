/** Access reviews, requests for tokens and bindings: objects that are answered and never stored. Kubernetes: pkg/apis/{authorization,authentication,core}/validation. */
import { isSet, type Json, type JsonObject, type KubeObject, objectAt, text } from '../../object/index.ts';
import { fieldError, quote } from '../status/index.ts';
import { type Errors } from './checks.ts';
import { lifetimeErrors } from './storage.ts';

/** Go's `%#v` of the path that somebody wants to use. */
const goPath = (value: Json | undefined): string =>
  `authorization.NonResourceAttributes{Path:${quote(text(objectAt(value).path))}, Verb:${quote(text(objectAt(value).verb))}}`;

function attributeErrors(spec: JsonObject): Errors {
  const { resourceAttributes, nonResourceAttributes } = spec;
  const [resource, path] = [isSet(resourceAttributes), isSet(nonResourceAttributes)];
  if (resource && path)
    return [
      fieldError.raw(
        'Invalid',
        'spec.nonResourceAttributes',
        `Invalid value: ${goPath(nonResourceAttributes)}: cannot be specified in combination with resourceAttributes`,
      ),
    ];
  if (resource || path) return [];
  const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  return [fieldError.raw('Invalid', 'spec.resourceAttributes', `Invalid value: "null": ${why}`)];
}

function localErrors(object: KubeObject): Errors {
  const { resourceAttributes, nonResourceAttributes } = objectAt(object.spec);
  const namespace = text(objectAt(resourceAttributes).namespace);
  const elsewhere = isSet(resourceAttributes) && namespace !== (object.metadata.namespace ?? '');
  return [
    ...(elsewhere ? [fieldError.invalid('spec.resourceAttributes.namespace', namespace, 'must match metadata.namespace')] : []),
    ...(isSet(nonResourceAttributes)
      ? [
          fieldError.raw(
            'Invalid',
            'spec.nonResourceAttributes',
            `Invalid value: ${goPath(nonResourceAttributes)}: disallowed on this kind of request`,
          ),
        ]
      : []),
  ];
}

/** What is wrong with an access review; empty for other reviews. */
export function reviewErrors(kind: string, object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  if (!kind.endsWith('AccessReview')) return [];
  const groups = Array.isArray(spec.groups) ? spec.groups.length : 0;
  const nobody = kind !== 'SelfSubjectAccessReview' && text(spec.user) === '' && groups === 0;
  return [
    ...attributeErrors(spec),
    ...(nobody ? [fieldError.invalid('spec.user', '', 'at least one of user or group must be specified')] : []),
    ...(kind === 'LocalSubjectAccessReview' ? localErrors(object) : []),
  ];
}

export const tokenRequestErrors = (seconds: number): Errors => lifetimeErrors(seconds, 'spec.expirationSeconds');

/** Where a Pod is to run. Kubernetes: ValidatePodBinding. */
export function podBindingErrors(target: JsonObject): Errors {
  const kind = text(target.kind);
  return [
    ...(kind === '' || kind === 'Node' ? [] : [fieldError.notSupported('target.kind', kind, ['Node', '<empty>'])]),
    ...(text(target.name) === '' ? [fieldError.required('target.name', '')] : []),
  ];
}
