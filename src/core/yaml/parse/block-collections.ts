/**
 * Lists and mappings in block style. Source of the rules: go-yaml parserc.go, yaml_parser_parse_{block,indentless}_*; v3 decode.go for feet.
 */
import type { Mark } from '../failure.ts';
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
function parseItem(parser: Parser, node: GrowingCollection, isEmpty: (kind: number) => boolean): void {
  const { endLine, endColumn } = parser.peek();
  const stem = parser.comments.headLength;
  parser.skip();
  if (stem > 0) parser.comments.splitStem(stem, parser.peek());
  node.content.push(isEmpty(parser.peek().kind) ? parser.empty(endLine, endColumn) : parser.node('block'));
}

const noItem = (kind: number): boolean => kind === t.BLOCK_ENTRY || kind === t.BLOCK_END;
const noContent = (kind: number): boolean => kind === t.KEY || kind === t.VALUE || kind === t.BLOCK_END;
const noIndentlessItem = (kind: number): boolean => kind === t.BLOCK_ENTRY || noContent(kind);

export function parseBlockSequence(parser: Parser, node: GrowingCollection): void {
  const start = place(parser.peek());
  parser.skip();
  for (;;) {
    const token = parser.peek();
    if (token.kind === t.BLOCK_ENTRY) parseItem(parser, node, noItem);
    else if (token.kind === t.BLOCK_END) {
      parser.skip();
      if (node.comments !== undefined) setComments(node, { head: node.comments.head, line: '', foot: '' });
      return;
    } else parser.fail("did not find expected '-' indicator", token, start);
  }
}

/** A list whose dashes stand at the column of the key it belongs to. */
export function parseIndentlessSequence(parser: Parser, node: GrowingCollection): void {
  while (parser.peek().kind === t.BLOCK_ENTRY) parseItem(parser, node, noIndentlessItem);
}

export function parseBlockMapping(parser: Parser, node: GrowingCollection): void {
  const start = place(parser.peek());
  parser.skip();
  for (;;) {
    const token = parser.peek();
    if (token.kind === t.BLOCK_END) break;
    if (token.kind !== t.KEY) parser.fail('did not find expected key', token, start);
    parseKey(parser, node);
    parseValue(parser, node);
  }
  closeWith(parser, node);
  parser.skip();
  moveLastFoot(node);
}

function parseKey(parser: Parser, node: GrowingCollection): void {
  const { endLine, endColumn } = parser.peek();
  parser.skip();
  const key = noContent(parser.peek().kind) ? parser.empty(endLine, endColumn) : parser.node('blockOrIndentless');
  const before = node.content.length;
  node.content.push(key);
  const foot = footOf(key);
  if (foot === '' || before < 2) return;
  setFoot(node.content[before - 2] as typeof key, foot);
  setFoot(key, '');
}

function parseValue(parser: Parser, node: GrowingCollection): void {
  const token = parser.peek();
  const { line, column } = token;
  if (token.kind !== t.VALUE) {
    node.content.push(parser.empty(line, column));
    return;
  }
  const { endLine, endColumn } = token;
  parser.skip();
  const value = noContent(parser.peek().kind) ? parser.empty(endLine, endColumn) : parser.node('blockOrIndentless');
  const key = node.content.at(-1) as typeof value;
  node.content.push(value);
  const foot = footOf(value);
  if (foot === '' || footOf(key) !== '') return;
  setFoot(key, foot);
  setFoot(value, '');
}

/** What stands below a mapping belongs to its last key. */
function moveLastFoot(node: GrowingCollection): void {
  const foot = node.comments?.foot ?? '';
  if (foot === '' || node.content.length < 2) return;
  setFoot(node.content.at(-2) as GrowingCollection['content'][number], foot);
  setFoot(node as GrowingCollection['content'][number], '');
}
