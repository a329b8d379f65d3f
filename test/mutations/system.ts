/** A system as its files say it: Apps, the objects they deliver, what those objects refer to; and small changes of one of them, the rest kept as it is. */
import { isObject, type Json, type JsonObject } from '../../src/core/object/index.ts';
import { readDocuments, rewriteDocument } from '../../src/core/yaml/edit/index.ts';

export type Files = Readonly<Record<string, string>>;
/** A number below `limit`. */
export type Draw = (limit: number) => number;

export const pick = <T>(all: readonly T[], draw: Draw): T | undefined => all[draw(all.length)];

/** One document of a file. */
export interface Written {
  readonly path: string;
  readonly document: number;
  readonly kind: string;
  readonly name: string;
  readonly value: JsonObject;
}

export interface WrittenApp extends Written {
  readonly folder: string;
  /** Target namespace; empty: none of its own. */
  readonly namespace: string;
  readonly dependsOn: readonly string[];
  readonly values: readonly string[];
}

/** An object that an App delivers as it is written. */
export interface Delivered extends Written {
  readonly app: WrittenApp;
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
export const at = (value: Json | undefined, ...steps: readonly string[]): Json | undefined =>
  steps.reduce<Json | undefined>((found, step) => (isObject(found) ? found[step] : undefined), value);
export const listAt = (value: Json | undefined, ...steps: readonly string[]): readonly Json[] => {
  const found = at(value, ...steps);
  return Array.isArray(found) ? found : [];
};

/** Every object that stands as it is in a YAML file. */
export function written(files: Files): readonly Written[] {
  return Object.entries(files).flatMap(([path, content]) => {
    const read = path.endsWith('.yaml') && !path.includes('/templates/') ? readDocuments(content) : undefined;
    if (read?.ok !== true) return [];
    return read.value.flatMap(({ value }, document) =>
      isObject(value) ? [{ path, document, kind: text(value['kind']), name: text(at(value, 'metadata', 'name')), value }] : [],
    );
  });
}

/** Where no App is written down, the one App of a rehearsal delivers everything. */
const ROOT: WrittenApp = {
  path: '',
  document: 0,
  kind: 'App',
  name: 'root',
  value: {},
  folder: '',
  namespace: '',
  dependsOn: [],
  values: [],
};

export function appsOf(files: Files): readonly WrittenApp[] {
  return written(files)
    .filter(({ kind }) => kind === 'App')
    .map((one) => ({
      ...one,
      folder: text(at(one.value, 'spec', 'source', 'path')),
      namespace: text(at(one.value, 'spec', 'target', 'namespace')),
      dependsOn: listAt(one.value, 'spec', 'dependsOn').map((edge) => text(at(edge, 'name'))),
      values: listAt(one.value, 'spec', 'build', 'helm', 'valueFiles').map(text),
    }));
}

/** Who delivers charts: where no App is written down, the one of the rehearsal. */
export function chartApps(files: Files): readonly string[] {
  const all = appsOf(files);
  return all.length === 0
    ? [ROOT.name]
    : all.filter(({ values, folder }) => values.length > 0 || folder.startsWith('charts/')).map(({ name }) => name);
}

/** What Apps deliver as plain manifests; of the base of a kustomization the App that stands on it. */
export function delivered(files: Files): readonly Delivered[] {
  const declared = appsOf(files).filter(({ folder }) => !folder.startsWith('charts/'));
  const apps = declared.length === 0 ? [ROOT] : declared;
  return written(files).flatMap((one) => {
    const app = apps.find(({ folder }) => folder === '' || one.path.startsWith(`${folder.replace(/\/live$/, '')}/`));
    return app === undefined || ['', 'App', 'Kustomization'].includes(one.kind) ? [] : [{ ...one, app }];
  });
}

export const edit = (files: Files, path: string, change: (content: string) => string): Files => ({
  ...files,
  [path]: change(files[path] ?? ''),
});

/** One object changed; everything else of its file stays. */
export function changed(files: Files, { path, document }: Pick<Written, 'path' | 'document'>, value: Json): Files {
  const made = rewriteDocument(files[path] ?? '', document, value);
  if (!made.ok) throw new Error(`${path}: ${made.error}`);
  return { ...files, [path]: made.value };
}

/** Without one object, or without the file where it is alone. */
export function without(files: Files, { path, document }: Pick<Written, 'path' | 'document'>): Files {
  // What holds nothing but comments is no document.
  const documents = (files[path] ?? '').split(/^---\n/m).filter((text) => /^[^#\s]/m.test(text));
  const rest = documents.filter((_, index) => index !== document);
  if (documents.length > 1) return { ...files, [path]: rest.join('---\n') };
  return Object.fromEntries(Object.entries(files).filter(([other]) => other !== path));
}

export const podSpec = (value: JsonObject): JsonObject | undefined => {
  const spec = at(value, 'spec', 'jobTemplate', 'spec', 'template', 'spec') ?? at(value, 'spec', 'template', 'spec');
  return isObject(spec) ? spec : undefined;
};

/** With its Pod template changed. */
export function withPod(value: JsonObject, change: (spec: JsonObject) => JsonObject): JsonObject {
  const job = at(value, 'spec', 'jobTemplate', 'spec');
  const spec = (isObject(job) ? job : value['spec']) as JsonObject;
  const template = spec['template'] as JsonObject;
  const made = { ...spec, template: { ...template, spec: change(template['spec'] as JsonObject) } };
  return isObject(job)
    ? {
        ...value,
        spec: { ...(value['spec'] as JsonObject), jobTemplate: { ...(at(value, 'spec', 'jobTemplate') as JsonObject), spec: made } },
      }
    : { ...value, spec: made };
}

/** With its first container changed. */
export const withContainer = (value: JsonObject, change: (container: JsonObject) => JsonObject): JsonObject =>
  withPod(value, (spec) => ({
    ...spec,
    containers: listAt(spec, 'containers').map((one, index) => (index === 0 ? change(one as JsonObject) : one)),
  }));

export const annotated = (value: JsonObject, annotations: JsonObject): JsonObject => {
  const metadata = value['metadata'] as JsonObject;
  return { ...value, metadata: { ...metadata, annotations: { ...(metadata['annotations'] as JsonObject | undefined), ...annotations } } };
};

/** ConfigMaps, Secrets and ServiceAccounts that Pods need to start, by kind and name. */
export function needs(value: JsonObject): readonly { readonly kind: string; readonly name: string }[] {
  const spec = podSpec(value);
  const account = text(at(spec, 'serviceAccountName'));
  const found = listAt(spec, 'containers').flatMap((container) =>
    listAt(container, 'envFrom').flatMap((from) => [
      { kind: 'ConfigMap', name: text(at(from, 'configMapRef', 'name')) },
      { kind: 'Secret', name: text(at(from, 'secretRef', 'name')) },
    ]),
  );
  return [...found, { kind: 'ServiceAccount', name: account }].filter(({ name }) => name !== '');
}
