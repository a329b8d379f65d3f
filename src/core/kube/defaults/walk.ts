/** Applies the rules of all types inside an object, from the outside in. Types below which no rule applies are not walked. */
import { type Json, type JsonObject, isObject } from '../../object/index.ts';
import type { TypeNode } from '../../schema/index.ts';
import { typeRules } from './types.table.ts';

export class Defaulter {
  readonly #relevant = new Map<TypeNode, boolean>();

  /** The object with all defaults of its type; itself when it has them. */
  apply<T extends JsonObject>(object: T, type: TypeNode): T {
    return this.#value(object, type) as T;
  }

  #value(value: Json, type: TypeNode): Json {
    if (typeof value !== 'object' || value === null || !this.#isRelevant(type)) return value;
    if (Array.isArray(value)) return type.list === undefined ? value : this.#list(value as readonly Json[], type.list.element);
    return isObject(value) && type.map !== undefined ? this.#struct(value, type) : value;
  }

  #list(items: readonly Json[], element: TypeNode): Json {
    let result: Json[] | undefined;
    for (const [index, item] of items.entries()) {
      const made = this.#value(item, element);
      if (made === item) continue;
      result ??= [...items];
      result[index] = made;
    }
    return result ?? (items as Json);
  }

  #struct(value: JsonObject, type: TypeNode): Json {
    const rule = typeRules[type.name];
    const ruled = rule === undefined ? value : rule(value);
    let result: { [key: string]: Json | undefined } | undefined;
    for (const key in ruled) {
      const inner = ruled[key];
      if (typeof inner !== 'object' || inner === null) continue;
      const below = type.map?.fields.get(key)?.type ?? type.map?.element;
      if (below === undefined) continue;
      const next = this.#value(inner, below);
      if (next === inner) continue;
      result ??= { ...ruled };
      result[key] = next;
    }
    return (result as JsonObject | undefined) ?? ruled;
  }

  #isRelevant(type: TypeNode): boolean {
    const known = this.#relevant.get(type);
    if (known !== undefined) return known;
    // A cycle is decided by the rest of it.
    this.#relevant.set(type, false);
    const fields = [...(type.map?.fields.values() ?? [])].map((field) => field.type);
    const below = [...fields, type.map?.element, type.list?.element].filter((next) => next !== undefined && next !== type);
    const relevant = Object.hasOwn(typeRules, type.name) || below.some((next) => next !== undefined && this.#isRelevant(next));
    this.#relevant.set(type, relevant);
    return relevant;
  }
}
