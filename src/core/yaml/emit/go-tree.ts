/**
 * Go values as trees to print, as `yaml.Marshal` of go-yaml prints them. Source of the rules: go-yaml encode.go.
 */
import { GoList, GoMap, GoPointer, GoStruct } from '../../go/composite/index.ts';
import { durationString } from '../../go/time/index.ts';
import { GoBoxed, GoBytes, GoError, GoFloat32, GoInt, GoNamed, GoNil, GoRawString, GoTime, type GoValue } from '../../go/value/index.ts';
import { escapeUtf8 } from '../../../std/index.ts';
import { failure } from '../failure.ts';
import { collectionNode, scalarNode, type YamlNode } from '../node/node.ts';
import { formatTimestamp } from '../timestamp.ts';
import type { Variant } from '../variant.ts';
import { compareKeys } from './key-order.ts';
import { stringNode } from './plain-values.ts';
import { floatText } from '../float-text.ts';

type Entry = readonly [GoValue, GoValue];

/** The order of Go's kinds (reflect.Kind). */
const kindOrder: readonly string[] =
  'invalid bool int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 uintptr float32 float64 complex64 complex128 array chan func interface map ptr slice string struct'.split(
    ' ',
  );

const unwrapped = (value: GoValue): GoValue =>
  value instanceof GoPointer ? unwrapped(value.target) : value instanceof GoNamed ? unwrapped(value.value) : value;

const kindOf = (key: GoValue): number =>
  kindOrder.indexOf(
    key instanceof GoBoxed
      ? key.type.kind
      : typeof key === 'string'
        ? 'string'
        : typeof key === 'number'
          ? 'float64'
          : typeof key === 'boolean'
            ? 'bool'
            : 'interface',
  );

function numberOf(key: GoValue): number | undefined {
  if (typeof key === 'number') return key;
  if (typeof key === 'boolean') return key ? 1 : 0;
  if (key instanceof GoInt) return key.float;
  return key instanceof GoFloat32 ? key.value : undefined;
}

/** Numbers and booleans by size, other kinds by kind, strings in natural order (sorter.go). */
function compareEntries(left: Entry, right: Entry, variant: Variant): number {
  const a = unwrapped(left[0]);
  const b = unwrapped(right[0]);
  if (typeof a === 'string' && typeof b === 'string') return compareKeys(a, b, variant.digitsThenLetters);
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined && x !== y) return x < y ? -1 : 1;
  return kindOf(a) - kindOf(b);
}

export class GoTree {
  private readonly variant: Variant;
  private left: number;

  /** `depth` is how deep a value may be. */
  constructor(variant: Variant, depth: number) {
    this.variant = variant;
    this.left = depth;
  }

  of(value: GoValue): YamlNode {
    if (typeof value === 'string') return stringNode(value, this.variant);
    if (typeof value === 'boolean') return scalarNode(String(value));
    if (typeof value === 'number') return scalarNode(floatText(value));
    if (value === null) return scalarNode('null');
    if (this.left-- <= 0) throw failure('exceeded max depth');
    const node = value instanceof GoBoxed ? this.boxed(value) : this.plain(value);
    this.left++;
    return node;
  }

  private plain(value: Exclude<GoValue, null | boolean | number | string | GoBoxed>): YamlNode {
    if (Array.isArray(value)) return this.list(value as readonly GoValue[]);
    return this.sorted(Object.entries(value as { readonly [key: string]: GoValue }));
  }

  private list(items: readonly GoValue[]): YamlNode {
    return collectionNode(
      'sequence',
      items.map((item) => this.of(item)),
    );
  }

  private sorted(entries: readonly Entry[]): YamlNode {
    return this.ordered(entries.toSorted((a, b) => compareEntries(a, b, this.variant)));
  }

  private ordered(entries: readonly Entry[]): YamlNode {
    return collectionNode(
      'mapping',
      entries.flatMap(([key, value]) => [this.of(key), this.of(value)]),
    );
  }

  private boxed(value: GoBoxed): YamlNode {
    if (value instanceof GoInt) return this.integer(value);
    if (value instanceof GoFloat32) return scalarNode(floatText(value.value, 32));
    if (value instanceof GoTime) return scalarNode(formatTimestamp(value));
    if (value instanceof GoRawString) return stringNode(escapeUtf8(value.bytes), this.variant);
    if (value instanceof GoBytes) return this.list([...value.bytes].map((byte) => new GoInt(value.type.elem ?? value.type, byte)));
    if (value instanceof GoPointer) return this.of(value.target);
    if (value instanceof GoNamed) return this.of(value.value);
    if (value instanceof GoNil) return this.nil(value);
    if (value instanceof GoMap) return this.sorted(value.entries);
    if (value instanceof GoList) return this.typedList(value);
    if (value instanceof GoStruct) return this.ordered(value.fields.map(([name, field]) => [name.toLowerCase(), field]));
    if (value instanceof GoError) return collectionNode('mapping', []);
    throw failure(`cannot marshal type: ${value.type.name}`);
  }

  private integer(value: GoInt): YamlNode {
    if (value.type.name === 'time.Duration') return stringNode(durationString(value.value), this.variant);
    return scalarNode(String(value.value));
  }

  private nil(value: GoNil): YamlNode {
    if (value.type.kind === 'map') return collectionNode('mapping', []);
    return value.type.kind === 'slice' ? collectionNode('sequence', []) : scalarNode('null');
  }

  /** A `yaml.MapSlice` is a mapping in the order it has. */
  private typedList(value: GoList): YamlNode {
    if (value.type.name !== 'yaml.MapSlice') return this.list(value.items);
    const items = value.items.filter((item) => item instanceof GoStruct);
    return this.ordered(items.map((item) => [item.field('Key') ?? null, item.field('Value') ?? null]));
  }
}
