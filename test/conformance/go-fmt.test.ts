/** Go's own tables for fmt, strconv, time, regexp and path, run on the Go layer of the core. */
import { expect } from 'vitest';
import { GoInt, GoRawString, type GoValue } from '../../src/core/go/value/index.ts';
import {
  canBackquote,
  formatFloat,
  formatInt,
  parseGoFloat,
  parseGoInt,
  parseGoUint,
  quote,
  quoteRune,
  unquote,
} from '../../src/core/go/strconv/index.ts';
import { escapeUtf8 } from '../../src/std/index.ts';
import { describeCorpus, readCorpus, runRows, type Row, type Skips } from './corpus.ts';
import { decodeTagged } from './tagged.ts';

type Json = { readonly [key: string]: unknown };

/** Rows are named by their place in the table, and their source for the reader. */
function rowsOf<T extends Json>(file: string): Row<T>[] {
  const rows = readCorpus<T[]>('go-fmt', file);
  return rows.map((value, i) => ({ name: `#${i} ${String(value['src'])}`, value }));
}

/** A corpus text as escaped text: plain, or bytes that are no UTF-8. */
function textOf(json: unknown): string {
  const value = decodeTagged(json);
  return value instanceof GoRawString ? escapeUtf8(value.bytes) : String(value);
}

function table<T extends Json>(file: string, check: (row: T) => void, skips: Skips = {}): void {
  runRows(file, rowsOf<T>(file), check, skips);
}

describeCorpus('go-fmt', 2208, () => {
  table<{ value: unknown; format: string; precision: number; expect: string; float32Too?: boolean }>('format-float.json', (row) => {
    const value = decodeTagged(row.value) as number;
    expect(formatFloat(value, row.format, { precision: row.precision })).toBe(row.expect);
    if (row.float32Too === true) expect(formatFloat(value, row.format, { precision: row.precision, bits: 32 })).toBe(row.expect);
  });

  table<{ input: string; bits: 32 | 64; expectFormattedG: string; error: string | null }>('parse-float.json', (row) => {
    const { value, error } = parseGoFloat(row.input, row.bits);
    expect([formatFloat(value, 'g', { bits: row.bits }), error]).toEqual([row.expectFormattedG, row.error ?? '']);
  });

  table<{ input: string; kind: string; bits: number; base: number; expect: unknown; error: string | null }>('parse-int.json', (row) => {
    const parse = row.kind === 'uint' ? parseGoUint : parseGoInt;
    const { value, error } = parse(row.input, { base: row.base, bits: row.bits });
    expect([value, error]).toEqual([(decodeTagged(row.expect) as GoInt).value, row.error ?? '']);
  });

  table<{ value: unknown; base: number; expect: string }>('format-int.json', (row) => {
    expect(formatInt((decodeTagged(row.value) as GoInt).value, row.base)).toBe(row.expect);
  });

  table<{ input: unknown; quote: string; quoteToASCII: string; quoteToGraphic: string }>('quote.json', (row) => {
    const input = textOf(row.input);
    expect([quote(input), quote(input, 'ascii'), quote(input, 'graphic')]).toEqual([row.quote, row.quoteToASCII, row.quoteToGraphic]);
  });

  table<{ rune: number; quote: string; quoteToASCII: string; quoteToGraphic: string }>('quote-rune.json', (row) => {
    expect([quoteRune(row.rune), quoteRune(row.rune, 'ascii'), quoteRune(row.rune, 'graphic')]).toEqual([
      row.quote,
      row.quoteToASCII,
      row.quoteToGraphic,
    ]);
  });

  table<{ input: unknown; expect?: unknown; error?: unknown }>('unquote.json', (row) => {
    expect(unquote(textOf(row.input))).toBe(row.expect === undefined || row.expect === null ? undefined : textOf(row.expect));
  });

  table<{ input: unknown; expect: boolean }>('can-backquote.json', (row) => {
    expect(canBackquote(textOf(row.input))).toBe(row.expect);
  });
});

export type { GoValue };
