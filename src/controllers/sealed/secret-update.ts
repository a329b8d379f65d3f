/** What becomes of a Secret that is there already. Source: sealed-secrets pkg/controller/controller.go, unseal, updateSecret. */
import { type Json, type JsonObject, type KubeObject, getKey, isObject, record, withKey, withoutKey } from '../../core/object/index.ts';
import { isPatchedBySealed, takesSealed } from '../../core/plan/marks/index.ts';

export type SecretUpdate =
  | { readonly kind: 'same' }
  | { readonly kind: 'update'; readonly object: KubeObject }
  | { readonly kind: 'refused'; readonly message: string };

const mark = (object: KubeObject, name: string): boolean =>
  getKey(object.metadata.annotations ?? {}, `sealedsecrets.bitnami.com/${name}`) === 'true';

/** `made`: what a SealedSecret with this uid stands for. */
export function updateOf(existing: KubeObject, made: KubeObject, sealedUid: string): SecretUpdate {
  const controlled = (existing.metadata.ownerReferences ?? []).some(({ controller, uid }) => controller === true && uid === sealedUid);
  if (!controlled && !takesSealed(existing)) {
    const message = `failed update: Resource "${existing.metadata.name ?? ''}" already exists and is not managed by SealedSecret`;
    return { kind: 'refused', message };
  }
  const object = mark(existing, 'patch') ? patched(existing, made) : replaced(existing, made);
  return same(existing, object) ? { kind: 'same' } : { kind: 'update', object };
}

const parts = ['data', 'type', 'immutable'] as const;
const metadataParts = ['labels', 'annotations', 'ownerReferences'] as const;

function replaced(existing: KubeObject, made: KubeObject): KubeObject {
  const metadata = metadataParts.reduce<JsonObject>((now, key) => put(now, key, made.metadata[key]), existing.metadata);
  return parts.reduce<JsonObject>((now, key) => put(now, key, made[key]), withKey(existing, 'metadata', metadata)) as KubeObject;
}

function patched(existing: KubeObject, made: KubeObject): KubeObject {
  const owners = isPatchedBySealed(existing) ? existing.metadata.ownerReferences : made.metadata.ownerReferences;
  const laid = (['labels', 'annotations'] as const).reduce<JsonObject>(
    (now, key) => put(now, key, over(existing.metadata[key], made.metadata[key])),
    existing.metadata,
  );
  const metadata = put(laid, 'ownerReferences', owners);
  return put(withKey(existing, 'metadata', metadata), 'data', over(existing['data'], made['data'])) as KubeObject;
}

const put = (object: JsonObject, key: string, value: Json | undefined): JsonObject =>
  value === undefined ? withoutKey(object, key) : withKey(object, key, value);

function over(base: Json | undefined, more: Json | undefined): Json | undefined {
  if (!isObject(more)) return base;
  return record<Json>([...(Object.entries(isObject(base) ? base : {}) as [string, Json][]), ...(Object.entries(more) as [string, Json][])]);
}

const said = (object: KubeObject): string =>
  JSON.stringify([...parts.map((key) => sorted(object[key])), ...metadataParts.map((key) => sorted(object.metadata[key]))]);

const sorted = (value: Json | undefined): Json =>
  isObject(value) ? record<Json>((Object.entries(value) as [string, Json][]).toSorted(([a], [b]) => (a < b ? -1 : 1))) : (value ?? null);

const same = (a: KubeObject, b: KubeObject): boolean => said(a) === said(b);
