/**
 * From trees to text. Comments are written where libyaml's state machine would: what stands behind and below a collection's start is written before
 * its content, which is why opening and content are two steps here.
 * Source of the rules: go-yaml emitterc.go, yaml_emitter_emit_*; encode.go for tags.
 */
import { utf8Length } from '../../../std/index.ts';
import type { MappingNode, ScalarNode, SequenceNode, YamlDocument, YamlNode } from '../node/node.ts';
import type { Variant } from '../variant.ts';
import { analyse, MULTILINE } from './analysis.ts';
import { possibleStyle, presentationOf, writtenTag } from './scalar-style.ts';
import { writeScalar } from './scalars.ts';
import { Writer } from './writer.ts';

/** What a node is part of. */
type Parent = 'document' | 'sequence' | 'flowSequence' | 'mapping';

interface Place {
  readonly parent: Parent;
  /** Whether it is a key that needs no `?`. */
  readonly simpleKey: boolean;
}

const documentPlace: Place = Object.freeze({ parent: 'document', simpleKey: false });
const itemPlace: Place = Object.freeze({ parent: 'sequence', simpleKey: false });
const flowItemPlace: Place = Object.freeze({ parent: 'flowSequence', simpleKey: false });
const simpleKeyPlace: Place = Object.freeze({ parent: 'mapping', simpleKey: true });
const valuePlace: Place = Object.freeze({ parent: 'mapping', simpleKey: false });

const isEmpty = (node: YamlNode): boolean => (node.kind === 'sequence' || node.kind === 'mapping') && node.content.length === 0;

/** The longest key that is written without `?`, in bytes. */
const longestKey = 128;

export class Emitter {
  private readonly writer: Writer;
  private readonly variant: Variant;
  private flowLevel = 0;
  private first = true;

  constructor(variant: Variant) {
    this.variant = variant;
    this.writer = new Writer(variant);
  }

  get text(): string {
    return this.writer.out;
  }

  document(document: YamlDocument): void {
    const { writer } = this;
    writer.head = document.head;
    if (!this.first) {
      writer.writeIndent();
      writer.word('---');
      if (this.variant.aligned) writer.writeIndent();
    }
    this.first = false;
    if (writer.head !== '') {
      writer.writeHead();
      writer.putBreak();
    }
    this.expectStart(document.root, '');
    writer.writeHead();
    this.node(document.root, documentPlace);
    if (document.foot !== '') writer.foot = document.foot;
    writer.footIndent = 0;
    writer.writeFoot();
    writer.footIndent = -1;
    writer.writeIndent();
  }

  /** A node whose comments are expected already. */
  private node(node: YamlNode, place: Place): void {
    const context = this.open(node, place);
    this.writer.writeLine();
    this.writer.writeFoot();
    this.content(node, context);
  }

  /** Writes a scalar or alias, or what stands before the content of a collection. */
  private open(node: YamlNode, place: Place): Place {
    if (node.kind === 'alias') this.writer.word(`*${node.value}`);
    else if (node.kind === 'scalar') this.scalar(node, place);
    else {
      if (node.anchor !== '') this.writer.word(`&${node.anchor}`);
      if (node.tag !== '' && (node.tagged || node.tag !== (node.kind === 'mapping' ? '!!map' : '!!seq')))
        this.writer.word(writtenTag(node.tag));
    }
    return place;
  }

  private content(node: YamlNode, place: Place): void {
    if (node.kind === 'alias' || node.kind === 'scalar') return;
    const before = this.writer.indent;
    const flow = this.flowLevel > 0 || node.style === 'flow' || node.content.length === 0;
    if (node.kind === 'sequence') {
      if (flow) this.flowSequence(node, place);
      else this.blockSequence(node, place);
    } else if (flow) this.flowMapping(node, place);
    else this.blockMapping(node, place);
    this.writer.indent = before;
  }

  /** The column of the content of something inside the current block. */
  private deeper(place: Place, least: number): number {
    const { indent } = this.writer;
    if (indent < 0) return least;
    const step = this.variant.indent;
    if (!this.variant.aligned) return indent + step;
    return place.parent === 'sequence' ? indent + 2 : step * Math.floor((indent + step) / step);
  }

  private sequenceIndent(place: Place): number {
    const { writer } = this;
    const { sequences } = this.variant;
    const inMapping = place.parent === 'mapping';
    if (sequences === 'none' && inMapping && !writer.indention) return writer.indent;
    const compact = sequences === 'compact' && inMapping && (writer.column === 0 || !writer.indention);
    return this.deeper(place, 0) - (compact && writer.indent >= 0 ? 2 : 0);
  }

  private blockSequence(node: SequenceNode, place: Place): void {
    const { writer } = this;
    writer.indent = this.sequenceIndent(place);
    for (const item of node.content) {
      this.expectStart(item, '');
      writer.writeHead();
      writer.writeIndent();
      writer.dash('-');
      this.node(item, itemPlace);
    }
    this.expectEnd(node, '');
  }

  /** A collection's line and foot comments stand at its end. */
  private expectEnd(node: SequenceNode | MappingNode, tail: string): void {
    const { comments } = node;
    this.writer.expect(comments === undefined ? undefined : { ...comments, head: '' }, tail);
  }

  private expectStart(node: YamlNode, tail: string): void {
    const { comments, kind } = node;
    const isCollection = kind === 'sequence' || kind === 'mapping';
    this.writer.expect(comments !== undefined && isCollection ? { head: comments.head, line: '', foot: '' } : comments, tail);
  }

  private blockMapping(node: MappingNode, place: Place): void {
    const { writer } = this;
    writer.indent = this.deeper(place, 0);
    let tail = '';
    for (let i = 0; i + 1 < node.content.length; i += 2) {
      const key = node.content[i] as YamlNode;
      const value = node.content[i + 1] as YamlNode;
      this.expectKey(key, tail);
      tail = key.comments?.foot ?? '';
      writer.writeHead();
      writer.writeIndent();
      if (writer.line !== '') {
        writer.keyLine = writer.line;
        writer.line = '';
      }
      this.blockKey(key);
      this.expectStart(value, '');
      this.placeKeyLine(value);
      this.node(value, valuePlace);
    }
    this.expectEnd(node, tail);
    writer.writeHead();
  }

  /** What stands below an entry is written with the next key. */
  private expectKey(key: YamlNode, tail: string): void {
    const { comments } = key;
    const takesTail = key.kind === 'scalar' || key.kind === 'mapping';
    const isCollection = key.kind === 'sequence' || key.kind === 'mapping';
    const own = comments === undefined ? undefined : { head: comments.head, line: isCollection ? '' : comments.line, foot: '' };
    this.writer.expect(own, takesTail ? tail : '');
  }

  private blockKey(key: YamlNode): void {
    if (this.isSimpleKey(key)) {
      this.content(key, this.open(key, simpleKeyPlace));
      this.writer.stick(':');
      return;
    }
    this.writer.dash('?');
    this.content(key, this.open(key, valuePlace));
    this.writer.writeIndent();
    this.writer.dash(':');
  }

  /** A comment behind a key goes behind a scalar value, or before an indented block. */
  private placeKeyLine(value: YamlNode): void {
    const { writer } = this;
    if (writer.keyLine === '') return;
    if (value.kind === 'scalar') {
      if (writer.line !== '') return;
      writer.line = writer.keyLine;
      writer.keyLine = '';
    } else if (value.kind !== 'alias' && value.style !== 'flow') {
      const { line } = writer;
      writer.line = writer.keyLine;
      writer.writeLine();
      writer.line = line;
      writer.keyLine = '';
    }
  }

  private isSimpleKey(node: YamlNode): boolean {
    if (node.kind === 'alias') return utf8Length(node.value) <= longestKey;
    if (node.kind !== 'scalar') return isEmpty(node) && utf8Length(node.anchor) + this.tagLength(node) <= longestKey;
    if (node.value.length * 3 <= longestKey && node.anchor === '' && node.tag === '') return !/[\n\r\u0085\u2028\u2029]/.test(node.value);
    if ((analyse(node.value, this.variant) & MULTILINE) !== 0) return false;
    return utf8Length(node.anchor) + this.tagLength(node) + utf8Length(node.value) <= longestKey;
  }

  private tagLength(node: YamlNode): number {
    return node.kind !== 'alias' && node.tagged ? utf8Length(writtenTag(node.tag)) : 0;
  }

  private startFlow(bracket: string, place: Place): void {
    this.writer.opener(bracket);
    this.writer.indent = this.deeper(place, this.variant.indent);
    this.flowLevel++;
  }

  /** What stands between two entries of a flow collection. */
  private separate(isFirst: boolean): void {
    const { writer } = this;
    if (!isFirst) writer.stick(',');
    writer.writeHead();
    if (writer.column === 0) writer.writeIndent();
    if (writer.column > this.variant.width) writer.writeIndent();
  }

  /** An entry and the comments behind it; returns whether its comma has been written before them. */
  private flowEntry(node: YamlNode, place: Place): boolean {
    const { writer } = this;
    const trails = writer.hasTrailingComments;
    const context = this.open(node, place);
    if (writer.hasTrailingComments) writer.stick(',');
    writer.writeLine();
    writer.writeFoot();
    this.content(node, context);
    return trails;
  }

  private flowSequence(node: SequenceNode, place: Place): void {
    const { writer } = this;
    const before = writer.indent;
    this.startFlow('[', place);
    let separated = true;
    for (const item of node.content) {
      this.expectStart(item, '');
      this.separate(separated);
      separated = this.flowEntry(item, flowItemPlace);
    }
    this.expectEnd(node, '');
    this.flowLevel--;
    writer.indent = before;
    if (writer.column === 0) writer.writeIndent();
    writer.stick(']');
    writer.writeLine();
    writer.writeFoot();
  }

  private flowMapping(node: MappingNode, place: Place): void {
    const { writer } = this;
    const before = writer.indent;
    this.startFlow('{', place);
    let separated = true;
    let tail = '';
    for (let i = 0; i + 1 < node.content.length; i += 2) {
      const key = node.content[i] as YamlNode;
      const value = node.content[i + 1] as YamlNode;
      this.expectKey(key, tail);
      tail = key.comments?.foot ?? '';
      this.separate(separated);
      this.flowKey(key);
      this.expectStart(value, '');
      separated = this.flowEntry(value, valuePlace);
    }
    this.expectEnd(node, tail);
    if ((writer.head !== '' || writer.foot !== '' || writer.tail !== '') && !separated) writer.stick(',');
    writer.writeHead();
    this.flowLevel--;
    writer.indent = before;
    writer.stick('}');
    writer.writeLine();
    writer.writeFoot();
  }

  private flowKey(key: YamlNode): void {
    const { writer } = this;
    if (this.isSimpleKey(key)) {
      this.content(key, this.open(key, simpleKeyPlace));
      writer.stick(':');
      return;
    }
    writer.word('?');
    this.content(key, this.open(key, valuePlace));
    if (writer.column > this.variant.width) writer.writeIndent();
    writer.word(':');
  }

  private scalar(node: ScalarNode, place: Place): void {
    const { writer } = this;
    const { value } = node;
    const { tag, style: wanted } = presentationOf(node, this.variant);
    const style = possibleStyle(wanted, value, { inFlow: this.flowLevel > 0, simpleKey: place.simpleKey }, this.variant);
    if (node.anchor !== '') writer.word(`&${node.anchor}`);
    if (tag !== '') writer.word(writtenTag(tag));
    const before = writer.indent;
    writer.indent = this.deeper(place, this.variant.indent);
    writeScalar(writer, value, style, !place.simpleKey);
    writer.indent = before;
  }
}
