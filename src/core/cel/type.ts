/** Static types, their names in messages, and whether one fits another (cel-go: checker/types.go). */

export type Type =
  | { readonly k: 'dyn' | 'null' | 'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'timestamp' | 'duration' | 'type' }
  | { readonly k: 'list'; readonly item: Type; readonly merge?: 'set' | readonly string[] }
  | { readonly k: 'map'; readonly key: Type; readonly value: Type }
  | { readonly k: 'optional'; readonly item: Type }
  | ObjectType
  | { readonly k: 'opaque'; readonly name: string }
  | { readonly k: 'param'; readonly name: string };

/** An object with declared fields. */
export interface ObjectType {
  readonly k: 'object';
  /** As it stands in messages. */
  readonly name: string;
  /** By the name an expression uses (escaped). */
  readonly fields: ReadonlyMap<string, ObjectField>;
}

export interface ObjectField {
  /** The name in JSON. */
  readonly name: string;
  readonly type: Type;
}

const simple = <K extends 'dyn' | 'null' | 'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'timestamp' | 'duration' | 'type'>(
  k: K,
): { readonly k: K } => Object.freeze({ k });

export const DYN = simple('dyn');
export const NULL = simple('null');
export const BOOL = simple('bool');
export const INT = simple('int');
export const UINT = simple('uint');
export const DOUBLE = simple('double');
export const STRING = simple('string');
export const BYTES = simple('bytes');
export const TIMESTAMP = simple('timestamp');
export const DURATION = simple('duration');
export const TYPE = simple('type');

/** As cel-go prints it. */
export function formatType(type: Type): string {
  switch (type.k) {
    case 'list':
      return `list(${formatType(type.item)})`;
    case 'map':
      return `map(${formatType(type.key)}, ${formatType(type.value)})`;
    case 'optional':
      return `optional_type(${formatType(type.item)})`;
    case 'timestamp':
      return 'timestamp';
    case 'duration':
      return 'duration';
    case 'object':
    case 'opaque':
    case 'param':
      return type.name;
    default:
      return type.k;
  }
}

/** What the parameters of an overload stand for in one call. */
export type Bindings = Map<string, Type>;

/** Whether a value of type `actual` may be used where `wanted` is asked for; parameters are bound on the way. */
export function fits(wanted: Type, actual: Type, bindings: Bindings): boolean {
  if (wanted.k === 'param') return bind(wanted.name, actual, bindings);
  if (wanted.k === 'dyn' || actual.k === 'dyn' || actual.k === 'param') return true;
  if (wanted.k !== actual.k) return actual.k === 'null' && NULLABLE.has(wanted.k);
  switch (wanted.k) {
    case 'list':
    case 'optional':
      return fits(wanted.item, (actual as typeof wanted).item, bindings);
    case 'map':
      return fits(wanted.key, (actual as typeof wanted).key, bindings) && fits(wanted.value, (actual as typeof wanted).value, bindings);
    case 'object':
    case 'opaque':
      return wanted.name === (actual as typeof wanted).name;
    default:
      return true;
  }
}

/** Types that take null (cel-go: messages, timestamps, durations, wrappers, opaque types). */
const NULLABLE: ReadonlySet<string> = new Set(['object', 'timestamp', 'duration', 'opaque', 'optional']);

function bind(name: string, actual: Type, bindings: Bindings): boolean {
  const bound = bindings.get(name);
  const joined = bound === undefined ? actual : join(bound, actual);
  if (joined === undefined) return false;
  bindings.set(name, joined);
  return true;
}

/** The type both are; undefined when there is none. An unknown part takes the other's. */
export function join(a: Type, b: Type): Type | undefined {
  if (a.k === 'dyn' || b.k === 'dyn') return DYN;
  if (a.k === 'param') return b;
  if (b.k === 'param') return a;
  if (a.k === 'list' && b.k === 'list') return map1(join(a.item, b.item), (item) => ({ ...a, item }));
  if (a.k === 'optional' && b.k === 'optional') return map1(join(a.item, b.item), (item) => ({ ...a, item }));
  if (a.k === 'map' && b.k === 'map') {
    const value = join(a.value, b.value);
    return value === undefined ? undefined : map1(join(a.key, b.key), (key) => ({ k: 'map', key, value }));
  }
  if (fits(a, b, new Map())) return a;
  return fits(b, a, new Map()) ? b : undefined;
}

const map1 = (type: Type | undefined, make: (type: Type) => Type): Type | undefined => (type === undefined ? undefined : make(type));

/** The type with its parameters replaced; those that are not bound become dyn. */
export function bound(type: Type, bindings: Bindings): Type {
  switch (type.k) {
    case 'param':
      return bindings.get(type.name) ?? type;
    case 'list':
    case 'optional':
      return { ...type, item: bound(type.item, bindings) };
    case 'map':
      return { k: 'map', key: bound(type.key, bindings), value: bound(type.value, bindings) };
    default:
      return type;
  }
}
