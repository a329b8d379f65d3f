/** Where a resource came from and what changed it, as annotations. Source: api/resource/origin.go, api/resmap/reswrangler.go. */
import { type Json, type JsonObject, isObject } from '../../object/index.ts';
import { decode, encode, goYamlV3, kyaml } from '../../yaml/index.ts';
import { joinPath } from '../../go/path/index.ts';
import { parseRepoUrl } from '../load/repo-url.ts';
import type { ResMap } from './res-map.ts';
import type { Resource } from './resource.ts';

export const ORIGIN = 'config.kubernetes.io/origin';
export const TRANSFORMATIONS = 'alpha.config.kubernetes.io/transformations';

export interface Origin {
  readonly path?: string;
  readonly repo?: string;
  readonly ref?: string;
  readonly configuredIn?: string;
  readonly configuredBy?: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string; readonly namespace?: string };
}

const join = (...parts: readonly string[]): string => joinPath(parts.filter((part) => part !== ''));

export function originAt(origin: Origin, path: string): Origin {
  const repo = parseRepoUrl(path);
  if (repo === undefined) return { ...origin, path: join(origin.path ?? '', path) };
  return { ...origin, repo: repo.repo, path: repo.path, ref: repo.ref };
}

const FIELDS = ['path', 'repo', 'ref', 'configuredIn', 'configuredBy'] as const;

function fieldsOf(origin: Origin): JsonObject {
  const entries: [string, Json][] = [];
  for (const field of FIELDS) {
    const value = origin[field];
    if (value === undefined || value === '') continue;
    if (typeof value === 'string') entries.push([field, value]);
    else {
      const inner = (['apiVersion', 'kind', 'name', 'namespace'] as const).flatMap((name): [string, Json][] =>
        (value[name] ?? '') === '' ? [] : [[name, value[name] ?? '']],
      );
      if (inner.length > 0) entries.push([field, Object.fromEntries(inner)]);
    }
  }
  return Object.fromEntries(entries);
}

/** Go writes the fields of a struct in their own order. */
export function originText(origin: Origin): string {
  const fields = fieldsOf(origin);
  const lines = Object.entries(fields).map(([name, value]) => structField(name, value ?? null));
  return lines.length === 0 ? '{}\n' : lines.join('');
}

function structField(name: string, value: Json): string {
  if (!isObject(value)) return encode({ [name]: value }, { variant: kyaml });
  const inner = Object.entries(value).map(([key, text]) => `  ${encode({ [key]: text ?? null }, { variant: kyaml })}`);
  return `${name}:\n${inner.join('')}`;
}

const listText = (origins: readonly Origin[]): string =>
  origins
    .map((origin) =>
      originText(origin)
        .replace(/^(?=.)/gm, '  ')
        .replace(/^ {2}/, '- '),
    )
    .join('');

const readOrigins = (text: string): readonly Origin[] => {
  const decoded = decode(text, { variant: goYamlV3 });
  return decoded.ok && Array.isArray(decoded.value) ? (decoded.value as unknown as readonly Origin[]) : [];
};

const setAnnotation = (resource: Resource, key: string, value: string): void => {
  resource.setAnnotations(new Map([...resource.annotations, [key, value]]));
};

/** Marks resources that have no origin yet. */
export function addOrigin(list: readonly Resource[], origin: Origin | undefined): void {
  if (origin === undefined) return;
  for (const resource of list) if (!resource.annotations.has(ORIGIN)) setAnnotation(resource, ORIGIN, originText(origin));
}

/** After a transformer: what it made has its origin, everything else has been transformed by it. */
export function addTransformation(map: ResMap, origin: Origin): void {
  for (const resource of map.resources) {
    if (resource.isEmpty) continue;
    const { annotations } = resource;
    if (!annotations.has(ORIGIN)) setAnnotation(resource, ORIGIN, originText(origin));
    else setAnnotation(resource, TRANSFORMATIONS, listText([...readOrigins(annotations.get(TRANSFORMATIONS) ?? ''), origin]));
  }
}

export function removeAnnotation(resource: Resource, key: string): void {
  const annotations = resource.annotations;
  annotations.delete(key);
  resource.setAnnotations(annotations);
}

/** The origin a plugin's own configuration gives to what it makes. */
export function originOfPlugin(resource: Resource): Origin | undefined {
  const text = resource.annotations.get(ORIGIN);
  if (text === undefined) return undefined;
  const decoded = decode(text, { variant: goYamlV3 });
  const own: Origin = decoded.ok && isObject(decoded.value) ? (decoded.value as Origin) : {};
  return {
    ...(own.repo === undefined ? {} : { repo: own.repo }),
    ...(own.ref === undefined ? {} : { ref: own.ref }),
    ...(own.path === undefined ? {} : { configuredIn: own.path }),
    configuredBy: { apiVersion: resource.apiVersion, kind: resource.kind, name: resource.name, namespace: resource.namespace },
  };
}
