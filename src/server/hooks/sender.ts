/** What a kind of sender is: how it is told apart, how it proves itself, what its payloads say. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Moved } from '../../api/index.ts';
import { getKey, isObject, type Json } from '../../core/object/index.ts';
import type { Delivery } from './delivery.ts';

/** What a payload hints at. Nothing of it is believed: whoever is concerned looks for themselves. */
export type Hint =
  | { readonly kind: 'moved'; readonly moved: Moved }
  /** The sender only tries whether anybody answers. */
  | { readonly kind: 'ping' }
  | { readonly kind: 'ignored'; readonly why: string };

export interface Sender {
  /** Headers that no other sender has, or that decide among those it looks like. */
  readonly recognises: (headers: IncomingHttpHeaders) => boolean;
  readonly verify: (delivery: Delivery, secret: string) => boolean;
  readonly read: (payload: Json, headers: IncomingHttpHeaders) => Hint;
  /** Milliseconds after which the same body is no copy but news, where bodies need not differ. */
  readonly repeatsAfter?: number;
}

export const moved = (urls: readonly (string | undefined)[], paths: readonly (string | undefined)[] = []): Hint => {
  const present = (texts: readonly (string | undefined)[]): readonly string[] => [...new Set(texts)].filter((text) => text !== undefined);
  const named = present(paths);
  return { kind: 'moved', moved: { urls: present(urls), ...(named.length === 0 ? {} : { paths: named }) } };
};

export const ignored = (why: string): Hint => ({ kind: 'ignored', why });

/** What is at a path of a payload; undefined when it is not there. */
export function valueAt(payload: Json | undefined, ...path: readonly string[]): Json | undefined {
  let at = payload;
  for (const key of path) at = at !== undefined && isObject(at) ? getKey(at, key) : undefined;
  return at;
}

/** A text at a path of a payload; undefined when there is none. */
export function textAt(payload: Json | undefined, ...path: readonly string[]): string | undefined {
  const value = valueAt(payload, ...path);
  return typeof value === 'string' && value !== '' && value.length <= 2048 ? value : undefined;
}

/** Entries looked at of any list in a payload. */
const MOST_ENTRIES = 100;

/** The list at a path; empty when there is none. */
export function listAt(payload: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const value = valueAt(payload, ...path);
  return Array.isArray(value) ? value.slice(0, MOST_ENTRIES) : [];
}
