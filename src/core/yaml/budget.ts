/**
 * How much a text may cost. Texts are hostile: every limit here fails with the same error for the same text.
 */

export interface YamlBudget {
  /** UTF-16 units of text. */
  readonly length: number;
  /** Nesting of collections; bounds the recursion of everything that walks the tree. */
  readonly depth: number;
}

export const defaultBudget: YamlBudget = Object.freeze({ length: 64 * 1024 * 1024, depth: 1000 });
