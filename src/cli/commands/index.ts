/** Every command, by name. Each is its own chunk, loaded only when it is called, so that start-up stays short. */
import type { Command, CommandEntry } from '../command.ts';

// A command with its own exact flag types is used here only through its table, so the flags are widened.
const widen = (command: unknown): Command => command as Command;

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'version',
    group: 'Other',
    summary: 'Print the version',
    load: async () => widen((await import('./version.ts')).version),
  },
  {
    name: 'completion',
    group: 'Other',
    summary: 'Print a completion script for bash, zsh or fish',
    load: async () => widen((await import('./completion.ts')).completion),
  },
];
