/** Pipelines, commands and operands. Source of the rules: Go text/template/parse/parse.go. */
import { quote } from '../../go/strconv/index.ts';
import type { Token, TokenKind } from './lexer.ts';
import { parseNumber, unquoteLiteral } from './literals.ts';
import type { CommandNode, ExprNode, PipeNode, VariableNode } from './nodes.ts';
import { printNode } from './print.ts';
import type { Scope } from './scope.ts';

const operandKinds: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'bool',
  'charConstant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
]);

const notExecutable: ReadonlySet<ExprNode['kind']> = new Set<ExprNode['kind']>(['bool', 'dot', 'nil', 'number', 'string']);

/** declarations? command ('|' command)*, up to and including `end`. */
export function parsePipeline(scope: Scope, context: string, end: TokenKind): PipeNode {
  const { cursor } = scope;
  const pos = cursor.peekNonSpace().pos;
  const { decl, isAssign } = parseDeclarations(scope, context);
  const cmds: CommandNode[] = [];
  for (;;) {
    const token = cursor.nextNonSpace();
    if (token.kind === end) break;
    if (!operandKinds.has(token.kind)) cursor.unexpected(token, context);
    cursor.backup();
    cmds.push(parseCommand(scope));
  }
  if (cmds.length === 0) cursor.fail(`missing value for ${context}`);
  cmds.forEach((command, index) => {
    const first = command.args[0];
    if (index > 0 && first !== undefined && notExecutable.has(first.kind))
      cursor.fail(`non executable command in pipeline stage ${index + 1}`);
  });
  return { kind: 'pipe', pos, isAssign, decl, cmds };
}

/**
 * `$x :=`, `$x =`, and in a range `$i, $x :=`. "$x foo" is an argument variable: the token after the variable has to be remembered so that
 * both can be put back.
 */
function parseDeclarations(scope: Scope, context: string): { readonly decl: VariableNode[]; readonly isAssign: boolean } {
  const { cursor } = scope;
  const decl: VariableNode[] = [];
  for (;;) {
    const variable = cursor.peekNonSpace();
    if (variable.kind !== 'variable') return { decl, isAssign: false };
    cursor.next();
    const after = cursor.peek();
    const next = cursor.peekNonSpace();
    if (next.kind === 'assign' || next.kind === 'declare') {
      cursor.nextNonSpace();
      declare(scope, decl, variable);
      return { decl, isAssign: next.kind === 'assign' };
    }
    if (next.kind !== 'char' || next.text !== ',') {
      if (after.kind === 'space') cursor.backup3(variable, after);
      else cursor.backup2(variable);
      return { decl, isAssign: false };
    }
    cursor.nextNonSpace();
    declare(scope, decl, variable);
    if (context !== 'range' || decl.length >= 2) cursor.fail(`too many declarations in ${context}`);
    const follower = cursor.peekNonSpace().kind;
    if (follower !== 'variable' && follower !== 'rightDelim' && follower !== 'rightParen')
      cursor.fail('range can only initialize variables');
  }
}

function declare(scope: Scope, decl: VariableNode[], token: Token): void {
  decl.push({ kind: 'variable', pos: token.pos, ident: token.text.split('.') });
  scope.vars.push(token.text);
}

/** operand (space operand)*; a pipe symbol is consumed, a closing delimiter is left alone. */
function parseCommand(scope: Scope): CommandNode {
  const { cursor } = scope;
  const pos = cursor.peekNonSpace().pos;
  const args: ExprNode[] = [];
  for (;;) {
    cursor.peekNonSpace();
    const operand = parseOperand(scope);
    if (operand !== undefined) args.push(operand);
    const token = cursor.next();
    if (token.kind === 'space') continue;
    if (token.kind === 'rightDelim' || token.kind === 'rightParen') cursor.backup();
    else if (token.kind !== 'pipe') cursor.unexpected(token, 'operand');
    break;
  }
  if (args.length === 0) cursor.fail('empty command');
  return { kind: 'command', pos, args };
}

/** A term, possibly followed by field accesses; undefined when the next token is no operand. */
function parseOperand(scope: Scope): ExprNode | undefined {
  const { cursor } = scope;
  const term = parseTerm(scope);
  if (term === undefined || cursor.peek().kind !== 'field') return term;
  const pos = cursor.peek().pos;
  const fields: string[] = [];
  while (cursor.peek().kind === 'field') fields.push(cursor.next().text.slice(1));
  switch (term.kind) {
    case 'field':
    case 'variable':
      return { kind: term.kind, pos, ident: [...term.ident, ...fields] };
    case 'bool':
    case 'string':
    case 'number':
    case 'nil':
    case 'dot':
      return cursor.fail(`unexpected . after term ${quote(printNode(term))}`);
    default:
      return { kind: 'chain', pos, node: term, fields };
  }
}

function parseTerm(scope: Scope): ExprNode | undefined {
  const { cursor } = scope;
  const token = cursor.nextNonSpace();
  const { pos, text } = token;
  switch (token.kind) {
    case 'identifier':
      if (!scope.options.hasFunction(text)) cursor.fail(`function ${quote(text)} not defined`);
      return { kind: 'identifier', pos, ident: text };
    case 'dot':
    case 'nil':
      return { kind: token.kind, pos };
    case 'variable':
      return useVariable(scope, token);
    case 'field':
      return { kind: 'field', pos, ident: [text.slice(1)] };
    case 'bool':
      return { kind: 'bool', pos, value: text === 'true' };
    case 'charConstant':
    case 'complex':
    case 'number': {
      const number = parseNumber(token.kind, text);
      if ('error' in number) return cursor.fail(number.error);
      return { kind: 'number', pos, text, ...number };
    }
    case 'leftParen':
      return parseParenthesized(scope);
    case 'string':
    case 'rawString':
      return { kind: 'string', pos, quoted: text, text: unquoteToken(scope, token) };
    default:
      cursor.backup();
      return undefined;
  }
}

/** The text a string token stands for. */
export function unquoteToken(scope: Scope, token: Token): string {
  const text = unquoteLiteral(token.text);
  return text ?? scope.cursor.fail('invalid syntax');
}

function parseParenthesized(scope: Scope): PipeNode {
  if (scope.parenDepth >= scope.maxDepth) scope.cursor.fail('max expression depth exceeded');
  scope.parenDepth++;
  const pipe = parsePipeline(scope, 'parenthesized pipeline', 'rightParen');
  scope.parenDepth--;
  return pipe;
}

function useVariable(scope: Scope, token: Token): VariableNode {
  if (!scope.vars.includes(token.text)) scope.cursor.fail(`undefined variable ${quote(token.text)}`);
  return { kind: 'variable', pos: token.pos, ident: [token.text] };
}
