/** The Git port over real repositories, over those in memory, and through the failing wrapper. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitMirrors } from '../../src/adapters/git/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock } from '../../src/adapters/system/index.ts';
import { failingMirrors, FaultInjector } from '../../src/testing/failing/index.ts';
import { gitSuite, type GitUnderTest } from '../../src/testing/ports/index.ts';
import { gitFixture } from '../../src/testing/servers/index.ts';
import { MemoryGit } from '../../src/testing/world/index.ts';

function real(): GitUnderTest {
  const fixture = gitFixture();
  fixture.git('config', 'receive.denyCurrentBranch', 'ignore');
  const root = mkdtempSync(join(tmpdir(), 'lockstep-mirrors-'));
  const mirrors = createGitMirrors({ root, clock: systemClock(), log: silentLog(), environment: process.env, allowLocal: true });
  return {
    mirrors,
    url: fixture.path,
    commit: (files) => {
      fixture.git('rm', '-r', '-f', '--quiet', '--ignore-unmatch', '.');
      return fixture.commit(files);
    },
    tag: (name, commit) => void fixture.git('tag', name, commit),
    cut: () => fixture.remove(),
    close: async () => {
      await mirrors.close();
      fixture.remove();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function memory(): GitUnderTest {
  const git = new MemoryGit();
  let minute = 0;
  const repository = git.repository('https://git.example/r', () => Date.UTC(2026, 0, 1, 0, minute++));
  return {
    mirrors: git,
    url: 'https://git.example/r',
    commit: (files) => repository.commit(files),
    tag: (name, commit) => void repository.tags.set(name, commit),
    cut: () => {
      repository.failure = 'Unreachable';
    },
    close: () => git.close(),
  };
}

gitSuite('the git program', () => Promise.resolve(real()));
gitSuite('in memory', () => Promise.resolve(memory()));
gitSuite('failing, with no fault planned', () => {
  const under = memory();
  return Promise.resolve({ ...under, mirrors: failingMirrors(under.mirrors, new FaultInjector({ at: 0, fault: 'error' })) });
});
