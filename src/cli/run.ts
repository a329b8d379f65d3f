/** Finds the command that the arguments name, parses its flags, runs it, and turns failures into messages and exit codes. */
import type { Command, CommandEntry } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { CommandError, UsageError } from './errors.ts';
import { parseFlags } from './flags.ts';
import { commandHelp, overviewHelp } from './help.ts';
import type { Io } from './io.ts';

/** The exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const first = argv[0];
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    io.out(overviewHelp(COMMANDS));
    return 0;
  }
  const found = findCommand(first === '--version' ? ['version'] : argv);
  if (found === undefined) return unknownCommand(argv, io);
  if (found.entry.group !== 'Run') io.endsSoon?.();
  const command = await found.entry.load();
  try {
    return await invoke(found.entry.name, command, { argv: argv.slice(found.words), io });
  } catch (error) {
    return report(error, found.entry.name, io);
  }
}

function findCommand(argv: readonly string[]): { readonly entry: CommandEntry; readonly words: number } | undefined {
  const matches = COMMANDS.map((entry) => ({ entry, words: entry.name.split(' ').length })).filter(
    ({ entry, words }) => argv.slice(0, words).join(' ') === entry.name,
  );
  return matches.sort((a, b) => b.words - a.words)[0];
}

function unknownCommand(argv: readonly string[], io: Io): number {
  const prefix = `${argv[0]} `;
  const group = COMMANDS.filter((entry) => entry.name.startsWith(prefix));
  if (group.length > 0) {
    io.out(overviewHelp(group));
    return argv.length === 1 || argv[1] === '--help' || argv[1] === '-h' ? 0 : 2;
  }
  io.err(`lockstep: unknown command "${argv[0]}"\nRun "lockstep --help" for the list of commands.\n`);
  return 2;
}

async function invoke(
  name: string,
  command: Command,
  { argv, io }: { readonly argv: readonly string[]; readonly io: Io },
): Promise<number> {
  const { flags, args, help } = parseFlags(command.flags, argv);
  if (help) {
    io.out(commandHelp(name, command));
    return 0;
  }
  if (args.length < command.args.min || args.length > command.args.max) {
    throw new UsageError(`expected ${expectedArgs(command.args)}; got ${args.length} (usage: lockstep ${name} ${command.usage})`);
  }
  return command.run({ args, flags, io, commands: COMMANDS });
}

function expectedArgs({ min, max }: Command['args']): string {
  const noun = max === 1 ? 'argument' : 'arguments';
  if (min === max) return `${min} ${noun}`;
  return max === Infinity ? `at least ${min} ${noun}` : `${min} to ${max} ${noun}`;
}

function report(error: unknown, name: string, io: Io): number {
  if (io.signal.aborted) return 130;
  if (error instanceof UsageError) {
    io.err(`lockstep ${name}: ${error.message}\nRun "lockstep ${name} --help" for its flags.\n`);
    return 2;
  }
  if (error instanceof CommandError) {
    io.err(`Error: ${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`);
    return 1;
  }
  io.err(`lockstep ${name}: this is a bug in Lockstep, please report it.\n${error instanceof Error ? error.stack : String(error)}\n`);
  return 1;
}
