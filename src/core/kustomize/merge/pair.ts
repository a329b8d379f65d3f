/** What both halves of the merge, mappings and lists, hand to each other. */
import { type Node, childOf } from '../node/node.ts';
import type { MergeSchema } from './schema.ts';

export interface MergeRules {
  /** Where elements that only the patch has go. */
  readonly newElements: 'append' | 'prepend';
  /** Whether lists of mappings with names merge by name when there is no schema. */
  readonly infer: boolean;
  /** The schema of a kind. */
  schemaOf(apiVersion: string, kind: string): MergeSchema | undefined;
  /** The schema written in a comment beside a value or its key. */
  commentSchema(node: Node): MergeSchema | undefined;
}

/** `dest` is changed, and may be taken apart; `patch` may become part of the result. */
export interface Pair {
  readonly dest: Node | undefined;
  readonly patch: Node | undefined;
}

export interface At {
  readonly rules: MergeRules;
  readonly schema: MergeSchema | undefined;
  readonly path: readonly string[];
}

/** What a walk ends with. `keepNull`: a null that is to be written, not to remove its field. */
export interface Walked {
  readonly node: Node | undefined;
  readonly keepNull?: boolean;
}

export type Walk = (pair: Pair, at: At) => Walked;

/** Every element has a name. */
export const hasNames = (list: Node): boolean => list.content.every((element) => childOf(element, 'name') !== undefined);
