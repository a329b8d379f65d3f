/** Objects as the manifest of a release record, and back. Source: Helm 4 pkg/action/action.go renderResources. */
import { type Json, type KubeObject, getKey, isObject } from '../object/index.ts';
import { withGeneratedName } from '../plain/index.ts';
import { decode, encode, sigsYaml } from '../yaml/index.ts';

export interface ManifestPart {
  /** The template it comes from. */
  readonly path: string;
  readonly object: KubeObject;
}

/** One object as Helm would have written it after a post-renderer. */
export const objectText = (object: KubeObject): string => encode(object, { variant: sigsYaml }).replace(/\n$/, '');

export const joinManifests = (parts: readonly ManifestPart[]): string =>
  parts.map(({ path, object }) => `---\n# Source: ${path}\n${objectText(object)}\n`).join('');

/** The objects of a manifest, in its order; documents that are no objects are left out. Lists are replaced by their items. */
export function splitManifest(text: string): readonly ManifestPart[] {
  return text.split(/^---[ \t]*$/m).flatMap((document) => {
    const path = /^# Source: (\S+)$/m.exec(document)?.[1] ?? '';
    const read = decode(document, { variant: sigsYaml });
    return read.ok ? objectsIn(read.value).map((object) => ({ path, object })) : [];
  });
}

function objectsIn(value: Json): readonly KubeObject[] {
  if (!isObject(value)) return [];
  const [apiVersion, kind, items, metadata] = (['apiVersion', 'kind', 'items', 'metadata'] as const).map((key) => getKey(value, key));
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return [];
  if (Array.isArray(items) && kind.endsWith('List')) return (items as readonly Json[]).flatMap(objectsIn);
  return isObject(metadata) ? [(withGeneratedName(value) ?? value) as unknown as KubeObject] : [];
}
