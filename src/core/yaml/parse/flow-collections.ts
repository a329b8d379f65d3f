/**
 * Lists and mappings in flow style. Source of the rules: go-yaml parserc.go, yaml_parser_parse_flow_*.
 */
import type { Mark } from '../failure.ts';
import type { YamlNode } from '../node/node.ts';
import * as t from '../scan/token.ts';
import type { Parser } from './parser.ts';
import { footOf, type GrowingCollection, newCollection, noProperties, setComments, setFoot } from './properties.ts';

const place = (token: t.Token): Mark => ({ index: token.index, line: token.line, column: token.column });

/** A collection's own line and foot comments stand at its end. */
function close(parser: Parser, node: GrowingCollection): void {
  const comments = parser.comments.take();
  parser.skip();
  if (node.comments === undefined && comments === undefined) return;
  setComments(node, { head: node.comments?.head ?? '', line: comments?.line ?? '', foot: comments?.foot ?? '' });
}

function pushPair(parser: Parser, key: YamlNode, value: YamlNode): void {
  parser.children.push(key);
  parser.children.push(value);
  const foot = footOf(value);
  if (foot === '' || footOf(key) !== '') return;
  setFoot(key, foot);
  setFoot(value, '');
}

/** The comma between entries, or the end. Returns whether an entry follows. */
function nextEntry(parser: Parser, end: number, problem: string, places: { readonly start: Mark; readonly first: boolean }): boolean {
  const token = parser.peek();
  if (token.kind === end) return false;
  if (places.first) return true;
  if (token.kind !== t.FLOW_ENTRY) parser.fail(problem, token, places.start);
  parser.skip();
  return parser.peek().kind !== end;
}

export function parseFlowSequence(parser: Parser, node: GrowingCollection): void {
  const from = parser.children.size;
  const start = place(parser.peek());
  parser.skip();
  for (let first = true; nextEntry(parser, t.FLOW_SEQUENCE_END, "did not find expected ',' or ']'", { start, first }); first = false) {
    parser.children.push(parser.peek().kind === t.KEY ? parsePair(parser) : parser.node('flow'));
  }
  node.content = parser.children.take(from);
  close(parser, node);
}

const ends = (kind: number, end: number): boolean => kind === t.FLOW_ENTRY || kind === end;

/** `[a: b]`: a mapping of one pair without braces. */
function parsePair(parser: Parser): YamlNode {
  const { line, column } = parser.peek();
  parser.skip();
  const node = newCollection('mapping', 'flow', { properties: noProperties, line, column }, undefined);
  const from = parser.children.size;
  const token = parser.peek();
  let key: YamlNode;
  if (token.kind !== t.VALUE && !ends(token.kind, t.FLOW_SEQUENCE_END)) key = parser.node('flow');
  else {
    key = parser.empty(token.endLine, token.endColumn);
    parser.skip();
  }
  pushPair(parser, key, parseFlowValue(parser, t.FLOW_SEQUENCE_END));
  node.content = parser.children.take(from);
  return node;
}

function parseFlowValue(parser: Parser, end: number): YamlNode {
  const token = parser.peek();
  if (token.kind !== t.VALUE) return parser.empty(token.line, token.column);
  parser.skip();
  const next = parser.peek();
  return ends(next.kind, end) ? parser.empty(next.line, next.column) : parser.node('flow');
}

export function parseFlowMapping(parser: Parser, node: GrowingCollection): void {
  const from = parser.children.size;
  const start = place(parser.peek());
  parser.skip();
  for (let first = true; nextEntry(parser, t.FLOW_MAPPING_END, "did not find expected ',' or '}'", { start, first }); first = false) {
    parseFlowEntry(parser);
  }
  node.content = parser.children.take(from);
  close(parser, node);
}

function parseFlowEntry(parser: Parser): void {
  if (!parser.accept(t.KEY)) {
    const key = parser.node('flow');
    const { line, column } = parser.peek();
    pushPair(parser, key, parser.empty(line, column));
    return;
  }
  const token = parser.peek();
  const noKey = token.kind === t.VALUE || ends(token.kind, t.FLOW_MAPPING_END);
  const key = noKey ? parser.empty(token.line, token.column) : parser.node('flow');
  pushPair(parser, key, parseFlowValue(parser, t.FLOW_MAPPING_END));
}
