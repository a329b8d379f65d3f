/**
 * Reads OpenAPI v3 (and v2) definitions and CRD schemas into the type model.
 * Rules: kube-openapi pkg/schemaconv/openapi.go and smd.go (the conversion the API server itself uses for ownership).
 */
import { type Json, type JsonObject, getKey, isObject } from '../object/index.ts';
import type { FieldType, JsonType, ListType, MapType, OpenNode, ScalarKind, TypeNode, Untyped } from './types.ts';
import { openNode, untypedNodes } from './types.ts';

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const DURATION = 'io.k8s.apimachinery.pkg.apis.meta.v1.Duration';
const RAW_EXTENSION = 'io.k8s.apimachinery.pkg.runtime.RawExtension';

export interface OpenApiOptions {
  /** The root does not prune unknown fields (an old CRD with preserveUnknownFields). */
  readonly preserveUnknown?: boolean;
  /** See `TypeNode.strictKeys`. */
  readonly strictKeys?: boolean;
  /** Types defined elsewhere, by definition name: a CRD's metadata is the built-in ObjectMeta. */
  readonly external?: (name: string) => TypeNode | undefined;
  /** Keep the schema each node was made from. */
  readonly keepSource?: boolean;
}

/** Compiles definitions on demand. Each definition becomes one node, shared by all references to it. */
export class OpenApiCompiler {
  readonly #definitions: JsonObject;
  readonly #options: OpenApiOptions;
  readonly #named = new Map<string, TypeNode>();
  readonly #atomicCopies = new Map<TypeNode, Map<boolean, TypeNode>>();
  readonly untyped: Untyped;

  constructor(definitions: JsonObject, options: OpenApiOptions = {}) {
    this.#definitions = definitions;
    this.#options = options;
    this.untyped = untypedNodes(options.strictKeys ?? false);
  }

  /** The node of a named definition; undefined when there is no such definition. */
  named(name: string): TypeNode | undefined {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const definition = getKey(this.#definitions, name);
    if (!isObject(definition)) return this.#options.external?.(name);
    const node = this.#open(name);
    this.#named.set(name, node);
    if (name === QUANTITY) {
      node.scalar = 'untyped';
      node.format = 'quantity';
    } else if (name === RAW_EXTENSION) {
      Object.assign(node, this.untyped.atomic, { name });
    } else {
      this.#fill(node, definition, this.#options.preserveUnknown ?? false);
      if (name === DURATION) node.format = 'duration';
    }
    return node;
  }

  /** The node of a schema written in place. */
  inlined(schema: JsonObject, preserve = this.#options.preserveUnknown ?? false): TypeNode {
    const node = this.#open('');
    this.#fill(node, schema, preserve);
    return node;
  }

  #open(name: string): OpenNode {
    return openNode(name, this.#options.strictKeys ?? false);
  }

  #fill(node: OpenNode, schema: JsonObject, inherited: boolean): void {
    const preserve = inherited || schema['x-kubernetes-preserve-unknown-fields'] === true;
    const type = typeof schema.type === 'string' ? (schema.type as JsonType) : '';
    node.jsonType = type;
    node.format = schema['x-kubernetes-int-or-string'] === true ? 'int-or-string' : typeof schema.format === 'string' ? schema.format : '';
    node.nullable = schema.nullable === true;
    node.preserveUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true;
    node.embeddedResource = schema['x-kubernetes-embedded-resource'] === true;
    if (Array.isArray(schema.enum)) node.enum = schema.enum as readonly Json[];
    if (this.#options.keepSource === true) node.source = schema;
    switch (type) {
      case '':
        node.scalar = 'untyped';
        node.list = this.#list(schema, preserve);
        node.map = this.#map(schema, preserve);
        return;
      case 'object':
        node.map = this.#map(schema, preserve);
        return;
      case 'array':
        node.list = this.#list(schema, preserve);
        return;
      default:
        node.scalar = scalarOf(type, node.format);
    }
  }

  /** A reference (also as the only member of `allOf`, where it can have siblings) or a schema in place. */
  #reference(schema: JsonObject, preserve: boolean): TypeNode {
    const name = referenceName(schema);
    if (name === '') return this.inlined(schema, preserve);
    const node = this.named(name) ?? this.untyped.deduced;
    const mapType = schema['x-kubernetes-map-type'];
    return mapType === 'atomic' || mapType === 'granular' ? this.#withAtomic(node, mapType === 'atomic') : node;
  }

  /** A copy of a type whose map is (not) atomic: a marker beside a reference overrides the one at the definition. */
  #withAtomic(node: TypeNode, atomic: boolean): TypeNode {
    const copies = this.#atomicCopies.get(node) ?? new Map<boolean, TypeNode>();
    this.#atomicCopies.set(node, copies);
    const known = copies.get(atomic);
    if (known !== undefined || node.map === undefined) return known ?? node;
    const copy = { ...node, map: { ...node.map, atomic } };
    copies.set(atomic, copy);
    return copy;
  }

  #list(schema: JsonObject, preserve: boolean): ListType {
    const element = isObject(schema.items) ? this.#reference(schema.items, preserve) : this.untyped.atomic;
    return { element, ...listRelationship(schema) };
  }

  #map(schema: JsonObject, preserve: boolean): MapType {
    const fields = new Map<string, FieldType>();
    const result: MapType & { element: TypeNode | undefined } = {
      fields,
      element: undefined,
      atomic: schema['x-kubernetes-map-type'] === 'atomic',
      required: texts(schema.required),
    };
    const properties = isObject(schema.properties) ? schema.properties : {};
    for (const [name, member] of Object.entries(properties)) {
      if (isObject(member)) fields.set(name, this.#field(name, member, preserve));
    }
    result.element = this.#element(schema, { preserve, empty: fields.size === 0 });
    return result;
  }

  #field(name: string, member: JsonObject, preserve: boolean): FieldType {
    const strategy = member['x-kubernetes-patch-strategy'];
    const key = member['x-kubernetes-patch-merge-key'];
    return {
      name,
      type: this.#reference(member, preserve),
      default: member.default,
      patchStrategy: typeof strategy === 'string' ? strategy.split(',') : [],
      patchMergeKey: typeof key === 'string' ? key : '',
    };
  }

  /** The type of undeclared fields: an object that declares nothing is free-form. */
  #element(schema: JsonObject, { preserve, empty }: { preserve: boolean; empty: boolean }): TypeNode | undefined {
    const additional = schema.additionalProperties;
    if (isObject(additional)) return this.#reference(additional, preserve);
    if (additional === true) return this.untyped.deduced;
    if (additional === false) return undefined;
    return preserve || empty ? this.untyped.deduced : undefined;
  }
}

function referenceName(schema: JsonObject): string {
  const only = Array.isArray(schema.allOf) && schema.allOf.length === 1 ? (schema.allOf[0] as Json) : undefined;
  const ref = schema.$ref ?? (isObject(only) ? only.$ref : undefined);
  return typeof ref === 'string' ? ref.slice(ref.lastIndexOf('/') + 1) : '';
}

const texts = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

function scalarOf(type: string, format: string): ScalarKind {
  if (type === 'integer' || type === 'number') return 'numeric';
  if (type === 'boolean') return 'boolean';
  return type === 'string' && (format === '' || format === 'byte') ? 'string' : 'untyped';
}

function listRelationship(schema: JsonObject): { associative: boolean; keys: readonly string[] } {
  const listType = schema['x-kubernetes-list-type'];
  if (listType === 'set') return { associative: true, keys: [] };
  if (listType === 'map') return { associative: true, keys: texts(schema['x-kubernetes-list-map-keys']) };
  if (listType !== undefined) return { associative: false, keys: [] };
  const strategy = schema['x-kubernetes-patch-strategy'];
  if (strategy !== 'merge' && strategy !== 'merge,retainKeys') return { associative: false, keys: [] };
  const key = schema['x-kubernetes-patch-merge-key'];
  return { associative: true, keys: typeof key === 'string' ? [key] : [] };
}
