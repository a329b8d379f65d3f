/** The text behind a tree: where nodes begin and end in it. Trees know only where they begin. */
import type { MappingNode, ScalarNode, SequenceNode, YamlNode } from '../node/node.ts';

/** Offsets are UTF-16 units from the beginning of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export class SourceText {
  readonly text: string;
  /** What ends a line here. */
  readonly lineFeed: string;
  readonly #lines: readonly number[];

  constructor(text: string) {
    this.text = text;
    this.lineFeed = text.includes('\r\n') ? '\r\n' : '\n';
    const lines = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.push(at + 1);
    this.#lines = lines;
  }

  /** Columns count characters, not units. */
  startOf({ line, column }: Pick<YamlNode, 'line' | 'column'>): number {
    let at = this.#lines[line - 1] ?? this.text.length;
    for (let left = column - 1; left > 0 && at < this.text.length; left -= 1) at += (this.text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    return at;
  }

  lineStart(offset: number): number {
    return this.text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** The end of the line without what ends it. */
  lineEnd(offset: number): number {
    const feed = this.text.indexOf('\n', offset);
    const end = feed < 0 ? this.text.length : feed;
    return this.text[end - 1] === '\r' ? end - 1 : end;
  }

  /** Where the next line begins. */
  nextLine(offset: number): number {
    const feed = this.text.indexOf('\n', offset);
    return feed < 0 ? this.text.length : feed + 1;
  }

  /** Where the content of a node begins: behind its anchor and its tag. */
  contentStart(node: YamlNode): number {
    const start = this.startOf(node);
    if (node.kind === 'alias' || (node.anchor === '' && !node.tagged)) return start;
    const properties = /^(?:[&!]\S*[ \t]*)+/.exec(this.text.slice(start, this.lineEnd(start)));
    return start + (properties?.[0].length ?? 0);
  }

  span(node: YamlNode): Span {
    const start = this.contentStart(node);
    return { start, end: this.#end(node, start) };
  }

  #end(node: YamlNode, start: number): number {
    switch (node.kind) {
      case 'alias':
        return start + 1 + node.value.length;
      case 'scalar':
        return this.#scalarEnd(node, start);
      case 'sequence':
      case 'mapping':
        return node.style === 'flow' ? this.#flowEnd(node, start) : this.#blockEnd(node, start);
    }
  }

  #scalarEnd({ style, value }: ScalarNode, start: number): number {
    switch (style) {
      case 'plain':
        return this.#plainEnd(value, start);
      case 'single':
        return start + (/^'(?:[^']|'')*'/.exec(this.text.slice(start))?.[0].length ?? 0);
      case 'double':
        return start + (/^"(?:[^"\\]|\\[^])*"/.exec(this.text.slice(start))?.[0].length ?? 0);
      case 'literal':
      case 'folded':
        return this.#blockScalarEnd(start);
    }
  }

  /** A plain text of several lines is folded: each run of white space of the one stands for a run of the other. */
  #plainEnd(value: string, start: number): number {
    let at = start;
    for (const part of value.split(/(\s+)/)) {
      if (/^\s/.test(part)) at += /^\s*/.exec(this.text.slice(at))?.[0].length ?? 0;
      else at += part.length;
    }
    return at;
  }

  /** Its lines are those that stand deeper than the line it begins on, which holds its key or its dash. */
  #blockScalarEnd(start: number): number {
    const indent = indentOf(this.text.slice(this.lineStart(start)));
    let end = this.lineEnd(start);
    for (let at = this.nextLine(start); at < this.text.length; at = this.nextLine(at)) {
      const line = this.text.slice(at, this.lineEnd(at));
      if (line.trim() === '') continue;
      if (indentOf(line) <= indent) break;
      end = this.lineEnd(at);
    }
    return end;
  }

  #flowEnd(node: MappingNode | SequenceNode, start: number): number {
    const last = node.content.at(-1);
    const inside = last === undefined ? start + 1 : this.span(last).end;
    const rest = /^(?:[\s,]|#[^\n]*(?=\n))*[\]}]/.exec(this.text.slice(inside));
    return inside + (rest?.[0].length ?? 0);
  }

  #blockEnd(node: MappingNode | SequenceNode, start: number): number {
    const last = node.content.at(-1);
    return last === undefined ? start : this.span(last).end;
  }
}

const indentOf = (line: string): number => /^ */.exec(line)?.[0].length ?? 0;
