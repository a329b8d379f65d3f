/**
 * The parse tree of one template. Positions are UTF-16 offsets into the text; lines and byte columns are computed only when an
 * error needs them. Shapes follow Go: text/template/parse/node.go, because error texts print nodes back.
 */

/** A text, parsed. */
export interface ParsedText {
  /** What stands outside of definitions. */
  readonly main: ListNode;
  /** Every `define` and `block`, by name. */
  readonly definitions: ReadonlyMap<string, ListNode>;
}

export interface ListNode {
  readonly kind: 'list';
  readonly pos: number;
  readonly nodes: StatementNode[];
}

export interface TextNode {
  readonly kind: 'text';
  readonly pos: number;
  readonly text: string;
}

export interface CommentNode {
  readonly kind: 'comment';
  readonly pos: number;
  readonly text: string;
}

export interface ActionNode {
  readonly kind: 'action';
  readonly pos: number;
  readonly pipe: PipeNode;
}

export interface BranchNode {
  readonly kind: 'if' | 'range' | 'with';
  readonly pos: number;
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList: ListNode | undefined;
}

export interface TemplateNode {
  readonly kind: 'template';
  readonly pos: number;
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}

export interface JumpNode {
  readonly kind: 'break' | 'continue';
  readonly pos: number;
}

/** `{{end}}` and `{{else}}`: seen by the parser only, never part of a finished tree. */
export interface ClauseNode {
  readonly kind: 'end' | 'else';
  readonly pos: number;
}

export type StatementNode = TextNode | CommentNode | ActionNode | BranchNode | TemplateNode | JumpNode;

export interface PipeNode {
  readonly kind: 'pipe';
  readonly pos: number;
  /** `=` rather than `:=`. */
  readonly isAssign: boolean;
  readonly decl: readonly VariableNode[];
  readonly cmds: readonly CommandNode[];
}

export interface CommandNode {
  readonly kind: 'command';
  readonly pos: number;
  /** Never empty; the first word decides what the command does. */
  readonly args: readonly ExprNode[];
}

export interface FieldNode {
  readonly kind: 'field';
  readonly pos: number;
  /** `.a.b` is `["a", "b"]`. */
  readonly ident: readonly string[];
}

export interface VariableNode {
  readonly kind: 'variable';
  readonly pos: number;
  /** `$x.a` is `["$x", "a"]`. */
  readonly ident: readonly string[];
}

export interface ChainNode {
  readonly kind: 'chain';
  readonly pos: number;
  readonly node: ExprNode;
  readonly fields: readonly string[];
}

export interface IdentifierNode {
  readonly kind: 'identifier';
  readonly pos: number;
  readonly ident: string;
}

export interface NumberNode {
  readonly kind: 'number';
  readonly pos: number;
  readonly text: string;
  /** The value as int64, when it has one. */
  readonly int: bigint | undefined;
  /** The value as uint64, when it has one. */
  readonly uint: bigint | undefined;
  /** The value as float64, when it has one. */
  readonly float: number | undefined;
  /** Real and imaginary part, for complex constants only. */
  readonly complex: readonly [number, number] | undefined;
}

export interface StringNode {
  readonly kind: 'string';
  readonly pos: number;
  /** As written, with quotes. */
  readonly quoted: string;
  readonly text: string;
}

export interface BoolNode {
  readonly kind: 'bool';
  readonly pos: number;
  readonly value: boolean;
}

export interface DotNode {
  readonly kind: 'dot' | 'nil';
  readonly pos: number;
}

export type ExprNode = FieldNode | VariableNode | ChainNode | IdentifierNode | NumberNode | StringNode | BoolNode | DotNode | PipeNode;

export type Node = StatementNode | ClauseNode | ListNode | CommandNode | ExprNode;

/** Whether nothing but space, comments and definitions is there; such a template does not replace another. Go: parse.IsEmptyTree. */
export function isEmptyTree(list: ListNode): boolean {
  return list.nodes.every((node) => node.kind === 'comment' || (node.kind === 'text' && !/[^\s\u0085]|\ufeff/u.test(node.text)));
}
