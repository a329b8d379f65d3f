/**
 * Kubernetes objects as plain immutable JSON: values, identities, safe access by computed key.
 * In: parsed JSON. Out: keys, paths, copies with one change. Never: knows a schema or a kind's meaning.
 */
export type { Json, JsonArray, JsonObject, KubeObject, ObjectMeta, OwnerReference } from './json.ts';
export { copyBefore, getKey, hasKey, hasKeys, isObject, isRecordMade, mapValues, putKey, record, withKey, withoutKey } from './record.ts';
export { isSet, objectAt, objects, text, texts } from './reading.ts';
export { type Gvk, type Gvr, type ObjectRef, formatRef, gvkOf, parseApiVersion, refKey, refOf } from './identity.ts';
