/**
 * A manifest changed where it is written. Only a file that says of the field exactly what is rendered is changed: what a chart or an overlay makes of it is
 * not in the file, and a change there would come to nothing or to something else. Pure.
 */
import { getKey, gvkOf, isObject, type Json, type KubeObject, refOf, withKey } from '../../core/object/index.ts';
import { equalJson } from '../../core/object/value/index.ts';
import { readDocuments, rewriteDocument } from '../../core/yaml/edit/index.ts';
import { err, type Result } from '../../std/index.ts';

/** What a document says becomes something else; undefined: this document is not what is rendered. */
export type Amend = (document: Json) => Json | undefined;

/** The whole new text; the error is a sentence for a person. */
export function amended(text: string, wanted: KubeObject, amend: Amend): Result<string, string> {
  const read = readDocuments(text);
  if (!read.ok) return err('the file is not plain YAML: a template makes the manifest');
  const places = read.value.flatMap(({ value }, place) => (isManifestOf(value, wanted) ? [place] : []));
  const [place] = places;
  if (place === undefined || places.length > 1)
    return err('the manifest does not stand in the file as it is rendered: something makes it anew');
  const next = amend(read.value[place]?.value ?? null);
  if (next === undefined) return err('the file says something else of this field than what is rendered: an overlay or a patch sets it');
  return rewriteDocument(text, place, next);
}

function isManifestOf(value: Json, wanted: KubeObject): boolean {
  if (!isObject(value) || !isObject(getKey(value, 'metadata')) || typeof getKey(value, 'apiVersion') !== 'string') return false;
  const [ref, own] = [refOf(value as unknown as KubeObject), refOf(wanted)];
  const sameKind = gvkOf(value as unknown as KubeObject).group === own.group && ref.kind === own.kind;
  return sameKind && ref.name === own.name && (ref.namespace === '' || ref.namespace === own.namespace);
}

export type Steps = readonly (string | number)[];

/** With the value at the end of the way; maps that are missing on it are made, lists are not. Undefined: there is no such way. */
export function withValueAt(value: Json | undefined, steps: Steps, next: Json): Json | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return next;
  if (typeof step === 'number') {
    if (!Array.isArray(value) || step >= value.length) return undefined;
    const item = withValueAt((value as readonly Json[])[step], rest, next);
    return item === undefined ? undefined : (value as readonly Json[]).map((each, index) => (index === step ? item : each));
  }
  if (value !== undefined && value !== null && !isObject(value)) return undefined;
  const map = isObject(value) ? value : {};
  const below = withValueAt(getKey(map, step), rest, next);
  return below === undefined ? undefined : withKey(map, step, below);
}

/** Both absent, or the same. */
export const sameValue = (a: Json | undefined, b: Json | undefined): boolean =>
  a === undefined || b === undefined ? a === b : equalJson(a, b);
