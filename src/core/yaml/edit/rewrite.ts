/** Makes a document say something else by changing only the places that differ; what comes out is read again before anybody gets it. */
import { err, ok, type Result } from '../../../std/index.ts';
import { getKey, hasKey, isObject, type Json, type JsonObject } from '../../object/index.ts';
import { equalJson } from '../../object/value/index.ts';
import type { MappingNode, SequenceNode, YamlNode } from '../node/node.ts';
import { parseDocuments, toJson } from '../read.ts';
import { sigsYaml } from '../variant.ts';
import { blockText, flowText, scalarText } from './print.ts';
import { SourceText, type Span } from './source.ts';

export interface ReadDocument {
  readonly value: Json;
  readonly root: YamlNode;
}

const RULES = { variant: sigsYaml, strict: true } as const;

/** All documents of a text, empty ones as null; the error is the reader's. */
export function readDocuments(text: string): Result<readonly ReadDocument[], string> {
  const parsed = parseDocuments(text, RULES);
  if (!parsed.ok) return err(parsed.error.message);
  const documents: ReadDocument[] = [];
  for (const { root } of parsed.value) {
    const value = toJson(root, RULES);
    if (!value.ok) return err(value.error.message);
    documents.push({ value: value.value, root });
  }
  return ok(documents);
}

/** The text whose document with this number (from 0) says `wanted`; every other byte stays. The error is a sentence for a person. */
export function rewriteDocument(text: string, number: number, wanted: Json): Result<string, string> {
  const before = readDocuments(text);
  if (!before.ok) return before;
  const document = before.value[number];
  const changed = document === undefined ? appended(text, wanted) : new Rewriting(text).run(document, wanted);
  const after = readDocuments(changed);
  const meant = document === undefined ? [...before.value.map(({ value }) => value), wanted] : replaced(before.value, number, wanted);
  const same = after.ok && after.value.length === meant.length && after.value.every(({ value }, at) => equalJson(value, meant[at]));
  return same ? ok(changed) : err('its layout is too unusual to be changed in place (an anchor that others use, or values across lines)');
}

const replaced = (documents: readonly ReadDocument[], number: number, wanted: Json): readonly Json[] =>
  documents.map(({ value }, at) => (at === number ? wanted : value));

/** For a text without any document. */
function appended(text: string, wanted: Json): string {
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${text}${gap}${blockText(wanted, 0).trimStart()}\n`;
}

/** Where a node stands. */
interface Place {
  /** Inside brackets, where nothing may become a block. */
  readonly flow: boolean;
  /** Spaces in front of the lines of a block that would stand here. */
  readonly indent: number;
  /** Behind the colon of a key: a block begins on the next line. */
  readonly keyed: boolean;
}

interface Splice extends Span {
  readonly text: string;
}

class Rewriting {
  readonly #source: SourceText;
  readonly #splices: Splice[] = [];

  constructor(text: string) {
    this.#source = new SourceText(text);
  }

  run({ root, value }: ReadDocument, wanted: Json): string {
    this.#become(root, value, wanted, { flow: false, indent: 0, keyed: false });
    const { text, lineFeed } = this.#source;
    // From behind, so that earlier offsets stay right; what is inserted at one place keeps its order.
    const ordered = this.#splices.map((splice, at) => ({ ...splice, at })).toSorted((a, b) => b.start - a.start || b.at - a.at);
    return ordered.reduce((all, { start, end, text: put }) => all.slice(0, start) + put.replaceAll('\n', lineFeed) + all.slice(end), text);
  }

  // oxlint-disable-next-line max-params -- a node, what it says, what it shall say, and where it stands
  #become(node: YamlNode, have: Json, wanted: Json, place: Place): void {
    if (equalJson(have, wanted)) return;
    if (node.kind === 'mapping' && isObject(have) && isObject(wanted) && Object.keys(wanted).length > 0 && node.content.length > 0)
      return this.#mapping(node, have, wanted, place);
    if (node.kind === 'sequence' && Array.isArray(have) && Array.isArray(wanted) && wanted.length > 0 && node.content.length > 0)
      return this.#sequence(node, have, wanted, place);
    this.#replace(node, wanted, place);
  }

  #mapping(node: MappingNode, have: JsonObject, wanted: JsonObject, place: Place): void {
    const flow = place.flow || node.style === 'flow';
    const own = new Map<string, number>();
    for (let at = 0; at + 1 < node.content.length; at += 2) own.set(keyOf(node.content[at]), at);
    const indent = flow ? place.indent : (node.content[0]?.column ?? 1) - 1;
    const kept = [...own].filter(([key]) => key === '<<' || hasKey(wanted, key));
    if (kept.length === 0) return this.#replace(node, wanted, place);
    for (const [key, at] of own) {
      const value = getKey(wanted, key);
      if (key === '<<') continue;
      if (value === undefined) this.#removeEntry(node, at, flow);
      else this.#become(node.content[at + 1] as YamlNode, getKey(have, key) ?? null, value, { flow, indent: indent + 2, keyed: true });
    }
    const added = Object.entries(wanted).filter(([key, value]) => !own.has(key) && !equalJson(getKey(have, key), value));
    for (const [key, value] of added) this.#insertEntry(node, [key, value ?? null], { flow, indent });
  }

  #insertEntry(node: MappingNode, [key, value]: readonly [string, Json], { flow, indent }: Pick<Place, 'flow' | 'indent'>): void {
    const { end } = this.#source.span(node.content.at(-1) as YamlNode);
    if (flow) this.#insert(end, `, ${scalarText(key, 'plain')}: ${flowText(value)}`);
    else this.#insert(this.#source.lineEnd(end), `\n${blockText({ [key]: value }, indent)}`);
  }

  /** With its lines when it has lines of its own, else up to what follows, or from what is in front. */
  #removeEntry(node: MappingNode, at: number, flow: boolean): void {
    const { text } = this.#source;
    const { start } = this.#source.span(node.content[at] as YamlNode);
    const { end } = this.#source.span(node.content[at + 1] as YamlNode);
    const next = node.content[at + 2];
    const ownLine = text.slice(this.#source.lineStart(start), start).trim() === '';
    if (!flow && ownLine) this.#put({ start: this.#source.lineStart(start), end: this.#source.nextLine(end) }, '');
    else if (next !== undefined) this.#put({ start, end: this.#source.span(next).start }, '');
    else if (at > 0) this.#put({ start: this.#source.span(node.content[at - 1] as YamlNode).end, end }, '');
  }

  #sequence(node: SequenceNode, have: readonly Json[], wanted: readonly Json[], place: Place): void {
    const flow = place.flow || node.style === 'flow';
    const dash = flow ? place.indent : this.#dashColumn(node);
    const { content } = node;
    for (const [at, item] of content.entries()) {
      const value = wanted[at];
      if (value !== undefined) this.#become(item, have[at] ?? null, value, { flow, indent: dash + 2, keyed: false });
    }
    const last = content[Math.min(content.length, wanted.length) - 1] as YamlNode;
    if (wanted.length < content.length) {
      const [from, to] = [this.#source.span(last).end, this.#source.span(content.at(-1) as YamlNode).end];
      this.#put(flow ? { start: from, end: to } : { start: this.#source.lineEnd(from), end: this.#source.lineEnd(to) }, '');
    }
    for (const value of wanted.slice(content.length)) {
      const { end } = this.#source.span(last);
      if (flow) this.#insert(end, `, ${flowText(value)}`);
      else this.#insert(this.#source.lineEnd(end), `\n${' '.repeat(dash)}- ${blockText(value, dash + 2).trimStart()}`);
    }
  }

  #dashColumn(node: SequenceNode): number {
    const { text } = this.#source;
    const first = this.#source.startOf(node.content[0] ?? node);
    const start = this.#source.lineStart(first);
    const dashes = text.slice(start, first);
    // Only dashes and spaces in front: the last dash is that of this list.
    return /^[ -]*- *$/.test(dashes) ? dashes.lastIndexOf('-') : node.column - 1;
  }

  #replace(node: YamlNode, wanted: Json, { flow, indent, keyed }: Place): void {
    const { text } = this.#source;
    const { start, end } = this.#source.span(node);
    const isBlock = !flow && (isObject(wanted) ? Object.keys(wanted).length > 0 : Array.isArray(wanted) && wanted.length > 0);
    if (!isBlock) {
      const style = node.kind === 'scalar' ? node.style : 'plain';
      const isText = typeof wanted === 'string' && wanted.includes('\n') && !flow;
      const put = isText
        ? blockText(wanted, indent).trimStart()
        : typeof wanted === 'object'
          ? flowText(wanted)
          : scalarText(wanted, style);
      const span = this.#afterKey({ start, end }, keyed);
      return this.#put(span, keyed && text[span.start - 1] === ':' ? ` ${put}` : put);
    }
    const lineStart = this.#source.lineStart(start);
    const ownLine = text.slice(lineStart, start).trim() === '';
    if (!keyed) return this.#put({ start, end }, blockText(wanted, start - lineStart).trimStart());
    // A list may stand as far left as its key; nothing else may.
    if (ownLine) return this.#put({ start: lineStart, end }, blockText(wanted, Math.max(indent, start - lineStart)));
    const blanks = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
    this.#put({ start: start - blanks, end }, `\n${blockText(wanted, indent)}`);
  }

  /** A block below its key gives way to a value beside it. */
  #afterKey({ start, end }: Span, keyed: boolean): Span {
    const { text } = this.#source;
    const lineStart = this.#source.lineStart(start);
    if (!keyed || lineStart === 0 || text.slice(lineStart, start).trim() !== '') return { start, end };
    const colon = /:[ \t]*\r?\n[ \t]*$/.exec(text.slice(0, start));
    return colon === null ? { start, end } : { start: colon.index + 1, end };
  }

  #insert(at: number, text: string): void {
    this.#put({ start: at, end: at }, text);
  }

  #put({ start, end }: Span, text: string): void {
    this.#splices.push({ start, end, text });
  }
}

const keyOf = (node: YamlNode | undefined): string => (node?.kind === 'scalar' ? node.value : '');
