/**
 * CEL values. `bigint` is int, `number` is double, `string`, `boolean` and `null` are themselves, `Uint8Array` is bytes; everything else is one of the
 * classes below. Lists, maps and objects made from JSON convert their elements when they are read, so that a rule about one field costs one field.
 */

export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | CelUint
  | CelTimestamp
  | CelDuration
  | CelTypeValue
  | CelOptional
  | CelList
  | CelMap
  | CelOpaque;

export class CelUint {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

/** Nanoseconds since 1970 UTC. */
export class CelTimestamp {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

export class CelDuration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

export class CelTypeValue {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export class CelOptional {
  readonly value: Value | undefined;

  constructor(value: Value | undefined) {
    this.value = value;
  }
}

export interface CelListSource {
  readonly size: number;
  at(index: number): Value;
}

/** How server-side apply merges a list decides when two of them are equal: as sequences, as sets, or by keys. */
export type ListMerge = 'atomic' | 'set' | readonly string[];

export class CelList {
  readonly source: CelListSource;
  readonly merge: ListMerge;

  constructor(source: CelListSource, merge: ListMerge = 'atomic') {
    this.source = source;
    this.merge = merge;
  }

  get size(): number {
    return this.source.size;
  }

  at(index: number): Value {
    return this.source.at(index);
  }

  *[Symbol.iterator](): Generator<Value> {
    for (let index = 0; index < this.size; index++) yield this.at(index);
  }
}

export const listOf = (items: readonly Value[]): CelList => new CelList({ size: items.length, at: (index) => items[index] ?? null });

export interface CelMapSource {
  readonly size: number;
  get(key: Value): Value | undefined;
  keys(): Iterable<Value>;
}

/** A map, or an object with declared fields (`isObject`), which has no size and cannot be walked. */
export class CelMap {
  readonly source: CelMapSource;
  readonly isObject: boolean;

  constructor(source: CelMapSource, isObject: boolean) {
    this.source = source;
    this.isObject = isObject;
  }

  get size(): number {
    return this.source.size;
  }

  get(key: Value): Value | undefined {
    return this.source.get(key);
  }

  keys(): Iterable<Value> {
    return this.source.keys();
  }
}

/** The key under which a map holds a CEL key: numbers of equal value are one key. */
export function keyOf(key: Value): string | undefined {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'boolean') return `b${key}`;
  if (typeof key === 'bigint') return `n${key}`;
  if (key instanceof CelUint) return `n${key.value}`;
  return typeof key === 'number' && Number.isInteger(key) ? `n${BigInt(key)}` : undefined;
}

export function mapOf(entries: Iterable<readonly [Value, Value]>): CelMap {
  const map = new Map<string, readonly [Value, Value]>();
  for (const entry of entries) map.set(keyOf(entry[0]) ?? '', entry);
  return new CelMap(
    {
      size: map.size,
      get: (key) => map.get(keyOf(key) ?? '')?.[1],
      keys: () => [...map.values()].map(([key]) => key),
    },
    false,
  );
}

/** Values of the Kubernetes libraries: quantities, URLs, addresses, versions, formats. */
export class CelOpaque {
  /** cel-go's name of the type. */
  readonly type: string;
  /** Equal payload texts mean equal values. */
  readonly identity: string;
  readonly payload: unknown;
  /** What costs are counted by. */
  readonly size: number;

  constructor(type: string, identity: string, { payload, size = 1 }: { readonly payload: unknown; readonly size?: number }) {
    this.type = type;
    this.identity = identity;
    this.payload = payload;
    this.size = size;
  }
}

/** The name of a value's type, as `type(x)` gives it. */
export function typeName(value: Value): string {
  if (value === null) return 'null_type';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
    case 'object':
      return objectTypeName(value);
  }
}

function objectTypeName(value: Exclude<Value, null | boolean | bigint | number | string>): string {
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof CelList) return 'list';
  if (value instanceof CelMap) return value.isObject ? 'object' : 'map';
  if (value instanceof CelUint) return 'uint';
  if (value instanceof CelTimestamp) return 'google.protobuf.Timestamp';
  if (value instanceof CelDuration) return 'google.protobuf.Duration';
  if (value instanceof CelOptional) return 'optional_type';
  return value instanceof CelTypeValue ? 'type' : value.type;
}
