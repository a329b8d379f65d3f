/**
 * The language in which our kinds are written down once. A field row carries name, type, bounds, default and meaning; the CRD, the validation, the
 * TypeScript type and the reference page are all read from it, so they cannot disagree.
 */
import type { Json } from '../../core/object/index.ts';

/** A CEL rule on one node, with a message that says what is wrong; `self` is the node's value. */
export interface Rule {
  readonly rule: string;
  readonly message: string;
  readonly hint?: string;
}

interface Common {
  readonly doc: string;
  readonly rules?: readonly Rule[];
}

export interface StringBounds {
  /** Every string is bounded: CEL cost and etcd size both depend on it. Default 253. */
  readonly maxLength?: number;
  readonly minLength?: number;
  /** RE2 syntax, as the API server reads it. */
  readonly pattern?: string;
  /** What the pattern means, for messages: "a DNS label". */
  readonly means?: string;
  readonly rules?: readonly Rule[];
}

export interface StringNode extends Common {
  readonly type: 'string';
  readonly maxLength: number;
  readonly minLength: number;
  readonly pattern?: string;
  readonly means?: string;
  readonly enum?: readonly string[];
  readonly format?: 'date-time';
  /** Go duration syntax; the smallest allowed value in milliseconds. */
  readonly minDuration?: number;
}

export interface IntegerNode extends Common {
  readonly type: 'integer';
  readonly minimum: number;
  readonly maximum: number;
}

export interface BooleanNode extends Common {
  readonly type: 'boolean';
}

export interface ListNode extends Common {
  readonly type: 'array';
  readonly items: Node;
  readonly maxItems: number;
  readonly minItems: number;
  /** How server-side apply merges it: replaced whole, as a set, or by these keys. */
  readonly merge: 'atomic' | 'set' | readonly string[];
}

export interface MapNode extends Common {
  readonly type: 'map';
  readonly values: Node;
  readonly maxProperties: number;
}

/** Free JSON below an object: chart values. */
export interface FreeNode extends Common {
  readonly type: 'free';
}

export interface ObjectNode extends Common {
  readonly type: 'object';
  readonly fields: { readonly [name: string]: Field<unknown, Presence> };
  /** Exactly one of these fields is set. */
  readonly exactlyOne?: readonly string[];
  /** At most one of these fields is set. */
  readonly atMostOne?: readonly string[];
}

export type Node = StringNode | IntegerNode | BooleanNode | ListNode | MapNode | FreeNode | ObjectNode;

export type Presence = 'optional' | 'required' | 'defaulted';

/** `T` is the value's type after defaulting; it exists for the compiler alone. */
export interface Field<T, P extends Presence = 'optional'> {
  readonly node: Node;
  readonly presence: P;
  readonly default?: Json;
  readonly value?: T;
}

type Fields = { readonly [name: string]: Field<unknown, Presence> };

/** The TypeScript type of a field's value, after defaulting. */
export type Infer<F> = F extends { readonly value?: infer T } ? Exclude<T, undefined> : never;

type OptionalNames<F extends Fields> = { [K in keyof F]: F[K]['presence'] extends 'optional' ? K : never }[keyof F];

export type ObjectOf<F extends Fields> = { readonly [K in Exclude<keyof F, OptionalNames<F>>]: Infer<F[K]> } & {
  readonly [K in OptionalNames<F>]?: Infer<F[K]>;
};

const optional = <T>(node: Node): Field<T> => ({ node, presence: 'optional' });

/** The field has to be there. */
export const must = <T>(field: Field<T, 'optional'>): Field<T, 'required'> => ({ node: field.node, presence: 'required' });

/** The API server fills the field in when it is absent. */
export const by = <T, const V extends T & Json>(value: V, field: Field<T, 'optional'>): Field<T, 'defaulted'> => ({
  node: field.node,
  presence: 'defaulted',
  default: value,
});

/** An absent object is read as `{}`, so that the defaults of its fields apply. */
export const always = <T>(field: Field<T, 'optional'>): Field<T, 'defaulted'> => ({ node: field.node, presence: 'defaulted', default: {} });

export const str = (doc: string, bounds: StringBounds = {}): Field<string> =>
  optional({ type: 'string', doc, ...bounds, maxLength: bounds.maxLength ?? 253, minLength: bounds.minLength ?? 1 });

/** One of a closed list of words. */
export const word = <const W extends string>(words: readonly W[], doc: string): Field<W> =>
  optional({ type: 'string', doc, maxLength: 64, minLength: 1, enum: words });

/** RFC 3339. */
export const time = (doc: string): Field<string> => optional({ type: 'string', doc, maxLength: 64, minLength: 1, format: 'date-time' });

/** A Go duration such as `90s` or `1h30m`; `min` in milliseconds. */
export const duration = (doc: string, min = 0): Field<string> =>
  optional({
    type: 'string',
    doc,
    maxLength: 32,
    minLength: 1,
    pattern: '^([0-9]+([.][0-9]+)?(ms|s|m|h))+$',
    means: 'a duration such as 30s, 5m or 1h30m',
    minDuration: min,
  });

export const int = (doc: string, minimum: number, maximum: number): Field<number> => optional({ type: 'integer', doc, minimum, maximum });

export const bool = (doc: string): Field<boolean> => optional({ type: 'boolean', doc });

export interface ListBounds {
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly merge?: 'atomic' | 'set' | readonly string[];
  readonly rules?: readonly Rule[];
}

/** A list; `items` describes one entry. */
export const list = <T>(items: Field<T>, doc: string, bounds: ListBounds = {}): Field<readonly T[]> =>
  optional({
    type: 'array',
    doc,
    items: items.node,
    maxItems: bounds.maxItems ?? 64,
    minItems: bounds.minItems ?? 0,
    merge: bounds.merge ?? 'atomic',
    ...(bounds.rules === undefined ? {} : { rules: bounds.rules }),
  });

/** A map from free keys to values of one type. */
export const map = <T>(values: Field<T>, doc: string, maxProperties = 256): Field<{ readonly [key: string]: T }> =>
  optional({ type: 'map', doc, values: values.node, maxProperties });

/** Any JSON object. */
export const free = (doc: string): Field<{ readonly [key: string]: Json }> => optional({ type: 'free', doc });

export interface ObjectRules {
  readonly exactlyOne?: readonly string[];
  readonly atMostOne?: readonly string[];
  readonly rules?: readonly Rule[];
}

export const object = <const F extends Fields>(doc: string, fields: F, rules: ObjectRules = {}): Field<ObjectOf<F>> =>
  optional({ type: 'object', doc, fields, ...rules });
