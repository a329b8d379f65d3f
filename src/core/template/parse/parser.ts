/** Statements: text, actions, control structures, definitions. Source of the rules: Go text/template/parse/parse.go. */
import { quote } from '../../go/strconv/index.ts';
import { Cursor } from './cursor.ts';
import { parsePipeline, unquoteToken } from './expressions.ts';
import { Lexer, type Token } from './lexer.ts';
import {
  type BranchNode,
  type ClauseNode,
  isEmptyTree,
  type ListNode,
  type ParsedText,
  type StatementNode,
  type TemplateNode,
} from './nodes.ts';
import type { ParseOptions, Scope } from './scope.ts';

const defaultMaxDepth = 1000;

/**
 * Parses a text. `name` is only for errors.
 * @throws ParseError with Go's text for anything the language does not allow
 */
export function parseTemplate(name: string, text: string, options: ParseOptions): ParsedText {
  const lexer = new Lexer(text, {
    left: options.left === undefined || options.left === '' ? '{{' : options.left,
    right: options.right === undefined || options.right === '' ? '}}' : options.right,
    comments: options.comments === true,
    breakKeyword: !options.hasFunction('break'),
    continueKeyword: !options.hasFunction('continue'),
  });
  const scope: Scope = {
    cursor: new Cursor(lexer, { parseName: name, text }),
    options,
    definitions: new Map(),
    vars: ['$'],
    maxDepth: options.maxDepth ?? defaultMaxDepth,
    parenDepth: 0,
    rangeDepth: 0,
    controlDepth: 0,
  };
  return { main: parseFile(scope), definitions: scope.definitions };
}

/** A scope for the body of a definition: the same stream, its own variables. */
const innerScope = (scope: Scope): Scope => ({
  ...scope,
  cursor: scope.cursor.fork(),
  vars: ['$'],
  parenDepth: 0,
  rangeDepth: 0,
  controlDepth: scope.controlDepth + 1,
});

function addDefinition(scope: Scope, name: string, root: ListNode): void {
  const old = scope.definitions.get(name);
  if (old === undefined || isEmptyTree(old)) scope.definitions.set(name, root);
  else if (!isEmptyTree(root)) scope.cursor.fail(`template: multiple definition of template ${quote(name)}`);
}

const isClause = (node: StatementNode | ClauseNode): node is ClauseNode => node.kind === 'end' || node.kind === 'else';

function parseFile(scope: Scope): ListNode {
  const { cursor } = scope;
  const root: ListNode = { kind: 'list', pos: cursor.peek().pos, nodes: [] };
  while (cursor.peek().kind !== 'eof') {
    if (cursor.peek().kind === 'leftDelim') {
      const delim = cursor.next();
      if (cursor.nextNonSpace().kind === 'define') {
        parseDefinition(innerScope(scope));
        continue;
      }
      cursor.backup2(delim);
    }
    const node = parseStatement(scope);
    if (isClause(node)) cursor.fail(`unexpected {{${node.kind}}}`);
    else root.nodes.push(node);
  }
  return root;
}

/** `{{define "name"}} … {{end}}`; the keyword has been read. */
function parseDefinition(scope: Scope): void {
  const context = 'define clause';
  const { cursor } = scope;
  const name = unquoteToken(scope, cursor.expect(['string', 'rawString'], context));
  cursor.expect(['rightDelim'], context);
  const { list, end } = parseList(scope);
  if (end.kind !== 'end') cursor.fail(`unexpected {{${end.kind}}} in ${context}`);
  addDefinition(scope, name, list);
}

/** Statements up to `{{end}}` or `{{else}}`, which is returned beside them. */
function parseList(scope: Scope): { readonly list: ListNode; readonly end: ClauseNode } {
  const { cursor } = scope;
  const list: ListNode = { kind: 'list', pos: cursor.peekNonSpace().pos, nodes: [] };
  while (cursor.peekNonSpace().kind !== 'eof') {
    const node = parseStatement(scope);
    if (isClause(node)) return { list, end: node };
    list.nodes.push(node);
  }
  return cursor.fail('unexpected EOF');
}

function parseStatement(scope: Scope): StatementNode | ClauseNode {
  const { cursor } = scope;
  const token = cursor.nextNonSpace();
  if (token.kind === 'text') return { kind: 'text', pos: token.pos, text: token.text };
  if (token.kind === 'comment') return { kind: 'comment', pos: token.pos, text: token.text };
  if (token.kind !== 'leftDelim') return cursor.unexpected(token, 'input');
  cursor.actionAt = token.pos;
  const node = parseAction(scope);
  cursor.actionAt = -1;
  return node;
}

function parseAction(scope: Scope): StatementNode | ClauseNode {
  const { cursor } = scope;
  const token = cursor.nextNonSpace();
  switch (token.kind) {
    case 'block':
      return parseBlock(scope);
    case 'break':
    case 'continue':
      return parseJump(scope, token.kind, token);
    case 'else':
      return parseElse(scope);
    case 'end':
      return { kind: 'end', pos: cursor.expect(['rightDelim'], 'end').pos };
    case 'if':
    case 'range':
    case 'with':
      return parseBranch(scope, token.kind);
    case 'template':
      return parseTemplateCall(scope);
    default: {
      cursor.backup();
      const { pos } = cursor.peek();
      return { kind: 'action', pos, pipe: parsePipeline(scope, 'command', 'rightDelim') };
    }
  }
}

function parseJump(scope: Scope, kind: 'break' | 'continue', at: Token): StatementNode {
  const { cursor } = scope;
  const token = cursor.nextNonSpace();
  if (token.kind !== 'rightDelim') cursor.unexpected(token, `{{${kind}}}`);
  if (scope.rangeDepth === 0) cursor.fail(`{{${kind}}} outside {{range}}`);
  return { kind, pos: at.pos };
}

/** `else if` and `else with` leave the keyword pending: they are treated as an `if` or `with` inside the else branch. */
function parseElse(scope: Scope): ClauseNode {
  const { cursor } = scope;
  const next = cursor.peekNonSpace();
  if (next.kind === 'if' || next.kind === 'with') return { kind: 'else', pos: next.pos };
  return { kind: 'else', pos: cursor.expect(['rightDelim'], 'else').pos };
}

function parseBranch(scope: Scope, kind: BranchNode['kind']): BranchNode {
  const { cursor, vars } = scope;
  if (scope.controlDepth >= scope.maxDepth) cursor.fail('max control structure depth exceeded');
  scope.controlDepth++;
  const mark = vars.length;
  const pipe = parsePipeline(scope, kind, 'rightDelim');
  if (kind === 'range') scope.rangeDepth++;
  const { list, end } = parseList(scope);
  if (kind === 'range') scope.rangeDepth--;
  const elseList = end.kind === 'else' ? parseElseBranch(scope, kind, end) : undefined;
  vars.length = mark;
  scope.controlDepth--;
  return { kind, pos: pipe.pos, pipe, list, elseList };
}

function parseElseBranch(scope: Scope, kind: BranchNode['kind'], clause: ClauseNode): ListNode {
  const { cursor } = scope;
  if (kind !== 'range' && cursor.peek().kind === kind) {
    cursor.next();
    return { kind: 'list', pos: clause.pos, nodes: [parseBranch(scope, kind)] };
  }
  const { list, end } = parseList(scope);
  if (end.kind !== 'end') cursor.fail(`expected end; found {{${end.kind}}}`);
  return list;
}

/** `{{block "name" pipeline}} … {{end}}`: a definition and a call of it. */
function parseBlock(scope: Scope): TemplateNode {
  const context = 'block clause';
  const { cursor } = scope;
  const token = cursor.nextNonSpace();
  const name = templateName(scope, token, context);
  const pipe = parsePipeline(scope, context, 'rightDelim');
  if (scope.controlDepth >= scope.maxDepth) cursor.fail('max control structure depth exceeded');
  const inner = innerScope(scope);
  const { list, end } = parseList(inner);
  if (end.kind !== 'end') cursor.fail(`unexpected {{${end.kind}}} in ${context}`);
  addDefinition(inner, name, list);
  return { kind: 'template', pos: token.pos, name, pipe };
}

function parseTemplateCall(scope: Scope): TemplateNode {
  const context = 'template clause';
  const { cursor } = scope;
  const token = cursor.nextNonSpace();
  const name = templateName(scope, token, context);
  if (cursor.nextNonSpace().kind === 'rightDelim') return { kind: 'template', pos: token.pos, name, pipe: undefined };
  cursor.backup();
  return { kind: 'template', pos: token.pos, name, pipe: parsePipeline(scope, context, 'rightDelim') };
}

function templateName(scope: Scope, token: Token, context: string): string {
  if (token.kind !== 'string' && token.kind !== 'rawString') scope.cursor.unexpected(token, context);
  return unquoteToken(scope, token);
}
