/** Objects that another object of the same App controls, as a Secret is controlled by its SealedSecret: the reference is made once the uid is known. */
import type { KubeObject } from '../../core/object/index.ts';
import { isPatchedBySealed } from '../../core/plan/marks/index.ts';

/** The object with its controller as owner; itself while there is no controller yet, or where the living object keeps its own owners. */
export function withController(object: KubeObject, controller: KubeObject | null | undefined, live: KubeObject | null): KubeObject {
  const uid = controller?.metadata.uid;
  if (controller === null || controller === undefined || uid === undefined) return object;
  if (live !== null && isPatchedBySealed(live)) return object;
  const { apiVersion, kind } = controller;
  const reference = { apiVersion, kind, name: controller.metadata.name ?? '', uid, controller: true, blockOwnerDeletion: true };
  return { ...object, metadata: { ...object.metadata, ownerReferences: [reference] } };
}
