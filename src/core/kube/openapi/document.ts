/** OpenAPI documents: one per group version (v3) and one for everything (v2). Kubernetes: kube-openapi pkg/builder, apiextensions pkg/controller/openapi. */
import { type Json, type JsonObject, isObject, record } from '../../object/index.ts';
import type { Schema, TypeNode } from '../../schema/index.ts';
import type { Resource } from '../resource/index.ts';
import { commonTypes, resourcePaths } from './paths.ts';
import { SchemaWriter } from './schemas.ts';

/** `ex.com` + `v1` + `W` → `com.ex.v1.W`. */
const customName = (resource: Resource): string => [...resource.group.split('.').reverse(), resource.version, resource.kind].join('.');

const gvkMark = (resource: Resource, kind: string): JsonObject => ({
  'x-kubernetes-group-version-kind': [{ group: resource.group, version: resource.version, kind }],
});

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

const typeMeta: JsonObject = { apiVersion: { type: 'string' }, kind: { type: 'string' } };

interface Names {
  readonly object: string;
  readonly list: string | undefined;
}

class DocumentWriter {
  readonly #schema: Schema;
  readonly #writer: SchemaWriter;
  readonly #definitions = record();
  readonly #marks: (readonly [string, JsonObject])[] = [];
  readonly #prefix: string;

  constructor(schema: Schema, prefix: string) {
    this.#schema = schema;
    this.#prefix = prefix;
    this.#writer = new SchemaWriter(prefix);
  }

  /** Writes the types of a resource; their names. */
  add(resource: Resource): Names {
    if (resource.custom) return this.#custom(resource);
    const { type } = resource;
    if (type === undefined) return { object: commonTypes[0] as string, list: undefined };
    this.#named(type, gvkMark(resource, resource.kind));
    for (const sub of resource.subresources) {
      const gvk = {
        group: sub.group === '' ? resource.group : sub.group,
        version: sub.version === '' ? resource.version : sub.version,
        kind: sub.kind,
      };
      const other = this.#schema.typeOf(gvk);
      if (other !== undefined && other !== type) this.#named(other, { 'x-kubernetes-group-version-kind': [gvk] });
    }
    const listType = this.#schema.typeOf({ group: resource.group, version: resource.version, kind: resource.listKind });
    if (listType !== undefined) this.#named(listType, gvkMark(resource, resource.listKind));
    return { object: type.name, list: listType?.name ?? this.#listOf(resource, type.name) };
  }

  finish(): JsonObject {
    for (const name of commonTypes) {
      const type = this.#schema.named(name);
      if (type !== undefined) this.#writer.refer(type);
    }
    const schemas = { ...this.#writer.collect(), ...this.#definitions };
    for (const [name, mark] of this.#marks) {
      const schema = schemas[name];
      if (isObject(schema)) schemas[name] = { ...schema, ...mark };
    }
    return schemas;
  }

  #named(type: TypeNode, mark: JsonObject): void {
    this.#writer.refer(type);
    this.#marks.push([type.name, mark]);
  }

  #listOf(resource: Resource, itemName: string): string {
    const name = `${itemName}List`;
    this.#definitions[name] = {
      type: 'object',
      required: ['items'],
      properties: {
        ...typeMeta,
        items: { type: 'array', items: { $ref: `${this.#prefix}${itemName}` } },
        metadata: this.#meta('ListMeta'),
      },
      ...gvkMark(resource, resource.listKind),
    };
    return name;
  }

  /** A custom type is shown as its author wrote it, with the real metadata. */
  #custom(resource: Resource): Names {
    const name = customName(resource);
    const own: JsonObject = resource.type?.source ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    this.#definitions[name] = {
      ...own,
      properties: {
        ...(isObject(own.properties) ? own.properties : {}),
        ...typeMeta,
        metadata: this.#meta('ObjectMeta'),
      },
      ...gvkMark(resource, resource.kind),
    };
    return { object: name, list: this.#listOf(resource, name) };
  }

  #meta(name: string): JsonObject {
    const type = this.#schema.named(`${META}.${name}`);
    return type === undefined ? { type: 'object' } : this.#writer.refer(type);
  }
}

/** The v3 document of a group version. */
export function openApiV3(resources: readonly Resource[], schema: Schema, version: string): JsonObject {
  const writer = new DocumentWriter(schema, '#/components/schemas/');
  const paths = record<Json>();
  for (const resource of resources) for (const [path, item] of resourcePaths(resource, writer.add(resource))) paths[path] = item;
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version }, paths, components: { schemas: writer.finish() } };
}

/** The v2 document of everything: definitions only, which is what its remaining readers look at. */
export function openApiV2(resources: readonly Resource[], schema: Schema, version: string): JsonObject {
  const writer = new DocumentWriter(schema, '#/definitions/');
  for (const resource of resources) writer.add(resource);
  return { swagger: '2.0', info: { title: 'Kubernetes', version }, paths: {}, definitions: writer.finish() };
}
