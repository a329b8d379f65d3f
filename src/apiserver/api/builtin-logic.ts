/** Built-in kinds between request and store: defaults and validation of `core/kube`. */
import { type JsonObject, type KubeObject, isObject, withKey } from '../../core/object/index.ts';
import { CRD_TABLE, definitionErrors, definitionUpdateErrors, storedVersions } from '../../core/kube/crd/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import { finishBuiltin } from '../../core/kube/strategy/index.ts';
import type { FieldError } from '../../core/kube/status/index.ts';
import type { Target } from './objects.ts';

/** What the server adds once it has prepared an object. */
export function finished(resource: Resource, object: KubeObject, live: KubeObject | undefined): KubeObject {
  if (resource.table !== CRD_TABLE) return finishBuiltin(resource.table, object, live);
  const status: JsonObject = isObject(object.status) ? object.status : {};
  return withKey(object, 'status', { ...status, storedVersions: storedVersions(object, status) });
}

export function builtinCreateErrors(resource: Resource, object: KubeObject): readonly FieldError[] {
  return resource.table === CRD_TABLE ? definitionErrors(object) : [];
}

export function builtinUpdateErrors(target: Target, next: KubeObject, live: KubeObject): readonly FieldError[] {
  return target.resource.table === CRD_TABLE && target.subresource === '' ? definitionUpdateErrors(next, live) : [];
}
