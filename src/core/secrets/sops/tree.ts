/**
 * What SOPS makes of any file: an ordered tree of keys and values in which comments have their places. Source: sops.go, TreeBranch.
 * Values are a text, a boolean, an integer (bigint), a float (number), a time, or nothing.
 */
import type { GoTime } from '../../go/value/index.ts';

export interface Comment {
  readonly kind: 'comment';
  /** Without the sign that begins it. */
  readonly text: string;
  /** Behind a value, on its line. */
  readonly inline: boolean;
}

export type Leaf = string | boolean | bigint | number | GoTime;

/** A mapping. A comment stands as the key of an item without a value. */
export interface Branch {
  readonly kind: 'branch';
  readonly items: readonly Item[];
}

export interface List {
  readonly kind: 'list';
  readonly items: readonly Value[];
}

export type Value = Leaf | null | Comment | Branch | List;

export interface Item {
  readonly key: string | Comment;
  readonly value: Value;
}

export const branchOf = (items: readonly Item[]): Branch => ({ kind: 'branch', items });
export const listOf = (items: readonly Value[]): List => ({ kind: 'list', items });
export const commentOf = (text: string, inline = false): Comment => ({ kind: 'comment', text, inline });

/** The kind of a value that is made of others, or a comment; undefined for a leaf. */
export const kindOf = (value: Value): 'branch' | 'list' | 'comment' | undefined =>
  typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;

export const isBranch = (value: Value): value is Branch => kindOf(value) === 'branch';
export const isList = (value: Value): value is List => kindOf(value) === 'list';
export const isComment = (value: Value): value is Comment => kindOf(value) === 'comment';

/** The first value under a key. */
export const valueAt = (branch: Branch, key: string): Value | undefined => branch.items.find((item) => item.key === key)?.value;
