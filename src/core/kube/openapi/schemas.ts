/** Type nodes as OpenAPI v3 schemas, the way kube-openapi writes them. Named types become references; what they refer to is collected. */
import { type Json, type JsonObject, record } from '../../object/index.ts';
import type { FieldType, TypeNode } from '../../schema/index.ts';

const RAW_EXTENSION = 'io.k8s.apimachinery.pkg.runtime.RawExtension';
const V2 = '#/definitions/';
const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';

export class SchemaWriter {
  readonly #prefix: string;
  readonly #pending: TypeNode[] = [];
  readonly #seen = new Set<string>();

  /** `prefix` is `#/components/schemas/` in v3 and `#/definitions/` in v2. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** A reference to a named type, which is then written too; another type in place. */
  refer(type: TypeNode): JsonObject {
    if (type.name === '' || type.name.startsWith('__')) return this.#inline(type);
    if (!this.#seen.has(type.name)) {
      this.#seen.add(type.name);
      this.#pending.push(type);
    }
    return { $ref: `${this.#prefix}${type.name}` };
  }

  /** All schemas that were referred to, and those they refer to, by name. */
  collect(): { [name: string]: Json } {
    const schemas = record();
    for (let type = this.#pending.pop(); type !== undefined; type = this.#pending.pop()) schemas[type.name] = this.#inline(type);
    return schemas;
  }

  #inline(type: TypeNode): JsonObject {
    if (type.format === 'int-or-string' || type.name === INT_OR_STRING) {
      return { format: 'int-or-string', ...this.#either('integer', 'string') };
    }
    if (type.format === 'quantity') return this.#either('string', 'number');
    if (type.name === RAW_EXTENSION) return { type: 'object' };
    if (type.format === 'duration' && type.name !== '') return { type: 'string' };
    const { list, map } = type;
    const base: JsonObject = {
      ...(type.jsonType === '' ? {} : { type: type.jsonType }),
      ...(type.format === '' ? {} : { format: type.format }),
      ...(type.nullable ? { nullable: true } : {}),
      ...(type.enum === undefined ? {} : { enum: type.enum }),
      ...(type.preserveUnknown && !type.name.startsWith('__') && type.jsonType !== ''
        ? { 'x-kubernetes-preserve-unknown-fields': true }
        : {}),
      ...(type.embeddedResource ? { 'x-kubernetes-embedded-resource': true } : {}),
    };
    if (type.scalar === 'untyped') return base;
    if (list !== undefined && type.jsonType === 'array') return { ...base, ...this.#list(type) };
    return map !== undefined && type.jsonType === 'object' ? { ...base, ...this.#map(type) } : base;
  }

  /** A string or a number: v2 cannot say so, and calls it a string. */
  #either(...types: readonly string[]): JsonObject {
    return this.#prefix === V2 ? { type: 'string' } : { oneOf: types.map((type) => ({ type })) };
  }

  #list({ list }: TypeNode): JsonObject {
    if (list === undefined) return {};
    const items = this.#element(list.element);
    if (!list.associative) return { items, 'x-kubernetes-list-type': 'atomic' };
    const keys = list.keys.length === 0 ? {} : { 'x-kubernetes-list-map-keys': list.keys };
    return { items, ...keys, 'x-kubernetes-list-type': list.keys.length === 0 ? 'set' : 'map' };
  }

  #map({ map }: TypeNode): JsonObject {
    if (map === undefined) return {};
    const properties = record([...map.fields.values()].map((field) => [field.name, this.#field(field)]));
    return {
      ...(map.required.length === 0 ? {} : { required: map.required }),
      ...(map.fields.size === 0 ? {} : { properties }),
      ...(map.element === undefined || map.fields.size > 0 ? {} : { additionalProperties: this.#element(map.element) }),
      ...(map.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    };
  }

  #field(field: FieldType): JsonObject {
    const strategy = field.patchStrategy.length === 0 ? {} : { 'x-kubernetes-patch-strategy': field.patchStrategy.join(',') };
    const key = field.patchMergeKey === '' ? {} : { 'x-kubernetes-patch-merge-key': field.patchMergeKey };
    const value = field.default === undefined || this.#prefix === V2 ? {} : { default: field.default };
    return { ...this.#beside(this.refer(field.type), value), ...strategy, ...key };
  }

  /** What an element is when nothing is said of it: Go's zero. Kubernetes: kube-openapi pkg/generators. */
  #element(type: TypeNode): JsonObject {
    const schema = this.refer(type);
    const zero = this.#prefix === V2 ? undefined : zeroOf(type);
    return zero === undefined ? schema : this.#beside(schema, { default: zero });
  }

  /** A reference cannot have neighbours in OpenAPI 3.0, so it is wrapped when there is something to say beside it. */
  #beside(schema: JsonObject, said: JsonObject): JsonObject {
    if (Object.keys(said).length === 0) return schema;
    return schema.$ref === undefined || this.#prefix === V2 ? { ...said, ...schema } : { ...said, allOf: [schema] };
  }
}

function zeroOf({ name, jsonType, format }: TypeNode): Json | undefined {
  if (jsonType === 'object' && name !== '') return {};
  if (jsonType === 'integer') return 0;
  return jsonType === 'string' && format === '' ? '' : undefined;
}
