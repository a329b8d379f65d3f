/** What CRDs (as OpenAPI definitions) say about names, labels and annotations. Source: api/internal/accumulator/loadconfigfromcrds.go. */
import { type Json, type JsonObject, getKey, isObject } from '../../object/index.ts';
import { decode, sigsYaml } from '../../yaml/index.ts';
import type { Loader } from '../load/loader.ts';
import { byCodePoint } from '../node/json.ts';
import { KustomizeError, about, wrapped } from '../problem.ts';
import { type FieldSpec, type NameReference, type TransformerConfig, emptyConfig, fieldSpec, mergeConfigs } from './fieldspec.ts';

export function configFromCrds(loader: Loader, paths: readonly string[]): TransformerConfig {
  let config = emptyConfig();
  for (const path of paths) {
    const { text } = loader.load(path);
    about({ file: loader.fileName(path), field: 'crds' }, () => {
      config = mergeConfigs(config, configOfDefinitions(readDefinitions(text, path)));
    });
  }
  return config;
}

function readDefinitions(text: string, path: string): JsonObject {
  const decoded = decode(text, { variant: sigsYaml });
  try {
    if (!decoded.ok) throw new KustomizeError(`error converting YAML to JSON: ${decoded.error.message}`);
    if (decoded.value !== null && !isObject(decoded.value))
      throw new KustomizeError('json: cannot unmarshal into Go value of type accumulator.nameToApiMap');
    return decoded.value ?? {};
  } catch (error) {
    throw wrapped(error, `unable to parse open API definition from '${path}'`);
  }
}

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const propertiesOf = (api: Json | undefined): JsonObject => object(object(object(api)['Schema'])['properties']);

interface Found {
  readonly commonAnnotations: FieldSpec[];
  readonly commonLabels: FieldSpec[];
  readonly namePrefix: FieldSpec[];
  readonly nameReference: NameReference[];
}

function configOfDefinitions(definitions: JsonObject): TransformerConfig {
  let config = emptyConfig();
  for (const name of Object.keys(definitions).sort(byCodePoint)) {
    const properties = propertiesOf(definitions[name]);
    if (!['kind', 'apiVersion', 'metadata'].every((field) => Object.hasOwn(properties, field))) continue;
    const found: Found = { commonAnnotations: [], commonLabels: [], namePrefix: [], nameReference: [] };
    const kind = name.split('.').at(-1) ?? '';
    collect({ kind, definitions, found }, name, []);
    config = mergeConfigs(config, { ...emptyConfig(), ...found });
  }
  return config;
}

interface Collecting {
  readonly kind: string;
  readonly definitions: JsonObject;
  readonly found: Found;
}

const DEEPEST = 50;

function collect(into: Collecting, type: string, path: readonly string[]): void {
  if (path.length > DEEPEST) throw new KustomizeError(`definitions refer to themselves at ${path.slice(0, 5).join('/')}`);
  const properties = propertiesOf(getKey(into.definitions, type));
  for (const name of Object.keys(properties).sort(byCodePoint)) {
    const property = object(properties[name]);
    const here = [...path, name];
    addMarks(into, property, here);
    const reference = property['$ref'];
    if (typeof reference === 'string') collect(into, reference, here);
  }
}

function addMarks({ kind, found }: Collecting, property: JsonObject, path: readonly string[]): void {
  const mark = (name: string): string | undefined => {
    const value = property[name];
    return typeof value === 'string' ? value : undefined;
  };
  const spec = (parts: readonly string[]): FieldSpec => fieldSpec({ kind, path: parts.join('/') });
  if (mark('x-kubernetes-annotation') !== undefined) found.commonAnnotations.push(spec(path));
  if (mark('x-kubernetes-label-selector') !== undefined) found.commonLabels.push(spec(path));
  if (mark('x-kubernetes-identity') !== undefined) found.namePrefix.push(spec(path));
  const version = mark('x-kubernetes-object-ref-api-version');
  const refKind = mark('x-kubernetes-object-ref-kind');
  if (version === undefined || refKind === undefined) return;
  const key = mark('x-kubernetes-object-ref-name-key') ?? 'name';
  found.nameReference.push({ target: { group: '', version, kind: refKind }, fields: [spec([...path, key])] });
}
