/** What `doctor` says of the machine: no room, an old git, no git. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkMachine } from '../../src/app/installer/checks/machine.ts';
import { smallDisk, smallDiskMissing } from '../small-disk.ts';

const path = process.env['PATH'];
const folders: string[] = [];
afterEach(() => {
  process.env['PATH'] = path;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A PATH with this program as its only one. */
function onlyGit(says: string | undefined): void {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-git-'));
  folders.push(folder);
  if (says !== undefined) {
    writeFileSync(join(folder, 'git'), `#!/bin/sh\necho "${says}"\n`);
    chmodSync(join(folder, 'git'), 0o755);
  }
  process.env['PATH'] = folder;
}

const found = async (check: string, dataFolder?: string): Promise<string> => {
  const findings = await checkMachine(dataFolder === undefined ? {} : { dataFolder });
  const finding = findings.find((each) => each.check === check);
  return `${finding?.level} ${finding?.message} | ${finding?.hint ?? ''}`;
};

test.each([
  ['git version 2.30.2', /^fail 2\.30\.2 is too old \| Install git 2\.36 or newer/],
  ['git version 2.47.1', /^ok 2\.47\.1/],
  [undefined, /^fail git cannot be started \| Install git 2\.36 or newer/],
])('%s', async (says, expected) => {
  onlyGit(says);
  expect(await found('git')).toMatch(expected);
});

test('a folder that cannot be read', async () => {
  expect(await found('storage', '/nowhere/at/all')).toMatch(/^fail \/nowhere\/at\/all cannot be read: .* \| Check its owner/);
});

test.skipIf(smallDiskMissing !== undefined)('a disk with little room', async () => {
  await using disk = smallDisk(2);
  expect(await found('storage', disk.path)).toMatch(/^warn 0\.0 GiB are free in .* \| Make room/);
});
