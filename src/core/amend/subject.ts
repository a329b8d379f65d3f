/** The App whose delivery is changed, as far as it matters here. */
import { getKey, isObject, type Json, type JsonObject } from '../object/index.ts';
import { type Builder, builderIn, marksOf } from '../plain/index.ts';
import type { Draft, Place } from './draft.ts';

export interface Subject {
  /** `namespace/name`, for messages. */
  readonly name: string;
  readonly spec: JsonObject;
  /** The repository that it delivers from; absent for a chart of a repository of charts. */
  readonly source?: Draft;
  /** Where the App itself is written: its document; absent when no repository at hand has it. */
  readonly home?: { readonly draft: Draft; readonly place: Place };
  /** Other Apps of the same repository, which may read the same files. */
  readonly others: readonly { readonly name: string; readonly spec: JsonObject }[];
}

const tableAt = (value: Json | undefined, key: string): JsonObject => {
  const found = isObject(value) ? getKey(value, key) : undefined;
  return isObject(found) ? found : {};
};

export const textAt = (table: JsonObject, key: string): string | undefined => {
  const found = getKey(table, key);
  return typeof found === 'string' ? found : undefined;
};

export const sourceOf = (spec: JsonObject): JsonObject => tableAt(spec, 'source');
export const buildOf = (spec: JsonObject, builder: 'helm' | 'kustomize'): JsonObject => tableAt(tableAt(spec, 'build'), builder);
export const chartOf = (spec: JsonObject): string | undefined => textAt(sourceOf(spec), 'chart');

/** Without slashes around it; empty: the top of the repository. */
export const folderOf = (spec: JsonObject): string =>
  (textAt(sourceOf(spec), 'path') ?? '').replace(/^\.?\/+|\/+$/g, '').replace(/^\.$/, '');

export const below = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

/** How it is built: as its spec says, else as its files tell. */
export function builderOf({ spec, source }: Subject): Builder {
  if (chartOf(spec) !== undefined) return 'helm';
  const build = tableAt(spec, 'build');
  const named = (['helm', 'kustomize', 'helmfile', 'plain'] as const).find((name) => getKey(build, name) !== undefined);
  return named ?? builderIn(folderOf(spec), (file) => source?.has(file) === true);
}

/** The kustomization of a folder. */
export const kustomizationIn = (draft: Draft, folder: string): string | undefined =>
  marksOf('kustomize')
    .map((name) => below(folder, name))
    .find((file) => draft.has(file));

/** Other Apps that read a file: as a values file, or as a part of the folder they deliver. */
export function readersOf({ others }: Subject, file: string): readonly string[] {
  const reads = (spec: JsonObject): boolean => {
    const files = getKey(buildOf(spec, 'helm'), 'valueFiles');
    if (Array.isArray(files) && files.includes(file)) return true;
    return chartOf(spec) === undefined && file.startsWith(`${folderOf(spec)}/`);
  };
  return others.filter(({ spec }) => reads(spec)).map(({ name }) => name);
}

export const sharedWarning = (subject: Subject, file: string): readonly string[] => {
  const readers = readersOf(subject, file);
  return readers.length === 0 ? [] : [`${file} is also read by ${readers.slice(0, 5).join(', ')}${readers.length > 5 ? ', …' : ''}`];
};
