/** The grammar of --set, --set-string, --set-json, --set-file and --set-literal. Source: Helm 4 pkg/strvals/parser.go, literal_parser.go. */
import { parseGoInt, quote } from '../../go/strconv/index.ts';
import { basicType } from '../../go/type/index.ts';
import { GoInt, type GoValue } from '../../go/value/index.ts';
import { getKey, hasKey, record } from '../../object/index.ts';
import { isTable, type Table } from './tables.ts';

/** What is wrong with an argument, in Helm's words. */
export class SetProblem extends Error {}

/** The end of the input, where Go returns io.EOF. */
class EndOfInput extends Error {}

const maxIndex = 65536;
const maxLevel = 30;

export type SetKind = 'set' | 'set-string' | 'set-json' | 'set-file' | 'set-literal';

export interface SetRules {
  readonly kind: SetKind;
  /** For `set-file`: the content of a file. */
  readonly readFile: (path: string) => string;
  /** For `set-json`: the value at the beginning of the text and how many characters it takes. */
  readonly readJson: (text: string) => { readonly value: GoValue; readonly length: number } | { readonly error: string };
}

/**
 * Applies one argument to `target`, which is changed.
 * @throws SetProblem
 */
export function applySet(input: string, target: Table, rules: SetRules): void {
  const parser = new SetParser(input, rules);
  for (;;) {
    try {
      parser.key(target, 0);
    } catch (error) {
      if (error instanceof EndOfInput) return;
      throw error;
    }
  }
}

function fail(message: string): never {
  throw new SetProblem(message);
}

interface Run {
  readonly text: string;
  /** The character that ended it; undefined at the end of the input. */
  readonly last: string | undefined;
}

class SetParser {
  private readonly characters: readonly string[];
  private readonly rules: SetRules;
  private readonly literal: boolean;
  private at = 0;

  constructor(input: string, rules: SetRules) {
    this.characters = [...input];
    this.rules = rules;
    this.literal = rules.kind === 'set-literal';
  }

  /** Characters up to one of `stop`, which is taken too; a backslash escapes the next one, except in literals. */
  private until(stop: string): Run {
    let text = '';
    for (;;) {
      const character = this.characters[this.at++];
      if (character === undefined) return { text, last: undefined };
      if (stop.includes(character)) return { text, last: character };
      if (character === '\\' && !this.literal) {
        const next = this.characters[this.at++];
        if (next === undefined) return { text, last: undefined };
        text += next;
      } else text += character;
    }
  }

  /** One `key=value`, down to its end. */
  key(target: Table, level: number): void {
    const { text: name, last } = this.until(this.literal ? '=[.' : '=[,.');
    switch (last) {
      case undefined:
        if (name === '') throw new EndOfInput();
        return fail(`key ${quote(name)} has no value`);
      case '[':
        return this.list(target, name, level);
      case '=':
        return this.assign(target, name);
      case ',':
        put(target, name, '');
        return fail(`key ${quote(name)} has no value (cannot end with ,)`);
      default:
        return this.inner(target, name, level + 1);
    }
  }

  private list(target: Table, name: string, level: number): void {
    const index = this.index();
    const old = hasKey(target, name) ? getKey(target, name) : [];
    if (!Array.isArray(old)) fail(`unable to parse key: interface conversion: interface {} is ${goType(old ?? null)}, not []interface {}`);
    const { list, error } = this.item(old as readonly GoValue[], index, level);
    put(target, name, list);
    if (error !== undefined) throw error;
  }

  private inner(target: Table, name: string, level: number): void {
    if (level > maxLevel) fail(`value name nested level is greater than maximum supported nested level of ${maxLevel}`);
    const old = hasKey(target, name) ? getKey(target, name) : record<GoValue>();
    if (!isTable(old))
      return fail(`unable to parse key: interface conversion: interface {} is ${goType(old ?? null)}, not map[string]interface {}`);
    const error = caught(() => this.key(old, level));
    const isEmpty = Object.keys(old).length === 0;
    if (error === undefined && isEmpty) fail(`key map ${quote(name)} has no value`);
    if (!isEmpty) put(target, name, old);
    if (error !== undefined) throw error;
  }

  private assign(target: Table, name: string): void {
    if (this.literal) {
      put(target, name, this.rest());
      return;
    }
    if (this.rules.kind === 'set-json') {
      put(target, name, this.json());
      return;
    }
    if (this.at >= this.characters.length) {
      put(target, name, '');
      throw new EndOfInput();
    }
    const list = this.valueList();
    put(target, name, list ?? this.typed(this.until(',').text));
  }

  private rest(): string {
    const text = this.characters.slice(this.at).join('');
    this.at = this.characters.length;
    return text;
  }

  /** Blanks up to a comma or the end: then there is no value. The comma is taken. */
  private isEmptyValue(): boolean {
    for (;;) {
      const character = this.characters[this.at];
      if (character === undefined) return true;
      if (character === ',') {
        this.at++;
        return true;
      }
      if (!/^[\s\u0085]$/u.test(character)) return false;
      this.at++;
    }
  }

  private json(): GoValue {
    if (this.isEmptyValue()) return null;
    const read = this.rules.readJson(this.characters.slice(this.at).join(''));
    if ('error' in read) return fail(read.error);
    let units = read.length;
    while (units > 0) units -= this.characters[this.at++]?.length ?? units;
    this.isEmptyValue();
    return read.value;
  }

  /** `{a,b}`; undefined when no list begins here. */
  private valueList(): GoValue | undefined {
    if (this.characters[this.at] !== '{') return undefined;
    this.at++;
    const list: GoValue[] = [];
    for (;;) {
      const { text, last } = this.until(',}');
      if (last === undefined) return fail("list must terminate with '}'");
      list.push(this.typed(text));
      if (last === '}') {
        if (this.characters[this.at] === ',') this.at++;
        return list;
      }
    }
  }

  private typed(text: string): GoValue {
    if (this.rules.kind === 'set-file') return this.rules.readFile(text);
    return this.rules.kind === 'set' ? typedValue(text) : text;
  }

  private index(): number {
    const { text, last } = this.until(']');
    if (last === undefined) {
      if (text === '' || this.at > this.characters.length) fail('error parsing index: EOF');
    }
    const parsed = parseGoInt(text);
    if (parsed.error !== '') fail(`error parsing index: strconv.Atoi: parsing ${quote(text)}: ${parsed.error}`);
    return Number(parsed.value);
  }

  /** What follows `[index]`. Gives the list as far as it got, and what went wrong. */
  private item(
    list: readonly GoValue[],
    index: number,
    level: number,
  ): { readonly list: readonly GoValue[]; readonly error: Error | undefined } {
    if (index < 0) return { list, error: new SetProblem(`negative ${index} index not allowed`) };
    const { text, last } = this.until('[.=');
    if (text !== '') return { list, error: new SetProblem(`unexpected data at end of array index: ${quote(text)}`) };
    let next: readonly GoValue[] = list;
    const error = caught(() => {
      if (last === undefined) throw new EndOfInput();
      next = setIndex(list, index, this.itemValue({ list, index, level, last }));
    });
    return { list: next, error };
  }

  private itemValue(at: {
    readonly list: readonly GoValue[];
    readonly index: number;
    readonly level: number;
    readonly last: string;
  }): GoValue {
    const old = at.list[at.index];
    if (at.last === '=') {
      if (this.literal) return this.rest();
      if (this.rules.kind === 'set-json') return this.json();
      if (this.at >= this.characters.length) return '';
      return this.valueList() ?? this.typed(this.until(',').text);
    }
    if (at.last === '[') {
      const index = this.index();
      if (old !== undefined && old !== null && !Array.isArray(old)) {
        return fail(`unable to parse key: interface conversion: interface {} is ${goType(old)}, not []interface {}`);
      }
      const { list, error } = this.item((old ?? []) as readonly GoValue[], index, at.level);
      if (error !== undefined) throw error;
      return list;
    }
    const inner = isTable(old) ? old : record<GoValue>();
    this.key(inner, at.level);
    return inner;
  }
}

function caught(run: () => void): Error | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof SetProblem || error instanceof EndOfInput) return error;
    throw error;
  }
}

function put(target: Table, name: string, value: GoValue): void {
  if (name !== '') target[name] = value;
}

const goType = (value: GoValue): string => {
  if (value === null) return 'nil';
  if (Array.isArray(value)) return '[]interface {}';
  if (value instanceof GoInt) return 'int64';
  return typeof value === 'number'
    ? 'float64'
    : typeof value === 'boolean'
      ? 'bool'
      : typeof value === 'string'
        ? 'string'
        : 'map[string]interface {}';
};

/** A copy of the list with the item set; nils fill the gap. @throws SetProblem for a bad index */
export function setIndex(list: readonly GoValue[], index: number, value: GoValue): readonly GoValue[] {
  if (index < 0) fail(`negative ${index} index not allowed`);
  if (index > maxIndex) fail(`index of ${index} is greater than maximum supported index of ${maxIndex}`);
  const copy = list.slice();
  while (copy.length < index) copy.push(null);
  copy[index] = value;
  return copy;
}

/** true, false and null in any case; 0 and integers without leading zero are int64; the rest is text. */
function typedValue(text: string): GoValue {
  switch (text.toLowerCase()) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    case '0':
      return new GoInt(basicType.int64, 0);
  }
  if (text === '' || text.startsWith('0')) return text;
  const parsed = parseGoInt(text);
  return parsed.error === '' ? new GoInt(basicType.int64, parsed.value) : text;
}
