/** The demo's tour, as a user runs it: every step of the story holds, SIGKILL and loss of the cluster included. */
import { expect, test } from 'vitest';
import { inFolder, lockstep } from './program.ts';

test('lockstep demo --tour', { timeout: 300_000 }, () =>
  inFolder(async (folder) => {
    const { code, out, err } = await lockstep(['demo', '--tour'], { cwd: folder });
    expect(`${out}${err}`).toContain('All 9 steps held');
    expect(code).toBe(0);
  }),
);
