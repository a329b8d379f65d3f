/** Every command's tables are complete: the list and the command say the same, and flags do not collide. */
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { commandHelp } from '../../src/cli/help.ts';

for (const entry of COMMANDS) {
  test(`lockstep ${entry.name}`, async () => {
    const command = await entry.load();
    const shorts = ['h', ...Object.values(command.flags).flatMap(({ short }) => (short === undefined ? [] : [short]))];
    expect(new Set(shorts).size).toBe(shorts.length);
    expect(entry.summary).not.toMatch(/\.$/);
    expect(commandHelp(entry.name, command)).toContain(`lockstep ${entry.name}`);
    expect(command.args.min).toBeLessThanOrEqual(command.args.max);
  });
}
