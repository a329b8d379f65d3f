/**
 * SOPS' INI: sections of keys whose values are texts. Sources: sops stores/ini/store.go; gopkg.in/ini.v1 parser.go, file.go.
 */
import { unescapeUtf8 } from '../../../std/index.ts';
import { SecretsFailure } from '../failure.ts';
import { flatText } from './flat-text.ts';
import { type Branch, branchOf, commentOf, isBranch, type Item } from './tree.ts';

const stripped = (comment: string): string => {
  if (comment.startsWith(';')) return comment.replace(/^[; ]+/, '');
  return comment.startsWith('#') ? comment.replace(/^[# ]+/, '') : comment;
};

/** The sections of an INI text. Keys before the first section are in one named `DEFAULT`. @throws SecretsFailure */
export const readIni = (text: string): Branch => new IniReader(text).read();

interface Section {
  readonly name: string;
  readonly items: Item[];
}

class IniReader {
  private readonly lines: readonly string[];
  private at = 0;
  private comments: string[] = [];
  private readonly sections: Section[] = [{ name: 'DEFAULT', items: [] }];

  constructor(text: string) {
    this.lines = text.replace(/^\ufeff/, '').split('\n');
  }

  read(): Branch {
    while (this.at < this.lines.length) this.line((this.lines[this.at++] ?? '').trim());
    return branchOf(this.sections.map(({ name, items }) => ({ key: name, value: branchOf(items) })));
  }

  private line(line: string): void {
    if (line === '') return;
    if (line.startsWith('#') || line.startsWith(';')) this.comments.push(line);
    else if (line.startsWith('[')) this.section(line);
    else this.key(line);
  }

  private takeComment(): Item[] {
    const text = this.comments.join('\n');
    this.comments = [];
    return text === '' ? [] : [{ key: commentOf(stripped(text)), value: null }];
  }

  private wrong(what: string): SecretsFailure {
    return new SecretsFailure('InvalidFile', `line ${this.at}: ${what}`);
  }

  private section(line: string): void {
    const end = line.lastIndexOf(']');
    if (end < 0) throw this.wrong('the section is not closed');
    const name = line.slice(1, end);
    if (name === '') throw this.wrong('a section needs a name');
    this.sections.push({ name, items: this.takeComment() });
  }

  private key(line: string): void {
    const { name, rest } = this.keyName(line);
    const value = this.value(rest.trim());
    const items = this.sections.at(-1)?.items ?? [];
    const comment = this.takeComment();
    const same = items.findIndex(({ key }) => key === name);
    if (same >= 0) items[same] = { key: name, value };
    else items.push({ key: name, value }, ...comment);
  }

  /** A name in quotes ends with them; any other at the first `=` or `:`. */
  private keyName(line: string): { readonly name: string; readonly rest: string } {
    const quote = line.startsWith('"""') ? '"""' : /^["`]/.test(line) ? line.charAt(0) : '';
    const from = quote.length;
    const close = quote === '' ? 0 : line.indexOf(quote, from);
    if (close < 0) throw this.wrong('the quotes of the key are not closed');
    const equals = line.slice(close).search(/[=:]/);
    if (equals < 0) throw this.wrong('a key needs a "=" behind it');
    const end = close + equals;
    return { name: quote === '' ? line.slice(0, end).trim() : line.slice(from, close), rest: line.slice(end + 1) };
  }

  private value(rest: string): string {
    if (rest === '') return '';
    const quote = rest.startsWith('"""') ? '"""' : rest.startsWith('`') ? '`' : '';
    if (quote !== '') return this.quoted(rest.slice(quote.length), quote);
    if (rest.endsWith('\\')) return this.continued(rest.slice(0, -1));
    const comment = rest.search(/[#;]/);
    const value = comment < 0 ? rest : this.inlineComment(rest, comment);
    const isQuoted = value.length >= 2 && /^(["']).*\1$/s.test(value) && !value.slice(1, -1).includes(value.charAt(0));
    return isQuoted ? value.slice(1, -1) : value;
  }

  private inlineComment(rest: string, at: number): string {
    this.comments.push(rest.slice(at));
    return rest.slice(0, at).trim();
  }

  /** Up to the closing quotes, which may be many lines below. */
  private quoted(rest: string, quote: string): string {
    let text = rest;
    for (let close = text.lastIndexOf(quote); ; close = text.indexOf(quote)) {
      if (close >= 0) return text.slice(0, close);
      const next = this.lines[this.at++];
      if (next === undefined) throw this.wrong('the quotes of the value are not closed');
      text += `\n${next}`;
    }
  }

  private continued(start: string): string {
    const line = this.lines[this.at];
    if (line === undefined) return start;
    this.at++;
    const next = line.trim();
    return next.endsWith('\\') ? this.continued(start + next.slice(0, -1)) : start + next;
  }
}

function writtenValue(text: string): string {
  if (/[\n`]/.test(text)) return `"""${text}"""`;
  if (/[#;]/.test(text)) return `\`${text}\``;
  return text.trim() === text ? text : `"${text}"`;
}

function writtenKey(key: string): string {
  if (/["=:]/.test(key)) return key.includes('`') ? `"""${key}"""` : `\`${key}\``;
  return key.includes('`') ? `"""${key}"""` : key;
}

const writtenComment = (text: string): string =>
  text
    .split('\n')
    .map((line) => (/^[#;]/.test(line) ? `${line}\n` : `; ${line}\n`))
    .join('');

/** The library counts bytes. */
const sizeOf = (key: string): number => unescapeUtf8(key).length;

/** Keys of a section, their `=` below each other. A comment stands above the key that precedes it in the tree, as the library keeps it. */
function writeSection(branch: Branch, name: string | undefined): string {
  const [first] = branch.items;
  const above = first !== undefined && typeof first.key !== 'string' ? writtenComment(first.key.text) : '';
  const keys: { name: string; text: string; comment: string }[] = [];
  for (const { key, value } of branch.items.slice(above === '' ? 0 : 1)) {
    const last = keys.at(-1);
    if (typeof key !== 'string') {
      if (last !== undefined) last.comment = key.text;
      continue;
    }
    const text = flatText(value);
    if (text === undefined)
      throw new SecretsFailure('InvalidFile', `${name ?? 'DEFAULT'}.${key}: an INI file cannot hold mappings or lists in a section`);
    keys.push({ name: writtenKey(key), text: writtenValue(text), comment: '' });
  }
  const width = Math.max(0, ...keys.map((key) => sizeOf(key.name)));
  const lines = keys.map(
    (key) => `${key.comment === '' ? '' : writtenComment(key.comment)}${key.name}${' '.repeat(width - sizeOf(key.name))} = ${key.text}\n`,
  );
  return `${above}${name === undefined ? '' : `[${name}]\n`}${lines.join('')}`;
}

/** @throws SecretsFailure for values that INI cannot hold */
export function writeIni(branch: Branch): string {
  const sections = branch.items.flatMap(({ key, value }, i) => {
    if (typeof key !== 'string') return [];
    if (!isBranch(value)) throw new SecretsFailure('InvalidFile', `${key}: the top level of an INI file holds only sections`);
    const hasHeader = i > 0 || key.toUpperCase() !== 'DEFAULT';
    if (!hasHeader && value.items.length === 0) return [];
    return [writeSection(value, hasHeader ? key : undefined)];
  });
  return sections.join('\n');
}
