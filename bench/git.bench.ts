/** Reading a mirror and asking a remote, beside what a process per file costs. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitMirrors } from '../src/adapters/git/index.ts';
import { silentLog } from '../src/adapters/log/index.ts';
import { systemClock } from '../src/adapters/system/index.ts';
import type { GitError, GitMirror, GitRevision } from '../src/ports/index.ts';
import type { Result } from '../src/std/index.ts';
import { gitFixture, type GitFixture } from '../src/testing/servers/index.ts';
import { medianTime, type Figure } from './figure.ts';

const files = 5000;

function must<T>(result: Result<T, GitError>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

export async function run(): Promise<readonly Figure[]> {
  const fixture = gitFixture();
  const root = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const mirrors = createGitMirrors({ root, clock: systemClock(), log: silentLog(), environment: process.env, allowLocal: true });
  try {
    fixture.commit(
      Object.fromEntries(
        Array.from({ length: files }, (_, index) => [`apps/app-${index % 1000}/file-${index}.yaml`, `kind: ConfigMap\nn: ${index}\n`]),
      ),
    );
    const mirror = must(await mirrors.open({ url: fixture.path }));
    const revision = must(await mirror.fetch({ branch: 'main' }));
    return await measure(fixture, mirror, revision);
  } finally {
    await mirrors.close();
    fixture.remove();
    rmSync(root, { recursive: true, force: true });
  }
}

async function measure(fixture: GitFixture, mirror: GitMirror, revision: GitRevision): Promise<readonly Figure[]> {
  const listing = must(await mirror.list(revision.commit, '', { recursive: true }));
  const paths = listing?.entries.filter((entry) => entry.type === 'file').map((entry) => entry.path) ?? [];
  const all = await medianTime(5, async () => must(await mirror.readMany(revision.commit, paths)));
  const one = await medianTime(50, async () => must(await mirror.readMany(revision.commit, [paths[7] ?? ''])));
  const spawned = await medianTime(20, () => execFileSync('git', ['cat-file', 'blob', `HEAD:${paths[7]}`], { cwd: fixture.path }));
  const walked = await medianTime(5, async () => must(await mirror.list(revision.commit, '', { recursive: true })));
  const unchanged = await medianTime(10, async () => must(await mirror.fetch({ branch: 'main' })));
  const resolved = await medianTime(50, async () => must(await mirror.resolve({ branch: 'main' })));
  const listedRemote = await medianTime(10, () => execFileSync('git', ['ls-remote', fixture.path, 'refs/heads/main']));
  return [
    {
      name: `${files.toLocaleString('en')} files in one round, each`,
      value: (all / files) * 1000,
      unit: 'µs',
      baseline: { name: 'a process per file', value: spawned * 1000 },
    },
    { name: 'one file alone', value: one * 1000, unit: 'µs', baseline: { name: 'a process', value: spawned * 1000 } },
    { name: `listing of ${files.toLocaleString('en')} files, trees known`, value: walked, unit: 'ms' },
    { name: 'fetch when nothing moved', value: unchanged, unit: 'ms', baseline: { name: 'git ls-remote', value: listedRemote } },
    { name: 'resolve without the network', value: resolved * 1000, unit: 'µs' },
  ];
}
