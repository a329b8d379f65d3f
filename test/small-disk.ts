/** A disk of a few megabytes that can be filled: a tmpfs, where this machine lets one be mounted. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  resize(megabytes: number): void;
  /** Leaves no room at all. Returns the way to make it again. */
  fill(): () => void;
}

const run = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args, { stdio: 'ignore' }).status === 0;

export function smallDisk(megabytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'lockstep-disk-'));
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path)) throw new Error('no disk can be mounted here');
  return {
    path,
    resize: (size) => void run('mount', '-o', `remount,size=${size}m`, path),
    fill: () => {
      const filler = join(path, 'filler');
      for (const size of [1 << 20, 1 << 12]) {
        try {
          for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
      }
      return () => rmSync(filler);
    },
    [Symbol.asyncDispose]: () => {
      run('umount', '-l', path);
      rmSync(path, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

function whyMissing(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'a small disk can be mounted by root on Linux only';
  try {
    void smallDisk(1)[Symbol.asyncDispose]();
    return undefined;
  } catch {
    return 'this machine lets no disk be mounted';
  }
}

/** Why there is none here; undefined when there is. */
export const smallDiskMissing = whyMissing();
if (smallDiskMissing !== undefined) console.warn(`NOT RUN: what happens on a full disk; ${smallDiskMissing}`);
