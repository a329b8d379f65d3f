/** Whether a value has its type (structured-merge-diff typed/validate.go). */
import type { Json, JsonObject } from '../../object/index.ts';
import type { ListType, MapType, TypeNode } from '../../schema/index.ts';
import { formatPath } from '../fieldset/index.ts';
import {
  LIST,
  MAP,
  type Maybe,
  SCALAR,
  type TypedError,
  chosen,
  deduce,
  expectedList,
  expectedMap,
  isList,
  itemElement,
  prefixErrors,
  scalarError,
} from './walk.ts';

/** Nesting that no object has; deeper input is refused so that later walks need no limit of their own. */
const MAX_DEPTH = 500;

export interface ValidateOptions {
  /** Live objects may hold duplicate items; applied ones may not. */
  readonly allowDuplicates?: boolean;
}

/** The errors of a value; empty when it has its type. */
export function validate(type: TypeNode, value: Maybe, options: ValidateOptions = {}): TypedError[] {
  const walk = new Validation(options.allowDuplicates === true);
  walk.value(type, value ?? null);
  return walk.errors;
}

class Validation {
  readonly errors: TypedError[] = [];
  readonly #allowDuplicates: boolean;
  #depth = 0;

  constructor(allowDuplicates: boolean) {
    this.#allowDuplicates = allowDuplicates;
  }

  value(type: TypeNode, value: Json): void {
    if (this.#depth >= MAX_DEPTH) {
      this.#report(`value is nested more than ${MAX_DEPTH} levels deep`);
      return;
    }
    this.#depth += 1;
    this.#form(type, value);
    this.#depth -= 1;
  }

  #form(type: TypeNode, value: Json): void {
    const form = chosen(deduce(type, value));
    if (form === MAP && type.map !== undefined) this.#map(type.map, value);
    else if (form === SCALAR && type.scalar !== undefined) this.#reportIf(scalarError(type.scalar, value));
    else if (form === LIST && type.list !== undefined) this.#list(type.list, value);
    else this.#report(`schema error: invalid atom: ${type.name === '' ? 'inlined' : `named type: ${type.name}`}`);
  }

  #report(message: string, path = ''): void {
    this.errors.push({ path, message });
  }

  #reportIf(message: string | undefined): void {
    if (message !== undefined) this.#report(message);
  }

  #map(map: MapType, value: Json): void {
    if (value === null) return;
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.#report(expectedMap(value));
      return;
    }
    const object = value as JsonObject;
    for (const name of Object.keys(object)) {
      const item = object[name];
      if (item === undefined) continue;
      const type = map.fields.get(name)?.type ?? map.element;
      if (type === undefined) {
        this.#report('field not declared in schema', `.${name}`);
        return;
      }
      const start = this.errors.length;
      this.value(type, item);
      if (this.errors.length > start) prefixErrors(this.errors, start, `.${name}`);
    }
  }

  #list(list: ListType, value: Json): void {
    if (value === null) return;
    if (!isList(value)) {
      this.#report(expectedList(value));
      return;
    }
    if (list.associative) this.#items(list, value);
    else this.#elements(list, value);
  }

  #elements(list: ListType, items: readonly Json[]): void {
    for (let index = 0; index < items.length; index += 1) {
      const start = this.errors.length;
      this.value(list.element, items[index] ?? null);
      if (this.errors.length > start) prefixErrors(this.errors, start, `[${index}]`);
    }
  }

  #items(list: ListType, items: readonly Json[]): void {
    const seen = new Set<string>();
    for (const [index, item] of items.entries()) {
      const element = itemElement(list, item);
      if (typeof element === 'string') {
        this.#report(`element ${index}: ${element}`);
        return;
      }
      if (seen.has(element.id) && !this.#allowDuplicates) this.#report(`duplicate entries for key ${formatPath([element])}`);
      seen.add(element.id);
      const start = this.errors.length;
      this.value(list.element, item);
      if (this.errors.length > start) prefixErrors(this.errors, start, formatPath([element]));
    }
  }
}
