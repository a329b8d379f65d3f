/** Lists of what refers to an artifact. Source: OCI distribution-spec v1.1, Listing Referrers; image-spec image-index.md. */
import { getKey, isObject, type Json } from '../../core/object/index.ts';

/** A manifest that says which artifact it belongs to. */
export interface Referrer {
  readonly digest: string;
  /** What it is; the empty text where nobody says. */
  readonly artifactType: string;
}

/** The manifests that an index lists; undefined when it is none. Entries that are malformed are left out. */
export function parseReferrers(bytes: Uint8Array): readonly Referrer[] | undefined {
  let value: Json;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8')) as Json;
  } catch {
    return undefined;
  }
  const listed = isObject(value) ? getKey(value, 'manifests') : undefined;
  return Array.isArray(listed) ? (listed as readonly Json[]).flatMap(referrerOf) : undefined;
}

function referrerOf(value: Json): readonly Referrer[] {
  if (!isObject(value)) return [];
  const [digest, type] = [getKey(value, 'digest'), getKey(value, 'artifactType')];
  if (typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest)) return [];
  return [{ digest, artifactType: typeof type === 'string' ? type : '' }];
}

/** The tag under which registries without the API keep the list. */
export const referrersTag = (digest: string): string => digest.replace(':', '-');
