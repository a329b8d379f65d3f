/** Flags as tables: one row gives parsing, types, help, completion and the reference page. Parsing itself is Node's `util.parseArgs`. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './errors.ts';

export interface Flag {
  /** `strings` may be given many times and keeps the order. */
  readonly type: 'boolean' | 'string' | 'strings' | 'integer' | 'duration';
  readonly short?: string;
  /** One line. */
  readonly doc: string;
  /** What help shows for the value: `FILE`, `NAME`. */
  readonly value?: string;
  readonly default?: string | number | boolean;
  /** The only values allowed. */
  readonly choices?: readonly string[];
}

export type FlagTable = Readonly<Record<string, Flag>>;

type ValueOf<F extends Flag> = F['type'] extends 'boolean'
  ? boolean
  : F['type'] extends 'strings'
    ? readonly string[]
    : F['type'] extends 'integer' | 'duration'
      ? F extends { readonly default: string | number }
        ? number
        : number | undefined
      : F extends { readonly default: string }
        ? string
        : string | undefined;

/** Durations are milliseconds. */
export type FlagValues<F extends FlagTable> = { readonly [K in keyof F]: ValueOf<F[K]> };

export interface Parsed<F extends FlagTable> {
  readonly flags: FlagValues<F>;
  readonly args: readonly string[];
  readonly help: boolean;
}

/** @throws UsageError naming the flag that is wrong. */
export function parseFlags<F extends FlagTable>(table: F, argv: readonly string[]): Parsed<F> {
  const parsed = parseTokens(table, argv);
  const flags = Object.fromEntries(Object.entries(table).map(([name, flag]) => [name, readValue(name, flag, parsed.values[name])]));
  return { flags: flags as FlagValues<F>, args: parsed.positionals, help: parsed.values['help'] === true };
}

type RawValue = string | boolean | (string | boolean)[] | undefined;

function parseTokens(table: FlagTable, argv: readonly string[]): { values: Record<string, RawValue>; positionals: string[] } {
  const options: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } };
  for (const [name, flag] of Object.entries(table)) {
    options[name] = {
      type: flag.type === 'boolean' ? 'boolean' : 'string',
      multiple: flag.type === 'strings',
      ...(flag.short === undefined ? {} : { short: flag.short }),
    };
  }
  try {
    return parseArgs({ args: explicitBooleans(table, argv), options, allowPositionals: true, allowNegative: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.replace(/\. To specify .*$/s, '') : String(error));
  }
}

/** `--flag=true` and `--flag=false`, which Go programs accept and `parseArgs` does not. */
function explicitBooleans(table: FlagTable, argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  return argv.map((argument, index) => {
    const match = /^--([^=]+)=(true|false)$/.exec(argument);
    if (match === null || (end >= 0 && index > end) || table[match[1] ?? '']?.type !== 'boolean') return argument;
    return match[2] === 'true' ? `--${match[1]}` : `--no-${match[1]}`;
  });
}

function readValue(name: string, flag: Flag, raw: RawValue): unknown {
  if (flag.type === 'boolean') return raw ?? flag.default ?? false;
  if (flag.type === 'strings') return raw ?? [];
  const text = raw ?? (flag.default === undefined ? undefined : String(flag.default));
  if (typeof text !== 'string') return undefined;
  if (flag.choices !== undefined && !flag.choices.includes(text)) {
    throw new UsageError(`--${name} must be one of ${flag.choices.join(', ')}; it is "${text}"`);
  }
  if (flag.type === 'integer') return readInteger(name, text);
  if (flag.type === 'duration') return readDuration(name, text);
  return text;
}

function readInteger(name: string, text: string): number {
  if (!/^-?\d+$/.test(text)) throw new UsageError(`--${name} must be a whole number; it is "${text}"`);
  return Number(text);
}

const UNIT_MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Go's durations, as far as a person types them: `90s`, `1h30m`, `1.5m`. */
function readDuration(name: string, text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text) {
    throw new UsageError(`--${name} must be a duration such as 90s or 2m; it is "${text}"`);
  }
  return parts.reduce((total, part) => total + Number(part[1]) * (UNIT_MILLISECONDS[part[2] ?? ''] ?? 0), 0);
}
