/** What is fuzzed: one reader, texts it reads well, and the words its language is made of. */

export interface Target {
  readonly name: string;
  /** Well-formed inputs to start from. */
  readonly seeds: readonly string[];
  /** Put in anywhere: what a text drawn at random would never contain. */
  readonly words: readonly string[];
  /** Reads hostile bytes. Whatever it throws is a crash: bad input is a value, or one of the failures a face promises, which `read` catches itself. */
  readonly read: (bytes: Buffer) => void | Promise<void>;
}

/** Runs it, with failures of these classes as proper answers. */
export function answered(run: () => unknown, ...failures: readonly (new (...parameters: never[]) => Error)[]): void {
  try {
    run();
  } catch (error) {
    if (!failures.some((failure) => error instanceof failure)) throw error;
  }
}

/** A promise the reader gives about everything it reads. */
export function promised(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken promise: ${what}`);
}

/** Files in one text: `=== path` begins the next one. */
export const FILE_MARK = '=== ';

export const filesIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split(/^=== /m).flatMap((part): [string, string][] => {
      const end = part.indexOf('\n');
      return end <= 0 ? [] : [[part.slice(0, end).trim(), part.slice(end + 1)]];
    }),
  );

export const inFiles = (files: Readonly<Record<string, string>>): string =>
  Object.entries(files)
    .map(([path, text]) => `${FILE_MARK}${path}\n${text}`)
    .join('');
