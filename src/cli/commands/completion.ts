/** `lockstep completion`: a static script per shell, made from the command and flag tables. */
import { getKey } from '../../core/object/index.ts';
import { defineCommand, type Command } from '../command.ts';

interface Words {
  readonly name: string;
  readonly flags: readonly string[];
}

export const completion = defineCommand({
  summary: 'Print a completion script for bash, zsh or fish',
  usage: 'bash|zsh|fish',
  examples: ['source <(lockstep completion bash)', 'lockstep completion fish > ~/.config/fish/completions/lockstep.fish'],
  flags: {},
  args: { min: 1, max: 1 },
  run: async ({ args, io, commands }) => {
    const script = getKey(SCRIPTS, args[0] ?? '');
    if (script === undefined) {
      io.err(`lockstep completion: unknown shell "${args[0]}"; use bash, zsh or fish\n`);
      return 2;
    }
    io.out(script(await Promise.all(commands.map(async ({ name, load }) => ({ name, flags: flagNames(await load()) })))));
    return 0;
  },
});

const flagNames = (command: Command): string[] => [...Object.keys(command.flags), 'help'].map((flag) => `--${flag}`);

const firstWords = (commands: readonly Words[]): string[] => [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))];

/** What may follow the words typed so far, as lines of a shell `case`. */
function cases(commands: readonly Words[]): string {
  const groups = firstWords(commands).filter((word) => commands.some(({ name }) => name.startsWith(`${word} `)));
  const verbs = commands.map(({ name, flags }) => `    "${name}"*) words="${flags.join(' ')}" ;;`);
  const nested = groups.map((group) => {
    const rest = commands.filter(({ name }) => name.startsWith(`${group} `)).map(({ name }) => name.slice(group.length + 1));
    return `    "${group}"|"${group} "*) words="${rest.join(' ')}" ;;`;
  });
  return [...verbs, ...nested, `    *) words="${firstWords(commands).join(' ')}" ;;`].join('\n');
}

const bash = (commands: readonly Words[]): string => `# lockstep completion for bash
_lockstep() {
  local words typed="\${COMP_WORDS[*]:1:COMP_CWORD-1}"
  case "$typed" in
${cases(commands)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _lockstep lockstep
`;

const zsh = (commands: readonly Words[]): string => `#compdef lockstep
autoload -U +X bashcompinit && bashcompinit
${bash(commands)}`;

const fish = (commands: readonly Words[]): string =>
  [
    '# lockstep completion for fish',
    'complete -c lockstep -f',
    ...firstWords(commands).map((word) => `complete -c lockstep -n __fish_use_subcommand -a ${word}`),
    ...commands.flatMap(({ name, flags }) =>
      flags.map((flag) => `complete -c lockstep -n "__fish_seen_subcommand_from ${name.split(' ').at(-1)}" -l ${flag.slice(2)}`),
    ),
    '',
  ].join('\n');

const SCRIPTS: Readonly<Record<string, (commands: readonly Words[]) => string>> = { bash, zsh, fish };
