/** What a mutation is: the files after it, and what has to be said about it. */
import type { Draw, Files } from './system.ts';

export interface Mutation {
  readonly name: string;
  /** What was done, for people. */
  readonly what: string;
  readonly files: Files;
  /** Apps of which one has to be named; empty: nothing is wrong. */
  readonly apps: readonly string[];
  /** What the cause has to say. */
  readonly cause: RegExp;
  /** Nobody can know without asking a registry: it has to be told as assumed. */
  readonly assumed?: string;
  /** A real cluster takes it without a word: it has to pass, with a warning like this, unless something else there refuses it for that cause. */
  readonly warned?: RegExp;
}

export type Made = Omit<Mutation, 'name'>;
export type Operator = (files: Files, draw: Draw) => Made | undefined;
