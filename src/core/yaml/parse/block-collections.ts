/**
 * Lists and mappings in block style. Source of the rules: go-yaml parserc.go, yaml_parser_parse_{block,indentless}_*; v3 decode.go for feet.
 */
import type { Mark } from '../failure.ts';
import type { YamlNode } from '../node/node.ts';
import * as t from '../scan/token.ts';
import type { Parser } from './parser.ts';
import { footOf, type GrowingCollection, setComments, setFoot } from './properties.ts';

const place = (token: t.Token): Mark => ({ index: token.index, line: token.line, column: token.column });

/** A collection's own line and foot comments stand at its end. */
function closeWith(parser: Parser, node: GrowingCollection): void {
  const comments = parser.comments.take();
  if (node.comments === undefined && comments === undefined) return;
  setComments(node, { head: node.comments?.head ?? '', line: comments?.line ?? '', foot: comments?.foot ?? '' });
}

/** The item behind a dash; the next token is the dash. */
function parseItem(parser: Parser, isEmpty: (kind: number) => boolean): void {
  const { endLine, endColumn } = parser.peek();
  const stem = parser.comments.headLength;
  parser.skip();
  if (stem > 0) parser.comments.splitStem(stem, parser.peek());
  parser.children.push(isEmpty(parser.peek().kind) ? parser.empty(endLine, endColumn) : parser.node('block'));
}

const noItem = (kind: number): boolean => kind === t.BLOCK_ENTRY || kind === t.BLOCK_END;
const noContent = (kind: number): boolean => kind === t.KEY || kind === t.VALUE || kind === t.BLOCK_END;
const noIndentlessItem = (kind: number): boolean => kind === t.BLOCK_ENTRY || noContent(kind);

export function parseBlockSequence(parser: Parser, node: GrowingCollection): void {
  const from = parser.children.size;
  const start = place(parser.peek());
  parser.skip();
  for (;;) {
    const token = parser.peek();
    if (token.kind === t.BLOCK_ENTRY) parseItem(parser, noItem);
    else if (token.kind === t.BLOCK_END) {
      parser.skip();
      node.content = parser.children.take(from);
      if (node.comments !== undefined) setComments(node, { head: node.comments.head, line: '', foot: '' });
      return;
    } else parser.fail("did not find expected '-' indicator", token, start);
  }
}

/** A list whose dashes stand at the column of the key it belongs to. */
export function parseIndentlessSequence(parser: Parser, node: GrowingCollection): void {
  const from = parser.children.size;
  while (parser.peek().kind === t.BLOCK_ENTRY) parseItem(parser, noIndentlessItem);
  node.content = parser.children.take(from);
}

export function parseBlockMapping(parser: Parser, node: GrowingCollection): void {
  const from = parser.children.size;
  const start = place(parser.peek());
  parser.skip();
  for (;;) {
    const token = parser.peek();
    if (token.kind === t.BLOCK_END) break;
    if (token.kind !== t.KEY) parser.fail('did not find expected key', token, start);
    parseKey(parser, from);
    parseValue(parser);
  }
  closeWith(parser, node);
  parser.skip();
  node.content = parser.children.take(from);
  moveLastFoot(node);
}

/** A comment at the foot of a key stands between it and the entry before, whose foot it is. */
function parseKey(parser: Parser, from: number): void {
  const { endLine, endColumn } = parser.peek();
  parser.skip();
  const key = noContent(parser.peek().kind) ? parser.empty(endLine, endColumn) : parser.node('blockOrIndentless');
  parser.children.push(key);
  const foot = footOf(key);
  if (foot === '' || parser.children.size - from < 3) return;
  setFoot(parser.children.last(2), foot);
  setFoot(key, '');
}

function parseValue(parser: Parser): void {
  const token = parser.peek();
  if (token.kind !== t.VALUE) {
    parser.children.push(parser.empty(token.line, token.column));
    return;
  }
  const { endLine, endColumn } = token;
  parser.skip();
  const value = noContent(parser.peek().kind) ? parser.empty(endLine, endColumn) : parser.node('blockOrIndentless');
  parser.children.push(value);
  const foot = footOf(value);
  const key = parser.children.last(1);
  if (foot === '' || footOf(key) !== '') return;
  setFoot(key, foot);
  setFoot(value, '');
}

/** What stands below a mapping belongs to its last key. */
function moveLastFoot(node: GrowingCollection): void {
  const foot = node.comments?.foot ?? '';
  if (foot === '' || node.content.length < 2) return;
  setFoot(node.content.at(-2) as YamlNode, foot);
  setFoot(node as YamlNode, '');
}
