/** The shape of a command: a name, a table of flags, a function. Help, completion and the reference page are generated from it. */
import type { FlagTable, FlagValues } from './flags.ts';
import type { Io } from './io.ts';

/** One row of the command list. */
export interface CommandEntry {
  /** Words after `lockstep`: `get`, `helm template`. */
  readonly name: string;
  readonly group: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export interface Invocation<F extends FlagTable> {
  readonly args: readonly string[];
  readonly flags: FlagValues<F>;
  readonly io: Io;
  /** All commands, for those that describe the others. */
  readonly commands: readonly CommandEntry[];
}

export interface Command<F extends FlagTable = FlagTable> {
  /** One sentence, no full stop. */
  readonly summary: string;
  /** What follows the command's name: `[NAME] CHART`. */
  readonly usage: string;
  /** Longer help, printed below the summary. */
  readonly details?: string;
  readonly examples?: readonly string[];
  readonly flags: F;
  /** How many positional arguments are allowed. */
  readonly args: { readonly min: number; readonly max: number };
  /** The exit code. Throws `UsageError` or `CommandError` for what the user can mend. */
  run(invocation: Invocation<F>): Promise<number>;
}

/** Keeps the flag table's exact type, so that `flags` in `run` is typed. */
export const defineCommand = <const F extends FlagTable>(command: Command<F>): Command<F> => command;
