/** Apps as they are written in the files of a repository. */
import { getKey, isObject, type Json, type JsonObject } from '../../core/object/index.ts';
import { Draft, type Files } from '../../core/amend/index.ts';

export interface WrittenApp {
  readonly file: string;
  readonly document: number;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly spec: JsonObject;
}

/** Every App that stands as it is in a YAML file. */
export function writtenApps(files: Files): readonly WrittenApp[] {
  const draft = new Draft(files);
  return files.paths.flatMap((file) => {
    if (!/\.ya?ml$/.test(file) || files.read(file)?.includes('lockstep.dev/v1') !== true) return [];
    return (draft.documents(file) ?? []).flatMap((value, document) => appIn(value).map((app) => ({ ...app, file, document })));
  });
}

function appIn(value: Json): readonly Omit<WrittenApp, 'file' | 'document'>[] {
  if (!isObject(value) || value['apiVersion'] !== 'lockstep.dev/v1' || value['kind'] !== 'App') return [];
  const { metadata, spec } = value;
  const name = isObject(metadata) ? getKey(metadata, 'name') : undefined;
  const namespace = isObject(metadata) ? getKey(metadata, 'namespace') : undefined;
  if (typeof name !== 'string' || !isObject(spec)) return [];
  return [{ name, namespace: typeof namespace === 'string' ? namespace : undefined, spec }];
}

/** `web`, `shop/web`; an App without a namespace fits any. */
export function appsNamed(apps: readonly WrittenApp[], text: string): readonly WrittenApp[] {
  const [namespace, name] = text.includes('/') ? text.split('/') : [undefined, text];
  return apps.filter((app) => app.name === name && (namespace === undefined || app.namespace === undefined || app.namespace === namespace));
}

export const labelOf = ({ namespace, name }: Pick<WrittenApp, 'namespace' | 'name'>): string =>
  namespace === undefined ? name : `${namespace}/${name}`;
