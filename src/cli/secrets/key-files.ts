/**
 * Files that hold private keys: as they are, or inside Secrets that somebody saved (one, several documents, or a List), as kubeseal takes them with
 * --recovery-private-key. Source: sealed-secrets pkg/kubeseal/kubeseal.go, readPrivKeysFromFile.
 */
import { getKey, isObject, type Json, type JsonObject } from '../../core/object/index.ts';
import { decodeManifests } from '../../core/yaml/index.ts';
import type { KeyFile } from '../../ports/index.ts';
import { decodeUtf8 } from '../../std/index.ts';

/** The key files in a file: itself, or the `tls.key` of each Secret in it. */
export function keyFilesIn(name: string, bytes: Uint8Array): readonly KeyFile[] {
  const text = decodeUtf8(bytes);
  if (!/"?kind"?:\s*"?(?:Secret|List)\b/.test(text)) return [{ name, bytes }];
  const objects = decodeManifests(text).value.flatMap(({ object }) => (isObject(object) ? secretsIn(object) : []));
  return objects.flatMap((secret): KeyFile[] => {
    const data = secret['data'];
    const key = isObject(data) ? getKey(data, 'tls.key') : undefined;
    if (typeof key !== 'string') return [];
    const metadata = secret['metadata'];
    const of = isObject(metadata) ? getKey(metadata, 'name') : undefined;
    return [{ name: `${name}: Secret ${typeof of === 'string' ? of : ''}`, bytes: new Uint8Array(Buffer.from(key, 'base64')) }];
  });
}

function secretsIn(object: JsonObject): readonly JsonObject[] {
  if (object['kind'] === 'Secret') return [object];
  const items = object['items'];
  return Array.isArray(items) ? (items as readonly Json[]).filter(isObject).flatMap(secretsIn) : [];
}
