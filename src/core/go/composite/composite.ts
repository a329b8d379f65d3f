/** Values that hold values. Elements stand as they would in an interface: an element of `[]int` is a GoInt, one of `[]string` a JS string. */
import type { Result } from '../../../std/index.ts';
import { basicType, listType, namedType, pointerType, type GoSignature, type GoType } from '../type/index.ts';
import { GoBoxed, GoComplex, GoFloat32, GoInt, GoNamed, GoNil, GoRawString, type GoValue } from '../value/index.ts';

/** A slice or array other than `[]interface {}` and `[]byte`; `type.kind` says which. */
export class GoList extends GoBoxed {
  readonly type: GoType;
  readonly items: readonly GoValue[];
  /** Capacity of a slice. */
  readonly cap: number;

  constructor(type: GoType, items: readonly GoValue[], cap: number = items.length) {
    super();
    this.type = type;
    this.items = items;
    this.cap = cap;
  }
}

const stringsType = listType(basicType.string);

/** A `[]string`. */
export const strings = (items: readonly string[]): GoList => new GoList(stringsType, items);

/** A map other than `map[string]interface {}`. Entries keep the order they were given in; Go sorts when it prints or ranges in templates. */
export class GoMap extends GoBoxed {
  readonly type: GoType;
  readonly entries: readonly (readonly [GoValue, GoValue])[];
  readonly #index: Map<unknown, GoValue>;

  constructor(type: GoType, entries: readonly (readonly [GoValue, GoValue])[]) {
    super();
    this.type = type;
    this.#index = new Map(entries.map(([key, value]) => [keyOf(key), value]));
    this.entries = entries;
  }

  /** The value under a key of the same dynamic type, or undefined. */
  get(key: GoValue): GoValue | undefined {
    return this.#index.get(keyOf(key));
  }
}

/** Something that is equal (as a JS Map key) exactly when the Go values are equal as map keys; a NaN and anything uncomparable equals nothing. */
export function keyOf(value: GoValue): unknown {
  if (typeof value === 'string') return `"${value}`;
  if (typeof value === 'number') return Number.isNaN(value) ? Symbol('NaN') : value + 0;
  if (!(value instanceof GoBoxed)) return value;
  if (value instanceof GoFloat32 && Number.isNaN(value.value)) return Symbol('NaN');
  const content = contentOf(value);
  return content === undefined ? value : `${value.type.name} ${content}`;
}

/** The compared part of a boxed value as text; undefined for what is compared by identity. */
function contentOf(value: GoBoxed): string | undefined {
  if (value instanceof GoInt) return String(value.value);
  if (value instanceof GoFloat32) return String(value.value + 0);
  if (value instanceof GoComplex) return `${value.re + 0} ${value.im + 0}`;
  if (value instanceof GoNamed) return String(keyOf(value.value));
  if (value instanceof GoRawString) return value.bytes.join();
  if (value instanceof GoNil) return 'nil';
  if (value instanceof GoStruct) return listContent(value.fields.map(([, field]) => field));
  return value instanceof GoList && value.type.kind === 'array' ? listContent(value.items) : undefined;
}

const listContent = (items: readonly GoValue[]): string => JSON.stringify(items.map((item) => String(keyOf(item))));

type JsonName = (field: string, value: GoValue) => string | undefined;

/** A struct. Fields that are not listed do not exist for templates and printing. */
export class GoStruct extends GoBoxed {
  readonly type: GoType;
  readonly fields: readonly (readonly [string, GoValue])[];
  /** The names of fields in JSON, where tags give them others; undefined leaves a field out. */
  readonly jsonName: JsonName | undefined;

  constructor(type: GoType, fields: readonly (readonly [string, GoValue])[], jsonName?: JsonName) {
    super();
    this.type = type;
    this.fields = fields;
    this.jsonName = jsonName;
  }

  /** The field's value, or undefined. */
  field(name: string): GoValue | undefined {
    for (const entry of this.fields) if (entry[0] === name) return entry[1];
    return undefined;
  }
}

/** A pointer to a value; identity is the instance's. */
export class GoPointer extends GoBoxed {
  readonly type: GoType;
  readonly target: GoValue;

  /** `elem` is the type pointed to. */
  constructor(elem: GoType, target: GoValue) {
    super();
    this.type = pointerType(elem);
    this.target = target;
  }
}

/** A function value, for `call` in templates. */
export class GoFunc extends GoBoxed {
  readonly type: GoType;
  readonly signature: GoSignature;
  /** A Go error result is the `error` side. */
  readonly call: (args: readonly GoValue[]) => Result<GoValue, string>;

  constructor(signature: GoSignature, call: (args: readonly GoValue[]) => Result<GoValue, string>) {
    super();
    const last = signature.params.length - 1;
    const params = signature.params.map((param, i) => (signature.variadic && i === last ? `...${param.name}` : param.name));
    this.type = { kind: 'func', name: `func(${params.join(', ')}) ${signature.result.name}`, named: false };
    this.signature = signature;
    this.call = call;
  }
}

const mapItemType = namedType('yaml.MapItem', { kind: 'struct', name: 'yaml.MapItem', named: true });
const mapSliceType = namedType('yaml.MapSlice', listType(mapItemType));

/** go-yaml's ordered map: a `yaml.MapSlice`, a slice of structs with the fields Key and Value. */
export const mapSlice = (entries: readonly (readonly [GoValue, GoValue])[]): GoList =>
  new GoList(
    mapSliceType,
    entries.map(
      ([key, value]) =>
        new GoStruct(mapItemType, [
          ['Key', key],
          ['Value', value],
        ]),
    ),
  );
