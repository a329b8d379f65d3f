/**
 * Splits a command line into flags and arguments as the field's own tools do, so that their command lines work unchanged. Source: Go's
 * pflag: a flag that wants a value takes the next word whatever it looks like, `-n=x` and `-nx` are the same, booleans take `=true`.
 */
import { UsageError } from './errors.ts';

export interface FlagShape {
  readonly isBoolean: boolean;
  readonly short?: string;
  /** The value of a flag that stands alone. */
  readonly alone?: string;
}

export type FlagShapes = Readonly<Record<string, FlagShape>>;

export interface Tokens {
  /** Every value of every flag given, in order. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly args: readonly string[];
}

/** @throws UsageError for a flag that is not in the table, or that lacks its value */
export function splitTokens(shapes: FlagShapes, argv: readonly string[]): Tokens {
  const values = new Map<string, string[]>();
  const args: string[] = [];
  const put = (name: string, value: string): void => {
    const old = values.get(name);
    if (old === undefined) values.set(name, [value]);
    else old.push(value);
  };
  const words = argv[Symbol.iterator]();
  const rest: Rest = { next: (flag) => nextWord(words, flag) };
  for (let word = words.next(); word.done !== true; word = words.next()) {
    const text = word.value;
    if (text === '--') args.push(...words);
    else if (text.startsWith('--')) longFlag(shapes, text, { put, rest });
    else if (text.startsWith('-') && text !== '-') shortFlags(shapes, text, { put, rest });
    else args.push(text);
  }
  return { values, args };
}

interface Rest {
  /** The next word of the command line, as the flag's value. */
  readonly next: (flag: string) => string;
}

interface Sink {
  readonly put: (name: string, value: string) => void;
  readonly rest: Rest;
}

function nextWord(words: Iterator<string>, flag: string): string {
  const word = words.next();
  if (word.done === true) throw new UsageError(`flag needs an argument: ${flag}`);
  return word.value;
}

const valueAlone = (shape: FlagShape): string | undefined => shape.alone ?? (shape.isBoolean ? 'true' : undefined);

function longFlag(shapes: FlagShapes, text: string, { put, rest }: Sink): void {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text.slice(2) : text.slice(2, equals);
  if (!Object.hasOwn(shapes, name)) {
    const positive = name.slice('no-'.length);
    if (equals >= 0 || !name.startsWith('no-') || !Object.hasOwn(shapes, positive) || shapes[positive]?.isBoolean !== true) {
      throw new UsageError(`unknown flag: --${name}`);
    }
    put(positive, 'false');
    return;
  }
  const shape = shapes[name] ?? { isBoolean: false };
  put(name, equals < 0 ? (valueAlone(shape) ?? rest.next(`--${name}`)) : text.slice(equals + 1));
}

/** `-abc` is `-a -b -c` as long as the flags need no value. */
function shortFlags(shapes: FlagShapes, text: string, { put, rest }: Sink): void {
  for (let at = 1; at < text.length; at++) {
    const letter = text.charAt(at);
    const found = Object.entries(shapes).find(([, { short }]) => short === letter);
    if (found === undefined) throw new UsageError(`unknown shorthand flag: '${letter}' in ${text}`);
    const [name, shape] = found;
    const behind = text.slice(at + 1);
    const alone = valueAlone(shape);
    if (behind.length > 1 && behind.startsWith('=')) put(name, behind.slice(1));
    else if (alone !== undefined) {
      put(name, alone);
      continue;
    } else put(name, behind === '' ? rest.next(`'${letter}' in ${text}`) : behind);
    return;
  }
}
