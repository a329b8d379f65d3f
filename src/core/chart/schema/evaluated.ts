/** Which properties and items no keyword has looked at yet, for `unevaluated…`. Source: santhosh-tekuri/jsonschema v6 validator.go uneval. */
import { isObject, type Json } from '../../object/index.ts';
import type { SchemaNode } from './node.ts';

export interface Unevaluated {
  /** Undefined: nobody wants to know. */
  props: Set<string> | undefined;
  items: Set<number> | undefined;
}

/** Most schemas never ask: they share this one, which nobody writes to. */
const notAsked: Unevaluated = Object.freeze({ props: undefined, items: undefined });

export function unevaluatedOf(value: Json, schema: SchemaNode, isWanted: boolean): Unevaluated {
  if (!isWanted && schema.unevaluatedProperties === undefined && schema.unevaluatedItems === undefined) return notAsked;
  const left: Unevaluated = { props: undefined, items: undefined };
  if (isObject(value)) {
    if (!schema.allPropsEvaluated && (isWanted || schema.unevaluatedProperties !== undefined)) left.props = new Set(Object.keys(value));
  } else if (Array.isArray(value) && !schema.allItemsEvaluated && (isWanted || schema.unevaluatedItems !== undefined)) {
    const from = schema.numItemsEvaluated;
    if (from < value.length) left.items = new Set(Array.from({ length: value.length - from }, (_, i) => from + i));
  }
  return left;
}

export function keepCommon(left: Unevaluated, other: Unevaluated): void {
  for (const key of left.props ?? []) if (other.props?.has(key) !== true) left.props?.delete(key);
  for (const item of left.items ?? []) if (other.items?.has(item) !== true) left.items?.delete(item);
}

export const isAllEvaluated = ({ props, items }: Unevaluated): boolean => (props?.size ?? 0) === 0 && (items?.size ?? 0) === 0;
