/** Built-in kinds between request and store: defaults and validation of `core/kube`. */
import { type JsonObject, type KubeObject, isObject, withKey } from '../../core/object/index.ts';
import { preparedService } from '../../core/kube/admission/index.ts';
import { CRD_TABLE, storedVersions } from '../../core/kube/crd/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import { finishBuiltin } from '../../core/kube/strategy/index.ts';

/** What the server adds once it has prepared an object. */
export function finished(resource: Resource, object: KubeObject, live: KubeObject | undefined): KubeObject {
  if (resource.table === 'services') return preparedService(finishBuiltin(resource.table, object, live), live);
  if (resource.table !== CRD_TABLE) return finishBuiltin(resource.table, object, live);
  const status: JsonObject = isObject(object.status) ? object.status : {};
  return withKey(object, 'status', { ...status, storedVersions: storedVersions(object, status) });
}
