/** What merging needs to know of a schema, over the built-in types. Source: kyaml/openapi/openapi.go (ResourceSchema). */
import type { FieldType, TypeNode } from '../../schema/index.ts';

export interface MergeSchema {
  /** Whether lists here merge by key. */
  readonly merges: boolean;
  /** Whether any patch strategy is given. */
  readonly hasStrategy: boolean;
  readonly keys: readonly string[];
  field(name: string): MergeSchema | undefined;
  elements(): MergeSchema | undefined;
}

class TypeSchema implements MergeSchema {
  readonly #type: TypeNode;
  readonly #field: FieldType | undefined;

  constructor(type: TypeNode, field?: FieldType) {
    this.#type = type;
    this.#field = field;
  }

  get merges(): boolean {
    return this.#field?.patchStrategy.includes('merge') === true;
  }

  get hasStrategy(): boolean {
    return (this.#field?.patchStrategy.length ?? 0) > 0;
  }

  get keys(): readonly string[] {
    const field = this.#field;
    if (field === undefined || field.patchStrategy.length === 0) return [];
    const keys = this.#type.list?.keys ?? [];
    return keys.length > 0 ? keys : field.patchMergeKey === '' ? [] : [field.patchMergeKey];
  }

  field(name: string): MergeSchema | undefined {
    const map = this.#type.map;
    const field = map?.fields.get(name);
    if (field !== undefined) return new TypeSchema(field.type, field);
    return map?.element === undefined ? undefined : new TypeSchema(map.element);
  }

  elements(): MergeSchema | undefined {
    return this.#type.list === undefined ? undefined : new TypeSchema(this.#type.list.element);
  }
}

export const typeSchema = (type: TypeNode): MergeSchema => new TypeSchema(type);
