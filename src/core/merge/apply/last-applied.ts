/**
 * The annotation of client-side apply, as server-side apply by `kubectl` treats it.
 * Source: apimachinery pkg/util/managedfields/internal (lastapplied.go, lastappliedmanager.go, lastappliedupdater.go).
 */
import { type Json, type KubeObject, isObject, withKey, withoutKey } from '../../object/index.ts';
import type { TypeNode } from '../../schema/index.ts';
import { type FieldSet, canonicalJson } from '../fieldset/index.ts';
import { compareTyped, toFieldSet, validate } from '../typed/index.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Total size of keys and values of annotations that the API server accepts, in bytes. */
const MAX_ANNOTATIONS = 256 * 1024;

/** Fields that still have the value client-side apply gave them: taking them over is no conflict. Undefined when there is no usable annotation. */
export function allowedByLastApplied(live: KubeObject, type: TypeNode): FieldSet | undefined {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  if (text === undefined || text === '') return undefined;
  const last = parse(text);
  if (!isObject(last) || last.apiVersion !== live.apiVersion) return undefined;
  if (validate(type, live).length > 0 || validate(type, last).length > 0) return undefined;
  const { modified, added, removed } = compareTyped(type, last, live);
  return toFieldSet(type, last).difference(modified).difference(added).difference(removed);
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Rewrites the annotation, where there is one, to say what was just applied. */
export function syncLastApplied(object: KubeObject, config: KubeObject): KubeObject {
  const annotations = object.metadata.annotations;
  const before = annotations?.[LAST_APPLIED];
  if (annotations === undefined || before === undefined || before === '') return object;
  const text = `${canonicalJson(withoutAnnotation(config))}\n`;
  if (text === before) return object;
  const next = withKey(annotations, LAST_APPLIED, text);
  const kept = sizeOf(next) > MAX_ANNOTATIONS ? withoutKey(annotations, LAST_APPLIED) : next;
  return withKey(object, 'metadata', withKey(object.metadata, 'annotations', kept));
}

function withoutAnnotation(config: KubeObject): KubeObject {
  const { annotations } = config.metadata;
  if (annotations === undefined) return config;
  return withKey(config, 'metadata', withKey(config.metadata, 'annotations', withoutKey(annotations, LAST_APPLIED)));
}

/** In UTF-8 bytes. */
function sizeOf(annotations: { readonly [key: string]: string }): number {
  let size = 0;
  for (const text of Object.entries(annotations).flat()) for (const char of text) size += utf8Length(char.codePointAt(0) ?? 0);
  return size;
}

const utf8Length = (code: number): number => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
