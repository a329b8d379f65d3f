/** Go's own tables for fmt, strconv, time, regexp and path, run on the Go layer of the core. */
import { expect } from 'vitest';
import { sprintf } from '../../src/core/go/fmt/index.ts';
import { GoInt, GoRawString, GoTime, type GoLocation } from '../../src/core/go/value/index.ts';
import { baseName, cleanPath, dirName, extension, isAbsolute, joinPath, matchPath, splitPath } from '../../src/core/go/path/index.ts';
import { compileRegexp, quoteMeta, type Regexp } from '../../src/core/go/regexp/index.ts';
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
import { civilOf, weekdayOf } from '../../src/core/go/calendar/index.ts';
import {
  durationFloat,
  durationString,
  fixedZone,
  formatTime,
  parseDuration,
  parseTime,
  roundDuration,
  truncateDuration,
  utc,
} from '../../src/core/go/time/index.ts';
import { escapeUtf8, unescapeUtf8 } from '../../src/std/index.ts';
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

const onePass = "Go's one-pass compiler finds a prefix behind ^; nothing here asks for a prefix there";
const onePassSkips: Skips = { '#6 all_test.go:367': onePass, '#8 all_test.go:369': onePass };

describeCorpus('go-fmt', 2262, () => {
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

  table<{ format: string; args: unknown[]; expect: unknown }>('sprintf.json', (row) => {
    expect(
      sprintf(
        textOf(row.format),
        row.args.map((arg) => decodeTagged(arg)),
      ),
    ).toBe(textOf(row.expect));
  });

  table<{ value: unknown; expect: string }>('duration-string.json', (row) => {
    expect(durationString((decodeTagged(row.value) as GoInt).value)).toBe(row.expect);
  });

  table<{ input: string; expect?: unknown; error?: boolean; quotedInError?: string }>('duration-parse.json', (row) => {
    const result = parseDuration(textOf(row.input));
    if (row.error === true) {
      expect(result.ok ? '' : result.error).toContain(row.quotedInError);
    } else expect(result).toEqual({ ok: true, value: (decodeTagged(row.expect) as GoInt).value });
  });

  table<{ op: string; value: unknown; multiple?: unknown; expect: unknown }>('duration-ops.json', (row) => {
    const { value } = decodeTagged(row.value) as GoInt;
    const expected = decodeTagged(row.expect);
    const multiple = row.multiple === undefined ? 0 : (decodeTagged(row.multiple) as GoInt).value;
    expect(durationOps[row.op]?.(value, multiple)).toBe(expected instanceof GoInt ? expected.value : expected);
  });

  table<{ time: Json; layout: string; expect: string }>('time-format.json', (row) => {
    expect(formatTime(momentOf(row.time), row.layout)).toBe(row.expect);
  });

  table<{ layout: string; value: string; expect: Json }>('time-parse.json', (row) => {
    const result = parseTime(row.layout, row.value, { local: losAngeles });
    if (!result.ok) throw new Error(result.error);
    const time = result.value;
    const found: Json = {
      ...civilOf(time),
      nanosecond: time.nanoseconds,
      offset: time.location.zoneAt(time.unix).offset,
      weekday: dayNames[weekdayOf(time)],
    };
    expect(Object.fromEntries(Object.keys(row.expect).map((key) => [key, found[key]]))).toEqual(row.expect);
  });

  table<{ layout: string; value: string; ok?: boolean; errorContains?: string }>('time-parse-errors.json', (row) => {
    const result = parseTime(row.layout, row.value, { local: losAngeles });
    if (row.ok === true) expect(result.ok).toBe(true);
    else expect(result.ok ? '' : result.error).toContain(row.errorContains);
  });

  table<{ pattern: string; input: unknown; matches: number[][] }>('regexp-find.json', (row) => {
    const input = textOf(row.input);
    const found = regexpOf(textOf(row.pattern)).findAll(input, -1);
    expect(found.map((match) => match.map((offset) => byteOffset(input, offset)))).toEqual(row.matches);
  });

  table<{ pattern: string; ok?: boolean; errorContains?: string }>('regexp-compile.json', (row) => {
    const result = compileRegexp(row.pattern);
    if (row.ok === true) expect(result.ok).toBe(true);
    else expect(result.ok ? '' : result.error).toContain(row.errorContains);
  });

  table<{ pattern: string; groups: number; names: string[] | null; index: Json }>('regexp-groups.json', (row) => {
    const { groupNames } = regexpOf(row.pattern);
    expect(groupNames.length - 1).toBe(row.groups);
    if (row.names !== null) expect(groupNames).toEqual(row.names);
    for (const [name, index] of Object.entries(row.index)) expect(name === '' ? -1 : groupNames.indexOf(name)).toBe(index);
  });

  table<{ pattern: string; replacement: string; input: string; expect: string; literal: boolean }>('regexp-replace.json', (row) => {
    const regexp = regexpOf(row.pattern);
    const found = row.literal ? regexp.replaceAllWith(row.input, () => row.replacement) : regexp.replaceAll(row.input, row.replacement);
    expect(found).toBe(row.expect);
  });

  table<{ pattern: string; input: string; n: number; expect: string[] | null }>('regexp-split.json', (row) => {
    expect(regexpOf(row.pattern).split(row.input, row.n)).toEqual(row.expect ?? []);
  });

  table<{ input: string; quoteMeta: string | null; literalPrefix: string; literalIsWhole: boolean }>(
    'regexp-quote.json',
    (row) => {
      if (row.quoteMeta !== null) expect(quoteMeta(row.input)).toBe(row.quoteMeta);
      expect(regexpOf(row.input).literalPrefix()).toEqual({ prefix: row.literalPrefix, isWhole: row.literalIsWhole });
    },
    onePassSkips,
  );

  table<{ pattern: string; input: string; expect: boolean; error: string | null }>('path-match.json', (row) => {
    const result = matchPath(row.pattern, row.input);
    expect(result).toEqual(row.error === null ? { ok: true, value: row.expect } : { ok: false, error: row.error });
  });

  table<{ op: string; input: string & string[]; expect: unknown }>('path.json', (row) => {
    expect(pathOps[row.op]?.(row.input)).toEqual(row.expect);
  });
});

const pathOps: { readonly [op: string]: (input: string & string[]) => unknown } = {
  clean: cleanPath,
  base: baseName,
  dir: dirName,
  ext: extension,
  isAbs: isAbsolute,
  join: joinPath,
  split: splitPath,
};

function regexpOf(pattern: string): Regexp {
  const result = compileRegexp(pattern);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

/** A UTF-16 offset as the byte offset Go would give. */
const byteOffset = (text: string, offset: number): number => (offset < 0 ? offset : unescapeUtf8(text.slice(0, offset)).length);

const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const second = 1_000_000_000n;
const durationOps: { readonly [op: string]: (value: number | bigint, multiple: number | bigint) => unknown } = {
  truncate: truncateDuration,
  round: roundDuration,
  nanoseconds: (value) => value,
  microseconds: (value) => Number(BigInt(value) / 1000n),
  milliseconds: (value) => Number(BigInt(value) / 1_000_000n),
  seconds: (value) => durationFloat(value, second),
  minutes: (value) => durationFloat(value, 60n * second),
  hours: (value) => durationFloat(value, 3600n * second),
};

/** A time of the corpus; `$local` is a civil time with its offset. */
function momentOf(json: Json): GoTime {
  if (!('$local' in json)) return decodeTagged(json) as GoTime;
  const zone = fixedZone(String(json['zone'] ?? ''), Number(json['offset']));
  const atUtc = decodeTagged({ $time: `${String(json['$local'])}Z` }) as GoTime;
  return new GoTime(atUtc.unix - Number(json['offset']), atUtc.nanoseconds, zone);
}

/** As much of the place as the tables need: standard time in winter, daylight time from mid-March to early November. */
const losAngeles: GoLocation = {
  name: 'Local',
  zoneAt: (unix) => {
    const { month, day } = civilOf(new GoTime(unix - 8 * 3600, 0, utc));
    const isSummer = (month > 3 || (month === 3 && day >= 14)) && (month < 11 || (month === 11 && day < 7));
    return isSummer ? { name: 'PDT', offset: -7 * 3600 } : { name: 'PST', offset: -8 * 3600 };
  },
  offsetOf: (abbreviation) => (abbreviation === 'PST' ? -8 * 3600 : abbreviation === 'PDT' ? -7 * 3600 : undefined),
};
