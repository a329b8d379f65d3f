/**
 * Field by field comparison of two objects. Equal means that sending one where the other is stored would change nothing; where that is not
 * certain the answer is a difference.
 */
import { type Json, type JsonObject, getKey, isObject } from '../object/index.ts';
import { type FieldStep, type KeyField, formatFieldPath } from '../object/path/index.ts';
import { compareText } from '../object/value/index.ts';
import type { FieldType, ListType, TypeNode } from '../schema/index.ts';
import { equalScalars } from './equal.ts';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

export interface Change {
  /** `.spec.containers[name="c"].image` */
  readonly path: string;
  readonly steps: readonly FieldStep[];
  /** Absent: the field was added. */
  readonly before: Json | undefined;
  /** Absent: the field was removed. */
  readonly after: Json | undefined;
}

export interface CompareOptions {
  /** The type of the kind; absent: values are compared as they are and lists by place. */
  readonly type?: TypeNode;
  /** A built-in kind, which the API server holds as a Go struct: null, empty lists and empty maps of declared fields are the same as nothing. */
  readonly struct?: boolean;
  /** Paths (as text) that do not count, with everything below them. */
  readonly ignore?: (path: string) => boolean;
}

/** The differences in the order of the fields of `before`, then what was added. Equal objects give an empty list. */
export function compareObjects(before: Json | undefined, after: Json | undefined, options: CompareOptions = {}): readonly Change[] {
  const walk = new Walk(options);
  walk.values({ before, after }, options.type, undefined);
  return walk.changes;
}

interface Pair {
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

class Walk {
  readonly changes: Change[] = [];
  readonly #options: CompareOptions;
  readonly #steps: FieldStep[] = [];
  #struct: boolean;

  constructor(options: CompareOptions) {
    this.#options = options;
    this.#struct = options.struct === true;
  }

  values(pair: Pair, type: TypeNode | undefined, field: FieldType | undefined): void {
    const { before, after } = pair;
    if (before === after || this.#ignored() || this.#bothNothing(pair, type, field)) return;
    if (isObject(before) && isObject(after)) this.#objects(before, after, type);
    else if (Array.isArray(before) && Array.isArray(after)) this.#lists(before, after, type);
    else if (before === undefined || after === undefined || !equalScalars(before, after, type)) this.#report(pair);
  }

  #ignored(): boolean {
    return this.#steps.length > 0 && this.#options.ignore?.(formatFieldPath(this.#steps)) === true;
  }

  #report({ before, after }: Pair): void {
    this.changes.push({ path: formatFieldPath(this.#steps), steps: [...this.#steps], before, after });
  }

  /** One side is not there and the other is what not being there means: the default, or the zero value of a Go field. */
  #bothNothing({ before, after }: Pair, type: TypeNode | undefined, field: FieldType | undefined): boolean {
    if (before !== undefined && before !== null && after !== undefined && after !== null) return false;
    const present = before ?? after;
    if (present === undefined || present === null) return before === after || (this.#struct && field !== undefined);
    return isDefault(present, type, field) || (this.#struct && field !== undefined && isEmptyContainer(present, type));
  }

  #objects(before: JsonObject, after: JsonObject, type: TypeNode | undefined): void {
    // Metadata is a Go struct in custom resources too.
    const outer = this.#struct;
    this.#struct ||= type?.name === OBJECT_META;
    this.#members(before, after, type);
    this.#struct = outer;
  }

  #members(before: JsonObject, after: JsonObject, type: TypeNode | undefined): void {
    const names = [...Object.keys(before), ...Object.keys(after).filter((name) => !Object.hasOwn(before, name))];
    for (const name of names) {
      const field = type?.map?.fields.get(name);
      this.#steps.push({ kind: 'field', name });
      this.values({ before: getKey(before, name), after: getKey(after, name) }, field?.type ?? type?.map?.element, field);
      this.#steps.pop();
    }
  }

  #lists(before: readonly Json[], after: readonly Json[], type: TypeNode | undefined): void {
    const list = type?.list;
    const left = list?.associative === true ? indexed(before, list) : undefined;
    const right = list?.associative === true ? indexed(after, list) : undefined;
    if (left === undefined || right === undefined) this.#byPlace(before, after, list?.element);
    else this.#byKey(left, right, list?.element);
  }

  #byKey(left: Indexed, right: Indexed, element: TypeNode | undefined): void {
    for (const [id, { step, item }] of left) this.#item(step, { before: item, after: right.get(id)?.item }, element);
    for (const [id, { step, item }] of right) if (!left.has(id)) this.#item(step, { before: undefined, after: item }, element);
  }

  #byPlace(before: readonly Json[], after: readonly Json[], element: TypeNode | undefined): void {
    // Without keys an insertion would make every later item differ: the list is shown as one.
    if (before.length !== after.length) {
      this.#report({ before: before as Json, after: after as Json });
      return;
    }
    for (const [index, item] of before.entries()) this.#item({ kind: 'index', index }, { before: item, after: after[index] }, element);
  }

  #item(step: FieldStep, pair: Pair, element: TypeNode | undefined): void {
    this.#steps.push(step);
    this.values(pair, element, undefined);
    this.#steps.pop();
  }
}

/** A present value that equals the default of its field; a struct counts when all that is in it are defaults. */
function isDefault(value: Json, type: TypeNode | undefined, field: FieldType | undefined): boolean {
  const standard = field?.default;
  if (standard === undefined) return false;
  if (!isObject(standard)) return equalScalars(value, standard, type);
  if (!isObject(value) || Object.keys(standard).length > 0) return false;
  return Object.entries(value).every(([name, member]) => {
    const below = type?.map?.fields.get(name);
    return member === undefined || member === null || isDefault(member, below?.type, below);
  });
}

/** An empty list, or an empty map; an empty struct says something (`emptyDir: {}`). */
function isEmptyContainer(value: Json, type: TypeNode | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0 && type?.jsonType === 'array';
  return (
    isObject(value) &&
    Object.keys(value).length === 0 &&
    type?.map !== undefined &&
    type.map.fields.size === 0 &&
    !type.preserveUnknown &&
    type.name === ''
  );
}

type Indexed = ReadonlyMap<string, { readonly step: FieldStep; readonly item: Json }>;

/** Items by their keys; undefined when a key is missing or occurs twice: then only the place tells items apart. */
function indexed(items: readonly Json[], list: ListType): Indexed | undefined {
  const result = new Map<string, { step: FieldStep; item: Json }>();
  for (const item of items) {
    const step = list.keys.length > 0 ? keyStep(item, list) : valueStep(item);
    const id = step === undefined ? undefined : formatFieldPath([step]);
    if (step === undefined || id === undefined || result.has(id)) return undefined;
    result.set(id, { step, item });
  }
  return result;
}

const valueStep = (item: Json): FieldStep | undefined => (typeof item === 'object' ? undefined : { kind: 'value', value: item });

function keyStep(item: Json, list: ListType): FieldStep | undefined {
  if (!isObject(item)) return undefined;
  const fields: KeyField[] = [];
  for (const name of list.keys) {
    const value = getKey(item, name) ?? list.element.map?.fields.get(name)?.default;
    if (value !== undefined && value !== null) fields.push({ name, value });
  }
  return fields.length === 0 ? undefined : { kind: 'key', fields: fields.sort((a, b) => compareText(a.name, b.name)) };
}
