/**
 * The type model: what the merge engines, pruning, defaulting and validation need to know about a field, and nothing more.
 * Nodes form a graph (types refer to themselves), are built once and are never changed afterwards.
 */
import type { Json, JsonObject } from '../object/index.ts';

/** Kinds of structured-merge-diff scalars. */
export type ScalarKind = 'numeric' | 'string' | 'boolean' | 'untyped';

/** The `type` of OpenAPI; the empty string where none is given (any value). */
export type JsonType = '' | 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';

/** A list. `associative` without keys is a set. */
export interface ListType {
  readonly element: TypeNode;
  readonly associative: boolean;
  readonly keys: readonly string[];
}

export interface FieldType {
  readonly name: string;
  readonly type: TypeNode;
  /** `undefined` when there is none. Kubernetes writes `{}`, `""`, `0` and `false` for Go fields that are always serialised. */
  readonly default: Json | undefined;
  /** Strategic merge: `merge`, `replace`, `retainKeys`; empty means replace. */
  readonly patchStrategy: readonly string[];
  /** Strategic merge: the key of the list's items; empty when there is none. */
  readonly patchMergeKey: string;
}

/** A struct (`fields`), a map (`element`), or both. */
export interface MapType {
  readonly fields: ReadonlyMap<string, FieldType>;
  /** The type of fields that are not declared; `undefined` when undeclared fields are not allowed. */
  readonly element: TypeNode | undefined;
  readonly atomic: boolean;
  readonly required: readonly string[];
}

/**
 * What a value may be. Up to three of `scalar`, `list` and `map` are set: a value of any of these forms is allowed.
 * None of them set: nothing is allowed.
 */
export interface TypeNode {
  /** The definition's name, for example `io.k8s.api.core.v1.Container`; empty for a type written in place. */
  readonly name: string;
  readonly jsonType: JsonType;
  /** As in OpenAPI (`int32`, `date-time`, `byte`, `int-or-string` …), and `quantity` and `duration` for the Kubernetes types of that name. */
  readonly format: string;
  readonly scalar: ScalarKind | undefined;
  readonly list: ListType | undefined;
  readonly map: MapType | undefined;
  readonly enum: readonly Json[] | undefined;
  readonly nullable: boolean;
  /** `x-kubernetes-preserve-unknown-fields`: pruning stops here. */
  readonly preserveUnknown: boolean;
  /** `x-kubernetes-embedded-resource`: apiVersion, kind and metadata belong to it. */
  readonly embeddedResource: boolean;
  /** The schema it was made from, for those who check patterns, bounds and rules; absent from the built-in table. */
  readonly source: JsonObject | undefined;
  /** A key that is absent and has no default: refuse the item (Kubernetes up to 1.33) or leave the key out (1.34 and later). */
  readonly strictKeys: boolean;
}

/** A node while it is being filled; it is handed out as a `TypeNode`. */
export type OpenNode = { -readonly [K in keyof TypeNode]: TypeNode[K] };

export const openNode = (name: string, strictKeys: boolean): OpenNode => ({
  name,
  jsonType: '',
  format: '',
  scalar: undefined,
  list: undefined,
  map: undefined,
  enum: undefined,
  nullable: false,
  preserveUnknown: false,
  embeddedResource: false,
  source: undefined,
  strictKeys,
});

/** Names that structured-merge-diff gives to values without a schema. */
export const UNTYPED_ATOMIC = '__untyped_atomic_';
export const UNTYPED_DEDUCED = '__untyped_deduced_';

/** Types for values without a schema: `atomic` is one unit; `deduced` has granular maps and atomic lists. */
export interface Untyped {
  readonly atomic: TypeNode;
  readonly deduced: TypeNode;
}

/** structured-merge-diff: typed/parser.go, DeducedParseableType. */
export function untypedNodes(strictKeys: boolean): Untyped {
  const atomic = openNode(UNTYPED_ATOMIC, strictKeys);
  const deduced = openNode(UNTYPED_DEDUCED, strictKeys);
  const list: ListType = { element: atomic, associative: false, keys: [] };
  for (const [node, isAtomic] of [
    [atomic, true],
    [deduced, false],
  ] as const) {
    node.scalar = 'untyped';
    node.list = list;
    node.map = { fields: new Map(), element: node, atomic: isAtomic, required: [] };
    node.preserveUnknown = true;
  }
  return { atomic, deduced };
}
