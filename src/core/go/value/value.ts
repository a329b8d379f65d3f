/** The classes for Go values that JavaScript has no counterpart for. Closed: nothing outside `value/` and `composite/` extends GoBoxed. */
import { basicType, listType, namedType, type GoType, type IntKind } from '../type/index.ts';

/** `map[string]interface {}`: made with `record()`, so it has a null prototype. */
export interface GoRecord {
  readonly [key: string]: GoValue;
}

/** Any Go value. `undefined` is never one. Ask in this order: typeof, null, Array.isArray, instanceof GoBoxed; what remains is a GoRecord. */
export type GoValue = null | boolean | number | string | readonly GoValue[] | GoBoxed | GoRecord;

/** The root of the closed classes: `value instanceof GoBoxed` tells them from records, whatever keys a record has. */
export abstract class GoBoxed {
  /** The dynamic type: what `%T` prints and `reflect.TypeOf` gives. */
  abstract readonly type: GoType;
}

const bitsOf: Readonly<Record<IntKind, readonly [bits: number, signed: boolean]>> = Object.freeze({
  int: [64, true],
  int8: [8, true],
  int16: [16, true],
  int32: [32, true],
  int64: [64, true],
  uint: [64, false],
  uint8: [8, false],
  uint16: [16, false],
  uint32: [32, false],
  uint64: [64, false],
  uintptr: [64, false],
});

/** An integer of any size, with the type it has: `int`, `uint8`, `time.Duration`, … */
export class GoInt extends GoBoxed {
  readonly type: GoType;
  /** A number when it is a safe integer, a bigint otherwise; equal integers are equal by `===` of this field. */
  readonly value: number | bigint;

  /** `value` must be an integer; it is wrapped to the type's size as Go's conversion does. */
  constructor(type: GoType, value: number | bigint) {
    super();
    this.type = type;
    this.value = wrapped(type.kind as IntKind, value);
  }

  get big(): bigint {
    return BigInt(this.value);
  }

  /** As float64(x) converts it. */
  get float(): number {
    return Number(this.value);
  }

  get signed(): boolean {
    return bitsOf[this.type.kind as IntKind][1];
  }

  get bits(): number {
    return bitsOf[this.type.kind as IntKind][0];
  }

  /** The same type with another value. */
  with(value: number | bigint): GoInt {
    return new GoInt(this.type, value);
  }
}

function wrapped(kind: IntKind, value: number | bigint): number | bigint {
  const isSmall = typeof value === 'number' && Number.isSafeInteger(value);
  if (isSmall && (kind === 'int' || kind === 'int64' || (value >= 0 && (kind === 'uint64' || kind === 'uint')))) return value + 0;
  const [bits, signed] = bitsOf[kind];
  const big = BigInt(value);
  const fit = signed ? BigInt.asIntN(bits, big) : BigInt.asUintN(bits, big);
  const near = Number(fit);
  return Number.isSafeInteger(near) ? near : fit;
}

/** A Go `int`. */
export const int = (value: number | bigint): GoInt => new GoInt(basicType.int, value);

const durationType = namedType('time.Duration', basicType.int64);

/** A `time.Duration` of that many nanoseconds. */
export const duration = (nanoseconds: number | bigint): GoInt => new GoInt(durationType, nanoseconds);

export class GoFloat32 extends GoBoxed {
  readonly type = basicType.float32;
  /** Already rounded to 32 bits. */
  readonly value: number;

  constructor(value: number) {
    super();
    this.value = Math.fround(value);
  }
}

export class GoComplex extends GoBoxed {
  readonly type: GoType;
  readonly re: number;
  readonly im: number;

  constructor(type: GoType, re: number, im: number) {
    super();
    this.type = type;
    this.re = type.kind === 'complex64' ? Math.fround(re) : re;
    this.im = type.kind === 'complex64' ? Math.fround(im) : im;
  }
}

const bytesType = listType(basicType.uint8);

/** A `[]byte`. Never written to after construction. */
export class GoBytes extends GoBoxed {
  readonly type = bytesType;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super();
    this.bytes = bytes;
  }
}

/** A string whose bytes are not valid UTF-8; valid ones are JS strings always, so that equal strings have one form. See `goString` in ../../../std. */
export class GoRawString extends GoBoxed {
  readonly type = basicType.string;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super();
    this.bytes = bytes;
  }
}

/** What holds in a place at a moment. `offset` is in seconds east of UTC. */
export interface GoZone {
  readonly name: string;
  readonly offset: number;
}

/** `*time.Location`. The core has no zone database; callers that need one implement this. */
export interface GoLocation {
  /** As `Location.String()`: `UTC`, `Local`, `America/New_York`; empty for a fixed zone without name. */
  readonly name: string;
  /** The zone in use at a moment, in seconds since 1970 UTC. */
  readonly zoneAt: (unixSeconds: number) => GoZone;
  /** The offset an abbreviation such as `PST` has here near a moment; undefined when it is not known here. */
  readonly offsetOf?: (abbreviation: string, unixSeconds: number) => number | undefined;
}

const timeType = namedType('time.Time', { kind: 'struct', name: 'time.Time', named: true });

/** A `time.Time` without monotonic reading. */
export class GoTime extends GoBoxed {
  readonly type = timeType;
  /** Seconds since 1970-01-01 UTC; may be negative. */
  readonly unix: number;
  /** 0 … 999,999,999, added to `unix`. */
  readonly nanoseconds: number;
  readonly location: GoLocation;

  constructor(unix: number, nanoseconds: number, location: GoLocation) {
    super();
    this.unix = unix;
    this.nanoseconds = nanoseconds;
    this.location = location;
  }
}

const errorStringType = { kind: 'ptr', name: '*errors.errorString', named: false } as const satisfies GoType;

/** An error value; `type` is its concrete type. */
export class GoError extends GoBoxed {
  readonly type: GoType;
  readonly message: string;

  constructor(message: string, type: GoType = errorStringType) {
    super();
    this.type = type;
    this.message = message;
  }
}

/** A nil that has a type: pointer, slice, map, function, channel. */
export class GoNil extends GoBoxed {
  readonly type: GoType;

  constructor(type: GoType) {
    super();
    this.type = type;
  }
}

/** A bool, string or number of a declared type, and a `[]byte` of one. Declared integers are GoInt, lists GoList, maps GoMap, structs GoStruct. */
export class GoNamed extends GoBoxed {
  readonly type: GoType;
  readonly value: GoValue;

  constructor(type: GoType, value: GoValue) {
    super();
    this.type = type;
    this.value = value;
  }
}
