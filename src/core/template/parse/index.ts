/**
 * Go's template language: from text to parse trees.
 * In: a text and the names of known functions. Out: its trees, or Go's parse error. Never: evaluates anything.
 */
export { lineAt, ParseError } from './cursor.ts';
export { Lexer, type LexOptions, type Token } from './lexer.ts';
export { parseNumber } from './literals.ts';
export { isEmptyTree } from './nodes.ts';
export type {
  ActionNode,
  BranchNode,
  ChainNode,
  CommandNode,
  ExprNode,
  FieldNode,
  IdentifierNode,
  ListNode,
  Node,
  NumberNode,
  ParsedText,
  PipeNode,
  StatementNode,
  TemplateNode,
  VariableNode,
} from './nodes.ts';
export { parseTemplate } from './parser.ts';
export { printNode } from './print.ts';
export type { ParseOptions } from './scope.ts';
