/** Help text, made from the command tables. */
import type { Command, CommandEntry } from './command.ts';
import type { Flag, FlagTable } from './flags.ts';

export function commandHelp(name: string, command: Command): string {
  const sections = [
    `${command.summary}.`,
    command.details,
    `Usage:\n  lockstep ${[name, command.usage, '[flags]'].filter((part) => part !== '').join(' ')}`,
    command.examples === undefined ? undefined : `Examples:\n${command.examples.map((line) => `  ${line}`).join('\n')}`,
    `Flags:\n${flagLines(command.flags).join('\n')}`,
  ];
  return `${sections.filter((section) => section !== undefined).join('\n\n')}\n`;
}

export function overviewHelp(entries: readonly CommandEntry[]): string {
  const groups = [...new Set(entries.map((entry) => entry.group))];
  const width = Math.max(...entries.map((entry) => entry.name.length)) + 3;
  const body = groups.map((group) => {
    const lines = entries.filter((entry) => entry.group === group).map((entry) => `  ${entry.name.padEnd(width)}${entry.summary}`);
    return `${group}:\n${lines.join('\n')}`;
  });
  return [
    'Lockstep keeps Kubernetes clusters in lockstep with Git.',
    'Usage:\n  lockstep COMMAND [arguments] [flags]',
    ...body,
    'Run "lockstep COMMAND --help" for a command\'s flags and examples.\n',
  ].join('\n\n');
}

function flagLines(table: FlagTable): string[] {
  const shown = Object.entries(table).filter(([, { hidden }]) => hidden !== true);
  const rows = [...shown, ['help', { type: 'boolean', short: 'h', doc: 'Show this help' }] as const].map(([name, flag]) => ({
    left: flagSyntax(name, flag),
    right: flagDoc(flag),
  }));
  const width = Math.max(...rows.map((row) => row.left.length)) + 3;
  return rows.map((row) => `  ${row.left.padEnd(width)}${row.right}`);
}

function flagSyntax(name: string, flag: Flag): string {
  const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
  return `${short}--${name}${flag.type === 'boolean' ? '' : ` ${flag.value ?? flag.type.toUpperCase().replace(/S$/, '')}`}`;
}

function flagDoc(flag: Flag): string {
  const notes = [
    flag.choices === undefined ? undefined : `one of ${flag.choices.join(', ')}`,
    flag.default === undefined || flag.default === false ? undefined : `default ${flag.default}`,
    flag.type === 'strings' ? 'may be repeated' : undefined,
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? flag.doc : `${flag.doc} (${notes.join('; ')})`;
}
