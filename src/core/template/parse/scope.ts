/** What the parser knows besides the tokens: declared variables, nesting, and where finished trees go. */
import type { Cursor } from './cursor.ts';
import type { ListNode } from './nodes.ts';

export interface ParseOptions {
  /** Whether a function of that name may be called. */
  readonly hasFunction: (name: string) => boolean;
  /** Action delimiters; the empty string stands for the default. */
  readonly left?: string;
  readonly right?: string;
  /** Keep comments in the tree. */
  readonly comments?: boolean;
  /** Nesting of parentheses and of control structures that is still accepted. */
  readonly maxDepth?: number;
}

/** The state of parsing one tree. */
export interface Scope {
  readonly cursor: Cursor;
  readonly options: ParseOptions;
  readonly definitions: Map<string, ListNode>;
  readonly vars: string[];
  readonly maxDepth: number;
  parenDepth: number;
  rangeDepth: number;
  /** Nesting of control structures, counted over the definitions around this one. */
  controlDepth: number;
}
