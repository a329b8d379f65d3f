/** `docs/reference/cli.md`, made from the command tables. */
import type { CommandEntry } from './command.ts';
import { commandHelp } from './help.ts';

/** Every command's help under a heading of its own, in the order of `lockstep --help`. */
export async function cliReference(commands: readonly CommandEntry[]): Promise<string> {
  const sections = await Promise.all(
    commands.map(async ({ name, load }) => `## lockstep ${name}\n\n\`\`\`\n${commandHelp(name, await load()).trimEnd()}\n\`\`\`\n`),
  );
  return `# Commands\n\nWritten from the tables of flags; do not edit.\n\n${sections.join('\n')}`;
}
