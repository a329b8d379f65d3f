/** Flags as tables: one row gives parsing, types, help, completion and the reference page. */
import { UsageError } from './errors.ts';
import { type FlagShapes, splitTokens } from './tokens.ts';

export interface Flag {
  /** `strings` may be given many times and keeps the order. */
  readonly type: 'boolean' | 'string' | 'strings' | 'integer' | 'duration';
  readonly short?: string;
  /** One line. */
  readonly doc: string;
  /** What help shows for the value: `FILE`, `NAME`. */
  readonly value?: string;
  readonly default?: string | number | boolean;
  /** What it is when given without a value; the value is then written behind `=` only. */
  readonly alone?: string;
  /** Understood, but not shown by help: it is there so that another tool's command lines work, and changes nothing. */
  readonly hidden?: boolean;
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
  const { values, args } = splitTokens({ ...shapesOf(table), help: { isBoolean: true, short: 'h' } }, argv);
  const flags = Object.fromEntries(Object.entries(table).map(([name, flag]) => [name, readValue(name, flag, values.get(name))]));
  const help = values.get('help')?.at(-1);
  return { flags: flags as FlagValues<F>, args, help: help !== undefined && readBoolean('help', help) };
}

const shapesOf = (table: FlagTable): FlagShapes =>
  Object.fromEntries(
    Object.entries(table).map(([name, { type, short, alone }]) => [
      name,
      { isBoolean: type === 'boolean', ...(short === undefined ? {} : { short }), ...(alone === undefined ? {} : { alone }) },
    ]),
  );

function readValue(name: string, flag: Flag, given: readonly string[] | undefined): unknown {
  if (flag.type === 'strings') return given ?? [];
  const last = given?.at(-1);
  if (flag.type === 'boolean') return last === undefined ? (flag.default ?? false) : readBoolean(name, last);
  const text = last ?? (flag.default === undefined ? undefined : String(flag.default));
  if (text === undefined) return undefined;
  if (flag.choices !== undefined && !flag.choices.includes(text)) {
    throw new UsageError(`--${name} must be one of ${flag.choices.join(', ')}; it is "${text}"`);
  }
  if (flag.type === 'integer') return readInteger(name, text);
  if (flag.type === 'duration') return readDuration(name, text);
  return text;
}

/** Go's strconv.ParseBool. */
function readBoolean(name: string, text: string): boolean {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  throw new UsageError(`--${name} must be true or false; it is "${text}"`);
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
