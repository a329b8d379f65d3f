/** What every view is made of: items with keys, and the rest. The same value answers a request and feeds the stream. */
import type { Json, JsonObject } from '../../core/object/index.ts';
import type { Written } from '../http/frame.ts';

export interface Item {
  readonly key: string;
  readonly json: string;
  /** Equal (`===`, or equal text) identities are equal items, so nothing has to be compared field by field. */
  readonly identity: unknown;
}

/** The type says which answer it is. */
export interface View<T> {
  readonly items: readonly Item[];
  readonly meta: JsonObject;
  readonly holds?: T;
}

/** As the answer of a request: `meta` with `items`. */
export function writeView<T>({ items, meta }: View<T>): Written<T> {
  const rest = JSON.stringify(meta).slice(1);
  return { json: `{"items":[${items.map(({ json }) => json).join(',')}]${rest === '}' ? '' : ','}${rest}` };
}

/** A view that is one thing. */
export function single<T>(key: string, value: T): View<T> {
  const json = JSON.stringify(value);
  return { items: [{ key, json, identity: json }], meta: {} };
}

/** Items that are made anew each time: their text tells whether they changed. */
export function itemOf(key: string, value: Json | object): Item {
  const json = JSON.stringify(value);
  return { key, json, identity: json };
}
