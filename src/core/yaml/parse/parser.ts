/**
 * From tokens to the trees of documents, one document at a time: what follows a document is not looked at before it is asked for.
 * Source of the rules: go-yaml parserc.go (grammar, comments) and decode.go (composing).
 */
import type { YamlBudget } from '../budget.ts';
import { failure, failureOf, type Mark } from '../failure.ts';
import type { Comments, YamlDocument, YamlNode } from '../node/node.ts';
import { Cursor } from '../scan/cursor.ts';
import { Scanner } from '../scan/scanner.ts';
import * as t from '../scan/token.ts';
import type { Variant } from '../variant.ts';
import { findForbidden, problemOfCharacter } from '../encoding.ts';
import { CommentPot } from './comment-pot.ts';
import { parseBlockMapping, parseBlockSequence, parseIndentlessSequence } from './block-collections.ts';
import { parseFlowMapping, parseFlowSequence } from './flow-collections.ts';
import { Children, emptyScalar, newCollection, newScalar, noProperties, type Properties, type Start } from './properties.ts';

/** Where a node stands: what it may begin with. */
export type Place = 'block' | 'blockOrIndentless' | 'flow';

const defaultHandles: readonly (readonly [string, string])[] = [
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
];

const longPrefix = 'tag:yaml.org,2002:';
const shortTag = (tag: string): string => (tag.startsWith(longPrefix) ? `!!${tag.slice(longPrefix.length)}` : tag);

export interface ParserOptions {
  readonly variant: Variant;
  readonly budget: YamlBudget;
  /** Accept `{…}{…}`, objects without a marker between them, as a stream of JSON objects has them. */
  readonly concatenated?: boolean;
}

export class Parser {
  readonly variant: Variant;
  readonly comments: CommentPot;
  readonly children = new Children();
  private readonly scanner: Scanner;
  private readonly queue: t.TokenQueue;
  private readonly depthLimit: number;
  private readonly concatenated: boolean;
  private anchors = new Map<string, YamlNode>();
  private handles = new Map<string, string>();
  private depth = 0;
  private begun = false;
  private ready = false;

  constructor(text: string, options: ParserOptions) {
    const { variant, budget } = options;
    if (text.length > budget.length) throw failure(`document is longer than ${budget.length} characters`);
    const from = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    const cutAt = findForbidden(text);
    const cut = cutAt < 0 ? undefined : problemOfCharacter(text, cutAt);
    const whole = cutAt < 0 ? text.slice(from) : text.slice(from, cutAt);
    this.variant = variant;
    this.scanner = new Scanner(new Cursor(`${whole}\0\0`, variant, cut));
    this.queue = this.scanner.tokens;
    this.comments = new CommentPot(this.scanner);
    this.depthLimit = budget.depth;
    this.concatenated = options.concatenated ?? false;
  }

  /** The next token, which stays. Comments that belong before it are collected on the way. */
  peek(): t.Token {
    if (!this.ready) {
      this.scanner.fetch();
      this.ready = true;
      const first = this.queue.first();
      const pairs = this.scanner.cursor.pairsBefore(first.index, first.column);
      first.column -= pairs;
      first.endColumn -= pairs;
    }
    const token = this.queue.first();
    if (this.scanner.comments.length > 0) this.comments.collect(token);
    return token;
  }

  skip(): void {
    this.queue.take();
    this.ready = false;
  }

  /** Takes the next token if it is of this kind. */
  accept(kind: number): boolean {
    if (this.peek().kind !== kind) return false;
    this.skip();
    return true;
  }

  fail(problem: string, at: Mark, context?: Mark): never {
    const mark = (from: Mark): Mark => ({ index: from.index, line: from.line, column: from.column });
    throw failureOf(
      { finder: 'parser', problem, at: mark(at), ...(context === undefined ? {} : { context: mark(context) }) },
      this.variant,
    );
  }

  /** The next document, or undefined at the end of the stream. */
  document(): YamlDocument | undefined {
    const implicit = !this.begun;
    if (implicit) {
      this.begun = true;
      this.skipStreamStart();
    }
    while (!implicit && this.accept(t.DOCUMENT_END));
    const token = this.peek();
    if (token.kind === t.STREAM_END) return undefined;
    if (!this.variant.anchorsAcrossDocuments) this.anchors.clear();
    const bare = token.kind !== t.VERSION_DIRECTIVE && token.kind !== t.TAG_DIRECTIVE && token.kind !== t.DOCUMENT_START;
    const joined = this.concatenated && token.kind === t.FLOW_MAPPING_START;
    const head = bare && (implicit || joined) ? this.implicitStart() : this.explicitStart();
    const root = bare ? this.node('block') : this.content();
    return { root, head, foot: this.documentEnd() };
  }

  private skipStreamStart(): void {
    this.peek();
    this.skip();
  }

  private implicitStart(): string {
    this.directives();
    return this.comments.splitDocumentHead();
  }

  private explicitStart(): string {
    this.directives();
    const token = this.peek();
    if (token.kind !== t.DOCUMENT_START) this.fail('did not find expected <document start>', token);
    this.skip();
    return '';
  }

  private content(): YamlNode {
    const token = this.peek();
    switch (token.kind) {
      case t.VERSION_DIRECTIVE:
      case t.TAG_DIRECTIVE:
      case t.DOCUMENT_START:
      case t.DOCUMENT_END:
      case t.STREAM_END:
        return this.empty(token.line, token.column);
    }
    return this.node('block');
  }

  private documentEnd(): string {
    this.accept(t.DOCUMENT_END);
    const comments = this.comments.take();
    return comments === undefined ? '' : comments.foot === '' ? comments.head : comments.foot;
  }

  private directives(): void {
    this.handles = new Map();
    let versions = 0;
    let token = this.peek();
    for (; token.kind === t.VERSION_DIRECTIVE || token.kind === t.TAG_DIRECTIVE; token = this.peek()) {
      if (token.kind === t.VERSION_DIRECTIVE) {
        if (++versions > 1) this.fail('found duplicate %YAML directive', token);
        if (token.value !== '1' || token.suffix !== '1') this.fail('found incompatible YAML document', token);
      } else {
        if (this.handles.has(token.value)) this.fail('found duplicate %TAG directive', token);
        this.handles.set(token.value, token.suffix);
      }
      this.skip();
    }
    for (const [handle, prefix] of defaultHandles) if (!this.handles.has(handle)) this.handles.set(handle, prefix);
  }

  /** A node without any text; the place counts from 0. */
  empty(line: number, column: number): YamlNode {
    return emptyScalar({ properties: noProperties, line, column });
  }

  /** The node that begins at the next token. */
  node(place: Place): YamlNode {
    const token = this.peek();
    if (token.kind === t.SCALAR) return this.scalar(token);
    if (token.kind === t.ALIAS) return this.alias(token);
    const { line, column } = token;
    if (token.kind !== t.ANCHOR && token.kind !== t.TAG) return this.collection(token, place, { properties: noProperties, line, column });
    const start = { properties: this.properties(token), line, column };
    const next = this.peek();
    return this.anchored(start, next.kind === t.SCALAR ? this.scalar(next, start) : this.collection(next, place, start));
  }

  private anchored(start: Start, node: YamlNode): YamlNode {
    if (start.properties.anchor !== '') this.anchors.set(start.properties.anchor, node);
    return node;
  }

  private alias(token: t.Token): YamlNode {
    const { value, line, column } = token;
    const comments = this.comments.take();
    this.skip();
    const target = this.anchors.get(value);
    if (target === undefined) throw failure(`unknown anchor '${value}' referenced`, { index: 0, line, column });
    return { kind: 'alias', value, target, tag: '', tagged: false, anchor: '', comments, line: line + 1, column: column + 1 };
  }

  private scalar(token: t.Token, start?: Start): YamlNode {
    const comments = this.comments.take();
    if (start !== undefined) {
      token.line = start.line;
      token.column = start.column;
    }
    const node = newScalar(token, start === undefined ? noProperties : start.properties, comments);
    this.skip();
    return node;
  }

  private collection(token: t.Token, place: Place, start: Start): YamlNode {
    const { kind } = token;
    const flow = kind === t.FLOW_SEQUENCE_START || kind === t.FLOW_MAPPING_START;
    const block = place !== 'flow' && (kind === t.BLOCK_SEQUENCE_START || kind === t.BLOCK_MAPPING_START);
    const indentless = place === 'blockOrIndentless' && kind === t.BLOCK_ENTRY;
    if (!flow && !block && !indentless) {
      if (start.properties !== noProperties) return emptyScalar(start);
      return this.fail('did not find expected node content', token, { index: 0, line: start.line, column: start.column });
    }
    const mapping = kind === t.FLOW_MAPPING_START || kind === t.BLOCK_MAPPING_START;
    const comments: Comments | undefined = flow ? this.comments.take() : indentless ? undefined : this.comments.takeStem();
    const node = newCollection(mapping ? 'mapping' : 'sequence', flow ? 'flow' : 'block', start, comments);
    this.anchored(start, node);
    if (++this.depth > this.depthLimit) {
      throw failure(`exceeded max depth of ${this.depthLimit}`, { index: 0, line: start.line, column: start.column });
    }
    if (indentless) parseIndentlessSequence(this, node);
    else if (block) (mapping ? parseBlockMapping : parseBlockSequence)(this, node);
    else (mapping ? parseFlowMapping : parseFlowSequence)(this, node);
    this.depth--;
    return node;
  }

  private properties(first: t.Token): Properties {
    let anchor = '';
    let tag: string | undefined;
    const start: Mark = { index: first.index, line: first.line, column: first.column };
    for (let token = first; ; token = this.peek()) {
      if (token.kind === t.ANCHOR && anchor === '') anchor = token.value;
      else if (token.kind === t.TAG && tag === undefined) tag = this.expandTag(token, start);
      else break;
      this.skip();
    }
    const bare = tag === '!';
    const kept = tag === undefined || (bare && !this.variant.keepsBareTag) ? '' : shortTag(tag);
    return { tag: kept, tagged: kept !== '', anchor };
  }

  private expandTag(token: t.Token, start: Mark): string {
    if (token.value === '') return token.suffix;
    const prefix = this.handles.get(token.value);
    if (prefix === undefined) this.fail('found undefined tag handle', token, start);
    return prefix + token.suffix;
  }
}
